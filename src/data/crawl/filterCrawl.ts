/**
 * FineWeb's pipeline over a crawl of any size, in stages: filter, signatures, buckets, clusters, finish. What a stage has
 * made is on the disk under its final name, with a record of it, before the next stage looks; so a run can be killed at
 * any moment and started again, and tasks on many machines can share it.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { removeParts } from '../../core/files.js';
import { layoutOf, type Shard, shardsOf } from './layout.js';
import { type CrawlManifest, readManifest, writeManifest } from './manifest.js';
import { type CrawlProgress, type CrawlStage, crawlStages } from './meter.js';
import { lookAtFilters } from './ownFilters.js';
import { type CrawlOptions, crawlParameters } from './parameters.js';
import { checkFilters, makePlan, type Plan, type Run, readPlan, removeRun, settlePlan } from './plan.js';
import { createPool } from './pool.js';
import { doPieces, firstOpen, stagesOf } from './stages.js';

/** How a crawl is filtered, and by whom. */
export interface FilterCrawlOptions {
  /** What is changed of FineWeb's parameters. */
  readonly config?: CrawlOptions;
  /**
   * A module of filters of your own, `.js` or `.ts`: its default export is a list of them, or a function that gives one.
   * Each thread loads it, so a verdict has to depend on the document alone. Where a filter throws, that document is lost
   * and named among the manifest's problems.
   */
  readonly filters?: string;
  /** Asks the own filters before extraction, of pages as HTML, and not after the built-in ones; default false. */
  readonly filtersFirst?: boolean;
  /** Threads; default as many as there are cores. The result does not depend on it. */
  readonly workers?: number;
  /** Tasks that share the run, each of them started by itself; default 1. The result does not depend on it. */
  readonly tasks?: number;
  /** Which of the tasks this is, from 0. Without it this does the work of all, stage after stage. */
  readonly rank?: number;
  /** The stage that the task does its part of; default the first that is not done. */
  readonly stage?: CrawlStage;
  /** Forget what an earlier run has left in the folder; default false. */
  readonly overwrite?: boolean;
  /** Stops the run, which can be resumed. */
  readonly signal?: AbortSignal;
}

/**
 * Filters a crawl as FineWeb was made: by address, extraction, language, Gopher's, C4's and FineWeb's own rules, without
 * near-duplicates, without addresses of people. Where `config` asks for it also by a learned judge, without texts of tests,
 * exact duplicates and lines that came before, and in several languages. Memory does not grow with the inputs; each thread
 * takes 200 MB or so.
 *
 * The same inputs and parameters give the same files, byte for byte, whatever the number of threads and tasks and however
 * often the run was killed. A run that was started before is resumed; damaged records are counted and skipped.
 *
 * @param inputs Files of documents, in order: of near-duplicates the first is kept. Empty to resume what is in `out`.
 * @param out The folder of the result: `shards/*.jsonl.gz`, or `.parquet`, and `manifest.json` once all is done.
 * @returns Its progress; the run stops when the reader does.
 * @throws {Error} If inputs, parameters or the library are not those the run in `out` began with, or a stage has to wait
 * for other tasks.
 *
 * @example
 * await writeWarc('crawl.warc.gz', [{ url: 'https://example.com/', html: '<p>Hi</p>' }]);
 * for await (const { stage } of filterCrawl(['crawl.warc.gz'], 'clean', { workers: 1 })) stage;
 * readCrawlManifest('clean').stages.map(({ documentsOut }) => documentsOut) // [1, 1, 0, 0, 0, 0, 0, 0, 0]
 */
export async function* filterCrawl(
  inputs: readonly string[],
  out: string,
  options: FilterCrawlOptions = {},
): AsyncGenerator<CrawlProgress, void, undefined> {
  const { tasks = 1, rank, signal } = options;
  checkCounts(options);
  const layout = layoutOf(resolve(out));
  const plan = beginRun(inputs, out, options);
  if (readManifest(layout)) return;
  for (const folder of layout.folders) removeParts(folder);
  const pool = createPool(options.workers ?? availableParallelism(), plan);
  const stop = () => void pool.close();
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    if (rank === undefined) {
      const run: Run = { plan, layout, pool, signal, tasks: 1, rank: 0 };
      for (const stage of stagesOf(plan.parameters)) yield* doStage(run, stage, out);
    } else {
      const stage = options.stage ?? firstOpen(plan, layout);
      yield* doStage({ plan, layout, pool, signal, tasks, rank }, stage, out);
    }
  } catch (error) {
    signal?.throwIfAborted(); // what broke because the run was stopped is not worth a message
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
    for (const folder of layout.folders) removeParts(folder);
  }
}

function checkCounts({ workers = 1, tasks = 1, rank, stage, overwrite }: FilterCrawlOptions): void {
  for (const [name, value] of Object.entries({ workers, tasks }))
    if (!(Number.isInteger(value) && value > 0))
      throw new RangeError(`Cannot start a run: expected a whole number of ${name} from 1 up, got ${value}`);
  if (rank === undefined) {
    if (stage !== undefined) throw new RangeError('Cannot do a stage by itself: say which rank does it');
    return;
  }
  if (!(Number.isInteger(rank) && rank >= 0 && rank < tasks))
    throw new RangeError(`Cannot start rank ${rank}: expected a whole number from 0 to ${tasks - 1}`);
  if (stage !== undefined && !crawlStages.includes(stage))
    throw new RangeError(`Cannot do stage "${stage}": expected one of ${crawlStages.join(', ')}`);
  if (overwrite) throw new RangeError('Cannot start anew as one task of many: remove the folder first');
}

/**
 * Starts a run without doing any of it, or finds the one that was started.
 *
 * @throws {Error} If inputs, parameters or the library are not those the run in `out` began with.
 */
export function beginRun(
  inputs: readonly string[],
  out: string,
  {
    config,
    filters,
    filtersFirst = false,
    overwrite = false,
  }: Pick<FilterCrawlOptions, 'config' | 'filters' | 'filtersFirst' | 'overwrite'>,
): Plan {
  const layout = layoutOf(resolve(out));
  const earlier = readPlan(layout);
  if (inputs.length === 0 && config === undefined && filters === undefined && earlier && !overwrite) {
    if (!readManifest(layout)) checkFilters(earlier, out);
    return earlier;
  }
  const named = inputs.length === 0 && earlier ? earlier.inputs.map(({ path }) => path) : inputs;
  const plan = makePlan(named, {
    parameters: crawlParameters(config),
    ...(filters !== undefined && { filters: lookAtFilters(filters, filtersFirst) }),
  });
  if (overwrite) removeRun(layout);
  settlePlan(plan, layout, out);
  return plan;
}

async function* doStage(
  run: Run,
  stage: CrawlStage,
  out: string,
): AsyncGenerator<CrawlProgress, void, undefined> {
  const { plan, layout } = run;
  if (stage === 'filter') {
    yield* doPieces(run, stage, []);
    checkRead(shardsOf(layout, plan.inputs.length), out);
    return;
  }
  checkOrder(run, stage, out);
  const shards = shardsOf(layout, plan.inputs.length)!;
  checkRead(shards, out);
  yield* doPieces(run, stage, shards);
  if (stage === 'finish') writeManifest(plan, layout, shards);
}

/** A run that found nothing to judge has the wrong inputs, or a wrong idea of them. */
function checkRead(shards: readonly Shard[] | undefined, out: string): void {
  if (!shards || shards.some(({ read }) => read > 0)) return;
  const sum = (of: (shard: Shard) => number) => shards.reduce((total, shard) => total + of(shard), 0);
  const [problems, skipped] = [sum((shard) => shard.problems), sum((shard) => shard.skipped)];
  const first = shards.flatMap(({ listed }) => listed)[0];
  const hint = first?.message.includes('expected a text as')
    ? '; --text-field, or read.textField, names another'
    : '';
  const why = first
    ? `${problems} damaged ${problems === 1 ? 'record' : 'records'} in their place, such as: ${first.message}${hint}`
    : `${skipped} records of another kind`;
  throw new Error(`Cannot filter a crawl into ${out}: no document was read from its inputs, but ${why}`);
}

/** Other tasks may not be done with what this stage builds on. */
function checkOrder({ plan, layout }: Run, stage: CrawlStage, out: string): void {
  const open = firstOpen(plan, layout);
  if (crawlStages.indexOf(open) < crawlStages.indexOf(stage))
    throw new Error(`Cannot do stage ${stage} in ${out}: stage ${open} is not done`);
}

/**
 * Reads the manifest of a complete run.
 *
 * @param out The folder that `filterCrawl` wrote to.
 * @throws {Error} If there is none.
 *
 * @example
 * await writeWarc('pages.warc.gz', [{ url: 'https://example.com/', html: '<p>Hi</p>' }]);
 * for await (const { stage } of filterCrawl(['pages.warc.gz'], 'filtered', { workers: 1 })) stage;
 * readCrawlManifest('filtered').shards[0].path // 'shards/00000-0000.jsonl.gz'
 */
export function readCrawlManifest(out: string): CrawlManifest {
  const manifest = readManifest(layoutOf(resolve(out)));
  if (!manifest) throw new Error(`Cannot read the manifest of ${out}: there is none; is the run done?`);
  return manifest;
}
