/**
 * The worker thread that holds TypeScript. Who asks what may come next, or what a name means, is waiting: those are answered
 * at once. Checks are news, and made in their order when nobody waits, each as of the moment when it was asked for.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import { laterCheck } from './check.js';
import { complete } from './complete.js';
import { inspect } from './inspect.js';
import { createSession } from './session.js';
import { loadTypeScript } from './typescript.js';

/** What the thread starts from: the folder, and the cells that have run already. */
export interface Start {
  readonly folder: string;
  readonly cells: readonly string[];
}

/** A question; `ran` is told, not asked. */
export type Question =
  | { readonly about: 'complete' | 'inspect'; readonly code: string; readonly cursor: number }
  | { readonly about: 'check'; readonly code: string };

/** To the thread. */
export type ToWorker = { readonly id: number; readonly question: Question } | { readonly ran: string };

/** From the thread: an answer, or why there is none. */
export type FromWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly problem: string };

const { folder, cells } = workerData as Start;
const ts = loadTypeScript(folder);
const session = createSession(ts, folder);
for (const code of cells) ran(code);
const checks: { readonly id: number; readonly check: () => unknown }[] = [];
const later = Symbol('an answer that comes later');

parentPort?.on('message', (message: ToWorker) => {
  if ('ran' in message) return ran(message.ran);
  const { id, question } = message;
  answer(id, () => {
    if (question.about !== 'check') return answerTo(question);
    checks.push({ id, check: laterCheck(session, question.code) });
    if (checks.length === 1) setImmediate(nextCheck);
    return later;
  });
});

/** Makes the check that waits longest; what was asked meanwhile comes before the next one. */
function nextCheck(): void {
  const { id, check } = checks[0]!;
  answer(id, check);
  checks.shift();
  if (checks.length > 0) setImmediate(nextCheck);
}

function answer(id: number, made: () => unknown): void {
  try {
    const answer = made();
    if (answer !== later) parentPort?.postMessage({ id, answer } satisfies FromWorker);
  } catch (error) {
    parentPort?.postMessage({ id, problem: messageOf(error) } satisfies FromWorker);
  }
}

/** A cell nested too deeply for TypeScript declares nothing; it must not end the thread, which would read it again. */
function ran(code: string): void {
  try {
    session.cells.ran(code);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function answerTo({ about, code, cursor }: Exclude<Question, { readonly about: 'check' }>): unknown {
  return about === 'complete' ? complete(session, code, cursor) : inspect(session, code, cursor);
}
