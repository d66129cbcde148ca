/**
 * The stages of a run, told once: which pieces of work each has, which of them are done, and how a task does its own.
 * FineWeb's pipeline is cut where datatrove cuts it.
 */
import { minHashOptions } from '../dedup/minHash.js';
import { writeRecord } from './crawlFile.js';
import { filterStage } from './filterStage.js';
import type { Job, SignedShard } from './jobs.js';
import {
  clusteredRecord,
  fileRecord,
  finalRecord,
  type Layout,
  matchedRecord,
  type Place,
  type Shard,
  shardsOf,
  signedRecord,
} from './layout.js';
import { readManifest } from './manifest.js';
import { type CrawlProgress, type CrawlStage, crawlStages, startMeter } from './meter.js';
import type { Piece, Plan, Run } from './plan.js';
import { inOrder } from './pool.js';
import { recordWords } from './signShard.js';

type Progress = AsyncGenerator<CrawlProgress, void, undefined>;
type Pieces<P extends Piece> = (plan: Plan, layout: Layout, shards: readonly Shard[]) => P[];

/** A piece that one thread does by itself. */
interface ThreadPiece extends Piece {
  /** How many documents it reads. */
  readonly documents: number;
  readonly place: Place;
  readonly job: Job;
}

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
  signatures: stage(signaturePieces, askThreads),
  buckets: stage(bucketPieces, askThreads),
  clusters: stage(clusterPieces, askThreads),
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

/** Shards, whose documents are signed. */
function signaturePieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!parameters.minHash) return [];
  return shards.map(({ name, file, bytes, documents }) => {
    const place = layout.signatures(name);
    const job = { kind: 'sign', shard: layout.kept(name).data, out: place.data } as const;
    return { number: file, isDone: !!signedRecord(layout, name), bytes, documents, place, job };
  });
}

/** Buckets, in which pairs of equal documents are found among all shards. */
function bucketPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  const signed = shards.map(({ name, first }): SignedShard => {
    const signed = signedRecord(layout, name)?.signed ?? 0; // not asked for before all are signed
    return { path: layout.signatures(name).data, signed, first };
  });
  const documents = signed.reduce((sum, one) => sum + one.signed, 0);
  return bucketsOf(parameters).map((bucket) => {
    const place = layout.pairs(bucket);
    const job = { kind: 'match', bucket, shards: signed, out: place.data } as const;
    const isDone = !!matchedRecord(layout, bucket);
    return { number: bucket, isDone, bytes: 4 * recordWords * documents, documents, place, job };
  });
}

const bucketsOf = ({ minHash }: Plan['parameters']): number[] =>
  minHash ? [...Array(minHashOptions(minHash).buckets).keys()] : [];

/** One piece, the first task's alone: pairs become clusters, and clusters say what is dropped. */
function clusterPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!parameters.minHash) return [];
  const documents = shards.reduce((sum, shard) => sum + shard.documents, 0);
  const buckets = bucketsOf(parameters);
  const bytes = buckets.reduce((sum, bucket) => sum + (matchedRecord(layout, bucket)?.bytes ?? 0), 0);
  const place = layout.dropped;
  const pairs = buckets.map((bucket) => layout.pairs(bucket).data);
  const job = { kind: 'cluster', documents, pairs, out: place.data } as const;
  return [{ number: 0, isDone: !!clusteredRecord(layout), bytes, documents, place, job }];
}

/** Shards again, which are written as they stay. */
function finishPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  const dropped = parameters.minHash ? { dropped: layout.dropped.data } : {};
  return shards.map(({ name, file, bytes, documents, first }) => {
    const place = layout.final(name);
    const shard = layout.kept(name).data;
    const job = { kind: 'finish', shard, first, documents, ...dropped, out: place.data } as const;
    return { number: file, isDone: !!finalRecord(layout, name), bytes, documents, place, job };
  });
}

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
  if (readManifest(layout)) return crawlStages.map((stage) => ({ stage, done: 1, total: 1, open: [] }));
  const shards = shardsOf(layout, plan.inputs.length);
  return crawlStages.map((stage) => {
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
