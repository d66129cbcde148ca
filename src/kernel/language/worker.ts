/** The worker thread that holds TypeScript: questions come one at a time and are answered in their order. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import { check } from './check.js';
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

parentPort?.on('message', (message: ToWorker) => {
  if ('ran' in message) return ran(message.ran);
  const { id, question } = message;
  try {
    parentPort?.postMessage({ id, answer: answerTo(question) } satisfies FromWorker);
  } catch (error) {
    parentPort?.postMessage({ id, problem: messageOf(error) } satisfies FromWorker);
  }
});

/** A cell nested too deeply for TypeScript declares nothing; it must not end the thread, which would read it again. */
function ran(code: string): void {
  try {
    session.cells.ran(code);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function answerTo(question: Question): unknown {
  const { about, code } = question;
  switch (about) {
    case 'complete':
      return complete(session, code, question.cursor);
    case 'inspect':
      return inspect(session, code, question.cursor);
    case 'check':
      return check(session, code);
  }
}
