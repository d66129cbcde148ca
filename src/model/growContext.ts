/** Room for longer texts in a model that was trained on shorter ones. */
import { tf } from '../backend/tf.js';
import { type GptParams, namedParams, paramsFrom } from './params.js';

/**
 * A copy of a model that reads longer texts. Learned positions beyond the old ones begin as the last old one; training has
 * to set them apart. Models with rotary positions have no such table, and only the bound changes. The caller frees the
 * copy with `disposeParams`.
 *
 * @param blockSize Tokens, at least as many as the model reads now.
 * @throws {RangeError} If there are fewer.
 *
 * @example
 * const { blockSize } = params.config;
 * const grown = growContext(params, 2 * blockSize);
 * grown.positionEmbedding.shape[0] / blockSize // 2
 * disposeParams(grown);
 */
export function growContext(params: GptParams, blockSize: number): GptParams {
  const old = params.config.blockSize;
  if (!(Number.isInteger(blockSize) && blockSize >= old))
    throw new RangeError(`Cannot grow a context: expected ${old} tokens or more, got ${blockSize}`);
  const named = namedParams(params);
  return paramsFrom({ ...params.config, blockSize }, (name, shape) => {
    const kept = named.get(name)!;
    if (kept.shape.join() === shape.join()) return kept.add(0);
    return tf.tidy(() => {
      const last = (kept as tf.Tensor2D).slice([old - 1, 0], [1, kept.shape[1]!]);
      return tf.concat([kept, last.tile([blockSize - old, 1])]);
    });
  });
}
