/** From words of a command line to notebook files: paths as they are, numbers as chapters of the workbook. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A notebook to run. */
export interface Chapter {
  /** The file's name without its ending; no two are the same. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Where its cells run: its own folder; the caller's for the workbook's chapters, which may lie where nobody writes. */
  readonly folder: string;
}

/** The workbook's own notebooks. */
export const notebooksFolder = fileURLToPath(new URL('../../notebooks', import.meta.url));

/**
 * Finds notebooks.
 *
 * @param words Paths of notebooks or folders, or the first letters of chapters (`05`); none stands for every chapter.
 * @throws {Error} If a word names neither a file nor a chapter, or a folder without notebooks.
 *
 * @example
 * findChapters(['06', 'my/own.ipynb']) // [{ name: '06-base-model', … }, { name: 'own', … }]
 */
export function findChapters(words: readonly string[]): Chapter[] {
  const paths = words.length === 0 ? notebooksIn(notebooksFolder) : words.flatMap(pathsOf);
  const seen = new Map<string, number>();
  return paths.map((path) => {
    const name = basename(path, '.ipynb');
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    const folder = dirname(path) === resolve(notebooksFolder) ? process.cwd() : dirname(path);
    return { name: nth === 1 ? name : `${name}-${nth}`, path, folder };
  });
}

function pathsOf(word: string): string[] {
  const path = resolve(word);
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return [path];
    const inside = notebooksIn(path);
    if (inside.length > 0) return inside;
    throw new Error(`Cannot run "${word}": the folder has no notebooks`);
  }
  const chapters = notebooksIn(notebooksFolder);
  const found = word.endsWith('.ipynb')
    ? []
    : chapters.filter((chapter) => basename(chapter).startsWith(word));
  if (found.length > 0) return found;
  const known = chapters.map((chapter) => basename(chapter, '.ipynb')).join(', ');
  throw new Error(`Cannot run "${word}": it is neither a file nor a chapter (there are ${known})`);
}

function notebooksIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ipynb'));
  const names = files.map((file) => basename(file, '.ipynb')).sort(); // `02-a` before `02-a-further`
  return names.map((name) => join(folder, `${name}.ipynb`));
}
