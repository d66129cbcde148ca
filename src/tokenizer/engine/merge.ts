/**
 * Applies learned merges to one word: of all neighbours that have a merge, the pair that was learned first is
 * joined, the leftmost first, until no pair has a merge. Short words do this by looking at every pair again, which
 * is quickest up to a few dozen ids; long ones keep lists of places, so that a million equal letters take a fraction of
 * a second and not a day.
 */
import { createHeap } from './heap.js';
import type { PairTable } from './pairTable.js';

const longestShort = 40; // ids
const none = 0x7fffffff;
const ranks = new Int32Array(longestShort);

/**
 * Merges the first `length` ids in place.
 *
 * @param merges The id that each mergeable pair becomes; lower ids were learned earlier.
 * @returns How many ids are left.
 */
export function mergeIds(ids: Int32Array, length: number, merges: PairTable): number {
  return length > longestShort ? mergeLong(ids, length, merges) : mergeShort(ids, length, merges);
}

function mergeShort(ids: Int32Array, length: number, merges: PairTable): number {
  const rankAt = (at: number): number => {
    const id = at >= 0 && at + 1 < length ? merges.get(ids[at]!, ids[at + 1]!) : -1;
    return id === -1 ? none : id;
  };
  for (let at = 0; at < length; at++) ranks[at] = rankAt(at);
  while (length > 1) {
    let best = 0;
    for (let at = 1; at < length - 1; at++) if (ranks[at]! < ranks[best]!) best = at;
    if (ranks[best] === none) break;
    ids[best] = ranks[best]!;
    length--;
    for (let at = best + 1; at < length; at++) {
      ids[at] = ids[at + 1]!;
      ranks[at] = ranks[at + 1]!;
    }
    ranks[best] = rankAt(best);
    if (best > 0) ranks[best - 1] = rankAt(best - 1);
  }
  return length;
}

function mergeLong(ids: Int32Array, length: number, merges: PairTable): number {
  // A linked list of the ids that are left; a swallowed one becomes -1.
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  for (let at = 0; at < length; at++) {
    next[at] = at + 1;
    previous[at] = at - 1;
  }
  // The places of each rank. A merge only makes pairs of higher rank, and those of one rank all come from one
  // merge, so a list is complete and in order once its rank is the lowest.
  const places = new Map<number, number[]>();
  const waiting = createHeap((a, b) => a < b);
  const rankAt = (at: number): number =>
    at >= 0 && next[at]! < length ? merges.get(ids[at]!, ids[next[at]!]!) : -1;
  const offer = (at: number) => {
    const rank = rankAt(at);
    if (rank === -1) return;
    const list = places.get(rank);
    if (list) list.push(at);
    else {
      places.set(rank, [at]);
      waiting.push(rank);
    }
  };
  for (let at = 0; at < length; at++) offer(at);
  for (let rank = waiting.pop(); rank !== undefined; rank = waiting.pop()) {
    for (const at of places.get(rank)!) {
      if (ids[at] === -1 || rankAt(at) !== rank) continue; // a merge since then changed this pair
      const swallowed = next[at]!;
      ids[at] = rank;
      ids[swallowed] = -1;
      next[at] = next[swallowed]!;
      if (next[at]! < length) previous[next[at]!] = at;
      offer(at);
      offer(previous[at]!);
    }
    places.delete(rank);
  }
  let left = 0;
  for (let at = 0; at < length; at = next[at]!) ids[left++] = ids[at]!;
  return left;
}
