/**
 * The signatures of a shard, as a file that is sorted for what comes next. For each bucket there is one record a
 * document: 16 bytes that stand for the bucket's numbers (of their SHA-256, so that two that differ are never taken for
 * equal) and the document's place in the shard. The records of a bucket lie together, in rising order.
 */
import { hash } from 'node:crypto';
import { partFile } from '../../core/files.js';
import { type MinHashOptions, minHasher, minHashOptions } from '../dedup/minHash.js';
import type { Signed, SignJob } from './jobs.js';
import { shardDocuments } from './shardFile.js';

/** A record as words of 32 bits: four of the key and the document. */
export const recordWords = 5;

/** Signs the documents of a shard; memory holds the records of the shard, 20 bytes for each bucket of a document. */
export async function signShard({ shard, out }: SignJob, options: MinHashOptions): Promise<Signed> {
  const { buckets, hashesPerBucket } = minHashOptions(options);
  const sign = minHasher(options);
  const places: number[] = [];
  const keys: Uint32Array[] = []; // of a document, bucket by bucket
  let place = 0;
  for await (const { text } of shardDocuments(shard)) {
    const signature = sign(text);
    if (signature) {
      places.push(place);
      keys.push(keysOf(signature, buckets, hashesPerBucket));
    }
    place++;
  }
  const file = partFile(out);
  try {
    for (let bucket = 0; bucket < buckets; bucket++) file.write(sortedRecords(bucket, keys, places));
    return { signed: places.length, ...file.commit() };
  } finally {
    file.discard();
  }
}

function keysOf(signature: BigUint64Array, buckets: number, hashesPerBucket: number): Uint32Array {
  const keys = new Uint32Array(4 * buckets);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const numbers = signature.subarray(bucket * hashesPerBucket, (bucket + 1) * hashesPerBucket);
    const digest = hash('sha256', numbers, 'buffer');
    for (let word = 0; word < 4; word++) keys[4 * bucket + word] = digest.readUInt32LE(4 * word);
  }
  return keys;
}

function sortedRecords(bucket: number, keys: readonly Uint32Array[], places: readonly number[]): Uint8Array {
  const from = 4 * bucket;
  const order = keys.map((_, nth) => nth);
  order.sort((one, other) => {
    for (let word = from; word < from + 4; word++) {
      const difference = keys[one]![word]! - keys[other]![word]!;
      if (difference !== 0) return difference;
    }
    return one - other;
  });
  const records = new Uint32Array(recordWords * order.length);
  for (const [nth, which] of order.entries()) {
    records.set(keys[which]!.subarray(from, from + 4), recordWords * nth);
    records[recordWords * nth + 4] = places[which]!;
  }
  return new Uint8Array(records.buffer);
}
