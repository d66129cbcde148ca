/**
 * TypeScript's knowledge of notebook cells: what may come next, what a name means, and which types do
 * not fit. TypeScript works in a thread of its own, so that nobody waits who did not ask; the thread starts
 * with the first question, and anew with the next one if it died.
 */
import { startThread } from '../../core/thread.js';
import type { Problem } from './check.js';
import type { Completion } from './complete.js';
import type { Inspection } from './inspect.js';
import type { FromWorker, Question, Start, ToWorker } from './worker.js';

export type { Completion, Inspection, Problem };

/** Answers about the cells of one notebook. Cursors are JavaScript string offsets; lines and columns count from 1. */
export interface Language {
  /** What may stand at the cursor, best first. */
  readonly complete: (code: string, cursor: number) => Promise<Completion>;
  /** Signature and documentation of the name at the cursor, or of the function whose call the cursor stands in. */
  readonly inspect: (code: string, cursor: number) => Promise<Inspection>;
  /** The type errors of a cell, in the order of their places. */
  readonly check: (code: string) => Promise<Problem[]>;
  /** Notes that a cell has run: those after it see its names. */
  readonly ran: (code: string) => Promise<void>;
  /** Notes that the names of all cells are gone; questions that wait get an error. */
  readonly forget: () => void;
  /** Ends the thread; questions that wait get an error. */
  readonly close: () => Promise<void>;
}

/**
 * Starts to answer about the cells of a notebook. Every question is rejected if the thread dies over it.
 *
 * @param options.folder Where the notebook lies: imports and `tsconfig.json` are looked up from there.
 * @param options.seconds Longest time for an answer; default 60. When it is over the thread is ended.
 *
 * @example
 * const language = startLanguage({ folder: process.cwd() });
 * await language.ran('let step = 1;');
 * await language.check("step = 'two';"); // [{ line: 1, column: 1, code: 2322, … }]
 */
export function startLanguage({
  folder,
  seconds = 60,
}: {
  readonly folder: string;
  readonly seconds?: number;
}): Language {
  const cells: string[] = [];
  let closed = false;
  let thread: Thread | undefined;
  const ask = async <T>(question: Question): Promise<T> => {
    if (closed) throw new Error('Cannot answer about a cell: the language service is closed');
    if (!thread?.alive()) thread = startTypeScript({ folder, cells });
    return (await thread.ask(question, seconds)) as T;
  };
  return {
    complete: (code, cursor) => ask({ about: 'complete', code, cursor }),
    inspect: (code, cursor) => ask({ about: 'inspect', code, cursor }),
    check: (code) => ask({ about: 'check', code }),
    ran: async (code) => {
      cells.push(code);
      thread?.ran(code);
    },
    forget: () => {
      cells.length = 0;
      void thread?.stop('the names of all cells are gone');
    },
    close: async () => {
      closed = true;
      await thread?.stop('it was closed');
    },
  };
}

interface Thread {
  readonly alive: () => boolean;
  readonly ask: (question: Question, seconds: number) => Promise<unknown>;
  readonly ran: (code: string) => void;
  readonly stop: (why: string) => Promise<unknown>;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

function startTypeScript(start: Start): Thread {
  const worker = startThread('./worker', import.meta.url, {
    workerData: start,
    stdout: true, // nothing of the thread's own belongs into a notebook
    stderr: true,
  });
  worker.unref(); // the process may end while nobody waits
  const waiting = new Map<number, Waiting>();
  let questions = 0;
  let why: string | undefined;
  const post = (message: ToWorker) => worker.postMessage(message);
  const settle = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return one;
  };
  const die = (reason: string) => {
    why ??= reason;
    const error = new Error(`Cannot answer about a cell: the TypeScript thread ended: ${why}`);
    for (const id of [...waiting.keys()]) settle(id)?.reject(error);
  };
  const stop = (reason: string) => {
    die(reason);
    return worker.terminate();
  };
  worker.on('message', (message: FromWorker) => {
    const one = settle(message.id);
    if ('answer' in message) one?.resolve(message.answer);
    else one?.reject(new Error(`Cannot answer about a cell: TypeScript failed: ${message.problem}`));
  });
  worker.on('error', (error) => die(error.message));
  worker.on('exit', (status) => die(`it exited with status ${status}`));
  return {
    alive: () => why === undefined,
    ran: (code) => post({ ran: code }),
    stop,
    ask: (question, seconds) => {
      const id = ++questions;
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      const limit = setTimeout(() => void stop(`there was no answer within ${seconds} s`), seconds * 1000);
      worker.ref();
      post({ id, question });
      return answer.finally(() => clearTimeout(limit));
    },
  };
}
