/** Training in passes: every window once, in a new order each time. */
import { createRandom, type Random } from '../core/random.js';
import type { BatchOptions } from './batches.js';
import { type BatchSource, batchSource, isCount, isRandomState } from './batchSource.js';
import { checkCounts } from './counts.js';
import { permutation } from './permutation.js';
import { type TokenSource, windowsOf } from './windows.js';

/** How many passes there are. */
export interface EpochOptions extends BatchOptions {
  /** Default without end; otherwise the last batch may be smaller. */
  readonly epochs?: number;
}

/**
 * Batches without replacement: the tokens are cut into windows side by side, and each pass over them takes every one
 * once, in an order of its own that takes no memory. A batch may hold the last windows of one pass and the first of the
 * next. What is left after the last whole window of a shard is left out; with `documents`, nothing is.
 *
 * @param random Decides all orders; it does not move.
 * @throws {RangeError} If no stream or shard is as long as one window and the token after it, or a count is none.
 *
 * @example
 * const batches = epochBatches(stream, { batchSize: 2, length: 8, epochs: 1 }, createRandom(1));
 * [...batches].map(({ batchSize }) => batchSize) // [2, 2]
 */
export function epochBatches(
  tokens: TokenSource,
  { batchSize, length, documents, epochs = Number.POSITIVE_INFINITY }: EpochOptions,
  random: Random,
): BatchSource {
  checkCounts('make batches', { batchSize });
  if (!(epochs >= 0))
    throw new RangeError(`Cannot make batches: expected epochs of 0 or more, got ${epochs}`);
  const windows = windowsOf(tokens, { length, documents, overlap: false });
  const orderOf = (pass: number) => permutation(windows.count, deciding.fork(`pass ${pass}`));
  let [deciding, epoch, at] = [random, 0, 0];
  let order = orderOf(epoch);
  const number = (): number | undefined => {
    if (at === windows.count) {
      [epoch, at] = [epoch + 1, 0];
      order = orderOf(epoch);
    }
    return epoch < epochs ? order(at++) : undefined;
  };
  return batchSource<undefined>(
    { kind: 'epochs', windows: windows.count, batchSize, length },
    {
      next: () => {
        const numbers = Array.from({ length: batchSize }, number).filter((one) => one !== undefined);
        if (numbers.length === 0) return { done: true, value: undefined };
        return { done: false, value: windows.batch(numbers) };
      },
      stand: () => ({ random: deciding.state(), epoch, at }),
      go: (state) => {
        if (!isRandomState(state.random) || !isCount(state.epoch) || !isCount(state.at, windows.count + 1))
          return false;
        deciding = createRandom(state.random);
        [epoch, at] = [state.epoch, state.at];
        order = orderOf(epoch);
        return true;
      },
    },
  );
}
