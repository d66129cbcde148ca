/**
 * The GPT forward pass as pure functions of (parameters, input).
 *
 * B = batch, T = time (tokens), C = channels (nEmbd), V = vocabulary.
 *
 * GPT-2's architecture: learned positions, normalisation before each part, GELU, and an output head that is the
 * token embedding again. No dropout: the models here see their text about once.
 */
import * as tf from '@tensorflow/tfjs';
import { causalAttention } from '../backend/ops/attention.js';
import { embedding } from '../backend/ops/embedding.js';
import { gelu } from '../backend/ops/gelu.js';
import { layerNorm } from '../backend/ops/layerNorm.js';
import { linear } from '../backend/ops/linear.js';
import type { GptConfig } from './config.js';
import type { Block, GptParams, Linear, Norm } from './params.js';

const project = <T extends tf.Tensor>(x: T, { weight, bias }: Linear): T => linear(x, weight, bias);
const normalise = <T extends tf.Tensor>(x: T, { gain, shift }: Norm): T => layerNorm(x, gain, shift);

/**
 * One layer: what attention gathers is added to the stream, then what the feed-forward network makes of it.
 *
 * @param x Residual stream, [B,T,C].
 * @param attend From queries, keys and values, [B,T,3C], to what each position gathered, [B,T,C].
 */
function block(
  x: tf.Tensor3D,
  params: Block,
  { nHead }: Pick<GptConfig, 'nHead'>,
  attend = (qkv: tf.Tensor3D) => causalAttention(qkv, { nHead }),
): tf.Tensor3D {
  const gathered = attend(project(normalise(x, params.norm1), params.qkv));
  const attended = x.add<tf.Tensor3D>(project(gathered, params.attentionOut));
  const thought = gelu(project(normalise(attended, params.norm2), params.up)); // [B,T,4C]
  return attended.add(project(thought, params.down));
}

/**
 * The residual stream after the last layer, normalised: what the head reads and what probes look at.
 *
 * @param ids [B,T], int32; `logits` and `batchLogits` check them, this function trusts them.
 * @returns [B,T,C], with a gradient.
 *
 * @example
 * hiddenStates(params, tf.tensor2d([[1, 2, 3]], [1, 3], 'int32')).shape // [1, 3, 4]
 */
export function hiddenStates(params: GptParams, ids: tf.Tensor2D): tf.Tensor3D {
  const [, T] = ids.shape;
  const positions = tf.gather(params.positionEmbedding, tf.range(0, T, 1, 'int32')); // [T,C]
  const start = embedding(params.tokenEmbedding, ids).add<tf.Tensor3D>(positions); // [B,T,C]
  return throughLayers(params, start);
}

/**
 * From the embedded tokens to `hiddenStates`: all layers, one after the other, and the last normalisation.
 *
 * @param start [B,T,C].
 * @param attend As in `block`, for the layer of this number; default causal attention.
 */
export function throughLayers(
  params: GptParams,
  start: tf.Tensor3D,
  attend = (qkv: tf.Tensor3D, _layer: number) => causalAttention(qkv, params.config),
): tf.Tensor3D {
  const end = params.blocks.reduce(
    (x, layer, nth) => block(x, layer, params.config, (qkv) => attend(qkv, nth)),
    start,
  );
  return normalise(end, params.finalNorm);
}

/**
 * Scores every token as the next one: [...,C] -> [N,V], the positions one below the other.
 *
 * @param hidden What `hiddenStates` gave, or some of its positions.
 */
export function head(params: GptParams, hidden: tf.Tensor): tf.Tensor2D {
  const flat = hidden.reshape<tf.Tensor2D>([-1, params.config.nEmbd]); // [N,C]
  return tf.matMul(flat, params.tokenEmbedding, false, true); // [N,V]
}

/**
 * The model's logits for the next token at every position.
 *
 * @param ids Texts of equal length as token ids, B of them.
 * @returns [B,T,V]. The caller disposes it.
 * @throws {RangeError} If the texts differ in length, are longer than `blockSize`, or an id is not in the vocabulary.
 *
 * @example
 * logits(params, [[1, 2, 3]]).shape // [1, 3, 257]
 */
export function logits(params: GptParams, ids: readonly ArrayLike<number>[]): tf.Tensor3D {
  const T = ids[0]?.length ?? 0;
  const flat = ids.flatMap((row) => Array.from(row));
  checkIds(params.config, flat, T);
  if (ids.some((row) => row.length !== T))
    throw new RangeError('Cannot run the model: the texts differ in length');
  return tf.tidy(() => {
    const input = tf.tensor2d(flat, [ids.length, T], 'int32');
    return head(params, hiddenStates(params, input)).reshape([ids.length, T, params.config.vocabSize]);
  });
}

/** Throws unless the model can read these ids, `T` to a text. */
export function checkIds({ vocabSize, blockSize }: GptConfig, ids: ArrayLike<number>, T: number): void {
  if (T < 1 || T > blockSize) {
    throw new RangeError(`Cannot run the model: expected 1 to ${blockSize} tokens, got ${T}`);
  }
  for (let nth = 0; nth < ids.length; nth++) {
    const id = ids[nth]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new RangeError(`Cannot run the model: expected ids from 0 to ${vocabSize - 1}, got ${id}`);
  }
}
