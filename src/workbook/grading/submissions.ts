/** Many submissions: their names, their files, each graded against its source, and some at the same time. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { type Chapter, findChapters } from '../chapters.js';
import { type Notebook, parseNotebook, readNotebook } from '../notebook.js';
import { defaultParameters, type GradeOptions, gradeSubmission, protection, type Report } from './grade.js';
import type { Graded } from './results.js';
import type { HandedIn } from './similarity.js';
import { planGrading } from './steps.js';
import { seedOf } from './students.js';
import { hasVariants } from './variants.js';
import { writtenAnswers } from './written.js';

/** A submission's file. */
export interface Submission {
  /** No two are the same. */
  readonly name: string;
  readonly path: string;
}

/** Bytes of a submission at most. */
const largestFile = 50 * 2 ** 20;

/** Names that results of a submission cannot have: the tables of all lie there. */
const takenNames = ['grades.csv', 'written.csv', 'similar.csv'];

/** Characters of a name at most. */
const longestName = 100;

/**
 * Names submissions: by their files, by the one or two folders above where files have the same name (nbgrader's lie at
 * `submitted/ann/homework/05.ipynb`), and counted where that is not enough. A name is one folder below the results, on
 * disks too that do not tell capitals.
 *
 * @example
 * submissionsOf(['in/ann/05.ipynb', 'in/bob/05.ipynb']).map(({ name }) => name) // ['ann-05', 'bob-05']
 */
export function submissionsOf(paths: readonly string[]): Submission[] {
  const names = [1, 2, 3].map((parts) => paths.map((path) => lastParts(path, parts)));
  const isAlone = (some: readonly string[], nth: number) =>
    some.indexOf(some[nth]!) === some.lastIndexOf(some[nth]!);
  const longer = paths.map((_, nth) => (names.find((some) => isAlone(some, nth)) ?? names[1]!)[nth]!);
  const taken = new Set(takenNames);
  return paths.map((path, nth) => {
    const wanted = folderName(longer[nth]!);
    const isTaken = (name: string) => taken.has(name.normalize().toLowerCase());
    let name = wanted;
    for (let count = 2; isTaken(name); count++) name = `${wanted}-${count}`;
    taken.add(name.normalize().toLowerCase());
    return { name, path: resolve(path) };
  });
}

/** The name of a file behind those of the folders above it. */
const lastParts = (path: string, parts: number): string =>
  resolve(path)
    .replace(/\.ipynb$/, '')
    .split(sep)
    .slice(-parts)
    .join('-');

/** A name that is one folder: `.` and `..` are others. */
function folderName(name: string): string {
  const clean = name.replace(/[\p{Cc}/\\]/gu, '_').slice(0, longestName);
  return /^\.*$/.test(clean) ? 'submission' : clean;
}

/** What grades submissions one by one. */
export interface Grader {
  /**
   * Grades a file; whatever is wrong with it is in the report.
   *
   * @param studentId Whose it is: of a source with variants theirs is graded.
   * @throws {Error} If its source cannot be used.
   */
  readonly grade: (submission: Submission, studentId?: string) => Promise<Graded>;
  /** The solutions of the sources that were graded against so far, to compare submissions with. */
  readonly solutions: () => HandedIn[];
}

/**
 * Makes a grader.
 *
 * @param source A notebook's path or a chapter; default: the chapter whose name or exercises a submission has.
 */
export function createGrader(source: string | undefined, config: Omit<GradeOptions, 'folder'>): Grader {
  const chapters = source === undefined ? findChapters([]) : findChapters([source]);
  const notebooks = new Map<string, Notebook>();
  const own = new Map<string, Promise<Report>>(); // of sources, graded as their own submissions
  const notebookOf = ({ path }: Chapter) => {
    const known = notebooks.get(path);
    if (known) return known;
    const notebook = readNotebook(path);
    planGrading(notebook, notebook); // what is wrong with a source is no submission's fault
    notebooks.set(path, notebook);
    return notebook;
  };
  const against = async (chapter: Chapter, submission: Notebook, studentId?: string): Promise<Report> => {
    const [notebook, folder] = [notebookOf(chapter), dirname(chapter.path)];
    const { parameters = defaultParameters } = config;
    const seed = studentId !== undefined &&
      hasVariants(notebook) && { seed: seedOf(studentId, chapter.name) };
    const options = { ...config, folder, parameters: { ...parameters, ...seed } };
    const report = await gradeSubmission(notebook, submission, options);
    if (report.faults.length === 0 || submission === notebook) return report;
    const self = own.get(chapter.path) ?? against(chapter, notebook);
    own.set(chapter.path, self);
    const known = new Set((await self).faults.map(({ cell }) => cell)); // others fail because of the submission
    return { ...report, faults: report.faults.filter(({ cell }) => known.has(cell)) };
  };
  return {
    grade: async ({ name, path }, studentId) => {
      const named = chapterByName(path, chapters);
      const source = named && notebookOf(named);
      let submission: Notebook;
      try {
        submission = readSubmission(path);
      } catch (error) {
        return { name, report: damaged(messageOf(error), source) };
      }
      const chapter = named ?? chapterByExercises(submission, chapters, notebookOf);
      if (!chapter)
        return { name, report: damaged('no chapter has these exercises; name one with --source') };
      try {
        return { name, report: await against(chapter, submission, studentId) };
      } catch (error) {
        return { name, report: damaged(messageOf(error), notebookOf(chapter)) };
      }
    },
    solutions: () =>
      [...notebooks].map(([path, notebook]) => solutionsOf(basename(path, '.ipynb'), notebook)),
  };
}

/**
 * Reads a file that anybody may have made: a device or a pipe could be read for ever, and a link may lead to another's
 * work.
 */
function readSubmission(path: string): Notebook {
  const refuse = (why: string) => new Error(`Cannot read notebook ${path}: ${why}`);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) throw refuse('there is no such file');
  if (!found.isFile()) throw refuse(`it is ${found.isSymbolicLink() ? 'a link' : 'no file'}`);
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) throw refuse('it is no file');
    if (size > largestFile) throw refuse(`it has ${size} bytes, at most ${largestFile} are allowed`);
    const bytes = Buffer.alloc(size);
    const read = readSync(file, bytes, 0, size, 0);
    return parseNotebook(bytes.toString('utf8', 0, read), path);
  } finally {
    closeSync(file);
  }
}

function chapterByName(path: string, chapters: readonly Chapter[]): Chapter | undefined {
  if (chapters.length === 1) return chapters[0];
  const named = chapters.filter(({ name }) => basename(path).includes(name));
  return named.sort((a, b) => b.name.length - a.name.length)[0]; // `02-a-further` is not `02-a`
}

function chapterByExercises(
  submission: Notebook,
  chapters: readonly Chapter[],
  notebookOf: (chapter: Chapter) => Notebook,
): Chapter | undefined {
  const ids = gradeIds(submission);
  return chapters.find((chapter) => [...gradeIds(notebookOf(chapter))].some((id) => ids.has(id)));
}

const gradeIds = ({ cells }: Notebook): Set<string> =>
  new Set(cells.flatMap(({ metadata }) => metadata.nbgrader?.grade_id ?? []));

const solutionsOf = (name: string, { cells }: Notebook): HandedIn => ({
  name: `the solutions of ${name}`,
  answers: cells.flatMap(({ metadata: { nbgrader }, source, cell_type }) =>
    nbgrader?.solution ? [{ exercise: nbgrader.grade_id, text: source, isProse: cell_type !== 'code' }] : [],
  ),
});

/** The report of a file that is no notebook: it gets nothing. */
function damaged(problem: string, source?: Notebook): Report {
  const tests = (source?.cells ?? []).flatMap(({ metadata: { nbgrader } }) =>
    nbgrader?.grade && !nbgrader.solution
      ? [{ gradeId: nbgrader.grade_id, maxPoints: nbgrader.points ?? 0 }]
      : [],
  );
  const nothing = {
    points: 0,
    status: 'missing',
    message: 'the file cannot be read',
    output: '',
    answers: [],
    ran: false,
  } as const;
  return {
    tests: tests.map((test) => ({ ...test, ...nothing })),
    written: source ? writtenAnswers(source, undefined) : [],
    points: 0,
    maxPoints: tests.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
    faults: [],
    problem,
    seconds: 0,
    protection: protection(),
  };
}

/** Does work for each item, at most `jobs` at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
}
