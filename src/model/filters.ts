/** What sampling options leave of a model's probabilities. */

/** Which tokens may be drawn, by their probability. */
export interface SampleFilters {
  /** Draw among this many likeliest tokens; default all. */
  readonly topK?: number;
  /**
   * Draw among the fewest likeliest tokens that have this share of the probability together, above 0; default 1, all of
   * them (nucleus sampling, Holtzman et al. 2020).
   */
  readonly topP?: number;
  /** Draw among tokens at least this many times as likely as the likeliest, 0 to 1; default 0, all of them. */
  readonly minP?: number;
}

/** The logits with those of earlier tokens moved towards 0 from above, away from it below; each once. */
export function penalised(
  logits: ArrayLike<number>,
  penalty: number,
  previous: readonly number[],
): Float64Array {
  const scores = Float64Array.from(logits);
  for (const id of new Set(previous)) {
    if (!(id in scores))
      throw new RangeError(`Cannot sample: expected previous ids from 0 to ${scores.length - 1}, got ${id}`);
    scores[id] = scores[id]! > 0 ? scores[id]! / penalty : scores[id]! * penalty;
  }
  return scores;
}

/** The weights that the filters leave, those of the others 0; the same array where nothing is asked for. */
export function filtered(
  weights: Float64Array,
  { topK = weights.length, topP = 1, minP = 0 }: SampleFilters,
): Float64Array {
  let left = weights;
  if (topK < left.length) left = keepLargest(left, Math.ceil(topK));
  if (topP < 1) left = keepLargest(left, nucleusSize(left, topP));
  if (minP > 0) left = left.map((weight) => (weight < minP ? 0 : weight)); // the largest weight is 1
  return left;
}

export const sumOf = (weights: Float64Array): number => weights.reduce((sum, weight) => sum + weight, 0);

/** How many of the largest weights have this share of the sum together. */
function nucleusSize(weights: Float64Array, share: number): number {
  const sorted = weights.filter((weight) => weight > 0).sort();
  let missing = share * sumOf(sorted);
  let size = 0;
  while (missing > 0 && size < sorted.length) {
    size++;
    missing -= sorted[sorted.length - size]!;
  }
  return size;
}

/** The `count` largest weights where they are, the first among equals; the others are 0. */
function keepLargest(weights: Float64Array, count: number): Float64Array {
  const least = Float64Array.from(weights).sort()[weights.length - count]!;
  let equals = count;
  for (const weight of weights) if (weight > least) equals--;
  return weights.map((weight) => (weight > least || (weight === least && equals-- > 0) ? weight : 0));
}
