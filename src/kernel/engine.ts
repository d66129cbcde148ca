/**
 * The engine that runs TypeScript cells: for the runner, the grader and the Jupyter kernel alike. One engine to a
 * process, since cells share its globals: the runner starts a process for each notebook.
 *
 * What a cell starts and does not wait for belongs to it all the same: Node carries the cell along (`AsyncLocalStorage`),
 * so the text of a timer and the failure of a promise reach the cell that they came from, however late.
 *
 * Left out: TypeScript. Cells come as JavaScript with a source map, so that this process holds nothing but the cells.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import { inspect } from 'node:util';
import { type Host, hostKey } from '../core/display.js';
import {
  Error,
  globalThis,
  Map,
  Object,
  Promise,
  process,
  Reflect,
  String,
  setImmediate,
  setTimeout,
} from '../core/globals.js';
import { type CellCode, runtimeName, usable } from './cellCode.js';
import { createEvaluator } from './evaluate.js';
import { formatValue, withoutOrigin } from './format.js';
import { createStops, Interrupted, type Stops } from './interruptible.js';
import { listen } from './listeners.js';
import type { CellOutcome, Question } from './messages.js';
import { cellModules } from './modules/cellModules.js';
import { createOutputQueue, type EngineOutput } from './output.js';
import { type CellStreams, createStreams, redirect } from './streams.js';
import { type CellSource, cellUrl, describeError, type Failure, withPlaces } from './traceback.js';

/** Runs cells one after the other in one shared scope. */
export interface Engine {
  /**
   * Runs a cell and waits for it, its outputs included. What it declared before an error stays declared.
   *
   * @param cell What its reader wrote, and the JavaScript made of it.
   * @param send Receives outputs as they come, also those that come after the cell's end.
   * @param number The cell's number in error messages; default one more than the last.
   * @throws {Error} If another cell is still running.
   */
  readonly execute: (
    cell: { readonly source: string; readonly js: CellCode },
    send: (output: EngineOutput) => void,
    number?: number,
  ) => Promise<CellOutcome>;
  /** Lets every `await` of the cells fail, now and until the running cell ends. See `interruptible.ts`. */
  readonly interrupt: () => void;
  /** Stops following which cell started what, until the next cell: Node counts callbacks while that goes on. */
  readonly forgetOrigins: () => void;
  /** Gives `console`, the standard streams and the global names back. */
  readonly close: () => void;
}

/** How an engine is set up. */
export interface EngineConfig {
  /** Where the notebook lies: imports are found from there. Default: the current folder. */
  readonly folder?: string;
  /** As in `CellHostConfig`; default `stray`. */
  readonly lateErrors?: 'stray' | 'own';
  /** Asks the reader for a line, on behalf of the cell that `send` belongs to; default: nobody is there. */
  readonly ask?: (question: Question, send: (output: EngineOutput) => void) => Promise<string>;
}

/** A cell and what it started. */
interface Running {
  readonly number: number;
  readonly send: (output: EngineOutput) => void;
  readonly streams: CellStreams;
  readonly push: (output: EngineOutput | Promise<EngineOutput | undefined>) => void;
  /** Failures while it ran. */
  readonly errors: Failure[];
  readonly drained: () => Promise<void>;
  /** The last value of each display that changed while the cell ran: it still lacks its picture. */
  readonly changed: Map<string, unknown>;
}

/**
 * Starts an engine.
 *
 * @example
 * const engine = createEngine();
 * const cell = (source: string) => ({ source, js: transpileCell(source) });
 * await engine.execute(cell('const x: number = 41'), () => {});
 * await engine.execute(cell('x + 1'), (output) => outputs.push(output)); // { type: 'result', data: { 'text/plain': '42' } }
 */
export function createEngine(config: EngineConfig = {}): Engine {
  const evaluator = createEvaluator();
  const stops = createStops();
  const cells = new Map<number, CellSource>();
  const origin = new AsyncLocalStorage<Running>();
  let last = 0;
  let stray: Failure[] = []; // failures that came while their cell was not running: the next one reports them
  let running: Running | undefined;
  const late = (cell: Running | undefined, failure: Failure) => {
    if (!cell || config.lateErrors !== 'own') return void (running?.errors ?? stray).push(failure);
    const { traceback } = describeError(failure, cell.number, cells);
    cell.push({ type: 'stream', name: 'stderr', text: `${traceback.join('\n')}\n` });
  };
  const cellOf = () => origin.getStore() ?? running;
  const fail = (thrown: unknown) => {
    const cell = cellOf();
    if (cell && cell === running) cell.errors.push({ thrown });
    else late(cell, { thrown });
  };
  const restore = takeOver(config, stops, cellOf, fail);
  return {
    execute: async ({ source, js }, send, number = last + 1) => {
      if (running) throw new Error('Cannot run a cell: another is still running');
      last = number;
      const cell = startCell(send, number, stray, cells);
      stray = [];
      running = cell;
      stops.reset();
      try {
        cells.set(number, { source });
        const { code, sourceMap } = usable(js);
        cells.set(number, { source, sourceMap });
        const evaluation = origin.run(cell, () => evaluator.evaluate(code, cellUrl(number)));
        const ended = await Promise.race([evaluation, stops.given]);
        if (!ended.ok) cell.errors.push({ ...ended, awaited: stops.awaitOf(ended.thrown) });
      } catch (thrown) {
        cell.errors.push({ thrown });
      }
      const pictures = cell.changed.size > 0 ? pictureMilliseconds : 0;
      const patience = Promise.race([stops.given.then(() => pause(pictures)), stops.insisted]);
      await Promise.race([settle(cell), patience.then(() => pause(0))]);
      const outcome = await outcomeOf(cell, cells, stops);
      running = undefined;
      return outcome;
    },
    interrupt: () => {
      if (running) stops.stop();
    },
    forgetOrigins: () => origin.disable(),
    close: () => {
      evaluator.close();
      restore();
    },
  };
}

type Send = (output: EngineOutput) => void;

/** Sends text with the places of its stacks in the cells' TypeScript. */
function withCells(send: Send, cells: ReadonlyMap<number, CellSource>): Send {
  return (output) => {
    if (output.type === 'stream') return send({ ...output, text: withPlaces(output.text, cells) });
    if (output.type === 'clear') return send(output);
    const text = output.data['text/plain'];
    if (typeof text !== 'string') return send(output);
    send({ ...output, data: { ...output.data, 'text/plain': withPlaces(text, cells) } });
  };
}

function startCell(
  send: Send,
  number: number,
  errors: Failure[],
  cells: ReadonlyMap<number, CellSource>,
): Running {
  const queue = createOutputQueue(withCells(send, cells), (thrown) => errors.push({ thrown }));
  const streams = createStreams((name, text) => queue.push({ type: 'stream', name, text }));
  const push: Running['push'] = (output) => {
    streams.flush();
    queue.push(output);
  };
  return { number, send, streams, push, errors, drained: queue.drained, changed: new Map() };
}

/**
 * Longest time, in milliseconds, for which a stopped cell waits for the pictures of figures that it has changed: what
 * draws the first one takes seconds to load where the machine is busy. A second interrupt ends that.
 */
const pictureMilliseconds = 30_000;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for failures that nobody awaited, gives changed figures their pictures, and lets all outputs go. */
async function settle({ streams, push, drained, changed }: Running): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  for (const [id, value] of changed) push(displayOf(value, { id, update: true }));
  changed.clear();
  streams.flush();
  await drained();
}

async function outcomeOf(
  { number, errors }: Running,
  cells: ReadonlyMap<number, CellSource>,
  { given }: Stops,
): Promise<CellOutcome> {
  if (errors.length === 0) return { ok: true };
  const describe = (failure: Failure) => describeError(failure, number, cells);
  const first = errors[0]!;
  if (first.thrown instanceof Interrupted) return { ok: false, error: describe(first) };
  // In a turn of its own, since an error may be made so that looking at it never ends.
  const description = new Promise((resolve) => setImmediate(resolve)).then(() => describe(first));
  const stopped = given.then((ended) => describe(ended.ok ? { thrown: undefined } : ended));
  return { ok: false, error: await Promise.race([description, stopped]) };
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

/** Puts the engine behind `console`, the standard streams, `show`, `prompt` and the names that cells are compiled to. */
function takeOver(
  { folder = process.cwd(), ask }: EngineConfig,
  { live, liveIterable }: Stops,
  cellOf: () => Running | undefined,
  fail: (error: unknown) => void,
): () => void {
  const { import: load, require, meta } = cellModules(folder);
  const result = (value: unknown) => {
    const output = formatValue(value).then(
      (data): EngineOutput | undefined => data && { type: 'result', data },
    );
    cellOf()?.push(output);
  };
  const display: Host['display'] = (value, options = {}) => {
    const cell = cellOf();
    if (options.id !== undefined) cell?.changed.set(options.id, value);
    cell?.push(displayOf(value, options, options.id === undefined));
  };
  const clear: Host['clear'] = ({ wait = false } = {}) => cellOf()?.push({ type: 'clear', wait });
  const prompt = async (text = '', { password = false } = {}): Promise<string> => {
    const cell = cellOf();
    if (!ask || !cell) throw new Error(`Cannot ask "${text}": there is nobody to answer here`);
    cell.streams.flush();
    return ask({ text: String(text), password }, cell.send);
  };
  const restores = [
    define(runtimeName, { import: load, result, meta, live, liveIterable }),
    define('require', require),
    define('__dirname', meta.dirname),
    define('__filename', meta.filename),
    define('prompt', prompt),
    define(inspect.custom, withoutOrigin, Promise.prototype),
    define(hostKey, { display, clear } satisfies Host),
    define('console', new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false })),
    redirect('stdout', () => cellOf()?.streams),
    redirect('stderr', () => cellOf()?.streams),
    listen('unhandledRejection', fail),
    listen('uncaughtException', fail),
  ];
  return () => {
    for (const restore of restores.reverse()) restore();
  };
}

function define(name: string | symbol, value: unknown, target: object = globalThis): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}
