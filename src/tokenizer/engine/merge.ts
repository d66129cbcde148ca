/**
 * Applies learned merges to one word: of all neighbours that have a merge, the pair of the lowest rank is joined, the
 * leftmost first, until no pair has a merge. Words up to a few hundred bytes do this by looking at every rank again, which
 * is quickest for them; longer ones keep the ranks in a heap, so that a million equal letters take a fraction of a second
 * and not a day.
 */
import type { PairTable } from './pairTable.js';
import { createRankHeap } from './rankHeap.js';

const longestScanned = 100; // ids
const none = 0x7fffffff;
const ranksHere = new Int32Array(longestScanned); // of the id at each place and the one behind it

/**
 * Merges the first `length` ids in place.
 *
 * @param ranks The rank of each pair that is joined.
 * @param made The id that the merge of each rank makes; default the rank itself. Several merges may make one id, and an id
 *   may take part in merges that come before the one that made it, as in files of Llama 3.
 * @returns How many ids are left.
 */
export function mergeIds(ids: Int32Array, length: number, ranks: PairTable, made?: Int32Array): number {
  return length > longestScanned ? mergeLong(ids, length, ranks, made) : mergeShort(ids, length, ranks, made);
}

function mergeShort(ids: Int32Array, length: number, ranks: PairTable, made?: Int32Array): number {
  let best = 0;
  let lowest = none;
  for (let at = 0; at + 1 < length; at++) {
    const rank = ranks.get(ids[at]!, ids[at + 1]!);
    ranksHere[at] = rank === -1 ? none : rank;
    if (rank !== -1 && rank < lowest) {
      best = at;
      lowest = rank;
    }
  }
  while (lowest !== none) {
    length--;
    const id = made === undefined ? lowest : made[lowest]!;
    ids[best] = id;
    for (let at = best + 1; at < length; at++) {
      ids[at] = ids[at + 1]!;
      ranksHere[at] = ranksHere[at + 1]!;
    }
    if (best > 0) ranksHere[best - 1] = orNone(ranks.get(ids[best - 1]!, id));
    if (best + 1 < length) ranksHere[best] = orNone(ranks.get(id, ids[best + 1]!));
    lowest = none;
    for (let at = 0; at + 1 < length; at++) {
      const rank = ranksHere[at]!;
      if (rank < lowest) {
        best = at;
        lowest = rank;
      }
    }
  }
  return length;
}

const orNone = (rank: number): number => (rank === -1 ? none : rank);

function mergeLong(ids: Int32Array, length: number, ranks: PairTable, made?: Int32Array): number {
  // A linked list of the ids that are left; a swallowed one becomes -1.
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  const heap = createRankHeap(length);
  for (let at = 0; at < length; at++) {
    next[at] = at + 1;
    previous[at] = at - 1;
    if (at + 1 === length) break;
    const rank = ranks.get(ids[at]!, ids[at + 1]!);
    if (rank !== -1) heap.push(rank, at);
  }
  while (heap.pop()) {
    const { rank, place: at } = heap;
    const swallowed = next[at]!;
    // A merge since then may have changed this pair.
    if (ids[at] === -1 || swallowed >= length || ranks.get(ids[at]!, ids[swallowed]!) !== rank) continue;
    const id = made === undefined ? rank : made[rank]!;
    const behind = next[swallowed]!;
    const before = previous[at]!;
    ids[at] = id;
    ids[swallowed] = -1;
    next[at] = behind;
    if (behind < length) {
      previous[behind] = at;
      const rank = ranks.get(id, ids[behind]!);
      if (rank !== -1) heap.push(rank, at);
    }
    if (before >= 0) {
      const rank = ranks.get(ids[before]!, id);
      if (rank !== -1) heap.push(rank, before);
    }
  }
  let left = 0;
  for (let at = 0; at < length; at = next[at]!) ids[left++] = ids[at]!;
  return left;
}
