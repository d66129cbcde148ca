/** `workbook grade`: runs submissions, prints what they earn, and leaves the results as files. */
import { appendFileSync, lstatSync, mkdirSync, statSync, watch } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { writeFileAtomic } from '../core/files.js';
import { progressLine, progressOf } from '../core/progress.js';
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
import { defineCommand } from './command.js';
import { endWhenInterrupted } from './interrupt.js';
import { statusLine } from './status.js';

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
    watch: { kind: 'flag', help: 'Grades a file again whenever it is saved' },
  },
  examples: ['grade handed-in/*.ipynb --source 02', 'grade mine.ipynb --source 05 --watch'],
  run: async ({ values, positionals }) => {
    endWhenInterrupted();
    if (positionals.length === 0) throw new Error('Cannot grade: no file is named');
    const missing = positionals.filter((path) => !lstatSync(path, { throwIfNoEntry: false }));
    if (missing.length > 0) throw new Error(`Cannot grade ${missing.join(', ')}: there is no such file`);
    const limits: Limits = {
      ...defaultLimits,
      cellSeconds: values['cell-limit'],
      totalSeconds: values.limit,
      memory: values.memory,
    };
    const config = { limits, parameters: { size: values.size }, showHidden: values['show-hidden'] };
    const grader = createGrader(values.source, config);
    const minPoints = values['min-points'];
    const jobs = Math.ceil(values.jobs ?? cpus().length);
    const submissions = submissionsOf(positionals);
    const status = await gradeAll(submissions, grader, { out: resolve(values.out), jobs, minPoints });
    return values.watch ? watchAll(submissions, grader, resolve(values.out)) : status;
  },
});

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
