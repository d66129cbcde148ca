/** One step of byte-pair encoding on a list of ids, as chapter 02 writes it: slow, and short enough to check by hand. */

/**
 * Counts neighbouring pairs.
 *
 * @returns The count of each pair under the key `left,right`, in the order in which the pairs first occur.
 *
 * @example
 * pairCounts([5, 6, 5, 6]) // new Map([['5,6', 2], ['6,5', 1]])
 */
export function pairCounts(ids: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + 1 < ids.length; i++) {
    const pair = `${ids[i]},${ids[i + 1]}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/**
 * Replaces a pair by one new id, from left to right.
 *
 * @example
 * mergePair([5, 6, 5, 6, 7], [5, 6], 256) // [256, 256, 7]
 */
export function mergePair(
  ids: readonly number[],
  [left, right]: readonly [number, number],
  newId: number,
): number[] {
  const merged: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const found = ids[i] === left && ids[i + 1] === right;
    merged.push(found ? newId : ids[i]!);
    if (found) i++;
  }
  return merged;
}
