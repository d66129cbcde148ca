/** Many submissions at once: each against its source, as many at a time as there are processor cores. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { type Chapter, findChapters } from '../chapters.js';
import { type Notebook, parseNotebook, readNotebook } from '../notebook.js';
import { type GradeOptions, gradeSubmission, protection, type Report } from './grade.js';
import type { Graded } from './results.js';

/** A submission's file. */
export interface Submission {
  /** No two are the same. */
  readonly name: string;
  readonly path: string;
}

/** Bytes of a submission at most. */
const largestFile = 50 * 2 ** 20;

/**
 * Names submissions: by their files, and by the folders above where files have the same name.
 *
 * @example
 * submissionsOf(['in/ann/05.ipynb', 'in/bob/05.ipynb']).map(({ name }) => name) // ['ann-05', 'bob-05']
 */
export function submissionsOf(paths: readonly string[]): Submission[] {
  const plain = paths.map((path) => basename(path, '.ipynb'));
  const longer = paths.map((path, nth) =>
    plain.indexOf(plain[nth]!) === plain.lastIndexOf(plain[nth]!)
      ? plain[nth]!
      : `${basename(dirname(resolve(path)))}-${plain[nth]}`,
  );
  return paths.map((path, nth) => {
    const before = longer.slice(0, nth).filter((name) => name === longer[nth]).length;
    return { name: before ? `${longer[nth]}-${before + 1}` : longer[nth]!, path: resolve(path) };
  });
}

/** What grades submissions one by one. */
export interface Grader {
  /** Grades a file; what is wrong with it is in the report. @throws {Error} If its source cannot be used. */
  readonly grade: (submission: Submission) => Promise<Graded>;
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
    const notebook = notebooks.get(path) ?? readNotebook(path);
    notebooks.set(path, notebook);
    return notebook;
  };
  const against = async (chapter: Chapter, submission: Notebook): Promise<Report> => {
    const [notebook, folder] = [notebookOf(chapter), dirname(chapter.path)];
    const report = await gradeSubmission(notebook, submission, { ...config, folder });
    if (report.faults.length === 0 || submission === notebook) return report;
    const self = own.get(chapter.path) ?? against(chapter, notebook);
    own.set(chapter.path, self);
    const known = new Set((await self).faults.map(({ cell }) => cell)); // others fail because of the submission
    return { ...report, faults: report.faults.filter(({ cell }) => known.has(cell)) };
  };
  return {
    grade: async ({ name, path }) => {
      let submission: Notebook;
      try {
        submission = readSubmission(path);
      } catch (error) {
        const chapter = chapterByName(path, chapters);
        return { name, report: damaged(messageOf(error), chapter && notebookOf(chapter)) };
      }
      const chapter = chapterByName(path, chapters) ?? chapterByExercises(submission, chapters, notebookOf);
      if (!chapter)
        return { name, report: damaged('no chapter has these exercises; name one with --source') };
      return { name, report: await against(chapter, submission) };
    },
  };
}

function readSubmission(path: string): Notebook {
  const { size } = statSync(path);
  if (size > largestFile)
    throw new Error(`Cannot read notebook ${path}: it has ${size} bytes, at most ${largestFile} are allowed`);
  return parseNotebook(readFileSync(path, 'utf8'), path);
}

function chapterByName(path: string, chapters: readonly Chapter[]): Chapter | undefined {
  if (chapters.length === 1) return chapters[0];
  return chapters.find(({ name }) => basename(path).includes(name));
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
    ran: false,
  } as const;
  return {
    tests: tests.map((test) => ({ ...test, ...nothing })),
    points: 0,
    maxPoints: tests.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
    faults: [],
    problem,
    seconds: 0,
    protection: protection(),
  };
}

/** Does work for each item, at most `jobs` at a time; results come in the items' order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  return results;
}
