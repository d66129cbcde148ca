/** Drawing one token from a model's scores. Plain numbers, no tensors. */
import type { Random } from '../core/random.js';

/** How tokens are drawn. */
export interface SampleOptions {
  /** Divides the scores: below 1 safer, above 1 wilder, 0 always the likeliest; default 1. */
  readonly temperature?: number;
  /** Draw among this many likeliest tokens; default all. */
  readonly topK?: number;
}

/**
 * Draws a token. One random number is drawn, except at temperature 0: it says how much of the probability lies before
 * the token, in the order of ids.
 *
 * @param scores Logits over the vocabulary, [V].
 * @throws {RangeError} If the temperature is below 0 or `topK` is below 1.
 *
 * @example
 * sampleToken([0, 5, 1], { temperature: 0 }, createRandom(1)) // 1
 */
export function sampleToken(scores: ArrayLike<number>, config: SampleOptions, random: Random): number {
  return sampleScored(scores, config, random).id;
}

/** A token that was drawn, and the logarithm of its probability, whatever temperature and `topK` it was drawn with. */
export interface ScoredToken {
  readonly id: number;
  readonly logProbability: number;
}

/** As `sampleToken`. Where the temperature is 1, drawing and scoring share the work. */
export function sampleScored(
  scores: ArrayLike<number>,
  { temperature = 1, topK = scores.length }: SampleOptions,
  random: Random,
): ScoredToken {
  if (!(temperature >= 0))
    throw new RangeError(`Cannot sample: temperature must be >= 0, got ${temperature}`);
  if (!(topK >= 1)) throw new RangeError(`Cannot sample: topK must be >= 1, got ${topK}`);
  const likeliest = largest(scores);
  if (temperature === 0) return { id: likeliest, logProbability: logProbability(scores, likeliest) };
  const weights = new Float64Array(scores.length);
  const total = weigh(scores, { best: scores[likeliest]!, temperature }, weights);
  const chances = topK < weights.length ? keepLargest(weights, Math.ceil(topK)) : weights;
  const sum = chances === weights ? total : chances.reduce((sum, chance) => sum + chance, 0);
  const id = placeOf(random.uniform() * sum, chances) ?? likeliest;
  const shared = temperature === 1 && total > 0;
  return {
    id,
    logProbability: shared ? scores[id]! - scores[likeliest]! - Math.log(total) : logProbability(scores, id),
  };
}

/** exp of each score's distance from the best, which is 0 for what is no number; returns the sum. */
function weigh(
  scores: ArrayLike<number>,
  { best, temperature }: { readonly best: number; readonly temperature: number },
  weights: Float64Array,
): number {
  let total = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = Math.exp((scores[id]! - best) / temperature);
    if (!(weight > 0)) continue;
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
 * @param scores Logits over the vocabulary, [V].
 */
export function logProbability(scores: ArrayLike<number>, id: number): number {
  const best = scores[largest(scores)]!;
  let total = 0;
  for (let other = 0; other < scores.length; other++) total += Math.exp(scores[other]! - best);
  return scores[id]! - best - Math.log(total);
}

/** The first index with the largest score. */
function largest(scores: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if (scores[id]! > scores[best]!) best = id;
  return best;
}
