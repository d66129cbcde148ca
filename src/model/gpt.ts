/**
 * The GPT forward pass as pure functions of (parameters, input).
 *
 * B = batch, T = time (tokens), C = channels (nEmbd), V = vocabulary, H = heads of queries, K = heads of keys and
 * values, D = channels of a head.
 *
 * The configuration chooses each part: GPT-2's learned positions, layer normalisation, GELU and tied head, or Llama's
 * rotary positions, root mean square normalisation, SwiGLU and head of its own. No dropout: the models here see their
 * text about once.
 */
import { causalAttention, type PackedTexts } from '../backend/ops/attention.js';
import { embedding } from '../backend/ops/embedding.js';
import { gelu } from '../backend/ops/gelu.js';
import { layerNorm } from '../backend/ops/layerNorm.js';
import { linear } from '../backend/ops/linear.js';
import { isPacked, type PackedMatrix, packedEmbedding, packedLinear } from '../backend/ops/packed.js';
import { rmsNorm } from '../backend/ops/rmsNorm.js';
import { type RotarySpeed, type Rotation, rotate, rotationAt } from '../backend/ops/rotary.js';
import { swiGlu } from '../backend/ops/swiGlu.js';
import { tf } from '../backend/tf.js';
import { type FullConfig, fullConfig, type GptConfig } from './config.js';
import type { InferenceParams, Linear, Norm } from './params.js';

/** A matrix of a model that reads. */
export type Weight = tf.Variable<tf.Rank.R2> | PackedMatrix;

function project<T extends tf.Tensor>(x: T, { weight, bias, adapter }: Linear<Weight>): T {
  const y = isPacked(weight) ? packedLinear(x, weight, bias) : linear(x, weight, bias);
  if (!adapter) return y;
  const narrow = linear(x, adapter.down); // [...,r]
  return y.add(linear(narrow, adapter.up).mul(adapter.scale));
}

function normalise<T extends tf.Tensor>(x: T, { gain, shift }: Norm, { norm, normEpsilon }: FullConfig): T {
  if (norm === 'rms') return rmsNorm(x, gain, normEpsilon);
  return layerNorm(x, gain, shift ?? tf.zeros<tf.Rank.R1>(gain.shape), normEpsilon);
}

/**
 * What attention makes of queries, keys and values, [B,T,(H+2K)D], those of rotary positions turned already: what each
 * position gathered, [B,T,C].
 */
export type Attend = (qkv: tf.Tensor3D, layer: number) => tf.Tensor3D;

/** The operations that a layer is made of, on tensors or on what stands for them. */
export interface LayerOperations<X> {
  readonly normalise: (x: X, norm: Norm) => X;
  readonly project: (x: X, layer: Linear<Weight>) => X;
  readonly add: (x: X, y: X) => X;
  readonly gelu: (x: X) => X;
  readonly swiGlu: (gate: X, up: X) => X;
  /** From queries, keys and values to what each position gathered. */
  readonly attend: (qkv: X, layer: number) => X;
}

/** All layers: what attention gathers is added to the stream, then what the feed-forward network makes of it. */
export function throughBlocks<X>(
  start: X,
  { blocks }: InferenceParams,
  { normalise, project, add, gelu, swiGlu, attend }: LayerOperations<X>,
): X {
  return blocks.reduce((x, params, layer) => {
    const gathered = attend(project(normalise(x, params.norm1), params.qkv), layer);
    const attended = add(x, project(gathered, params.attentionOut));
    const seen = normalise(attended, params.norm2);
    const up = project(seen, params.up); // [B,T,F]
    const thought = params.gate ? swiGlu(project(seen, params.gate), up) : gelu(up); // [B,T,F]
    return add(attended, project(thought, params.down));
  }, start);
}

/**
 * The residual stream after the last layer, normalised: what the head reads and what probes look at.
 *
 * @param ids [B,T], int32; `logits` and `batchLogits` check them, this function trusts them. Or embeddings in their
 *   place, [B,T,C]; see `logitsOfEmbeddings`.
 * @param options.starts For rows that hold several texts; see `causalAttention`. Each text has its own position 0.
 * @returns [B,T,C], with a gradient.
 *
 * @example
 * hiddenStates(params, tf.tensor2d([[1, 2, 3]], [1, 3], 'int32')).shape // [1, 3, 4]
 */
export function hiddenStates(
  params: InferenceParams,
  ids: tf.Tensor2D | tf.Tensor3D,
  { starts }: PackedTexts = {},
): tf.Tensor3D {
  const T = ids.shape[1];
  if (!starts)
    return throughLayers(
      params,
      ids,
      Int32Array.from({ length: T }, (_, position) => position),
    );
  const positions = starts.map((start, nth) => (nth % T) - start);
  const heads = { ...params.config, starts };
  return throughLayers(params, ids, positions, (qkv) => causalAttention(qkv, heads));
}

/**
 * As `hiddenStates`, for tokens that may stand anywhere.
 *
 * @param positions Of T tokens, the same in every text, or of B*T.
 * @param attend Default causal attention.
 */
export function throughLayers(
  params: InferenceParams,
  ids: tf.Tensor2D | tf.Tensor3D,
  positions: Int32Array,
  attend: Attend = (qkv) => causalAttention(qkv, params.config),
): tf.Tensor3D {
  const config = fullConfig(params.config);
  const tokens = isEmbedded(ids) ? ids : embedded(params, ids); // [B,T,C]
  const { positionEmbedding } = params;
  const start = positionEmbedding
    ? tokens.add<tf.Tensor3D>(learned(positionEmbedding, ids, positions))
    : tokens;
  const turn = config.position === 'rotary' ? turning(config, positions) : (qkv: tf.Tensor3D) => qkv;
  const end = throughBlocks<tf.Tensor3D>(start, params, {
    normalise: (x, norm) => normalise(x, norm, config),
    project,
    add: (x, y) => x.add(y),
    gelu,
    swiGlu,
    attend: (qkv, layer) => attend(turn(qkv), layer),
  });
  return normalise(end, params.finalNorm, config);
}

const isEmbedded = (input: tf.Tensor2D | tf.Tensor3D): input is tf.Tensor3D => input.shape.length === 3;

/** The embedding of each token, [B,T] to [B,T,C]; positions are not in it. */
export function embedded({ tokenEmbedding: table }: InferenceParams, ids: tf.Tensor2D): tf.Tensor3D {
  return isPacked(table) ? packedEmbedding(table, ids) : embedding(table, ids);
}

/** The vectors of positions: [T,C], or [B,T,C] where each text has its own. */
function learned(table: tf.Tensor2D, { shape }: tf.Tensor, positions: Int32Array): tf.Tensor {
  const places = positions.length === shape[1] ? [shape[1]] : shape.slice(0, 2);
  return tf.gather(table, tf.tensor(positions, places, 'int32'));
}

/** Turns queries and keys, not values, by their positions; the angles are the same in every layer. */
function turning(config: FullConfig, positions: Int32Array): (qkv: tf.Tensor3D) => tf.Tensor3D {
  const { nHead, nKvHead, nEmbd } = config;
  const rotation: Rotation = rotationAt(positions, nEmbd / nHead, rotarySpeed(config));
  const heads = { nHead: nHead + 2 * nKvHead, turned: nHead + nKvHead };
  return (qkv) => rotate(qkv, rotation, heads);
}

/** How fast the pairs of this model's heads turn. */
export const rotarySpeed = ({ rotaryBase: base, rotaryScaling: scaling }: FullConfig): RotarySpeed =>
  scaling ? { base, scaling } : { base };

/** The output head's table, [V,C]. */
export const headTable = ({ head, tokenEmbedding }: InferenceParams): Weight => head ?? tokenEmbedding;

/**
 * Scores every token as the next one: [...,C] -> [N,V], the positions one below the other.
 *
 * @param hidden What `hiddenStates` gave, or some of its positions.
 */
export function head(params: InferenceParams, hidden: tf.Tensor): tf.Tensor2D {
  const flat = hidden.reshape<tf.Tensor2D>([-1, params.config.nEmbd]); // [N,C]
  const table = headTable(params);
  return isPacked(table) ? packedLinear(flat, table) : tf.matMul(flat, table, false, true); // [N,V]
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
export function logits(params: InferenceParams, ids: readonly ArrayLike<number>[]): tf.Tensor3D {
  return tf.tidy(() => {
    const input = idsTensor(params.config, ids);
    return head(params, hiddenStates(params, input)).reshape([...input.shape, params.config.vocabSize]);
  });
}

/** Texts of equal length as one tensor, [B,T]; throws as `logits` says. */
export function idsTensor(config: GptConfig, ids: readonly ArrayLike<number>[]): tf.Tensor2D {
  const T = ids[0]?.length ?? 0;
  const flat = ids.flatMap((row) => Array.from(row));
  checkIds(config, flat, T);
  if (ids.some((row) => row.length !== T))
    throw new RangeError('Cannot run the model: the texts differ in length');
  return tf.tensor2d(flat, [ids.length, T], 'int32');
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
