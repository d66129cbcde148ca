/**
 * Which TypeScript answers: the project's own where it has one, so that cells are judged as its files are, else the
 * one that this package brings. It is chosen at run time, so every file here takes it as its first argument.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** TypeScript's whole interface. */
export type TypeScript = typeof import('typescript');

/**
 * Loads TypeScript for the cells of a folder; takes a third of a second.
 *
 * Versions before 5 lack options that cells need, and one without a language service in JavaScript is of no use here:
 * in their place comes our own.
 */
export function loadTypeScript(folder: string): TypeScript {
  try {
    const theirs = createRequire(join(folder, 'cell.ts'))('typescript') as Partial<TypeScript>;
    if (Number.parseInt(theirs.versionMajorMinor ?? '0', 10) >= 5 && theirs.createLanguageService)
      return theirs as TypeScript;
  } catch {
    // The project has none, or one that does not load.
  }
  return createRequire(import.meta.url)('typescript') as TypeScript;
}
