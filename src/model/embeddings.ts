/**
 * A model that reads vectors in place of tokens: parts of a picture, stretches of sound, whatever has been made as long
 * as an embedding. Flamingo (Alayrac et al. 2022), LLaVA (Liu et al. 2023) and Fuyu (Bavishi et al. 2023) put pictures in
 * front of a language model like this, the last one with nothing between its patches and the layers but one matrix.
 *
 * B = batch, T = positions, C = channels (nEmbd), V = vocabulary.
 */
import { tf } from '../backend/tf.js';
import type { GptConfig } from './config.js';
import { embedded, head, hiddenStates, idsTensor } from './gpt.js';
import type { InferenceParams } from './params.js';

/**
 * The rows of the embedding table that belong to some texts: what the first layer would get, but for the positions, which
 * the model itself adds. Vectors of other kinds can be put between them with `tf.concat`.
 *
 * @param ids Texts of equal length as token ids, B of them.
 * @returns [B,T,C], with a gradient.
 * @throws {RangeError} If the texts differ in length, are longer than `blockSize`, or an id is not in the vocabulary.
 *
 * @example
 * tokenEmbeddings(params, [[1, 2, 3]]).shape // [1, 3, 4]
 */
export function tokenEmbeddings(params: InferenceParams, ids: readonly ArrayLike<number>[]): tf.Tensor3D {
  return tf.tidy(() => embedded(params, idsTensor(params.config, ids)));
}

/**
 * As `logits`, for texts of which the embeddings are given: of tokens, or of anything else. Each position sees itself and
 * those before it, whatever they are.
 *
 * @param embeddings [B,T,C], without positions.
 * @returns [B,T,V], with a gradient. The caller disposes it.
 * @throws {RangeError} If the embeddings are not as wide as the model, or there are none or more than `blockSize`.
 *
 * @example
 * const text = [[1, 2, 3]];
 * const [one, other] = [logits(params, text), logitsOfEmbeddings(params, tokenEmbeddings(params, text))];
 * one.sub(other).abs().max().arraySync() // 0
 */
export function logitsOfEmbeddings(params: InferenceParams, embeddings: tf.Tensor3D): tf.Tensor3D {
  checkEmbeddings(params.config, embeddings);
  const [B, T] = embeddings.shape;
  return tf.tidy(() =>
    head(params, hiddenStates(params, embeddings)).reshape([B, T, params.config.vocabSize]),
  );
}

/** Throws unless the model can read these embeddings. */
export function checkEmbeddings({ nEmbd, blockSize }: GptConfig, { shape }: tf.Tensor): void {
  const [, T, C] = shape;
  if (shape.length !== 3 || C !== nEmbd)
    throw new RangeError(
      `Cannot run the model: expected embeddings [B,T,${nEmbd}], got [${shape.join(',')}]`,
    );
  if (!(T! >= 1 && T! <= blockSize))
    throw new RangeError(`Cannot run the model: expected 1 to ${blockSize} embeddings in a text, got ${T}`);
}
