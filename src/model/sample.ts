/** Drawing one token from a model's logits. Plain numbers, no tensors. */
import type { Random } from '../core/random.js';
import { filtered, penalised, type SampleFilters, sumOf } from './filters.js';

/**
 * How tokens are drawn. What is asked for is done in this order, which is that of Hugging Face transformers:
 * `repetitionPenalty`, `temperature`, `topK`, `topP`, `minP`. Each filter counts what the ones before it have left.
 */
export interface SampleOptions extends SampleFilters {
  /** Divides the logits: below 1 safer, above 1 wilder, 0 always the likeliest; default 1. */
  readonly temperature?: number;
  /**
   * Divides the logits above 0 of tokens that have come before, and multiplies those below 0: above 1 they come less
   * often; default 1 (CTRL, Keskar et al. 2019, which takes 1.2).
   */
  readonly repetitionPenalty?: number;
  /** The tokens that have come before, for `repetitionPenalty`; default none. */
  readonly previous?: readonly number[];
}

/**
 * Draws a token. One random number is drawn, except at temperature 0: it says how much of the probability lies before
 * the token, in the order of ids.
 *
 * @param logits Over the vocabulary, [V]; `-Infinity` for a token that must not come.
 * @throws {RangeError} If an option is out of range, a logit is NaN or Infinity, or no token may come.
 *
 * @example
 * sampleToken([0, 5, 1], { temperature: 0 }, createRandom(1)) // 1
 */
export function sampleToken(logits: ArrayLike<number>, options: SampleOptions, random: Random): number {
  checkSampleOptions(options);
  return placeIn(drawnFrom(logits, options), random);
}

/** Draws a token, as `sampleToken` does. */
export type Sampler = (logits: ArrayLike<number>, previous: readonly number[], random: Random) => number;

/**
 * Makes what draws many tokens with the same options, which are looked at once.
 *
 * @throws {RangeError} If an option is out of range; when it draws, as `sampleToken`.
 */
export function sampler(options: Omit<SampleOptions, 'previous'>): Sampler {
  checkSampleOptions(options);
  let room = new Float64Array(0); // used again for each token
  return (logits, previous, random) => {
    if (room.length === logits.length) room.fill(0);
    else room = new Float64Array(logits.length);
    return placeIn(drawnFrom(logits, { ...options, previous }, room), random);
  };
}

const placeIn = ({ likeliest, weights, sum }: DrawnFrom, random: Random): number =>
  (weights && placeOf(random.uniform() * sum, weights)) ?? likeliest;

/** A token that was drawn, and the logarithm of its probability, whatever options it was drawn with. */
export interface ScoredToken {
  readonly id: number;
  readonly logProb: number;
}

/** Draws a token, as `sampleToken` does, and scores it. */
export type ScoredSampler = (
  logits: ArrayLike<number>,
  previous: readonly number[],
  random: Random,
) => ScoredToken;

/**
 * Makes what draws many tokens with the same options, which are looked at once. Where they leave the model's probabilities
 * as they are, drawing and scoring share the work, and nothing is allocated for a token.
 *
 * @throws {RangeError} If an option is out of range; when it draws, as `sampleToken`.
 */
export function scoredSampler(options: Omit<SampleOptions, 'previous'>): ScoredSampler {
  checkSampleOptions(options);
  const { temperature = 1, topK, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  const isPlain = temperature === 1 && repetitionPenalty === 1 && topP === 1 && minP === 0 && !topK;
  if (isPlain) return plainSampler();
  const draw = sampler(options);
  return (logits, previous, random) => {
    const id = draw(logits, previous, random);
    return { id, logProb: logProb(logits, id) };
  };
}

/** Draws from the model's own probabilities. */
function plainSampler(): ScoredSampler {
  let weights = new Float64Array(0); // used again for each token
  return (logits, _, random) => {
    const likeliest = checkedLargest(logits);
    if (weights.length === logits.length) weights.fill(0);
    else weights = new Float64Array(logits.length);
    const best = logits[likeliest]!;
    const total = exponentials(logits, { best, temperature: 1 }, weights);
    const id = placeOf(random.uniform() * total, weights) ?? likeliest;
    return { id, logProb: logits[id]! - best - Math.log(total) };
  };
}

/**
 * The probabilities that `sampleToken` draws from, [V]; those of tokens that cannot come are 0.
 *
 * @param logits Over the vocabulary, [V]; `-Infinity` for a token that must not come.
 * @throws {RangeError} As `sampleToken`.
 *
 * @example
 * sampleDistribution([0, Math.log(3), Math.log(4)], { topK: 2 }) // Float64Array.of(0, 3 / 7, 4 / 7)
 */
export function sampleDistribution(logits: ArrayLike<number>, options: SampleOptions = {}): Float64Array {
  checkSampleOptions(options);
  const { likeliest, weights, sum } = drawnFrom(logits, options);
  if (weights) return weights.map((weight) => weight / sum);
  return new Float64Array(logits.length).fill(1, likeliest, likeliest + 1);
}

/** What a token is drawn from. */
interface DrawnFrom {
  readonly likeliest: number;
  /** In proportion to the probabilities, [V]; none at temperature 0, where the likeliest is taken. */
  readonly weights?: Float64Array;
  /** Of the weights. */
  readonly sum: number;
}

/** @param room For as many numbers as there are logits, all 0. */
function drawnFrom(
  logits: ArrayLike<number>,
  options: SampleOptions,
  room = new Float64Array(logits.length),
): DrawnFrom {
  const first = checkedLargest(logits);
  const { temperature = 1, repetitionPenalty = 1, previous = [] } = options;
  const scores = repetitionPenalty === 1 ? logits : penalised(logits, repetitionPenalty, previous);
  const likeliest = scores === logits ? first : largest(scores);
  if (temperature === 0) return { likeliest, sum: 1 };
  const total = exponentials(scores, { best: scores[likeliest]!, temperature }, room);
  const weights = filtered(room, options);
  return { likeliest, weights, sum: weights === room ? total : sumOf(weights) };
}

/**
 * Throws unless tokens can be drawn with these options.
 *
 * @throws {RangeError} Naming the option.
 */
export function checkSampleOptions(options: SampleOptions): void {
  const { temperature = 1, topK = 1, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  const check = (holds: boolean, what: string, got: unknown) => {
    if (!holds) throw new RangeError(`Cannot sample: ${what}, got ${got}`);
  };
  check(temperature >= 0 && temperature < Number.POSITIVE_INFINITY, 'temperature must be >= 0', temperature);
  check(topK >= 1, 'topK must be >= 1', topK);
  check(topP > 0 && topP <= 1, 'topP must be above 0 and at most 1', topP);
  check(minP >= 0 && minP <= 1, 'minP must be from 0 to 1', minP);
  const isPenalty = repetitionPenalty > 0 && repetitionPenalty < Number.POSITIVE_INFINITY;
  check(isPenalty, 'repetitionPenalty must be above 0', repetitionPenalty);
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

/** The first index with the largest logit. A model that has gone wrong is named here, instead of writing token 0 for ever. */
function checkedLargest(logits: ArrayLike<number>): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY)
      throw new RangeError(`Cannot sample: expected finite logits, got ${logit} for token ${id}`);
    if (logit <= most) continue;
    most = logit;
    best = id;
  }
  if (best < 0) throw new RangeError(`Cannot sample: none of ${logits.length} tokens is allowed`);
  return best;
}

/** The first index with the largest logit. */
function largest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}
