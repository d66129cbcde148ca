/** New tokens for a model that was trained without them. */
import { tf } from '../backend/tf.js';
import type { Random } from '../core/random.js';
import { type GptParams, namedParams, paramsFrom } from './params.js';

/**
 * A copy of a model with a larger vocabulary; every old id keeps its meaning. The rows of new ids, in the embedding and in
 * a head of its own, are drawn around the mean of the old ones (Hewitt 2021): from zero or at random they could be more
 * likely than any word that the model knows. The caller frees the copy with `disposeParams`.
 *
 * @param vocabSize At least that of the model; `withSpecialTokens` gives a tokenizer of as many.
 * @throws {RangeError} If it is smaller.
 *
 * @example
 * const grown = growVocabulary(params, 259, createRandom(1));
 * grown.tokenEmbedding.shape // [259, 4]
 * disposeParams(grown);
 */
export function growVocabulary(params: GptParams, vocabSize: number, random: Random): GptParams {
  const more = vocabSize - params.config.vocabSize;
  if (!(Number.isInteger(more) && more >= 0))
    throw new RangeError(
      `Cannot grow a vocabulary: expected ${params.config.vocabSize} ids or more, got ${vocabSize}`,
    );
  const named = namedParams(params);
  return paramsFrom({ ...params.config, vocabSize }, (name, shape) => {
    const kept = named.get(name)!;
    if (kept.shape.join() === shape.join()) return kept.add(0);
    return tf.tidy(() => tf.concat([kept, rowsAround(kept as tf.Variable<tf.Rank.R2>, more, random)]));
  });
}

/** Rows from the normal distribution that the columns of a table have, a tenth as wide: [count,C]. */
function rowsAround(table: tf.Tensor2D, count: number, random: Random): tf.Tensor2D {
  const { mean, variance } = tf.moments(table, 0);
  const noise = Float32Array.from({ length: count * table.shape[1] }, () => random.normal());
  return tf.tensor2d(noise, [count, table.shape[1]]).mul(variance.sqrt().mul(0.1)).add(mean);
}
