/**
 * Applies merges to one word where the number of a merge and the id that it makes are two things: several merges may make
 * one token, and a token may take part in merges that come before the one that made it, as in files of Llama 3.
 */
import { createHeap } from './heap.js';
import type { PairTable } from './pairTable.js';

const places = 2 ** 32; // ranks are below 2^21, so that rank and place together are an exact number

/**
 * Merges the first `length` ids in place: of all neighbours that have a merge, the pair of the lowest rank, the leftmost
 * first, until there is none.
 *
 * @param ranks The rank of each pair that is joined.
 * @param made The id that the merge of each rank makes.
 * @returns How many ids are left.
 */
export function mergeByRank(ids: Int32Array, length: number, ranks: PairTable, made: Int32Array): number {
  const next = Int32Array.from({ length }, (_, at) => at + 1); // of the ids that are left
  const previous = Int32Array.from({ length }, (_, at) => at - 1);
  const waiting = createHeap((a, b) => a < b);
  const rankAt = (at: number): number =>
    at >= 0 && next[at]! < length ? ranks.get(ids[at]!, ids[next[at]!]!) : -1;
  const offer = (at: number) => {
    const rank = rankAt(at);
    if (rank !== -1) waiting.push(rank * places + at);
  };
  for (let at = 0; at < length; at++) offer(at);
  for (let first = waiting.pop(); first !== undefined; first = waiting.pop()) {
    const rank = Math.floor(first / places);
    const at = first - rank * places;
    if (ids[at] === -1 || rankAt(at) !== rank) continue; // a merge since then changed this pair
    const swallowed = next[at]!;
    ids[at] = made[rank]!;
    ids[swallowed] = -1;
    next[at] = next[swallowed]!;
    if (next[at]! < length) previous[next[at]!] = at;
    offer(at);
    offer(previous[at]!);
  }
  let left = 0;
  for (let at = 0; at < length; at = next[at]!) ids[left++] = ids[at]!;
  return left;
}
