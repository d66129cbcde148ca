/** Models whose probabilities can be worked out by hand. */
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, type GptParams, namedParams } from '../../src/model/params.js';

/**
 * A model that expects the last byte again: it sees the embedding of the last token alone, which is a 1 among 256 zeros,
 * normalised. The caller frees it.
 */
export function echoModel(blockSize: number): GptParams {
  const size = 257;
  const params = createParams(
    { vocabSize: size, blockSize, nLayer: 1, nHead: 1, nEmbd: size },
    createRandom(1),
  );
  for (const [name, variable] of namedParams(params))
    if (!name.includes('ln_')) tf.tidy(() => variable.assign(tf.zeros(variable.shape)));
  tf.tidy(() => params.tokenEmbedding.assign(tf.eye(size)));
  return params;
}

const [mean, epsilon] = [1 / 257, 1e-5];
const deviation = Math.sqrt(mean * (1 - mean) + epsilon);
const [same, other] = [(1 - mean) / deviation, -mean / deviation];
const total = Math.log(Math.exp(same) + 256 * Math.exp(other));

/** What that model holds of a token after the same token, and after another: ln p. */
export const echo = { same: same - total, other: other - total };
