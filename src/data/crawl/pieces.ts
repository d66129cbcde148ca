/** The pieces of work of the stages behind the first: each is one job of one thread. */
import { minHashOptions } from '../dedup/minHash.js';
import type { BitRange } from './duplicates/bitSets.js';
import { type KeyRun, recordWords } from './duplicates/keyRuns.js';
import type { ExactBits, Job, SignedShard } from './jobs.js';
import {
  clusteredRecord,
  finalRecord,
  keyedRecord,
  type Layout,
  matchedRecord,
  type Place,
  repeatedRecord,
  type Shard,
  signedRecord,
} from './layout.js';
import type { Piece, Plan } from './plan.js';

/** A piece that one thread does by itself. */
export interface ThreadPiece extends Piece {
  /** How many documents it reads. */
  readonly documents: number;
  readonly place: Place;
  readonly job: Job;
}

/** Shards, whose documents get keys. */
export function keyPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!parameters.exactDuplicates) return [];
  return shards.map(({ name, file, bytes, documents }) => {
    const place = layout.keys(name);
    const job = { kind: 'key', shard: layout.kept(name).data, out: place.data } as const;
    return { number: file, isDone: !!keyedRecord(place), bytes, documents, place, job };
  });
}

/** One piece, the first task's alone: the keys of all shards say which documents came before. */
export function exactPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!parameters.exactDuplicates) return [];
  const things = documentsIn(shards);
  const runs = parameters.exactDuplicates.by.map((_, kind) =>
    shards.map(({ name, first }) => keyRun(layout.keys(name), kind, first)),
  );
  return [repeatsPiece(layout.exact, runs, things)];
}

/** The keys of one kind in a file; none before the file is there. */
function keyRun(place: Place, kind: number, first: number): KeyRun {
  const counts = keyedRecord(place)?.counts ?? [];
  const start = counts.slice(0, kind).reduce((sum, count) => sum + count, 0);
  return { path: place.data, start, count: counts[kind] ?? 0, first };
}

function repeatsPiece(place: Place, runs: readonly (readonly KeyRun[])[], things: number): ThreadPiece {
  const keys = runs.flat().reduce((sum, { count }) => sum + count, 0);
  const job = { kind: 'repeats', runs, things, out: place.data } as const;
  return {
    number: 0,
    isDone: !!repeatedRecord(place),
    bytes: 4 * recordWords * keys,
    documents: things,
    place,
    job,
  };
}

const documentsIn = (shards: readonly Shard[]): number =>
  shards.reduce((sum, { documents }) => sum + documents, 0);

/** Where a shard finds which of its documents are duplicates, of those kinds that are looked for. */
function duplicatesOf(
  { parameters }: Plan,
  layout: Layout,
  shards: readonly Shard[],
): (shard: Shard) => { readonly exact?: ExactBits; readonly near?: BitRange } {
  const all = documentsIn(shards);
  const { exactDuplicates, minHash } = parameters;
  return ({ first, documents: count }) => {
    const range = { all, first, count };
    return {
      ...(exactDuplicates && {
        exact: { path: layout.exact.data, ...range, sets: exactDuplicates.by.length },
      }),
      ...(minHash && { near: { path: layout.dropped.data, ...range } }),
    };
  };
}

/** Shards, whose documents are signed. */
export function signaturePieces(plan: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  const { minHash } = plan.parameters;
  if (!minHash) return [];
  const duplicates = duplicatesOf(plan, layout, shards);
  return shards.map((shard) => {
    const { name, file, bytes, documents } = shard;
    const place = layout.signatures(name);
    const { exact } = duplicates(shard);
    const job = {
      kind: 'sign',
      ...{ shard: layout.kept(name).data, out: place.data },
      ...(exact && { exact }),
      ...(minHash.minSimilarity > 0 && { phrases: layout.phrases(name) }),
    } as const;
    return { number: file, isDone: !!signedRecord(layout, name), bytes, documents, place, job };
  });
}

/** Buckets, in which pairs of equal documents are found among all shards. */
export function bucketPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  const { minHash } = parameters;
  if (!minHash) return [];
  const signed = shards.map(({ name, first }): SignedShard => {
    const signed = signedRecord(layout, name)?.signed ?? 0; // not asked for before all are signed
    return { path: layout.signatures(name).data, signed, first };
  });
  const documents = signed.reduce((sum, one) => sum + one.signed, 0);
  const { minSimilarity } = minHash;
  const phrases = shards.map(({ name, first, documents }) => ({
    path: layout.phrases(name),
    first,
    documents,
  }));
  const check = minSimilarity > 0 ? { check: { phrases, minSimilarity } } : {};
  return bucketsOf(parameters).map((bucket) => {
    const place = layout.pairs(bucket);
    const job = { kind: 'match', bucket, shards: signed, ...check, out: place.data } as const;
    const isDone = !!matchedRecord(layout, bucket);
    return { number: bucket, isDone, bytes: 4 * recordWords * documents, documents, place, job };
  });
}

const bucketsOf = ({ minHash }: Plan['parameters']): number[] =>
  minHash ? [...Array(minHashOptions(minHash).buckets).keys()] : [];

/** One piece, the first task's alone: pairs become clusters, and clusters say what is dropped. */
export function clusterPieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!parameters.minHash) return [];
  const documents = documentsIn(shards);
  const buckets = bucketsOf(parameters);
  const bytes = buckets.reduce((sum, bucket) => sum + (matchedRecord(layout, bucket)?.bytes ?? 0), 0);
  const place = layout.dropped;
  const pairs = buckets.map((bucket) => layout.pairs(bucket).data);
  const job = { kind: 'cluster', documents, pairs, out: place.data } as const;
  return [{ number: 0, isDone: !!clusteredRecord(layout), bytes, documents, place, job }];
}

/** Shards, whose lines get keys. */
export function lineKeyPieces(plan: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!plan.parameters.lineDuplicates) return [];
  const duplicates = duplicatesOf(plan, layout, shards);
  return shards.map((shard) => {
    const { name, file, bytes, documents } = shard;
    const place = layout.lineKeys(name);
    const job = {
      kind: 'lineKey',
      shard: layout.kept(name).data,
      ...duplicates(shard),
      out: place.data,
    } as const;
    return { number: file, isDone: !!keyedRecord(place), bytes, documents, place, job };
  });
}

/** One piece again: which lines came before. */
export function linePieces({ parameters }: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  if (!parameters.lineDuplicates) return [];
  const { runs, all } = lineRuns(layout, shards);
  return [repeatsPiece(layout.lines, [runs], all)];
}

/** The keys of lines, which are numbered over all shards. */
function lineRuns(layout: Layout, shards: readonly Shard[]) {
  let all = 0;
  const runs = shards.map(({ name }) => {
    const run = keyRun(layout.lineKeys(name), 0, all);
    all += run.count;
    return run;
  });
  return { runs, all };
}

/** Shards again, which are written as they stay. */
export function finishPieces(plan: Plan, layout: Layout, shards: readonly Shard[]): ThreadPiece[] {
  const duplicates = duplicatesOf(plan, layout, shards);
  const { runs, all } = plan.parameters.lineDuplicates ? lineRuns(layout, shards) : { runs: [], all: 0 };
  return shards.map((shard, nth) => {
    const { name, file, bytes, documents } = shard;
    const place = layout.final(name, plan.parameters.format);
    const run = runs[nth];
    const job = {
      kind: 'finish',
      ...{ shard: layout.kept(name).data, out: place.data, ...duplicates(shard) },
      ...(run && { lines: { path: layout.lines.data, all, first: run.first, count: run.count } }),
    } as const;
    return { number: file, isDone: !!finalRecord(place), bytes, documents, place, job };
  });
}
