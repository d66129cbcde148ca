/**
 * MinHash (Broder 1997) as FineWeb publishes it: 112 numbers that stand for a text, such that the share of equal numbers
 * in two texts estimates how many of their five-word phrases they have in common. Same parameters, same numbers as
 * datatrove's with SHA-1 and 64 bits; only what a word is can differ, since NLTK and spaCy part a few words more
 * ("cannot") where we split at blanks, and at the words that `Intl.Segmenter` finds where a script has no blanks.
 */
import { simplifiedText } from '../text/simplifiedText.js';
import { blankedText } from '../text/wordBreaks.js';
import { leastHashes } from './minHashModule.js';
import { numpyRandom } from './numpyRandom.js';
import { sha1Words } from './sha1.js';

/** How texts are compared; the defaults are FineWeb's. */
export interface MinHashOptions {
  /** Words in a phrase; default 5. */
  readonly ngram?: number;
  /** Groups of numbers, of which one that is equal makes two texts near-duplicates; default 14. */
  readonly buckets?: number;
  /** Numbers in each group; default 8. */
  readonly hashesPerBucket?: number;
  /** What numpy's generator starts with to draw the hash functions; default 1. */
  readonly seed?: number;
}

/** The numbers of a text, bucket by bucket, as a function of the text; `undefined` where it is shorter than a phrase. */
export type MinHasher = (text: string) => BigUint64Array | undefined;

/**
 * Draws the hash functions and makes the function that signs a text with them.
 *
 * @throws {RangeError} If a count is not a whole number from 1 up, or there are more than 65,536 hashes.
 *
 * @example
 * const sign = minHasher();
 * sign('the quick brown fox jumps over the lazy dog and then runs away from the angry bear')[0] // 60783966374992894n
 * sign('too short') // undefined
 */
export function minHasher(options: MinHashOptions = {}): MinHasher {
  const { ngram, buckets, hashesPerBucket, seed } = minHashOptions(options);
  const { a, b } = minHashParameters(buckets * hashesPerBucket, seed);
  const hashes = leastHashes(a, b);
  return (text) => {
    const { bytes, starts } = wordBytes(simplifiedText(blankedText(text)));
    const phrases = starts.length - ngram; // the last start is the end, and one word more makes one phrase more
    if (phrases < 1) return undefined;
    hashes.start();
    for (let first = 0; first < phrases; first += hashes.room) {
      const count = Math.min(hashes.room, phrases - first);
      for (let nth = 0; nth < count; nth++) {
        const [from, to] = [starts[first + nth]!, starts[first + nth + ngram]! - 1];
        sha1Words(bytes, from, to, hashes.words, 2 * nth);
      }
      hashes.add(count);
    }
    return hashes.least.slice();
  };
}

/** The options with FineWeb's where none is given, checked. */
export function minHashOptions(options: MinHashOptions): Required<MinHashOptions> {
  const all = { ngram: 5, buckets: 14, hashesPerBucket: 8, seed: 1, ...options };
  for (const name of ['ngram', 'buckets', 'hashesPerBucket'] as const) {
    if (!Number.isInteger(all[name]) || all[name] < 1)
      throw new RangeError(
        `Cannot compare texts: expected a whole number from 1 up as ${name}, got ${all[name]}`,
      );
  }
  const count = all.buckets * all.hashesPerBucket;
  if (count > 65_536)
    throw new RangeError(`Cannot compare texts: expected at most 65,536 hashes, got ${count}`);
  return all;
}

/** The hash functions `h -> (a h + b) mod 2^64 mod (2^61 - 1)` that numpy draws from a seed. */
export function minHashParameters(
  count: number,
  seed: number,
): { readonly a: BigUint64Array; readonly b: BigUint64Array } {
  const prime = 2n ** 61n - 1n;
  const draw = numpyRandom(seed);
  return { a: draw(1n, prime, count), b: draw(0n, prime, count) };
}

let buffer = new Uint8Array(1 << 16);

/** The text as UTF-8 and where its words start; one start more stands behind the last word and its blank. */
function wordBytes(text: string): { bytes: Uint8Array; starts: readonly number[] } {
  if (buffer.length < 3 * text.length) buffer = new Uint8Array(6 * text.length);
  const { written } = new TextEncoder().encodeInto(text, buffer);
  const starts = [0];
  for (let at = 0; at < written; at++) if (buffer[at] === 32) starts.push(at + 1);
  if (written > 0) starts.push(written + 1);
  return { bytes: buffer, starts };
}

/**
 * Estimates which share of the phrases of two texts they have in common (Jaccard's index) as the share of equal numbers.
 * With 112 numbers the estimate is off by 0.04 or so in the middle.
 *
 * @throws {RangeError} If the signatures have different lengths.
 *
 * @example
 * minHashSimilarity(BigUint64Array.of(3n, 5n, 8n, 9n), BigUint64Array.of(3n, 5n, 8n, 1n)) // 0.75
 */
export function minHashSimilarity(a: BigUint64Array, b: BigUint64Array): number {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(
      `Cannot compare signatures: expected the same length, got ${a.length} and ${b.length}`,
    );
  let equal = 0;
  for (let nth = 0; nth < a.length; nth++) if (a[nth] === b[nth]) equal++;
  return equal / a.length;
}

/**
 * How likely two texts are to share a bucket, given the share of phrases that they have in common: 1 - (1 - s^8)^14 by
 * default, an S that rises steepest near (1/14)^(1/8) = 0.72.
 *
 * @example
 * [0.5, 0.7, 0.8, 0.9].map((similarity) => minHashChance(similarity)) // [0.05332, 0.564504, 0.923548, 0.999622]
 */
export function minHashChance(similarity: number, options: MinHashOptions = {}): number {
  const { buckets, hashesPerBucket } = minHashOptions(options);
  return 1 - (1 - similarity ** hashesPerBucket) ** buckets;
}
