/**
 * Which documents agree in all numbers of a bucket? Each later one of equal documents is a pair with the first. Where pairs
 * are checked, a pair whose phrases differ too much is none; its later document is then held against the other later
 * ones of the key that were none, since two of those may well be near-duplicates.
 */
import { partFile } from '../../../core/files.js';
import { mostRivals } from '../../dedup/nearDuplicates.js';
import type { Matched, MatchJob } from '../jobs.js';
import { eachRepeat } from './keyRuns.js';
import { openPhrases } from './phraseFile.js';

/** Finds the pairs of a bucket and writes them as two numbers of 32 bits each, the first document before the later one. */
export function findPairs(
  { bucket, shards, out, check }: MatchJob,
  { most }: { readonly most?: number } = {},
): Matched {
  const runs = shards.map(({ path, signed, first }) => ({
    path,
    start: bucket * signed,
    count: signed,
    first,
  }));
  const phrases = check && openPhrases(check.phrases);
  const file = partFile(out);
  const pairs = pairWriter(file.write);
  try {
    if (!phrases) eachRepeat(runs, pairs.add, { most });
    else {
      const rivals = new Map<number, number[]>(); // by the first document of a key
      eachRepeat(
        runs,
        (first, later) => {
          const earlier = [first, ...(rivals.get(first) ?? [])];
          const like = earlier.find((one) => phrases.similarity(one, later) >= check.minSimilarity);
          if (like !== undefined) pairs.add(like, later);
          else if (earlier.length <= mostRivals) rivals.set(first, [...earlier.slice(1), later]);
        },
        { most },
      );
    }
    pairs.flush();
    return { pairs: pairs.count(), ...file.commit() };
  } finally {
    phrases?.close();
    file.discard();
  }
}

function pairWriter(write: (bytes: Uint8Array) => void) {
  const buffer = new Uint32Array(1 << 14);
  let [used, count] = [0, 0];
  const flush = () => {
    write(new Uint8Array(buffer.buffer, 0, 4 * used));
    used = 0;
  };
  return {
    add: (first: number, later: number) => {
      buffer[used++] = first;
      buffer[used++] = later;
      count++;
      if (used === buffer.length) flush();
    },
    flush,
    count: () => count,
  };
}
