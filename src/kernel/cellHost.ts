/**
 * The runner's side of a cell process: starts it, sends cells as JavaScript, and notices when it hangs or dies.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../core/errors.js';
import type { CellOutcome, FromCellProcess, Question, ToCellProcess } from './messages.js';
import type { EngineOutput } from './output.js';
import { mostCharacters, outputCut } from './streams.js';
import { cellCode, transpileSettings } from './transpile.js';

/** How a cell came back: with its own outcome, too late, or not at all because the process ended. */
export type CellReturn =
  | { readonly type: 'done'; readonly outcome: CellOutcome }
  | { readonly type: 'timeout' }
  | { readonly type: 'died'; readonly why: string };

/** What one execution needs and where its outputs go. */
export interface Execution {
  /** Longest time; default none. When it is over the process is ended. */
  readonly milliseconds?: number;
  /** Receives outputs as they come, those included that come after the cell has ended: of timers, of other programs. */
  readonly send: (output: EngineOutput) => void;
  /** The cell's number in error messages; default one more than the last. */
  readonly number?: number;
  /** Answers a cell that asks its reader; default: nobody is there, and the cell gets an error. */
  readonly ask?: (question: Question) => Promise<string>;
}

/** A running cell process. */
export interface CellHost {
  /** Runs one cell; after `timeout` or `died` the process is gone and no more cells can run. */
  readonly execute: (source: string, execution: Execution) => Promise<CellReturn>;
  /**
   * Ends the running cell, a loop without end included, with an error of the name `Interrupted`; the process and its
   * variables stay. Does nothing while no cell runs.
   */
  readonly interrupt: () => void;
  /** Why the process ended, once it has. */
  readonly ended: Promise<string>;
  /** Ends the process, whatever it is doing; a reason becomes that of `ended`. */
  readonly stop: (why?: string) => void;
  /** The process's number. */
  readonly pid: number;
}

/** How to start a cell process. */
export interface CellHostConfig {
  /** Environment variables; default this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Where a failure that nobody awaited goes when its cell has ended: `stray` (default) lets the next cell fail, so
   * that no run ends well by luck; `own` shows it in the cell that it came from.
   */
  readonly lateErrors?: 'stray' | 'own';
}

/**
 * Starts a process for a notebook.
 *
 * @param folder Where the notebook lies; cells run there.
 * @throws {Error} If the process does not start.
 */
export async function startCellHost(
  folder: string,
  { env = process.env, lateErrors = 'stray' }: CellHostConfig = {},
): Promise<CellHost> {
  const child = fork(fileURLToPath(new URL('./cellProcess.js', import.meta.url)), {
    execArgv: [], // what this process was started with, a test's loader for one, is not the cells' business
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'], // the last one is read by the thread that interrupts
  });
  const executions = new Map<number, Execution>();
  const returns = new Map<number, (outcome: CellOutcome) => void>();
  const settings = transpileSettings(folder);
  let cells = 0;
  let stopped: string | undefined;
  let onReady: () => void = () => {};
  const ready = new Promise<undefined>((resolve) => {
    onReady = () => resolve(undefined);
  });
  const post = (message: ToCellProcess) => child.connected && child.send(message, () => {});
  child.on('message', (message: FromCellProcess) => {
    if (message.type === 'ready') return onReady();
    const execution = executions.get(message.cell);
    if (message.type === 'output') execution?.send(message.output);
    else if (message.type === 'ask') void answer(message.cell, message.question, execution, post);
    else {
      if (lastWords) executions.get(cells)?.send({ type: 'stream', name: 'stderr', text: lastWords });
      lastWords = ''; // another program's
      returns.get(message.cell)?.(message.outcome);
    }
  });
  let passed = 0; // characters of other programs for the newest cell
  let lastWords = ''; // Node's, when it ends for want of memory: many lines that help no reader
  for (const name of ['stdout', 'stderr'] as const) {
    // What goes around `process.stdout`: other programs that a cell starts, and Node itself.
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      if (name === 'stderr' && (lastWords || dying.test(text))) lastWords += text;
      else if (passed <= mostCharacters) {
        passed += text.length;
        const output = { type: 'stream', name, text } as const;
        executions.get(cells)?.send(passed > mostCharacters ? outputCut : output);
      }
    });
  }
  const interrupts = child.stdio[4] as NodeJS.WritableStream;
  interrupts.on('error', () => {}); // the process is gone
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(stopped ?? howItEnded(code, signal, lastWords)));
  });
  const died = ended.then((why): CellReturn => ({ type: 'died', why }));
  post({ type: 'start', folder, lateErrors });
  const failure = await Promise.race([ready, died]);
  if (failure?.type === 'died') throw new Error(`Cannot start a process for the cells: ${failure.why}`);
  return {
    execute: async (source, execution) => {
      const cell = ++cells;
      passed = 0;
      executions.set(cell, execution);
      const done = new Promise<CellReturn>((resolve) => {
        returns.set(cell, (outcome) => resolve({ type: 'done', outcome }));
      });
      const limit = timeLimit(execution.milliseconds ?? Number.POSITIVE_INFINITY);
      const { number } = execution;
      post({ type: 'execute', cell, source, js: cellCode(source, settings), ...(number && { number }) });
      const result = await Promise.race([done, died, limit.reached]);
      limit.clear();
      returns.delete(cell);
      if (result.type === 'timeout') child.kill('SIGKILL');
      return result;
    },
    interrupt: () => void interrupts.write('.'),
    ended,
    stop: (why) => {
      stopped ??= why;
      child.kill('SIGKILL');
    },
    pid: child.pid ?? 0,
  };
}

async function answer(
  cell: number,
  question: Question,
  execution: Execution | undefined,
  post: (message: ToCellProcess) => void,
): Promise<void> {
  try {
    if (!execution?.ask) throw new Error('there is nobody to answer here');
    post({ type: 'answer', cell, text: await execution.ask(question) });
  } catch (error) {
    post({ type: 'answer', cell, problem: messageOf(error) });
  }
}

function timeLimit(milliseconds: number): {
  readonly reached: Promise<CellReturn>;
  readonly clear: () => void;
} {
  let timer: NodeJS.Timeout | undefined;
  const reached = new Promise<CellReturn>((resolve) => {
    if (Number.isFinite(milliseconds))
      timer = setTimeout(() => resolve({ type: 'timeout' }), Math.max(0, milliseconds));
  });
  return { reached, clear: () => clearTimeout(timer) };
}

/** How Node's last words begin, whatever it ends of. */
const dying =
  /^\s*(<--- Last few GCs|FATAL ERROR:|----- Native stack trace|# +\S*node\S*\[\d+\]|Waiting for the debugger)/;

function howItEnded(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  if (/out of memory/.test(lastWords)) return 'the process ran out of memory';
  return signal ? `the process was ended by ${signal}` : `the process exited with status ${code}`;
}
