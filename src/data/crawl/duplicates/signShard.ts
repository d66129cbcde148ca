/**
 * The signatures of a shard, as a file that is sorted for what comes next. For each bucket there is one record a
 * document: a key that stands for the bucket's numbers, and the document's place in the shard. The records of a bucket
 * lie together, in rising order.
 */
import { hash } from 'node:crypto';
import { partFile } from '../../../core/files.js';
import { minHasher, minHashOptions } from '../../dedup/minHash.js';
import type { NearDuplicateOptions } from '../../dedup/nearDuplicates.js';
import { phraseHashes } from '../../dedup/phraseSimilarity.js';
import type { Signed, SignJob } from '../jobs.js';
import { shardDocuments } from '../shards/shardFile.js';
import { readAnyBit } from './bitSets.js';
import { sortedRecords } from './keyRuns.js';
import { writePhrases } from './phraseFile.js';

/**
 * Signs the documents of a shard that are still there. Memory holds the records of the shard, 20 bytes for each bucket of
 * a document, and where pairs are checked its phrases, 8 bytes a word.
 */
export async function signShard(
  { shard, out, phrases, exact }: SignJob,
  options: NearDuplicateOptions,
): Promise<Signed> {
  const { buckets, hashesPerBucket, ngram } = minHashOptions(options);
  const sign = minHasher(options);
  const isOut = exact && readAnyBit(exact, exact.sets);
  const places: number[] = [];
  const keys: Uint32Array[] = []; // of a document, bucket by bucket
  const hashes: BigUint64Array[] = [];
  let place = 0;
  for await (const { text } of shardDocuments(shard)) {
    const signature = isOut?.(place) ? undefined : sign(text);
    if (signature) {
      places.push(place);
      keys.push(keysOf(signature, buckets, hashesPerBucket));
    }
    if (phrases !== undefined) hashes.push(signature ? phraseHashes(text, ngram) : new BigUint64Array(0));
    place++;
  }
  if (phrases !== undefined) writePhrases(phrases, hashes);
  const file = partFile(out);
  try {
    for (let bucket = 0; bucket < buckets; bucket++) file.write(sortedRecords(keys, places, 4 * bucket));
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
