/**
 * The state of BPE training: every different word once, as a chain of ids with its count, and every pair of
 * neighbours with its count and places. Joining a pair touches only the places where it stands.
 *
 * One fact keeps this simple. When the newer id of a pair is made, that pair gets all the places it will ever have:
 * they are found together, in ascending order, and its count only falls from then on.
 */
import { createPairPlaces } from './pairPlaces.js';
import type { WordCounts } from './wordCounts.js';

/** Pairs of neighbours, numbered in the order in which they come up. */
export interface Neighbours {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** How often each pair occurs now; overlaps count, so `aaa` has `aa` twice. */
  readonly counts: readonly number[];
  /** The first place where a pair stands now, counted in bytes of the different words. */
  readonly firstPlace: (pair: number) => number;
  /** Joins a pair everywhere, leftmost first. */
  readonly join: (pair: number, newId: number) => void;
}

/** Lays out the words and counts all their neighbours. */
export function createNeighbours(words: WordCounts): Neighbours {
  const { ids, previous, next, weights } = layOut(words);
  // At most one place for each id at the start, and two for each join.
  const pairs = createPairPlaces(3 * ids.length);
  const { left, right, counts, add, subtract } = pairs;
  for (let at = 0; at < ids.length; at++) {
    if (next[at] !== -1) add(ids[at]!, ids[next[at]!]!, at, weights[at]!);
  }

  const stands = (pair: number, at: number) =>
    ids[at] === left[pair] && next[at] !== -1 && ids[next[at]!] === right[pair];

  const joinAt = (at: number, newId: number) => {
    const swallowed = next[at]!;
    const before = previous[at]!;
    const behind = next[swallowed]!;
    const weight = weights[at]!;
    if (before !== -1) {
      subtract(ids[before]!, ids[at]!, weight);
      add(ids[before]!, newId, before, weight);
    }
    if (behind !== -1) {
      subtract(ids[swallowed]!, ids[behind]!, weight);
      add(newId, ids[behind]!, at, weight);
      previous[behind] = at;
    }
    ids[at] = newId;
    ids[swallowed] = -1;
    next[at] = behind;
  };

  return {
    left,
    right,
    counts,
    firstPlace: (pair) => {
      while (pairs.first(pair) !== -1 && !stands(pair, pairs.placeOf(pairs.first(pair)))) pairs.forget(pair);
      return pairs.first(pair) === -1 ? ids.length : pairs.placeOf(pairs.first(pair));
    },
    join: (pair, newId) => {
      for (let entry = pairs.first(pair); entry !== -1; entry = pairs.next(entry)) {
        if (stands(pair, pairs.placeOf(entry))) joinAt(pairs.placeOf(entry), newId);
      }
      counts[pair] = 0;
    },
  };
}

/** Puts the words one behind the other: their bytes as ids, chained within each word. -1 ends a chain. */
function layOut({ words, counts }: WordCounts) {
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const ids = new Int32Array(length); // -1 once it is part of the id before
  const previous = new Int32Array(length);
  const next = new Int32Array(length);
  const weights = new Float64Array(length); // how often the word occurs
  let at = 0;
  for (const [index, word] of words.entries()) {
    ids.set(word, at);
    weights.fill(counts[index]!, at, at + word.length);
    for (let nth = 0; nth < word.length; nth++, at++) {
      previous[at] = nth > 0 ? at - 1 : -1;
      next[at] = nth + 1 < word.length ? at + 1 : -1;
    }
  }
  return { ids, previous, next, weights };
}
