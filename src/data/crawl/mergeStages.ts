/** The stages after the first: near-duplicates are found among all shards, and the result is written. */
import { statSync } from 'node:fs';
import { minHashOptions } from '../dedup/minHash.js';
import { mostDocuments } from './clusters.js';
import { writeRecord } from './crawlFile.js';
import type { SignedShard } from './jobs.js';
import type { Place } from './layout.js';
import { type CrawlProgress, type CrawlStage, startMeter } from './meter.js';
import { inOrder } from './pool.js';
import { clusteredRecord, finalRecord, matchedRecord, type Shard, signedRecord } from './records.js';
import type { Run } from './share.js';
import { recordWords } from './signShard.js';

type Progress = AsyncGenerator<CrawlProgress, void, undefined>;

/** One piece of a stage's work: what it reads, in bytes and documents, and how it is done. */
interface Piece {
  readonly bytes: number;
  readonly documents: number;
  readonly isDone: boolean;
  readonly place: Place;
  readonly work: () => Promise<object>;
}

/** Does what is not done yet, on all threads, and writes a record of each piece. */
async function* work(run: Run, stage: CrawlStage, pieces: readonly Piece[]): Progress {
  const open = pieces.filter(({ isDone }) => !isDone);
  const bytesOf = (some: readonly Piece[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  const meter = startMeter(stage, bytesOf(pieces), bytesOf(pieces) - bytesOf(open));
  for await (const [piece, record] of inOrder(open, run.pool.threads, (one) => one.work())) {
    run.signal?.throwIfAborted();
    writeRecord(piece.place.record, record);
    yield meter.add(piece.documents, piece.bytes);
  }
}

const ofTask = (run: Run, number: number): boolean => number % run.tasks === run.rank;

/** The second stage: the signatures of each shard. */
export function signatureStage(run: Run, shards: readonly Shard[]): Progress {
  const { layout, pool } = run;
  const pieces = shards
    .filter(({ file }) => ofTask(run, file))
    .map(({ name, bytes, documents }): Piece => {
      const place = layout.signatures(name);
      const work = () => pool.run({ kind: 'sign', shard: layout.kept(name).data, out: place.data });
      return { bytes, documents, place, work, isDone: signedRecord(layout, name) !== undefined };
    });
  return work(run, 'signatures', pieces);
}

/** The third: pairs of equal documents, bucket by bucket. */
export function bucketStage(run: Run, shards: readonly Shard[]): Progress {
  const { layout, pool, plan } = run;
  const signed = shards.map(({ name, first }): SignedShard => {
    const { signed } = signedRecord(layout, name)!;
    return { path: layout.signatures(name).data, signed, first };
  });
  const documents = signed.reduce((sum, one) => sum + one.signed, 0);
  const { buckets } = minHashOptions(plan.parameters.minHash || {});
  const pieces = Array.from({ length: buckets }, (_, bucket): Piece => {
    const place = layout.pairs(bucket);
    const work = () => pool.run({ kind: 'match', bucket, shards: signed, out: place.data });
    const isDone = matchedRecord(layout, bucket) !== undefined;
    return { bytes: 4 * recordWords * documents, documents, place, work, isDone };
  });
  return work(
    run,
    'buckets',
    pieces.filter((_, bucket) => ofTask(run, bucket)),
  );
}

/** The fourth, one task's alone: pairs to clusters, clusters to what goes. */
export function clusterStage(run: Run, shards: readonly Shard[]): Progress {
  const { layout, pool, plan } = run;
  const documents = shards.reduce((sum, shard) => sum + shard.documents, 0);
  if (documents > mostDocuments)
    throw new RangeError(
      `Cannot look for near-duplicates: expected at most ${mostDocuments} documents, got ${documents}`,
    );
  const { buckets } = minHashOptions(plan.parameters.minHash || {});
  const pairs = Array.from({ length: buckets }, (_, bucket) => layout.pairs(bucket).data);
  const place = layout.dropped;
  const piece: Piece = {
    bytes: pairs.reduce((sum, path) => sum + statSync(path).size, 0),
    ...{ documents, place },
    isDone: clusteredRecord(layout) !== undefined,
    work: () => pool.run({ kind: 'cluster', documents, pairs, out: place.data }),
  };
  return work(run, 'clusters', ofTask(run, 0) ? [piece] : []);
}

/** The last: the final shards. */
export function finishStage(run: Run, shards: readonly Shard[]): Progress {
  const { layout, pool, plan } = run;
  const dropped = plan.parameters.minHash ? { dropped: layout.dropped.data } : {};
  const pieces = shards
    .filter(({ file }) => ofTask(run, file))
    .map(({ name, bytes, documents, first }): Piece => {
      const [shard, out] = [layout.kept(name).data, layout.final(name).data];
      return {
        ...{ bytes, documents },
        place: layout.final(name),
        isDone: finalRecord(layout, name) !== undefined,
        work: () => pool.run({ kind: 'finish', shard, first, documents, ...dropped, out }),
      };
    });
  return work(run, 'finish', pieces);
}
