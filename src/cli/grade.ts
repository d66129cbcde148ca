/** `workbook grade`: runs submissions, prints what they earn, and leaves the results as files. */
import { appendFileSync, mkdirSync, statSync, watch } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../core/files.js';
import { progressLine, progressOf } from '../core/progress.js';
import { checkSize } from '../core/size.js';
import { defaultLimits, type Limits } from '../sandbox/limits.js';
import {
  exercismResults,
  type Graded,
  gradesCsv,
  junit,
  number,
  summary,
} from '../workbook/grading/results.js';
import {
  createGrader,
  type Grader,
  inParallel,
  type Submission,
  submissionsOf,
} from '../workbook/grading/submissions.js';
import type { Command } from './command.js';
import { statusLine } from './status.js';

export const command: Command = {
  usage:
    'grade FILE… [--source NOTEBOOK or chapter] [--out DIR] [--min-points N] [--jobs N] [--size smoke|nano|small|gpu] [--cell-limit SECONDS] [--limit SECONDS] [--memory MB] [--show-hidden] [--watch]',
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        source: { type: 'string' },
        out: { type: 'string', default: 'grades' },
        'min-points': { type: 'string' },
        jobs: { type: 'string' },
        size: { type: 'string', default: 'smoke' },
        'cell-limit': { type: 'string' },
        limit: { type: 'string' },
        memory: { type: 'string' },
        'show-hidden': { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
      },
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
    if (positionals.length === 0) throw new Error('Cannot grade: no file is named');
    checkSize(values.size);
    const limits: Limits = {
      ...defaultLimits,
      cellSeconds: positive('--cell-limit', values['cell-limit'], defaultLimits.cellSeconds),
      totalSeconds: positive('--limit', values.limit, defaultLimits.totalSeconds),
      memory: positive('--memory', values.memory, defaultLimits.memory),
    };
    const config = { limits, parameters: { size: values.size }, showHidden: values['show-hidden'] };
    const grader = createGrader(values.source, config);
    const minPoints =
      values['min-points'] === undefined ? undefined : amount('--min-points', values['min-points']);
    const jobs = Math.ceil(positive('--jobs', values.jobs, cpus().length));
    const submissions = submissionsOf(positionals);
    const status = await gradeAll(submissions, grader, { out: resolve(values.out), jobs, minPoints });
    return values.watch ? watchAll(submissions, grader, resolve(values.out)) : status;
  },
};

interface Options {
  readonly out: string;
  readonly jobs: number;
  readonly minPoints: number | undefined;
}

async function gradeAll(
  submissions: readonly Submission[],
  grader: Grader,
  options: Options,
): Promise<number> {
  const { out, jobs, minPoints } = options;
  mkdirSync(out, { recursive: true, mode: 0o700 }); // grades are not for others on this machine
  const status = statusLine();
  const start = performance.now();
  const results = new Map<Submission, Graded>();
  const soFar = () => submissions.flatMap((submission) => results.get(submission) ?? []);
  await inParallel(submissions, jobs, async (submission) => {
    const result = await grader.grade(submission);
    writeResults(result, out);
    results.set(submission, result);
    writeFileAtomic(join(out, 'grades.csv'), gradesCsv(soFar())); // as results come: what ends the rest loses none
    status.update(
      progressLine(
        progressOf(results.size, submissions.length, (performance.now() - start) / 1000),
        'submissions',
      ),
    );
  });
  status.close();
  const graded = soFar();
  for (const result of graded) process.stdout.write(table(result));
  const { GITHUB_STEP_SUMMARY: page } = process.env;
  if (page) appendFileSync(page, `${graded.map(summary).join('\n')}\n`);
  process.stdout.write(
    `Results: ${out}\n${graded[0] ? `Submissions ran behind ${graded[0].report.protection}.\n` : ''}`,
  );
  return graded.every((result) => isEnough(result, minPoints)) ? 0 : 1;
}

function isEnough(
  { report: { points, maxPoints, tests, problem } }: Graded,
  minPoints: number | undefined,
): boolean {
  if (problem !== undefined) return false;
  if (minPoints !== undefined) return points >= minPoints;
  return tests.length > 0 && points === maxPoints && tests.every(({ status }) => status === 'passed');
}

function writeResults(graded: Graded, out: string): void {
  const folder = join(out, graded.name);
  writeFileAtomic(
    join(folder, 'results.json'),
    `${JSON.stringify(exercismResults(graded.report), null, 2)}\n`,
  );
  writeFileAtomic(join(folder, 'junit.xml'), junit(graded));
  writeFileAtomic(join(folder, 'summary.md'), summary(graded));
}

/** Text of a submission on one line that neither moves a terminal nor commands a GitHub job. */
const plain = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('::', ': :')
    .replaceAll('##[', '# #[')
    .slice(0, 200);

/** What people read. */
function table({ name, report: { tests, points, maxPoints, faults, problem } }: Graded): string {
  const rows = tests.map((test) => {
    const earned = `${number(test.points)}/${number(test.maxPoints)}`;
    const hint = test.status !== 'passed' && test.hint ? `\n    hint: ${plain(test.hint)}` : '';
    const why = test.message ? `\n    ${plain(test.message)}` : '';
    return `  ${plain(test.gradeId).padEnd(24)} ${earned.padStart(7)}  ${test.status}${why}${hint}\n`;
  });
  const others = [
    ...(problem ? [`  ${plain(problem)}\n`] : []),
    ...faults.map(({ cell, message }) => `  the source's own cell ${plain(cell)} fails: ${plain(message)}\n`),
  ];
  return `${plain(name)}: ${number(points)} of ${number(maxPoints)} points\n${[...rows, ...others].join('')}`;
}

/** Milliseconds in which a file that is being saved changes more than once. */
const settle = 300;

/** Grades a file again whenever it is saved; ends with an interrupt. */
function watchAll(submissions: readonly Submission[], grader: Grader, out: string): Promise<number> {
  let last: Promise<unknown> = Promise.resolve(); // one after the other
  for (const submission of submissions) {
    let timer: NodeJS.Timeout | undefined;
    let seen = changedAt(submission.path);
    watch(dirname(submission.path), (_event, file) => {
      if (file !== basename(submission.path)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const now = changedAt(submission.path);
        if (now === seen || now === 0) return;
        seen = now;
        last = last.then(() => gradeAll([submission], grader, { out, jobs: 1, minPoints: undefined }));
      }, settle);
    });
  }
  process.stdout.write('Watching; Ctrl+C ends it.\n');
  return new Promise(() => {}); // an interrupt ends it
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function positive(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (Number(text) > 0) return Number(text);
  throw new RangeError(`Cannot use ${option} ${text}: expected a number above 0`);
}

function amount(option: string, text: string): number {
  if (Number(text) >= 0) return Number(text);
  throw new RangeError(`Cannot use ${option} ${text}: expected a number of points`);
}
