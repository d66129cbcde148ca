/**
 * How likely given tokens are, for texts that are read bit by bit.
 *
 * B = texts read together, T = new tokens of the longest.
 */
import { ignored, tokenLogProbs } from '../backend/ops/crossEntropy.js';
import { tf } from '../backend/tf.js';
import { checkTexts, everyRow, type KeyValueCache, logitsOfRows, type NewTokens, portions } from './cache.js';
import type { InferenceParams } from './params.js';

/** Tokens that a text goes on with, and what is to follow each. */
export interface ScoredTokens extends NewTokens {
  /** One for each of `ids`; -1 where nobody asks. */
  readonly targets: readonly number[];
}

/** Most logits at once, 64 MB of them: here every position has some. */
const mostLogits = 2 ** 24;

/**
 * Reads on in some texts, as `cachedLogits` does, and gives how likely what is to follow each new token is: the
 * likelihood of an answer, for one.
 *
 * @returns ln p of the targets, as many as a text has new tokens; 0 where the target is -1.
 * @throws {RangeError} As `cachedLogits`; also if targets and tokens differ in number, or a target is no token.
 *
 * @example
 * const cache = createCache(params.config);
 * const [logProbs] = cachedLogProbs(params, cache, [{ slot: 0, ids: [1, 2, 3], targets: [-1, 3, 4] }]);
 * logProbs.map((logProb) => logProb < 0) // [false, true, true]
 */
export function cachedLogProbs(
  params: InferenceParams,
  cache: KeyValueCache,
  texts: readonly ScoredTokens[],
): number[][] {
  checkTexts(params.config, cache, texts);
  for (const { slot, ids, targets } of texts) {
    if (ids.length !== targets.length)
      throw new RangeError(
        `Cannot read on: expected ${ids.length} targets in slot ${slot}, got ${targets.length}`,
      );
  }
  const found = new Map<ScoredTokens, number[]>();
  for (const together of portions(texts, Math.ceil(mostLogits / params.config.vocabSize))) {
    const T = Math.max(...together.map(({ ids }) => ids.length));
    const targets = together.flatMap(({ targets }) =>
      Array.from({ length: T }, (_, nth) => targets[nth] ?? ignored),
    );
    const logProbs = tf.tidy(() =>
      tokenLogProbs(logitsOfRows(params, cache, together, everyRow(together)), targets).dataSync<'float32'>(),
    ); // [B*T]
    for (const [row, text] of together.entries())
      found.set(text, Array.from(logProbs.subarray(row * T, row * T + text.ids.length)));
  }
  return texts.map((text) => found.get(text)!);
}
