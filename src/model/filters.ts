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
  if (topK < left.length) left = likeliest(left, Math.ceil(topK));
  if (topP < 1) left = nucleus(left, topP);
  if (minP > 0) left = left.map((weight) => (weight < minP ? 0 : weight)); // the largest weight is 1
  return left;
}

export function sumOf(weights: Float64Array): number {
  let sum = 0;
  for (let id = 0; id < weights.length; id++) sum += weights[id]!;
  return sum;
}

function likeliest(weights: Float64Array, count: number): Float64Array {
  const largest = largestOf(weights, (found) => found >= count);
  return count <= largest.length ? keepLargest(weights, largest, count) : weights; // fewer have any chance
}

function nucleus(weights: Float64Array, share: number): Float64Array {
  let missing = share * sumOf(weights);
  const enough = missing * (1 + 1e-9); // sums in another order round otherwise
  const largest = largestOf(weights, (_, sum) => sum >= enough);
  let count = 0;
  while (missing > 0 && count < largest.length) {
    count++;
    missing -= largest[largest.length - count]!;
  }
  return keepLargest(weights, largest, count);
}

/**
 * Some of the largest weights, at least so many as are enough, the smallest first. The largest weight is 1, and what is
 * likely is mostly among the few that are not much smaller, so that the long rest need not be sorted.
 */
function largestOf(weights: Float64Array, isEnough: (count: number, sum: number) => boolean): Float64Array {
  for (let least = 2 ** -4; least > 0; least *= least) {
    let [count, sum] = [0, 0];
    for (let id = 0; id < weights.length; id++) {
      if (weights[id]! < least) continue;
      count++;
      sum += weights[id]!;
    }
    if (isEnough(count, sum)) return weights.filter((weight) => weight >= least).sort();
  }
  return weights.filter((weight) => weight > 0).sort();
}

/** The `count` largest weights where they are, the first among equals; the others are 0. */
function keepLargest(weights: Float64Array, largest: Float64Array, count: number): Float64Array {
  const least = largest[largest.length - count]!;
  let equals = count;
  for (let nth = largest.length - 1; nth >= 0 && largest[nth]! > least; nth--) equals--;
  return weights.map((weight) => (weight > least || (weight === least && equals-- > 0) ? weight : 0));
}
