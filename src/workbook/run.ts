/**
 * Runs a notebook from its first cell to its last in a process of its own, as a stream of events; the last event
 * carries the executed notebook and says whether every cell ran. A cell that fails stops the run, and what ran
 * before it is kept.
 */
import { type CellHost, type CellReturn, startCellHost } from '../kernel/cellHost.js';
import type { EngineOutput } from '../kernel/output.js';
import { type CellError, placeText } from '../kernel/traceback.js';
import { type Cell, type CodeCell, hasTag, isRun, type Notebook } from './notebook.js';
import { createOutputStore } from './outputs.js';

/** How to run. */
export interface RunOptions {
  /** Where the notebook lies: its cells run there. */
  readonly folder: string;
  /** Longest time for one cell, in seconds. Default: none. `metadata.execution.timeout` of a notebook wins. */
  readonly cellSeconds?: number;
  /** Longest time for the whole notebook, in seconds. Default: none. */
  readonly totalSeconds?: number;
  /** Values for the variables of the cell tagged `parameters`, as papermill does. */
  readonly parameters?: { readonly [name: string]: string | number | boolean };
  /** Ends the run before its next output. */
  readonly signal?: AbortSignal;
}

/** What happens during a run. Cells are named by their place in the executed notebook, from 0. */
export type RunEvent =
  | { readonly type: 'cell'; readonly index: number; readonly nth: number; readonly total: number }
  | { readonly type: 'output'; readonly index: number; readonly output: EngineOutput }
  | { readonly type: 'end'; readonly notebook: Notebook; readonly result: RunResult };

/** Whether the notebook ran, and if not, where it stopped. */
export interface RunResult {
  readonly ok: boolean;
  /** Code cells that ran to their end. */
  readonly cellsRun: number;
  /** Code cells that should have run and did not. */
  readonly cellsNotRun: number;
  readonly seconds: number;
  /** One sentence with the cell, the line and the error. */
  readonly problem?: string;
}

/**
 * Runs a notebook.
 *
 * An exercise that is not written yet, or whose test fails, does not stop the others: the run goes on, and is not `ok`.
 * Any other cell that fails ends it. The tags `raises-exception` (an error in this cell is expected) and
 * `skip-execution` are honoured, and so are `allow_errors` and `timeout` of the notebook's `execution` metadata, as
 * nbclient and nbmake do.
 *
 * @example
 * for await (const event of runNotebook(notebook, { folder: 'notebooks' })) {
 *   if (event.type === 'end') writeNotebook('out/05.ipynb', event.notebook);
 * }
 */
export async function* runNotebook(source: Notebook, config: RunOptions): AsyncGenerator<RunEvent> {
  const notebook = withParameters(source, config.parameters ?? {});
  const { allow_errors: allowErrors = false, timeout } = executionMetadata(notebook);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const store = createOutputStore();
  const counts = new Map<number, number>(); // execution count by cell
  const toRun = notebook.cells.flatMap((cell, index) => (isRun(cell) ? [{ cell, index }] : []));
  let problem: string | undefined;
  let finished = 0;
  const unwritten: string[] = [];
  const host = await startCellHost(config.folder);
  const stop = () => host.stop();
  if (config.signal?.aborted) stop(); // before it could listen
  config.signal?.addEventListener('abort', stop);
  try {
    for (const [at, { cell, index }] of toRun.entries()) {
      const nth = at + 1;
      counts.set(index, nth);
      yield { type: 'cell', index, nth, total: toRun.length };
      const cellLimit = timeout ?? config.cellSeconds ?? Number.POSITIVE_INFINITY;
      const left = (config.totalSeconds ?? Number.POSITIVE_INFINITY) - seconds();
      const limit = Math.min(cellLimit, left);
      const result = yield* executeCell(host, cell.source, limit, index, (output) =>
        store.add(index, output, nth),
      );
      const error = errorOf(result, {
        limit,
        whole: left < cellLimit,
        aborted: config.signal?.aborted === true,
      });
      if (error) store.addError(index, error);
      if (result.type === 'done') finished++;
      if (!error || (result.type === 'done' && (allowErrors || hasTag(cell, 'raises-exception')))) continue;
      if (result.type === 'done' && isUnwritten(error)) {
        unwritten.push(cell.metadata.nbgrader?.grade_id ?? `cell ${nth}`);
        continue;
      }
      problem ??= error.place ? sentence(error) : `cell ${nth}: ${sentence(error)}`;
      if (result.type !== 'done' || !cell.metadata.nbgrader?.grade) break;
    }
    problem ??= await lateProblem(host);
    if (unwritten.length > 0) problem ??= `not written yet: ${unwritten.join(', ')}`;
  } finally {
    config.signal?.removeEventListener('abort', stop);
    host.stop();
  }
  const cells = notebook.cells.map(
    (cell, index): Cell =>
      cell.cell_type === 'code'
        ? {
            ...cell,
            execution_count: counts.get(index) ?? null,
            outputs: counts.has(index) ? store.of(index) : [],
          }
        : cell,
  );
  const result = { cellsRun: finished, cellsNotRun: toRun.length - finished, seconds: seconds() };
  const ok = problem === undefined && result.cellsNotRun === 0;
  yield {
    type: 'end',
    notebook: { ...notebook, cells },
    result: { ok, ...result, ...(problem && { problem }) },
  };
}

/** An exercise that is still its stub: what comes after it runs all the same. */
const isUnwritten = ({ message }: CellError): boolean => message === 'not implemented';

/** Lets timers of the last cells come, for a second at most: a cell may wait for nothing and fail. */
const lastTimers = `{
  const [{ setTimeout: pause }, { getActiveResourcesInfo: waiting }] = [
    await import('node:timers/promises'),
    await import('node:process'),
  ];
  for (let turn = 0; turn < 20 && waiting().includes('Timeout'); turn++) await pause(50);
}`;

/** A failure that nobody awaited and that came after its cell had ended. */
async function lateProblem(host: CellHost): Promise<string | undefined> {
  const result = await host.execute(lastTimers, { milliseconds: 10_000, send: () => {} });
  if (result.type === 'done' && !result.outcome.ok)
    return `after the last cell: ${sentence(result.outcome.error)}`;
  return undefined;
}

/** Runs one cell and passes its outputs on while it runs. */
async function* executeCell(
  host: CellHost,
  source: string,
  seconds: number,
  index: number,
  store: (output: EngineOutput) => void,
): AsyncGenerator<RunEvent, CellReturn> {
  const fresh: EngineOutput[] = [];
  let wake: () => void = () => {};
  const send = (output: EngineOutput) => {
    store(output);
    fresh.push(output);
    wake();
  };
  let result: CellReturn | undefined;
  const running = host.execute(source, { milliseconds: seconds * 1000, send }).then((value) => {
    result = value;
    wake();
  });
  while (result === undefined || fresh.length > 0) {
    for (const output of fresh.splice(0)) yield { type: 'output', index, output };
    if (result !== undefined) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (result !== undefined || fresh.length > 0) resolve();
    });
  }
  await running;
  return result!;
}

function errorOf(
  result: CellReturn,
  { limit, whole, aborted }: { readonly limit: number; readonly whole: boolean; readonly aborted: boolean },
): CellError | undefined {
  if (result.type === 'done') return result.outcome.ok ? undefined : result.outcome.error;
  if (aborted) return plainError('Interrupted', 'the run was interrupted in this cell');
  if (result.type === 'died') return plainError('ProcessEnded', `${result.why} while this cell ran`);
  const what = whole
    ? `the notebook reached its time limit`
    : `this cell ran longer than its time limit of ${limit} s`;
  return plainError('TimeLimit', `${what} and was stopped; raise the limit or do less in the cell`);
}

function plainError(name: string, message: string): CellError {
  return { name, message, traceback: [`${name}: ${message}`] };
}

const sentence = ({ name, message, place }: CellError): string =>
  `${place ? `${placeText(place)}: ` : ''}${name}: ${message}`;

function executionMetadata({ metadata }: Notebook): { allow_errors?: boolean; timeout?: number } {
  return (metadata.execution as { allow_errors?: boolean; timeout?: number } | undefined) ?? {};
}

/** Puts a cell with the given values behind the one tagged `parameters`. */
function withParameters(notebook: Notebook, parameters: NonNullable<RunOptions['parameters']>): Notebook {
  const at = notebook.cells.findIndex((cell) => hasTag(cell, 'parameters'));
  const entries = Object.entries(parameters);
  if (at === -1 || entries.length === 0) return notebook;
  const injected: CodeCell = {
    cell_type: 'code',
    id: 'injected-parameters',
    metadata: { tags: ['injected-parameters'] },
    source: entries.map(([name, value]) => `${name} = ${JSON.stringify(value)};`).join('\n'),
    execution_count: null,
    outputs: [],
  };
  return {
    ...notebook,
    cells: [...notebook.cells.slice(0, at + 1), injected, ...notebook.cells.slice(at + 1)],
  };
}
