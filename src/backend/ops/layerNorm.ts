/** Layer normalisation (Ba, Kiros and Hinton 2016). */
import type * as tf from '@tensorflow/tfjs';
import { fused, sumRows } from './fused.js';

/**
 * Brings every position's channels to mean 0 and variance 1, then scales and shifts each channel: [...,C] -> [...,C].
 *
 * @param gain Scale of each channel, [C].
 * @param shift Added to each channel, [C].
 * @param epsilon Added to the variance; default 1e-5, as in GPT-2.
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon = 1e-5,
): T {
  const flat = x.reshape<tf.Tensor2D>([-1, gain.shape[0]]); // [N,C]
  const y = fused<tf.Tensor2D>([flat, gain, shift], {
    forward: (save) => {
      const centred = flat.sub(flat.mean(-1, true));
      const scale = centred.square().mean(-1, true).add(epsilon).rsqrt(); // [N,1]
      const normal = centred.mul<tf.Tensor2D>(scale); // [N,C]
      save(normal, scale, gain);
      return normal.mul(gain).add(shift);
    },
    backward: (dy, saved) => {
      const [normal, scale, gain] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
      const dNormal = dy.mul(gain);
      const along = dNormal.mul(normal).mean(-1, true); // [N,1]
      const dx = dNormal.sub(dNormal.mean(-1, true)).sub(normal.mul(along)).mul(scale);
      return [dx, sumRows(dy.mul(normal)), sumRows(dy)];
    },
  });
  return y.reshape(x.shape);
}
