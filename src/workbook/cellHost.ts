/** The runner's side of a cell process: starts it, sends cells, and notices when it hangs or dies. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CellOutcome } from '../kernel/engine.js';
import type { EngineOutput } from '../kernel/output.js';
import type { FromCellProcess, ToCellProcess } from './cellProcess.js';

/** How a cell came back: with its own outcome, too late, or not at all because the process ended. */
export type CellReturn =
  | { readonly type: 'done'; readonly outcome: CellOutcome }
  | { readonly type: 'timeout' }
  | { readonly type: 'died'; readonly why: string };

/** A running cell process. */
export interface CellHost {
  /** Runs one cell; after `timeout` or `died` the process is gone and no more cells can run. */
  readonly execute: (
    source: string,
    options: { readonly milliseconds: number; readonly send: (output: EngineOutput) => void },
  ) => Promise<CellReturn>;
  /** Ends the process, whatever it is doing. */
  readonly stop: () => void;
}

/**
 * Starts a process for a notebook.
 *
 * @param folder Where the notebook lies; cells run there.
 */
export async function startCellHost(folder: string): Promise<CellHost> {
  const child = fork(fileURLToPath(new URL('./cellProcess.js', import.meta.url)), {
    execArgv: [], // what this process was started with, a test's loader for one, is not the cells' business
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let onMessage: (message: FromCellProcess) => void = () => {};
  let onText: (name: 'stdout' | 'stderr', text: string) => void = () => {};
  let cells = 0;
  child.on('message', (message: FromCellProcess) => onMessage(message));
  for (const name of ['stdout', 'stderr'] as const) {
    // What goes around `process.stdout`: other programs that a cell starts, and Node's own last words.
    child[name]?.setEncoding('utf8').on('data', (text: string) => onText(name, text));
  }
  const ended = new Promise<CellReturn>((resolve) => {
    child.once('error', (error) => resolve({ type: 'died', why: error.message }));
    child.once('close', (code, signal) => resolve({ type: 'died', why: howItEnded(code, signal) }));
  });
  const post = (message: ToCellProcess) => child.connected && child.send(message, () => {});
  const ready = new Promise<undefined>((resolve) => {
    onMessage = () => resolve(undefined);
  });
  post({ type: 'start', folder });
  const failure = await Promise.race([ready, ended]);
  if (failure?.type === 'died') throw new Error(`Cannot start a process for the cells: ${failure.why}`);
  return {
    execute: async (source, { milliseconds, send }) => {
      const cell = ++cells;
      onText = (name, text) => send({ type: 'stream', name, text });
      const done = new Promise<CellReturn>((resolve) => {
        onMessage = (message) => {
          if (message.type === 'ready' || message.cell !== cell) return;
          if (message.type === 'output') send(message.output);
          else resolve({ type: 'done', outcome: message.outcome });
        };
      });
      const limit = timeLimit(milliseconds);
      post({ type: 'execute', cell, source });
      const result = await Promise.race([done, ended, limit.reached]);
      limit.clear();
      if (result.type === 'timeout') child.kill('SIGKILL');
      return result;
    },
    stop: () => child.kill('SIGKILL'),
  };
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

const howItEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal ? `the process was ended by ${signal}` : `the process exited with status ${code}`;
