/** Drawing one token from a model's logits. Plain numbers, no tensors. */
import type { Random } from '../core/random.js';

/** How tokens are drawn. */
export interface SampleOptions {
  /** Divides the logits: below 1 safer, above 1 wilder, 0 always the likeliest; default 1. */
  readonly temperature?: number;
  /** Draw among this many likeliest tokens; default all. */
  readonly topK?: number;
}

/**
 * Draws a token. One random number is drawn, except at temperature 0: it says how much of the probability lies before
 * the token, in the order of ids.
 *
 * @param logits Over the vocabulary, [V]; `-Infinity` for a token that must not come.
 * @throws {RangeError} If the temperature is below 0, `topK` is below 1, a logit is NaN or Infinity, or no token may come.
 *
 * @example
 * sampleToken([0, 5, 1], { temperature: 0 }, createRandom(1)) // 1
 */
export function sampleToken(logits: ArrayLike<number>, options: SampleOptions, random: Random): number {
  return sampleScored(logits, options, random).id;
}

/** A token that was drawn, and the logarithm of its probability, whatever temperature and `topK` it was drawn with. */
export interface ScoredToken {
  readonly id: number;
  readonly logProb: number;
}

/** As `sampleToken`. Where the temperature is 1, drawing and scoring share the work. */
export function sampleScored(
  logits: ArrayLike<number>,
  { temperature = 1, topK = logits.length }: SampleOptions,
  random: Random,
): ScoredToken {
  if (!(temperature >= 0))
    throw new RangeError(`Cannot sample: temperature must be >= 0, got ${temperature}`);
  if (!(topK >= 1)) throw new RangeError(`Cannot sample: topK must be >= 1, got ${topK}`);
  checkLogits(logits);
  const likeliest = largest(logits);
  if (temperature === 0) return { id: likeliest, logProb: logProb(logits, likeliest) };
  const weights = new Float64Array(logits.length);
  const total = exponentials(logits, { best: logits[likeliest]!, temperature }, weights);
  const chances = topK < weights.length ? keepLargest(weights, Math.ceil(topK)) : weights;
  const sum = chances === weights ? total : chances.reduce((sum, chance) => sum + chance, 0);
  const id = placeOf(random.uniform() * sum, chances) ?? likeliest;
  const shared = temperature === 1 && total > 0;
  return {
    id,
    logProb: shared ? logits[id]! - logits[likeliest]! - Math.log(total) : logProb(logits, id),
  };
}

/** exp of each logit's distance from the best, the softmax before it is divided by its sum; returns the sum. */
function exponentials(
  logits: ArrayLike<number>,
  { best, temperature }: { readonly best: number; readonly temperature: number },
  weights: Float64Array,
): number {
  let total = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = Math.exp((logits[id]! - best) / temperature);
    if (weight === 0) continue;
    weights[id] = weight;
    total += weight;
  }
  return total;
}

/** The `count` largest weights where they are, the first among equals; the others are 0. */
function keepLargest(weights: Float64Array, count: number): Float64Array {
  const least = Float64Array.from(weights).sort()[weights.length - count]!;
  let equals = count;
  for (const weight of weights) if (weight > least) equals--;
  return weights.map((weight) => (weight > least || (weight === least && equals-- > 0) ? weight : 0));
}

/** Where the chances, added up in order, pass an amount: the last that has any chance, if rounding never lets them. */
function placeOf(amount: number, chances: Float64Array): number | undefined {
  let last: number | undefined;
  let left = amount;
  for (let id = 0; id < chances.length; id++) {
    if (chances[id] === 0) continue;
    last = id;
    left -= chances[id]!;
    if (left < 0) break;
  }
  return last;
}

/**
 * The logarithm of a token's probability at temperature 1.
 *
 * @param logits Over the vocabulary, [V]; `-Infinity` for a token that must not come.
 */
export function logProb(logits: ArrayLike<number>, id: number): number {
  const best = logits[largest(logits)]!;
  let total = 0;
  for (let other = 0; other < logits.length; other++) total += Math.exp(logits[other]! - best);
  return logits[id]! - best - Math.log(total);
}

/** A model that has gone wrong is named here, instead of writing token 0 for ever. */
function checkLogits(logits: ArrayLike<number>): void {
  let best = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY)
      throw new RangeError(`Cannot sample: expected finite logits, got ${logit} for token ${id}`);
    if (logit > best) best = logit;
  }
  if (best === Number.NEGATIVE_INFINITY)
    throw new RangeError(`Cannot sample: none of ${logits.length} tokens is allowed`);
}

/** The first index with the largest logit. */
function largest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}
