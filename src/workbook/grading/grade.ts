/**
 * Grades a submission against its source. The verdict is made in a process that the submission cannot reach; see
 * `twoProcesses.ts` for the processes and `steps.ts` for what runs where.
 */
import { notImplemented } from '../../core/errors.js';
import { defaultLimits, type Limits } from '../../sandbox/limits.js';
import { namespaces } from '../../sandbox/walls.js';
import type { Cell, Notebook } from '../notebook.js';
import { hiddenLines, score } from './score.js';
import { type Parameters, planGrading, type Step } from './steps.js';
import { createSession, type Ran } from './twoProcesses.js';
import { type Written, writtenAnswers } from './written.js';

/** What became of one test cell; of an answer that a person grades, `waiting` until it has points. */
export type Status = 'passed' | 'partly' | 'failed' | 'not written yet' | 'missing' | 'ended' | 'waiting';

/** One test cell's result. */
export interface TestResult {
  readonly gradeId: string;
  readonly points: number;
  readonly maxPoints: number;
  readonly status: Status;
  /** The first thing that went wrong; of a passed test, what its student should know. */
  readonly message?: string;
  /** What the cell's author says to who fails it: `metadata.exercise.hint`. */
  readonly hint?: string;
  /** What the exercise's cells printed, cut. */
  readonly output: string;
  /** The answers that it tests: the submission's cells since the test before. */
  readonly answers: readonly string[];
  /** The test ran to its end or to its first failure, in the tests' process. */
  readonly ran: boolean;
}

/** A cell of the source, no test, that fails. */
export interface Fault {
  readonly cell: string;
  readonly message: string;
}

/** A graded submission. */
export interface Report {
  readonly tests: readonly TestResult[];
  /** Answers that a person grades. */
  readonly written: readonly Written[];
  /** What the tests gave. */
  readonly points: number;
  /** What the tests can give. */
  readonly maxPoints: number;
  /** Cells of the source that fail: by themselves, or because of what the submission gave them. */
  readonly faults: readonly Fault[];
  /** What is wrong with the submission's file. */
  readonly problem?: string;
  readonly seconds: number;
  /** Which walls stood around the submission. */
  readonly protection: string;
}

/** How to grade. */
export interface GradeOptions {
  /** Where the source lies. */
  readonly folder: string;
  readonly limits?: Limits;
  /** Values for the source's parameters. Default: `size` is `smoke`. */
  readonly parameters?: Parameters;
  /** Whether messages of hidden tests are shown. Default false. */
  readonly showHidden?: boolean;
  /** Called before each test. */
  readonly onTest?: (gradeId: string) => void;
}

/** The size at which a source is graded. */
export const defaultParameters: Parameters = { size: 'smoke' };

/** Characters of output that are kept with a test. */
const keptOutput = 2000;

/**
 * Grades one submission.
 *
 * @throws {Error} If the source cannot be used, or the processes cannot be started.
 *
 * @example
 * const { points, maxPoints } = await gradeSubmission(source, submission, { folder: 'notebooks' });
 */
export async function gradeSubmission(
  source: Notebook,
  submission: Notebook,
  {
    folder,
    limits = defaultLimits,
    parameters = defaultParameters,
    showHidden = false,
    onTest,
  }: GradeOptions,
): Promise<Report> {
  const started = performance.now();
  const steps = planGrading(source, submission, parameters);
  const session = createSession(steps, folder, limits);
  const tests: TestResult[] = [];
  const faults: Fault[] = [];
  const handedIn = new Set(steps.flatMap(({ kind, gradeId }) => (kind === 'student' ? [gradeId] : [])));
  let before = nothing;
  try {
    for (const [at, step] of steps.entries()) {
      if (step.kind === 'test') onTest?.(step.gradeId);
      const ran = await session.execute(at);
      const isSecret = step.kind === 'test' && !showHidden && hiddenLines(step.cell.source).size > 0;
      const printed = session.takeOutput();
      const output = isSecret ? '' : printed; // an answer may print what a hidden test gives it
      if (step.kind === 'source' && !ran.ok) faults.push({ cell: step.cell.id, message: problemOf(ran) });
      before = {
        problems: step.kind === 'student' && !ran.ok ? [...before.problems, problemOf(ran)] : before.problems,
        missing: step.kind === 'bind' && !handedIn.has(step.gradeId) ? step.gradeId : before.missing,
        output: step.gradeId ? before.output + output : before.output,
        answers: isAnswer(step) ? [...before.answers, step.cell.source] : before.answers,
        note: step.note ?? before.note,
      };
      if (step.kind !== 'test') continue;
      tests.push(resultOf(step, ran, before, showHidden));
      before = nothing;
    }
  } finally {
    session.close();
  }
  const sum = (key: 'points' | 'maxPoints') => tests.reduce((total, test) => total + test[key], 0);
  const seconds = (performance.now() - started) / 1000;
  return {
    tests,
    written: writtenAnswers(source, submission),
    points: sum('points'),
    maxPoints: sum('maxPoints'),
    faults,
    seconds,
    protection: protection(),
  };
}

/** Whether a step is a cell of the submission that was handed out to be written. */
const isAnswer = ({ kind, gradeId, cell }: Step): boolean =>
  kind === 'student' && gradeId !== '' && cell.metadata.nbgrader?.solution === true;

/** What keeps a submission in its place here, in words. */
export const protection = (): string =>
  namespaces().length > 0
    ? "Node's permission model, a lock-down, and namespaces without a network"
    : "Node's permission model and a lock-down (no namespaces here)";

/** What came before a test: since the test before it. */
interface Before {
  readonly problems: readonly string[];
  /** The exercise that the submission lacks. */
  readonly missing: string;
  /** What graded cells printed. */
  readonly output: string;
  readonly answers: readonly string[];
  /** What a student should hear who passes, too. */
  readonly note: string;
}

const nothing: Before = { problems: [], missing: '', output: '', answers: [], note: '' };

function problemOf({ ended, error }: Ran): string {
  if (ended) return `the submission's process ended: ${ended}`;
  const line = error?.name === 'SyntaxError' && error.place ? ` in line ${error.place.line} of the cell` : '';
  return `${error?.name}: ${error?.message}${line}`;
}

function resultOf({ cell, gradeId }: Step, ran: Ran, before: Before, showHidden: boolean): TestResult {
  const maxPoints = cell.metadata.nbgrader?.points ?? 0;
  const { hint } = (cell.metadata.exercise ?? {}) as { hint?: unknown };
  const shared = {
    gradeId,
    maxPoints,
    output: before.output.slice(0, keptOutput),
    answers: before.answers,
    ran: ran.ended === undefined,
    ...(typeof hint === 'string' && { hint }),
  };
  const points = score(ran, maxPoints);
  const { note, problems } = before;
  if (ran.ok && !ran.ended && points === maxPoints)
    return { ...shared, points, status: 'passed', ...(note && { message: note }) };
  const isCause = (problem: string) => problem.startsWith('SyntaxError'); // of what the test then misses
  const causes = problems.filter(isCause);
  const failure = firstFailure(cell, ran, showHidden);
  const isConsequence = causes.length > 0 && failure.endsWith('is not defined in the submission');
  const said = [...causes, ...(isConsequence ? [] : [failure]), ...problems, ...(note ? [note] : [])];
  const message = [...new Set(said)].join('; ').slice(0, keptOutput);
  if (points > 0) return { ...shared, points, status: 'partly', message };
  const unwritten = !note && [ran.error?.message, ...problems].some((text) => text?.endsWith(notImplemented));
  if (ran.ended) return { ...shared, points, status: 'ended', message };
  if (before.missing)
    return { ...shared, points, status: 'missing', message: `there is no cell ${before.missing}` };
  return { ...shared, points, status: unwritten ? 'not written yet' : 'failed', message };
}

function firstFailure(cell: Cell, ran: Ran, showHidden: boolean): string {
  if (ran.ended) return problemOf(ran);
  if (ran.ok) return 'not all is right yet';
  const { place, message } = ran.error!;
  if (message === notImplemented) return message;
  const hidden = place && hiddenLines(cell.source).has(place.line);
  if (hidden && !showHidden) return 'a hidden test fails';
  const line = place && /^\S+ == true$/.test(message) && cell.source.split('\n')[place.line - 1]?.trim();
  return line ? `this does not hold: ${line}` : message; // the assertion has no message of its own
}
