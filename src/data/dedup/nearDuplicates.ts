/**
 * Near-duplicates by MinHash, as FineWeb takes them out of each crawl: texts that agree in all numbers of one bucket are
 * a pair, pairs that touch are a cluster, and of each cluster the first text is kept. Unlike a filter this has to see
 * all documents before it can answer for the first pair.
 */
import { createUnionFind } from '../../core/unionFind.js';
import type { Filter } from '../filter.js';
import type { Outcome } from '../pipeline.js';
import { type MinHashOptions, minHasher, minHashOptions } from './minHash.js';
import { phraseSimilarity } from './phraseSimilarity.js';

/** How near-duplicates are told. */
export interface NearDuplicateOptions extends MinHashOptions {
  /**
   * Share of phrases that the documents of a pair must have in common (Jaccard's index), counted and not estimated;
   * default 0: the pairs that MinHash finds are not checked, as in FineWeb.
   */
  readonly minSimilarity?: number;
}

/** Most documents of one key that a later one is held against, where pairs are checked. */
export const mostRivals = 16;

/**
 * Finds the clusters of near-duplicates.
 *
 * @param alike Whether two texts, by their places, are a pair where MinHash takes them for one; default always. Of the
 *   texts with the same numbers in a bucket a later one is held against the first, then against those that were unlike it.
 * @param signatures What `minHasher` gave for each text; one without a signature is alone.
 * @returns For each text the place of the first text of its cluster, which is its own where it is the first or alone.
 * @throws {RangeError} If a signature has not as many numbers as the options say.
 *
 * @example
 * const sign = minHasher();
 * const text = 'the old man had fished alone for many days and had taken nothing of any size';
 * nearDuplicateClusters([sign(text), sign('quite another text, and a short one'), sign(text)]) // [0, 1, 0]
 */
export function nearDuplicateClusters(
  signatures: readonly (BigUint64Array | undefined)[],
  options: MinHashOptions = {},
  alike?: (one: number, other: number) => boolean,
): number[] {
  const { buckets, hashesPerBucket } = minHashOptions(options);
  const wrong = signatures.find((one) => one && one.length !== buckets * hashesPerBucket);
  if (wrong)
    throw new RangeError(
      `Cannot compare signatures: expected ${buckets * hashesPerBucket} numbers, got ${wrong.length}`,
    );
  const clusters = createUnionFind(signatures.length);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const firsts = new Map<string, number[]>();
    for (const [nth, signature] of signatures.entries()) {
      if (!signature) continue;
      const key = bucketKey(signature, bucket * hashesPerBucket, hashesPerBucket);
      const earlier = firsts.get(key);
      const like = earlier?.find((one) => !alike || alike(one, nth));
      if (like !== undefined) clusters.join(like, nth);
      else if (!earlier) firsts.set(key, [nth]);
      else if (earlier.length <= mostRivals) earlier.push(nth);
    }
  }
  return signatures.map((_, nth) => clusters.firstOf(nth));
}

/** The numbers of a bucket to the last bit, as text that a `Map` can look up. */
const bucketKey = (signature: BigUint64Array, from: number, count: number): string =>
  Buffer.from(signature.buffer, signature.byteOffset + 8 * from, 8 * count).toString('latin1');

/** The stage's place in a funnel: `funnelOf([...filters, nearDuplicates], dropNearDuplicates(outcomes))`. */
export const nearDuplicates: Pick<Filter, 'name'> = { name: 'near-duplicates' };

/**
 * Puts the search for near-duplicates behind a pipeline: of the documents that came through, the first of each cluster
 * is kept and the others are dropped. All outcomes are held until the last has come, and 0.9 kB beside each.
 *
 * @returns The same outcomes in the same order, with this stage added to those that reached it.
 *
 * @example
 * const text = 'the old man had fished alone for many days and had taken nothing of any size';
 * const documents = [{ id: 'a', text, metadata: {} }, { id: 'b', text: `${text}!`, metadata: {} }];
 * const outcomes = [];
 * for await (const outcome of dropNearDuplicates(runPipeline(documents, []))) outcomes.push(outcome);
 * outcomes[1].dropped // { filter: 'near-duplicates', reason: 'nearly the same text', detail: 'as a' }
 */
export async function* dropNearDuplicates(
  outcomes: Iterable<Outcome> | AsyncIterable<Outcome>,
  { minSimilarity = 0, ...options }: NearDuplicateOptions = {},
): AsyncGenerator<Outcome, void, undefined> {
  const sign = minHasher(options);
  const all: Outcome[] = [];
  const signatures: (BigUint64Array | undefined)[] = [];
  for await (const outcome of outcomes) {
    all.push(outcome);
    signatures.push(outcome.dropped ? undefined : sign(outcome.document.text));
  }
  const textOf = (nth: number) => all[nth]!.document.text;
  const alike = (one: number, other: number) =>
    phraseSimilarity(textOf(one), textOf(other), options.ngram) >= minSimilarity;
  const firsts = nearDuplicateClusters(signatures, options, minSimilarity > 0 ? alike : undefined);
  for (const [nth, outcome] of all.entries()) {
    if (outcome.dropped) yield outcome;
    else if (firsts[nth] === nth)
      yield { ...outcome, characters: [...outcome.characters, outcome.document.text.length] };
    else
      yield {
        ...outcome,
        dropped: {
          filter: nearDuplicates.name,
          reason: 'nearly the same text',
          detail: `as ${all[firsts[nth]!]!.document.id}`,
        },
      };
  }
}
