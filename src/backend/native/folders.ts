/** Where compiled files are kept. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, from src/ and from dist/. */
export const packageFolder = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The folders for builds, best first: the package's own, and where that belongs to somebody else, the user's:
 * `WORKBOOK_HOME`, or in the folder for caches.
 */
export function buildFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const { WORKBOOK_HOME: home, XDG_CACHE_HOME: caches } = env;
  const cache = caches && isAbsolute(caches) ? caches : join(homedir(), '.cache');
  return [join(packageFolder, '.native'), join(home || join(cache, 'llm-workbook'), 'native')];
}

/**
 * The first of these folders that can be written, made where it is not there.
 *
 * @throws {Error} If there is none.
 */
export function writableFolder(folders: readonly string[]): string {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {} // the next one
  }
  throw new Error(`no folder can be written for the compiled addon: ${folders.join(' and ')}`);
}
