/**
 * The stages of a run, told once: which pieces of work each has, which of them are done, and how a task does its own.
 * FineWeb's pipeline is cut where datatrove cuts it.
 */
import { writeRecord } from './crawlFile.js';
import { filterStage } from './filterStage.js';
import { fileRecord, type Layout, type Shard, shardsOf } from './layout.js';
import { readManifest } from './manifest.js';
import { type CrawlProgress, type CrawlStage, crawlStages, startMeter } from './meter.js';
import type { CrawlParameters } from './parameters.js';
import {
  bucketPieces,
  clusterPieces,
  exactPieces,
  finishPieces,
  keyPieces,
  lineKeyPieces,
  linePieces,
  signaturePieces,
  type ThreadPiece,
} from './pieces.js';
import type { Piece, Plan, Run } from './plan.js';
import { inOrder } from './pool.js';

type Progress = AsyncGenerator<CrawlProgress, void, undefined>;
type Pieces<P extends Piece> = (plan: Plan, layout: Layout, shards: readonly Shard[]) => P[];

/** A stage: all its pieces, and what does those of one task that are not done. */
function stage<P extends Piece>(
  pieces: Pieces<P>,
  work: (run: Run, mine: readonly P[], name: CrawlStage) => Progress,
) {
  return {
    pieces,
    work: (run: Run, name: CrawlStage, shards: readonly Shard[]): Progress => {
      const isMine = ({ number }: Piece) => number % run.tasks === run.rank;
      return work(run, pieces(run.plan, run.layout, shards).filter(isMine), name);
    },
  };
}

/** Every stage, in the order of `crawlStages`. */
const stages = {
  filter: stage(inputPieces, filterStage),
  keys: stage(keyPieces, askThreads),
  exact: stage(exactPieces, askThreads),
  signatures: stage(signaturePieces, askThreads),
  buckets: stage(bucketPieces, askThreads),
  clusters: stage(clusterPieces, askThreads),
  lineKeys: stage(lineKeyPieces, askThreads),
  lines: stage(linePieces, askThreads),
  finish: stage(finishPieces, askThreads),
} satisfies { readonly [name in CrawlStage]: unknown };

/** Does the part of a stage that is this task's. `shards` are there once the first stage is done. */
export const doPieces = (run: Run, name: CrawlStage, shards: readonly Shard[]): Progress =>
  stages[name].work(run, name, shards);

/** Does what is not done yet, on all threads, and writes a record of each piece. */
async function* askThreads(run: Run, pieces: readonly ThreadPiece[], name: CrawlStage): Progress {
  const open = pieces.filter(({ isDone }) => !isDone);
  if (open.length === 0) return;
  const bytesOf = (some: readonly Piece[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  const meter = startMeter(name, bytesOf(pieces), bytesOf(pieces) - bytesOf(open));
  for await (const [piece, record] of inOrder(open, run.pool.threads, ({ job }) => run.pool.run(job))) {
    run.signal?.throwIfAborted();
    writeRecord(piece.place.record, record);
    yield meter.add(piece.documents, piece.bytes);
  }
}

/** The files of the crawl. */
function inputPieces({ inputs }: Plan, layout: Layout): Piece[] {
  return inputs.map(({ bytes }, file) => ({ number: file, bytes, isDone: !!fileRecord(layout, file) }));
}

/** The stages that a run with these parameters has. */
export const stagesOf = ({ exactDuplicates, minHash, lineDuplicates }: CrawlParameters): CrawlStage[] =>
  crawlStages.filter((stage) => {
    if (stage === 'keys' || stage === 'exact') return !!exactDuplicates;
    if (stage === 'signatures' || stage === 'buckets' || stage === 'clusters') return !!minHash;
    return stage === 'lineKeys' || stage === 'lines' ? !!lineDuplicates : true;
  });

/** What is done of a stage. */
export interface StageState {
  readonly stage: CrawlStage;
  /** Pieces of work that are done: files, shards or buckets. */
  readonly done: number;
  /** Pieces of work in all; `undefined` where a stage before has to say. */
  readonly total: number | undefined;
  /** Ranks, of as many tasks as were asked about, that have something left to do. */
  readonly open: readonly number[];
}

/** The state of all stages when the work is shared by so many tasks. */
export function stateOf(plan: Plan, layout: Layout, tasks: number): StageState[] {
  const names = stagesOf(plan.parameters);
  if (readManifest(layout)) return names.map((stage) => ({ stage, done: 1, total: 1, open: [] }));
  const shards = shardsOf(layout, plan.inputs.length);
  return names.map((stage) => {
    if (!shards && stage !== 'filter') return { stage, done: 0, total: undefined, open: [] };
    const pieces = stages[stage].pieces(plan, layout, shards ?? []);
    const left = pieces.filter(({ isDone }) => !isDone);
    const open = [...new Set(left.map(({ number }) => number % tasks))].sort((a, b) => a - b);
    return { stage, done: pieces.length - left.length, total: pieces.length, open };
  });
}

/** The first stage that is not done, or the last. */
export function firstOpen(plan: Plan, layout: Layout): CrawlStage {
  const open = stateOf(plan, layout, 1).find(({ done, total }) => total === undefined || done < total);
  return open?.stage ?? 'finish';
}
