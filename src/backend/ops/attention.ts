/**
 * Causal self-attention (Vaswani et al. 2017), from queries, keys and values to what each position gathered.
 *
 * B = batch, T = time (tokens), C = channels, H = heads, D = C / H.
 *
 * Where the backend has no kernel for it, the weights, [B*H,T,T], are kept for the gradient: fine at a few hundred
 * tokens.
 */
import * as tf from '@tensorflow/tfjs';
import { checkFloats, fused, type OwnKernel, ownKernel } from './fused.js';

/**
 * Lets every position look at itself and the positions before it, once in each head.
 *
 * @param qkv Queries, keys and values side by side, [B,T,3C].
 * @returns The values, mixed by attention, [B,T,C].
 * @throws {RangeError} If `nHead` is no whole number, or 3C not three times a whole number of channels for each head.
 * @throws {TypeError} If `qkv` is not float32.
 *
 * @example
 * const qkv = tf.tensor3d([[[0, 0, 1], [0, 0, 3]]]);
 * causalAttention(qkv, { nHead: 1 }).arraySync() // [[[1], [2]]]
 */
export function causalAttention(qkv: tf.Tensor3D, { nHead }: { readonly nHead: number }): tf.Tensor3D {
  checkFloats('causalAttention', qkv);
  if (!(Number.isInteger(nHead) && nHead >= 1) || qkv.shape[2] % (3 * nHead) !== 0)
    throw new RangeError(
      `causalAttention: expected 3 times as many channels as ${nHead} heads can share, got ${qkv.shape[2]}`,
    );
  const own = ownKernel('FusedCausalAttention');
  if (own) return byKernel(own, qkv, nHead);
  const [B, T, width] = qkv.shape;
  const size = { B, T, H: nHead, D: width / 3 / nHead };
  const scale = 1 / Math.sqrt(size.D);
  return fused<tf.Tensor3D>([qkv], {
    forward: (save) => {
      const [q, k, v] = ([0, 1, 2] as const).map((part) => headsOf(qkv, part, size)) as Heads; // [B*H,T,D] each
      const scores = tf.matMul(q.mul(scale), k, false, true).add<tf.Tensor3D>(futureMask(T)); // [B*H,T,T]
      const weights = tf.softmax(scores); // [B*H,T,T]
      const mixed = tf.matMul(weights, v) as tf.Tensor3D; // [B*H,T,D]
      save(q, k, v, weights, mixed);
      return joinHeads(mixed, size);
    },
    backward: (dy, saved) => {
      const [q, k, v, weights, mixed] = saved as [...Heads, tf.Tensor3D, tf.Tensor3D];
      const dMixed = headsOf(dy, 0, size);
      const dWeights = tf.matMul(dMixed, v, false, true); // [B*H,T,T]
      const along = dMixed.mul(mixed).sum(-1, true); // [B*H,T,1], the weights' mean gradient
      const dScores = dWeights.sub(along).mul<tf.Tensor3D>(weights).mul<tf.Tensor3D>(scale);
      const dq: tf.Tensor3D = tf.matMul(dScores, k);
      const dk: tf.Tensor3D = tf.matMul(dScores, q, true, false);
      const dv: tf.Tensor3D = tf.matMul(weights, dMixed, true, false);
      return [
        tf.concat(
          [dq, dk, dv].map((part) => joinHeads(part, size)),
          2,
        ),
      ];
    },
  });
}

function byKernel(own: OwnKernel, qkv: tf.Tensor3D, nHead: number): tf.Tensor3D {
  return fused<tf.Tensor3D>([qkv], {
    forward: (save) => {
      const [y, logSums] = own({ qkv }, { nHead }) as [tf.Tensor3D, tf.Tensor3D];
      save(qkv, y, logSums);
      return y;
    },
    backward: (dy, saved) => {
      const [qkv, y, logSums] = saved as tf.Tensor3D[];
      return ownKernel('FusedCausalAttentionGrad')!({ dy, qkv: qkv!, y: y!, logSums: logSums! }, { nHead });
    },
  });
}

type Heads = [q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D];

interface Size {
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly D: number;
}

/** Takes the `part`-th C channels apart into heads: [B,T,n*C] -> [B*H,T,D]. */
function headsOf(x: tf.Tensor3D, part: number, { B, T, H, D }: Size): tf.Tensor3D {
  const C = H * D;
  const own = x.reshape<tf.Tensor2D>([B * T, x.shape[2]]).slice([0, part * C], [B * T, C]);
  return own
    .reshape([B, T, H, D])
    .transpose([0, 2, 1, 3])
    .reshape([B * H, T, D]);
}

/** Puts the heads side by side again: [B*H,T,D] -> [B,T,C]. */
function joinHeads(x: tf.Tensor3D, { B, T, H, D }: Size): tf.Tensor3D {
  return x
    .reshape([B, H, T, D])
    .transpose([0, 2, 1, 3])
    .reshape([B, T, H * D]);
}

/** Zero where a position may look and -1e9 in its future: [T,T]. */
function futureMask(T: number): tf.Tensor2D {
  const mask = new Float32Array(T * T);
  for (let row = 0; row < T; row++) mask.fill(-1e9, row * T + row + 1, (row + 1) * T);
  return tf.tensor2d(mask, [T, T]);
}
