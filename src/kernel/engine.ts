/**
 * The engine that runs TypeScript cells: for the runner, the grader and the Jupyter kernel alike. One engine to a
 * process, since cells share its globals: the runner starts a process for each notebook.
 *
 * Left out: type checking (cells are transpiled one by one), and stopping a cell that is running (whoever
 * started the process ends it).
 */
import { Console } from 'node:console';
import { type Host, hostKey } from '../plot/show.js';
import { runtimeName } from './cellTransforms.js';
import { createEvaluator } from './evaluate.js';
import { formatValue } from './format.js';
import { cellModules } from './modules.js';
import { createOutputQueue, type EngineOutput } from './output.js';
import { type CellStreams, createStreams, redirect } from './streams.js';
import { type CellError, type CellSource, cellUrl, describeError } from './traceback.js';
import { transpileCell } from './transpile.js';

/** How a cell ended. */
export type CellOutcome = { readonly ok: true } | { readonly ok: false; readonly error: CellError };

/** Runs cells one after the other in one shared scope. */
export interface Engine {
  /**
   * Runs a cell and waits for it, its outputs included. What it declared before an error stays declared.
   *
   * @param source TypeScript.
   * @param send Receives outputs as they come.
   * @throws {Error} If another cell is still running.
   */
  readonly execute: (source: string, send: (output: EngineOutput) => void) => Promise<CellOutcome>;
  /** Gives `console`, the standard streams and the global names back. */
  readonly close: () => void;
}

/** The running cell's own things. */
interface Running {
  readonly streams: CellStreams;
  readonly push: (output: EngineOutput | Promise<EngineOutput | undefined>) => void;
  readonly fail: (error: unknown) => void;
  readonly drained: () => Promise<void>;
  /** The last value of each display that changed while the cell ran: it still lacks its picture. */
  readonly changed: Map<string, unknown>;
}

/**
 * Starts an engine.
 *
 * @param options.folder Where the notebook lies: imports are found from there. Default: the current folder.
 *
 * @example
 * const engine = createEngine();
 * await engine.execute('const x: number = 41', () => {});
 * await engine.execute('x + 1', (output) => outputs.push(output)); // { type: 'result', data: { 'text/plain': '42' } }
 */
export function createEngine({ folder = process.cwd() }: { readonly folder?: string } = {}): Engine {
  const evaluator = createEvaluator();
  const cells = new Map<number, CellSource>();
  let stray: unknown[] = []; // failures that came while no cell was running: the next one reports them
  let running: Running | undefined;
  const restore = takeOver(
    folder,
    () => running,
    (error) => stray.push(error),
  );
  return {
    execute: async (source, send) => {
      if (running) throw new Error('Cannot run a cell: another is still running');
      const errors = stray;
      stray = [];
      running = startCell(send, errors);
      const number = cells.size + 1;
      try {
        cells.set(number, { source, originalPosition: () => undefined });
        const { code, originalPosition } = transpileCell(source);
        cells.set(number, { source, originalPosition });
        const evaluation = await evaluator.evaluate(code, cellUrl(number));
        if (!evaluation.ok) errors.push(evaluation.thrown);
      } catch (error) {
        errors.push(error);
      }
      await settle(running);
      running = undefined;
      return errors.length > 0 ? { ok: false, error: describeError(errors[0], number, cells) } : { ok: true };
    },
    close: () => {
      evaluator.close();
      restore();
    },
  };
}

function startCell(send: (output: EngineOutput) => void, errors: unknown[]): Running {
  const fail = (error: unknown) => errors.push(error);
  const queue = createOutputQueue(send, fail);
  const streams = createStreams((name, text) => queue.push({ type: 'stream', name, text }));
  const push: Running['push'] = (output) => {
    streams.flush();
    queue.push(output);
  };
  return { streams, push, fail, drained: queue.drained, changed: new Map() };
}

/** Waits for failures that nobody awaited, gives changed figures their pictures, and lets all outputs go. */
async function settle({ streams, push, drained, changed }: Running): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  for (const [id, value] of changed) push(displayOf(value, { id, update: true }));
  streams.flush();
  await drained();
}

interface DisplayOptions {
  readonly id?: string;
  readonly update?: boolean;
}

async function displayOf(
  value: unknown,
  options: DisplayOptions,
  picture = true,
): Promise<EngineOutput | undefined> {
  const data = await formatValue(value, { picture });
  return data && { type: 'display', data, ...options };
}

/** Puts the engine behind `console`, the standard streams, `show` and the names that cells are compiled to. */
function takeOver(
  folder: string,
  running: () => Running | undefined,
  stray: (error: unknown) => void,
): () => void {
  const { import: load, require, meta } = cellModules(folder);
  const result = (value: unknown) => {
    const output = formatValue(value).then(
      (data): EngineOutput | undefined => data && { type: 'result', data },
    );
    running()?.push(output);
  };
  const display: Host['display'] = (value, options = {}) => {
    const cell = running();
    if (options.id !== undefined) cell?.changed.set(options.id, value);
    cell?.push(displayOf(value, options, options.id === undefined));
  };
  const restores = [
    define(runtimeName, { import: load, result, meta }),
    define('require', require),
    define('__dirname', meta.dirname),
    define('__filename', meta.filename),
    define(hostKey, { display } satisfies Host),
    define('console', new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false })),
    redirect('stdout', () => running()?.streams),
    redirect('stderr', () => running()?.streams),
    ...(['unhandledRejection', 'uncaughtException'] as const).map((event) => {
      const fail = (error: unknown) => (running()?.fail ?? stray)(error);
      process.on(event, fail);
      return () => process.off(event, fail);
    }),
  ];
  return () => {
    for (const restore of restores.reverse()) restore();
  };
}

function define(name: string | symbol, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
  return () => {
    if (before) Object.defineProperty(globalThis, name, before);
    else delete (globalThis as { [name: string | symbol]: unknown })[name];
  };
}
