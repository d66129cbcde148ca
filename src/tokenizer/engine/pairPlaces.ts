/** Pairs of neighbours in training: how often each occurs, and the places where it stood when it came up. */
import { createPairTable } from './pairTable.js';

/** Pairs, numbered in the order in which they come up. */
export interface PairPlaces {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly counts: number[];
  /** Counts a pair at a place. Each pair gets its places in ascending order. */
  readonly add: (left: number, right: number, place: number, weight: number) => void;
  /** Counts a pair less often; its places are kept. */
  readonly subtract: (left: number, right: number, weight: number) => void;
  /** The first entry of a pair's list of places, or of what `forget` left of it; -1 where it is empty. */
  readonly first: (pair: number) => number;
  readonly next: (entry: number) => number;
  readonly placeOf: (entry: number) => number;
  /** Drops the first entry. */
  readonly forget: (pair: number) => void;
}

/**
 * Makes an empty list of pairs.
 *
 * @param mostPlaces How many places will be added at most.
 */
export function createPairPlaces(mostPlaces: number): PairPlaces {
  const pairs = createPairTable();
  const left: number[] = [];
  const right: number[] = [];
  const counts: number[] = [];
  // The places of each pair as a linked list in arrays: lists of their own would take several times the room.
  const firsts: number[] = [];
  const lasts: number[] = [];
  const places = new Int32Array(mostPlaces);
  const nexts = new Int32Array(mostPlaces);
  let entries = 0;
  return {
    left,
    right,
    counts,
    add: (a, b, place, weight) => {
      let pair = pairs.get(a, b);
      if (pair === -1) {
        pair = counts.length;
        pairs.set(a, b, pair);
        left.push(a);
        right.push(b);
        counts.push(0);
        firsts.push(entries);
        lasts.push(entries);
      } else {
        nexts[lasts[pair]!] = entries;
        lasts[pair] = entries;
      }
      places[entries] = place;
      nexts[entries++] = -1;
      counts[pair]! += weight;
    },
    subtract: (a, b, weight) => {
      counts[pairs.get(a, b)]! -= weight;
    },
    first: (pair) => firsts[pair]!,
    next: (entry) => nexts[entry]!,
    placeOf: (entry) => places[entry]!,
    forget: (pair) => {
      firsts[pair] = nexts[firsts[pair]!]!;
    },
  };
}
