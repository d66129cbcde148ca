/**
 * Grades a submission against its source. The verdict is made in a process that the submission cannot reach; see
 * `session.ts` for the processes and `plan.ts` for what runs where.
 */
import type { Notebook } from '../notebook.js';
import { defaultLimits, type Limits } from './limits.js';
import { planGrading, type Step } from './plan.js';
import { hiddenLines, score } from './score.js';
import { createSession, type Ran, type Session } from './session.js';
import { namespaces } from './studentHost.js';

/** What became of one test cell. */
export type Status = 'passed' | 'partly' | 'failed' | 'not written yet' | 'missing' | 'ended';

/** One test cell's result. */
export interface TestResult {
  readonly gradeId: string;
  readonly points: number;
  readonly maxPoints: number;
  readonly status: Status;
  /** The first thing that went wrong. */
  readonly message?: string;
  /** What the cell's author says to who fails it: `metadata.exercise.hint`. */
  readonly hint?: string;
  /** What the submission printed while the test ran and before, cut. */
  readonly output: string;
  /** The test ran to its end or to its first failure, in the tests' process. */
  readonly ran: boolean;
}

/** A graded submission. */
export interface Report {
  readonly tests: readonly TestResult[];
  readonly points: number;
  readonly maxPoints: number;
  /** What is wrong with the source rather than with the submission. */
  readonly faults: readonly string[];
  /** What is wrong with the submission's file. */
  readonly problem?: string;
  readonly seconds: number;
  /** Which walls stood around the submission. */
  readonly protection: string;
}

/** How to grade. */
export interface GradeConfig {
  /** Where the source lies. */
  readonly folder: string;
  readonly limits?: Limits;
  /** Values for the source's parameters. Default: `size` is `smoke`. */
  readonly parameters?: { readonly [name: string]: string | number | boolean };
  /** Whether messages of hidden tests are shown. Default false. */
  readonly showHidden?: boolean;
  /** Called before each test. */
  readonly onTest?: (gradeId: string) => void;
}

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
  { folder, limits = defaultLimits, parameters = { size: 'smoke' }, showHidden = false, onTest }: GradeConfig,
): Promise<Report> {
  const started = performance.now();
  const lines = Object.entries(parameters).map(([name, value]) => `${name} = ${JSON.stringify(value)};`);
  const steps = planGrading(source, submission, lines.join('\n'));
  const session = createSession(steps, folder, limits);
  const tests: TestResult[] = [];
  const faults: string[] = [];
  let problems: string[] = []; // of the submission's cells since the last test
  try {
    for (const [at, step] of steps.entries()) {
      if (step.kind === 'test') onTest?.(step.gradeId);
      const ran = await session.execute(at);
      if (step.kind === 'student') problems.push(...problemOf(ran));
      if (step.kind === 'source' && !ran.ok) faults.push(...faultOf(step, ran));
      if (step.kind !== 'test') continue;
      tests.push(resultOf(step, ran, { steps, problems, session, showHidden }));
      problems = [];
    }
  } finally {
    session.close();
  }
  const sum = (key: 'points' | 'maxPoints') => tests.reduce((total, test) => total + test[key], 0);
  const seconds = (performance.now() - started) / 1000;
  return {
    tests,
    points: sum('points'),
    maxPoints: sum('maxPoints'),
    faults,
    seconds,
    protection: protection(),
  };
}

/** What keeps a submission in its place here, in words. */
export const protection = (): string =>
  namespaces().length > 0
    ? "Node's permission model, a lock-down, and namespaces without a network"
    : "Node's permission model and a lock-down (no namespaces here)";

function problemOf({ ok, ended, error }: Ran): string[] {
  if (ended) return [`the submission's process ended: ${ended}`];
  return ok || !error ? [] : [`${error.name}: ${error.message}`];
}

function faultOf({ cell }: Step, { error, ended }: Ran): string[] {
  return [`the source's cell ${cell.id} fails: ${ended ?? `${error?.name}: ${error?.message}`}`];
}

interface Context {
  readonly steps: readonly Step[];
  readonly problems: readonly string[];
  readonly session: Session;
  readonly showHidden: boolean;
}

function resultOf(
  { cell, gradeId }: Step,
  ran: Ran,
  { steps, problems, session, showHidden }: Context,
): TestResult {
  const maxPoints = cell.metadata.nbgrader?.points ?? 0;
  const output = session.takeOutput().slice(0, keptOutput);
  const { hint } = (cell.metadata.exercise ?? {}) as { hint?: unknown };
  const shared = {
    gradeId,
    maxPoints,
    output,
    ran: ran.ended === undefined,
    ...(typeof hint === 'string' && { hint }),
  };
  const points = score(ran, maxPoints);
  if (points === maxPoints && ran.ok && !ran.ended) return { ...shared, points, status: 'passed' };
  if (points > 0) return { ...shared, points, status: 'partly' };
  void steps;
  const written = ran.error?.message !== 'not implemented' && !problems.includes('Error: not implemented');
  const hidden = !showHidden && ran.error?.place && hiddenLines(cell.source).has(ran.error.place.line);
  const own = ran.ended ? `the submission's process ended: ${ran.ended}` : ran.error?.message;
  const message = hidden ? 'a hidden test fails' : (own ?? 'it wrote to stderr');
  const status = ran.ended ? 'ended' : written ? 'failed' : 'not written yet';
  return { ...shared, points: 0, status, message: [message, ...problems].join('; ') };
}
