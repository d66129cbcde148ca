/** Drawing one token from a model's scores. Plain numbers, no tensors. */
import type { Random } from '../core/random.js';

/** How tokens are drawn. */
export interface SampleConfig {
  /** Divides the scores: below 1 safer, above 1 wilder, 0 always the likeliest; default 1. */
  readonly temperature?: number;
  /** Draw among this many likeliest tokens; default all. */
  readonly topK?: number;
}

/**
 * Draws a token.
 *
 * @param scores Logits over the vocabulary, [V].
 * @throws {RangeError} If the temperature is below 0 or `topK` is below 1.
 *
 * @example
 * sampleToken([0, 5, 1], { temperature: 0 }, createRandom(1)) // 1
 */
export function sampleToken(
  scores: ArrayLike<number>,
  { temperature = 1, topK = scores.length }: SampleConfig,
  random: Random,
): number {
  if (!(temperature >= 0))
    throw new RangeError(`Cannot sample: temperature must be >= 0, got ${temperature}`);
  if (!(topK >= 1)) throw new RangeError(`Cannot sample: topK must be >= 1, got ${topK}`);
  const order = Array.from({ length: scores.length }, (_, id) => id).sort((a, b) => scores[b]! - scores[a]!);
  if (temperature === 0) return order[0]!;
  const best = scores[order[0]!]!;
  const candidates = order.slice(0, topK);
  const weights = candidates.map((id) => Math.exp((scores[id]! - best) / temperature));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return candidates[chosen] ?? candidates[0]!;
}
