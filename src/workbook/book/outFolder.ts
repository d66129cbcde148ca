/**
 * The folder that runs write into: executed notebooks, the book of them all, and notebooks to work in. A run adds to
 * it; what other runs left there stays, and stays listed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assignment } from '../grading/assignment.js';
import { type Notebook, readNotebook, writeNotebook } from '../notebook.js';
import { bookTitle, introduction, plan } from '../plan.js';
import type { RunResult } from '../run.js';
import { linkTo } from './assets.js';
import { type BookChapter, writeBook } from './book.js';
import type { PageLink } from './frame.js';

/** What is kept of a run in the notebook's metadata. */
type RunNote = Pick<RunResult, 'ok' | 'seconds' | 'problem'>;

const noteKey = 'llm_workbook';

/** Writes an executed notebook, with a note of its run, and beside it one to work in where it has exercises. */
export function keepExecuted(out: string, name: string, notebook: Notebook, result: RunResult): void {
  const { ok, seconds, problem } = result;
  const note: RunNote = { ok, seconds, ...(problem !== undefined && { problem }) };
  const metadata = { ...notebook.metadata, [noteKey]: note };
  writeNotebook(join(out, `${name}.ipynb`), { ...notebook, metadata });
  try {
    leaveStudentCopy(out, name, notebook);
  } catch {
    // Its markers are not in order, which `workbook assign` says; it ran all the same.
  }
}

/**
 * Leaves a notebook to work in, unless there is one that somebody may have worked in.
 *
 * @returns Where it is, `undefined` for a notebook without exercises, and whether it is new.
 */
export function leaveStudentCopy(
  out: string,
  name: string,
  notebook: Notebook,
): { readonly target: string | undefined; readonly fresh: boolean } {
  if (!notebook.cells.some(({ metadata }) => metadata.nbgrader?.solution))
    return { target: undefined, fresh: false };
  const target = exercisesPath(out, name);
  if (existsSync(target)) return { target, fresh: false };
  const cells = notebook.cells.filter(({ metadata }) => !metadata.tags?.includes('injected-parameters'));
  writeNotebook(target, assignment({ ...notebook, cells }));
  return { target, fresh: true };
}

const exercisesPath = (out: string, name: string): string => join(out, 'exercises', `${name}.ipynb`);

/** Writes the book of every executed notebook in the folder, by name. */
export function bookOf(out: string): void {
  const files = existsSync(out) ? readdirSync(out).filter((file) => file.endsWith('.ipynb')) : [];
  const names = files.map((file) => basename(file, '.ipynb')).sort(); // a chapter before its `-further`
  const chapters = names.flatMap((name) => executedIn(out, name));
  writeBook(out, chapters, { title: bookTitle, plan, introduction });
}

/** A notebook that was run; nothing for a file that is not one. */
function executedIn(out: string, name: string): BookChapter[] {
  let notebook: Notebook;
  try {
    notebook = readNotebook(join(out, `${name}.ipynb`));
  } catch {
    return []; // somebody else's, or damaged
  }
  const note = notebook.metadata[noteKey] as RunNote | undefined;
  return note ? [{ name, notebook, ...note, files: filesOf(out, name) }] : [];
}

function filesOf(out: string, name: string): PageLink[] {
  const exercises = existsSync(exercisesPath(out, name))
    ? [{ href: `exercises/${linkTo(`${name}.ipynb`)}`, title: 'Exercises to work in' }]
    : [];
  return [{ href: linkTo(`${name}.ipynb`), title: 'This notebook' }, ...exercises];
}
