/**
 * Applies learned merges to one word: of all neighbours that have a merge, the pair of the lowest rank is joined, the
 * leftmost first, until no pair has a merge. Words up to a few hundred bytes do this by looking at ranks in blocks of 16,
 * which is quickest for them; longer ones keep the ranks in a heap, so that a million equal letters take a fraction of a
 * second and not a day.
 */
import type { PairTable } from './pairTable.js';
import { createRankHeap } from './rankHeap.js';

const longestScanned = 512; // ids, 16 times a whole number
const none = 0x7fffffff;
// Of the word at hand: a linked list of the places of ids that are left, the rank of each with the one behind it, and
// the lowest of every 16 ranks.
const next = new Int32Array(longestScanned);
const previous = new Int32Array(longestScanned);
const ranksHere = new Int32Array(longestScanned);
const lowest = new Int32Array(longestScanned >> 4);

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
  if (length < 2) return length;
  const blocks = (length + 15) >> 4;
  for (let at = 0; at < length; at++) {
    next[at] = at + 1;
    previous[at] = at - 1;
    ranksHere[at] = at + 1 < length ? orNone(ranks.get(ids[at]!, ids[at + 1]!)) : none;
  }
  ranksHere.fill(none, length, blocks << 4);
  for (let block = 0; block < blocks; block++) lowest[block] = lowestOf(block);
  let left = length;
  for (;;) {
    let block = 0;
    for (let other = 1; other < blocks; other++) if (lowest[other]! < lowest[block]!) block = other;
    const rank = lowest[block]!;
    if (rank === none) break;
    let at = block << 4;
    while (ranksHere[at] !== rank) at++;
    const swallowed = next[at]!;
    const behind = next[swallowed]!;
    const before = previous[at]!;
    const id = made === undefined ? rank : made[rank]!;
    ids[at] = id;
    left--;
    next[at] = behind;
    ranksHere[swallowed] = none;
    ranksHere[at] = none;
    if (behind < length) {
      previous[behind] = at;
      ranksHere[at] = orNone(ranks.get(id, ids[behind]!));
    }
    lowest[block] = lowestOf(block);
    if (swallowed >> 4 !== block) lowest[swallowed >> 4] = lowestOf(swallowed >> 4);
    if (before >= 0) {
      ranksHere[before] = orNone(ranks.get(ids[before]!, id));
      lowest[before >> 4] = lowestOf(before >> 4);
    }
  }
  for (let at = 0, nth = 0; at < length; at = next[at]!) ids[nth++] = ids[at]!;
  return left;
}

function lowestOf(block: number): number {
  let lowest = none;
  for (let at = block << 4, end = at + 16; at < end; at++) {
    const rank = ranksHere[at]!;
    if (rank < lowest) lowest = rank;
  }
  return lowest;
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
