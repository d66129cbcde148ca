/** `workbook grade`: runs submissions, prints what they earn, and leaves the results as files. */
import { lstatSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import { progressLine, progressOf } from '../../core/progress.js';
import { defaultLimits, type Limits } from '../../sandbox/limits.js';
import { readMarks, withMarks } from '../../workbook/grading/marks.js';
import { type Graded, handedIn, total } from '../../workbook/grading/results.js';
import { alikeAnswers, similarCsv } from '../../workbook/grading/similarity.js';
import {
  handedInAt,
  type LateRule,
  lateness,
  readStudents,
  type Student,
  studentOf,
  timeOf,
} from '../../workbook/grading/students.js';
import {
  createGrader,
  type Grader,
  inParallel,
  type Submission,
  submissionsOf,
} from '../../workbook/grading/submissions.js';
import { defineCommand } from '../command.js';
import { endWhenInterrupted } from '../interrupt.js';
import { statusLine } from '../status.js';
import { writeForGitHub, writeResults, writeTables, writtenPath } from './files.js';
import { alike, table } from './printed.js';
import { watchAll } from './watch.js';

export const command = defineCommand({
  name: 'grade',
  summary: 'Runs submissions behind walls, prints what they earn, and leaves the results as files',
  takes: ['FILE…', 'The notebooks that were handed in'],
  options: {
    source: {
      kind: 'text',
      takes: 'NOTEBOOK',
      help: 'The notebook or chapter with the solutions; default by its exercises',
    },
    out: { kind: 'text', takes: 'DIR', default: 'grades', help: 'Where the results go' },
    'min-points': { kind: 'points', help: 'With it, a submission passes that has so many' },
    jobs: { kind: 'positive', help: 'How many run at once; default one for each core' },
    size: { kind: 'size', default: 'smoke', help: 'The size at which chapters run' },
    'cell-limit': {
      kind: 'seconds',
      default: defaultLimits.cellSeconds,
      help: 'Most computing of a cell; the clock has four times as much',
    },
    limit: {
      kind: 'seconds',
      default: defaultLimits.totalSeconds,
      help: 'Most computing of a submission; the clock has four times as much',
    },
    memory: {
      kind: 'positive',
      takes: 'MB',
      default: defaultLimits.memory,
      help: 'Most memory of a submission',
    },
    'show-hidden': { kind: 'flag', help: 'Shows the messages of hidden tests' },
    students: {
      kind: 'text',
      takes: 'FILE',
      help: 'A CSV table with a column id, and name, email, handed_in where there are such: joined with grades.csv',
    },
    due: { kind: 'text', takes: 'TIME', help: 'When it was to be handed in, as 2026-11-30T23:59' },
    'late-loss': {
      kind: 'number',
      takes: 'PERCENT',
      default: 0,
      help: 'Percent of the points reached that each late day begun costs; needs --due',
    },
    similar: { kind: 'flag', help: 'Lists submissions that are alike in similar.csv, solutions included' },
    watch: { kind: 'flag', help: 'Grades a file again whenever it is saved' },
  },
  examples: [
    'grade handed-in/*.ipynb --source 02',
    'grade in/*/02*.ipynb --students students.csv --due 2026-11-30T23:59 --late-loss 10',
    'grade mine.ipynb --source 05 --watch',
  ],
  run: async ({ values, positionals }) => {
    endWhenInterrupted();
    if (positionals.length === 0) throw new Error('Cannot grade: no file is named');
    const missing = positionals.filter((path) => !lstatSync(path, { throwIfNoEntry: false }));
    if (missing.length > 0) throw new Error(`Cannot grade ${missing.join(', ')}: there is no such file`);
    if (values['late-loss'] > 0 && values.due === undefined)
      throw new Error('Cannot use --late-loss: --due says from when on a submission is late');
    const limits: Limits = {
      ...defaultLimits,
      cellSeconds: values['cell-limit'],
      totalSeconds: values.limit,
      memory: values.memory,
    };
    const out = resolve(values.out);
    const config = { limits, parameters: { size: values.size }, showHidden: values['show-hidden'] };
    const grading: Grading = {
      grader: createGrader(values.source, config),
      out,
      jobs: Math.ceil(values.jobs ?? cpus().length),
      minPoints: values['min-points'],
      students: values.students === undefined ? [] : readStudents(values.students),
      late:
        values.due === undefined
          ? undefined
          : { due: timeOf(values.due, '--due'), lossPerDay: values['late-loss'] },
      similar: values.similar,
    };
    readMarks(writtenPath(out)); // what is wrong there is said before an hour of work
    const submissions = submissionsOf(positionals);
    const status = await gradeAll(submissions, grading);
    if (!values.watch) return status;
    return watchAll(submissions, (submission) => gradeAll([submission], { ...grading, jobs: 1 }));
  },
});

/** How submissions are graded, and what is known beside them. */
interface Grading {
  readonly grader: Grader;
  readonly out: string;
  readonly jobs: number;
  readonly minPoints: number | undefined;
  readonly students: readonly Student[];
  readonly late: LateRule | undefined;
  readonly similar: boolean;
}

async function gradeAll(submissions: readonly Submission[], grading: Grading): Promise<number> {
  const { out, jobs, minPoints, students } = grading;
  mkdirSync(out, { recursive: true, mode: 0o700 }); // grades are not for others on this machine
  const status = statusLine();
  const start = performance.now();
  const results = new Map<Submission, Graded>();
  const soFar = () => submissions.flatMap((submission) => results.get(submission) ?? []);
  await inParallel(submissions, jobs, async (submission) => {
    const result = await gradeOne(submission, grading);
    writeResults(result, out);
    results.set(submission, result);
    writeTables(soFar(), out, students); // as results come: what ends the rest loses none
    const done = progressOf(results.size, submissions.length, (performance.now() - start) / 1000);
    status.update(progressLine(done, 'submissions'));
  });
  status.close();
  const graded = soFar();
  for (const result of graded) process.stdout.write(table(result));
  writeForGitHub(graded);
  if (grading.similar) process.stdout.write(compare(graded, grading));
  process.stdout.write(
    `Results: ${out}\n${graded[0] ? `Submissions ran behind ${graded[0].report.protection}.\n` : ''}`,
  );
  return graded.every((result) => isEnough(result, minPoints)) ? 0 : 1;
}

async function gradeOne(submission: Submission, grading: Grading): Promise<Graded> {
  const { grader, students, late, out } = grading;
  const student = studentOf(students, submission.path);
  const result = await grader.grade(submission, student?.id);
  const graded = withMarks(result, readMarks(writtenPath(out)));
  const owned = student ? { ...graded, student } : graded;
  if (!late) return owned;
  return { ...owned, late: lateness(handedInAt(submission.path, student), total(owned).points, late) };
}

function compare(graded: readonly Graded[], { grader, out }: Grading): string {
  const pairs = alikeAnswers([...graded.map(handedIn), ...grader.solutions()]);
  const path = join(out, 'similar.csv');
  writeFileAtomic(path, similarCsv(pairs));
  return alike(pairs, path);
}

/** Whether a submission passes; an answer that waits for a person holds it back only from points that are asked for. */
function isEnough(graded: Graded, minPoints: number | undefined): boolean {
  const { tests, written, points, maxPoints, problem } = graded.report;
  if (problem !== undefined) return false;
  if (minPoints !== undefined) return total(graded).points >= minPoints;
  const isRight = points === maxPoints && tests.every(({ status }) => status === 'passed');
  return tests.length + written.length > 0 && isRight;
}
