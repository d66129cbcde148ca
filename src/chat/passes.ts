/** Items in batches, pass after pass. */
import type { Random } from '../core/random.js';

/**
 * Batches without end: pass after pass over all items, each pass in an order of its own. A batch may hold the end of one
 * pass and the start of the next.
 *
 * @param what An item, in the sentence about there being none: `an example`.
 * @throws {RangeError} If there are no items, or the size is no whole number above 0.
 */
export function* shuffledPasses<T>(
  items: readonly T[],
  { batchSize, what }: { readonly batchSize: number; readonly what: string },
  random: Random,
): Generator<T[], never, undefined> {
  if (items.length === 0) throw new RangeError(`Cannot make batches: expected ${what}, got none`);
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new RangeError(`Cannot make batches: expected a size of 1 or more, got ${batchSize}`);
  let waiting: T[] = [];
  while (true) {
    while (waiting.length < batchSize) waiting = [...waiting, ...random.shuffle(items)];
    yield waiting.slice(0, batchSize);
    waiting = waiting.slice(batchSize);
  }
}
