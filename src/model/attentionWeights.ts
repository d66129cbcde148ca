/**
 * Where a model looks while it reads: the pattern of each head, as plain numbers for pictures and measurements.
 *
 * T = tokens, H = heads of queries, K = heads of keys and values, D = channels of a head.
 */
import { type AttentionSize, causalAttention, headsIn } from '../backend/ops/attention.js';
import { tf } from '../backend/tf.js';
import { fullConfig } from './config.js';
import { checkEmbeddings } from './embeddings.js';
import { idsTensor, throughLayers } from './gpt.js';
import type { GptParams } from './params.js';

/**
 * How much of each position's attention goes where, in every layer and head, for one text.
 *
 * @param ids Its tokens; or embeddings in their place, [1,T,C], as `logitsOfEmbeddings` takes them.
 * @returns By layer and head, [T,T] each, row by row: what the position of the row gives to that of the column. Each row
 *   adds up to 1; the future has 0.
 * @throws {RangeError} If the text is empty, too long, or holds an unknown id, or embeddings have another width.
 *
 * @example
 * const [[pattern]] = attentionWeights(params, [1, 2]);
 * pattern.length // 4
 * pattern.slice(0, 2) // Float32Array.of(1, 0)
 */
export function attentionWeights(params: GptParams, ids: readonly number[] | tf.Tensor3D): Float32Array[][] {
  const layers: Float32Array[][] = [];
  const heads = fullConfig(params.config);
  tf.tidy(() => {
    const text = ids instanceof tf.Tensor ? oneText(params, ids) : idsTensor(params.config, [ids]);
    const positions = Int32Array.from({ length: text.shape[1] }, (_, position) => position);
    throughLayers(params, text, positions, (qkv) => {
      const size = headsIn('attentionWeights', qkv, heads);
      const numbers = qkv.dataSync<'float32'>();
      layers.push(Array.from({ length: size.H }, (_, head) => patternOf(numbers, size, head)));
      return causalAttention(qkv, heads);
    });
  });
  return layers;
}

function oneText({ config }: GptParams, embeddings: tf.Tensor3D): tf.Tensor3D {
  checkEmbeddings(config, embeddings);
  if (embeddings.shape[0] === 1) return embeddings;
  throw new RangeError(`Cannot run the model: expected one text, got ${embeddings.shape[0]}`);
}

/** softmax(QK/sqrt(D)) over the past, in one head of one text, [T,T]. */
function patternOf(qkv: Float32Array, { T, H, K, D }: AttentionSize, head: number): Float32Array {
  const width = (H + 2 * K) * D;
  const [toQuery, toKey] = [head * D, (H + Math.floor((head * K) / H)) * D];
  const pattern = new Float32Array(T * T);
  for (let row = 0; row < T; row++) {
    const scores = pattern.subarray(row * T, row * T + row + 1);
    for (let column = 0; column <= row; column++) {
      let score = 0;
      for (let c = 0; c < D; c++) score += qkv[row * width + toQuery + c]! * qkv[column * width + toKey + c]!;
      scores[column] = score / Math.sqrt(D);
    }
    const best = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - best), 0);
    for (let column = 0; column <= row; column++) scores[column] = Math.exp(scores[column]! - best) / total;
  }
  return pattern;
}
