/**
 * Causal self-attention (Vaswani et al. 2017), from queries, keys and values to what each position gathered.
 *
 * B = batch, T = time (tokens), H = heads of queries, K = heads of keys and values, D = channels of a head, C = H * D.
 * Where K is less than H, each head of keys and values serves H / K heads of queries that lie side by side
 * (grouped-query attention, Ainslie et al. 2023).
 *
 * Where the backend has no kernel for it, the weights, [B*H,T,T], are kept for the gradient: fine at a few hundred
 * tokens.
 */
import { tf } from '../tf.js';
import { checkFloats, type Fused, fused, type OwnKernel, ownKernel } from './fused.js';

/** How the channels are shared out among heads. */
export interface AttentionHeads {
  /** Heads of queries, H. */
  readonly nHead: number;
  /** Heads of keys and values, K; divides `nHead`, and is `nHead` by default. */
  readonly nKvHead?: number;
}

/** Several texts in one row. */
export interface PackedTexts {
  /** Where the text of each position begins in its row, [B*T]; default every row is one text. */
  readonly starts?: Int32Array;
}

/**
 * Lets every position look at itself and the positions before it in its text, once in each head.
 *
 * @param qkv Queries, keys and values side by side, [B,T,(H+2K)D].
 * @returns The values, mixed by attention, [B,T,C].
 * @throws {RangeError} If a number of heads is not whole, `nKvHead` does not divide `nHead`, or the channels are not a
 *   whole number for each head; or if a text begins behind one of its positions.
 * @throws {TypeError} If `qkv` is not float32.
 *
 * @example
 * const qkv = tf.tensor3d([[[0, 0, 1], [0, 0, 3]]]);
 * causalAttention(qkv, { nHead: 1 }).arraySync() // [[[1], [2]]]
 */
export function causalAttention(
  qkv: tf.Tensor3D,
  { nHead, nKvHead = nHead, starts }: AttentionHeads & PackedTexts,
): tf.Tensor3D {
  checkFloats('causalAttention', qkv);
  const size = headsIn('causalAttention', qkv, { nHead, nKvHead });
  if (starts) checkStarts(starts, size);
  const own = ownKernel('FusedCausalAttention');
  const attributes = { nHead, nKvHead, ...(starts ? { starts } : {}) };
  const again = (qkv: tf.Tensor) => composed(qkv as tf.Tensor3D, size, starts);
  return fused<tf.Tensor3D>([qkv], own ? byKernel(own, qkv, attributes) : again(qkv), again);
}

function checkStarts(starts: Int32Array, { B, T }: AttentionSize): void {
  const wrong = starts.findIndex((start, nth) => !(start >= 0 && start <= nth % T));
  if (starts.length === B * T && wrong < 0) return;
  const got = wrong < 0 ? `${starts.length}` : `${starts[wrong]} at position ${wrong % T}`;
  throw new RangeError(
    `causalAttention: expected ${B * T} places at or before their positions as starts of texts, got ${got}`,
  );
}

/** The sizes that lie in a tensor of queries, keys and values. */
export interface AttentionSize {
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly K: number;
  readonly D: number;
}

/**
 * How a tensor of queries, keys and values divides into heads.
 *
 * @throws {RangeError} Naming the operation, if it does not.
 */
export function headsIn(
  operation: string,
  qkv: tf.Tensor3D,
  { nHead: H, nKvHead: K }: Required<AttentionHeads>,
): AttentionSize {
  const [B, T, width] = qkv.shape;
  const isWhole = (heads: number) => Number.isInteger(heads) && heads >= 1;
  if (!isWhole(H) || !isWhole(K) || H % K !== 0)
    throw new RangeError(
      `${operation}: expected heads of keys that divide those of queries, got ${K} and ${H}`,
    );
  if (width % (H + 2 * K) !== 0)
    throw new RangeError(
      `${operation}: expected channels that ${H} heads of queries and ${K} of keys and values can share, got ${width}`,
    );
  return { B, T, H, K, D: width / (H + 2 * K) };
}

/** What follows is put together for K heads of keys, whose H / K heads of queries are G rows for each position. */
function composed(qkv: tf.Tensor3D, size: AttentionSize, starts?: Int32Array): Fused<tf.Tensor3D> {
  const { B, T, H, K, D } = size;
  const scale = 1 / Math.sqrt(D);
  const grouped = (x: tf.Tensor3D): tf.Tensor3D => x.reshape([B * K, (H / K) * T, x.shape[2]]);
  return {
    forward: (save) => {
      const q = grouped(headsOf(qkv, size, 0, H)); // [B*K,G*T,D]
      const k = headsOf(qkv, size, H, K); // [B*K,T,D]
      const v = headsOf(qkv, size, H + K, K); // [B*K,T,D]
      const scores = tf.matMul(q.mul(scale), k, false, true).reshape([B, H, T, T]);
      const seen = scores.add<tf.Tensor4D>(hidingMask(size, starts));
      const weights = grouped(tf.softmax(seen).reshape([B * H, T, T])); // [B*K,G*T,T]
      const mixed = tf.matMul(weights, v) as tf.Tensor3D; // [B*K,G*T,D]
      save(q, k, v, weights, mixed);
      return joinHeads(mixed, size, H);
    },
    backward: (dy, saved) => {
      const [q, k, v, weights, mixed] = saved as [
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
      ];
      const dMixed = grouped(headsOf(dy, size, 0, H));
      const dWeights = tf.matMul(dMixed, v, false, true); // [B*K,G*T,T]
      const along = dMixed.mul(mixed).sum(-1, true); // [B*K,G*T,1], the weights' mean gradient
      const dScores = dWeights.sub(along).mul<tf.Tensor3D>(weights).mul<tf.Tensor3D>(scale);
      const dq: tf.Tensor3D = tf.matMul(dScores, k);
      const dk: tf.Tensor3D = tf.matMul(dScores, q, true, false); // adds up over the group
      const dv: tf.Tensor3D = tf.matMul(weights, dMixed, true, false);
      return [tf.concat([joinHeads(dq, size, H), joinHeads(dk, size, K), joinHeads(dv, size, K)], 2)];
    },
  };
}

function byKernel(
  own: OwnKernel,
  qkv: tf.Tensor3D,
  heads: Required<AttentionHeads> & PackedTexts,
): Fused<tf.Tensor3D> {
  return {
    forward: (save) => {
      const [y, logSums] = own({ qkv }, { ...heads }) as [tf.Tensor3D, tf.Tensor3D];
      save(qkv, y, logSums);
      return y;
    },
    backward: (dy, saved) => {
      const [qkv, y, logSums] = saved as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
      return ownKernel('FusedCausalAttentionGrad')!({ dy, qkv, y, logSums }, { ...heads });
    },
  };
}

/** Takes `count` heads out, the first of them `from`: [B,T,n*D] -> [B*count,T,D]. */
function headsOf(x: tf.Tensor3D, { B, T, D }: AttentionSize, from: number, count: number): tf.Tensor3D {
  const own = x.reshape<tf.Tensor2D>([B * T, x.shape[2]]).slice([0, from * D], [B * T, count * D]);
  return own
    .reshape([B, T, count, D])
    .transpose([0, 2, 1, 3])
    .reshape([B * count, T, D]);
}

/** Puts `count` heads side by side again: [B*count*T*D], in whatever shape, -> [B,T,count*D]. */
function joinHeads(x: tf.Tensor3D, { B, T, D }: AttentionSize, count: number): tf.Tensor3D {
  return x
    .reshape([B, count, T, D])
    .transpose([0, 2, 1, 3])
    .reshape([B, T, count * D]);
}

/** Zero where a position may look, -1e9 in its future and before its text: [1,1,T,T], or [B,1,T,T] for packed texts. */
function hidingMask({ B, T }: AttentionSize, starts?: Int32Array): tf.Tensor4D {
  const texts = starts ? B : 1;
  const mask = new Float32Array(texts * T * T);
  for (let row = 0; row < texts * T; row++) {
    mask.fill(-1e9, row * T, row * T + (starts?.[row] ?? 0));
    mask.fill(-1e9, row * T + (row % T) + 1, (row + 1) * T);
  }
  return tf.tensor4d(mask, [texts, 1, T, T]);
}
