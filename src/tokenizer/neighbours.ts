/**
 * The state of BPE training: every different word once, as a chain of ids with its count, and every pair of
 * neighbours with its count and the places where it stands. Joining a pair touches only those places.
 *
 * One fact keeps this simple. When a pair's newer id is made, all the neighbours it will ever have are there, so a
 * pair's places are all found at once, in ascending order, and its count only falls from then on.
 */
import { createPairTable } from './pairTable.js';
import type { WordCounts } from './wordCounts.js';

/** Pairs of neighbours, numbered in the order in which they come up. */
export interface Neighbours {
  /** How many pairs have come up so far. */
  readonly size: () => number;
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
export function createNeighbours({ words, counts: wordCounts }: WordCounts): Neighbours {
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const ids = new Int32Array(length); // -1 once it is part of the id before
  const previous = new Int32Array(length).fill(-1);
  const next = new Int32Array(length).fill(-1);
  const weights = new Float64Array(length); // the count of the word

  const left: number[] = [];
  const right: number[] = [];
  const counts: number[] = [];
  const pairs = createPairTable();
  // Places of a pair as a linked list. At the start there are `length` at most, and each join adds at most two.
  const first: number[] = [];
  const last: number[] = [];
  const place = new Int32Array(3 * length);
  const after = new Int32Array(3 * length);
  let places = 0;

  const add = (a: number, b: number, at: number) => {
    let pair = pairs.get(a, b);
    if (pair === -1) {
      pair = counts.length;
      pairs.set(a, b, pair);
      left.push(a);
      right.push(b);
      counts.push(0);
      first.push(places);
      last.push(places);
    } else {
      after[last[pair]!] = places;
      last[pair] = places;
    }
    place[places] = at;
    after[places++] = -1;
    counts[pair]! += weights[at]!;
  };
  const subtract = (a: number, b: number, at: number) => {
    counts[pairs.get(a, b)]! -= weights[at]!;
  };
  const stands = (pair: number, at: number) =>
    ids[at] === left[pair] && next[at] !== -1 && ids[next[at]!] === right[pair];

  const joinAt = (at: number, newId: number) => {
    const swallowed = next[at]!;
    const before = previous[at]!;
    const behind = next[swallowed]!;
    if (before !== -1) {
      subtract(ids[before]!, ids[at]!, at);
      add(ids[before]!, newId, before);
    }
    if (behind !== -1) {
      subtract(ids[swallowed]!, ids[behind]!, at);
      add(newId, ids[behind]!, at);
      previous[behind] = at;
    }
    ids[at] = newId;
    ids[swallowed] = -1;
    next[at] = behind;
  };

  let at = 0;
  for (const [index, word] of words.entries()) {
    for (let nth = 0; nth < word.length; nth++, at++) {
      ids[at] = word[nth]!;
      weights[at] = wordCounts[index]!;
      if (nth === 0) continue;
      previous[at] = at - 1;
      next[at - 1] = at;
      add(ids[at - 1]!, ids[at]!, at - 1);
    }
  }

  return {
    size: () => counts.length,
    left,
    right,
    counts,
    firstPlace: (pair) => {
      while (first[pair] !== -1 && !stands(pair, place[first[pair]!]!)) first[pair] = after[first[pair]!]!;
      return first[pair] === -1 ? length : place[first[pair]!]!;
    },
    join: (pair, newId) => {
      for (let entry = first[pair]!; entry !== -1; entry = after[entry]!) {
        if (stands(pair, place[entry]!)) joinAt(place[entry]!, newId);
      }
      counts[pair] = 0;
    },
  };
}
