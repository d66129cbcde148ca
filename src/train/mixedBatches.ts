/** Batches from several sources at once: mostly the web, some books, a little code. */
import { createRandom, type Random } from '../core/random.js';
import { type BatchSource, type BatchState, batchSource, isRandomState } from './batchSource.js';
import { checkCounts } from './counts.js';
import type { Batch } from './loss.js';

/** One source of a mixture. */
export interface MixedSource {
  /** Gives one window at a time: made with `batchSize: 1`. */
  readonly batches: BatchSource;
  /** How often it is drawn, beside the weights of the others; 0 or more. */
  readonly weight: number;
}

/**
 * Batches whose every window comes from a source that is drawn by its weight: over the run, a source with weight 3 of 4
 * gives three quarters of the windows, however long it is. It ends when a source that is drawn has ended.
 *
 * @param sources Each with a `batchSize` of 1 and the same `length`.
 * @param random Draws the sources, and moves on; each source draws its windows by a `Random` of its own.
 * @throws {RangeError} If `batchSize` is no count, a weight is below 0, or all are 0; from `next` if a source gives more
 *   than one window, or windows of another length.
 *
 * @example
 * const one = { batchSize: 1, length: 2 };
 * const letters = randomBatches(Uint16Array.of(1, 1, 1, 1), one, createRandom(1));
 * const digits = randomBatches(Uint16Array.of(2, 2, 2, 2), one, createRandom(2));
 * const sources = [{ batches: letters, weight: 3 }, { batches: digits, weight: 1 }];
 * mixedBatches(sources, { batchSize: 4 }, createRandom(3)).next().value.inputs.length // 8
 */
export function mixedBatches(
  sources: readonly MixedSource[],
  { batchSize }: { readonly batchSize: number },
  random: Random,
): BatchSource {
  checkCounts('mix batches', { batchSize });
  const weights = sources.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY && weights.every((weight) => weight >= 0)))
    throw new RangeError(
      `Cannot mix batches: expected weights of 0 or more, and one above 0, got [${weights}]`,
    );
  let drawing = random;
  const drawn = (): MixedSource => {
    const aim = drawing.uniform() * total;
    let sum = 0;
    return sources.find(({ weight }) => {
      sum += weight;
      return aim < sum;
    })!; // `total` was added up in the same order, so the last sum is above any aim
  };
  return batchSource<undefined>(
    { kind: 'mixed', weights, batchSize },
    {
      next: () => {
        const windows: Batch[] = [];
        while (windows.length < batchSize) {
          const { done, value } = drawn().batches.next();
          if (done) return { done: true, value: undefined };
          windows.push(value);
        }
        return { done: false, value: joined(windows) };
      },
      stand: () => ({ random: drawing.state(), sources: sources.map(({ batches }) => batches.state()) }),
      go: (state) => {
        if (!isRandomState(state.random) || !isStates(state.sources, sources.length)) return false;
        for (const [nth, one] of state.sources.entries()) sources[nth]!.batches.restore(one);
        drawing = createRandom(state.random);
        return true;
      },
    },
  );
}

const isStates = (value: unknown, count: number): value is readonly BatchState[] =>
  Array.isArray(value) &&
  value.length === count &&
  value.every((one) => typeof one === 'object' && one !== null);

/** Single windows as one batch. */
function joined(windows: readonly Batch[]): Batch {
  const { length } = windows[0]!;
  const wrong = windows.find((window) => window.batchSize !== 1 || window.length !== length);
  if (wrong)
    throw new RangeError(
      `Cannot mix batches: expected one window of ${length} tokens at a time, got ${wrong.batchSize} of ${wrong.length}`,
    );
  const flat = (part: (window: Batch) => ArrayLike<number>) =>
    Int32Array.from(windows.flatMap((window) => Array.from(part(window))));
  const weights = (window: Batch) => window.weights ?? new Array<number>(length).fill(1);
  return {
    batchSize: windows.length,
    length,
    inputs: flat(({ inputs }) => inputs),
    targets: flat(({ targets }) => targets),
    ...(windows.some((window) => window.weights) && {
      weights: windows.flatMap((window) => Array.from(weights(window))),
    }),
  };
}
