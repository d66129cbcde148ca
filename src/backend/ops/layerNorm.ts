/** Layer normalisation (Ba, Kiros and Hinton 2016). */
import type { tf } from '../tf.js';
import {
  checkChannels,
  checkFloats,
  type Fused,
  flatRows,
  fused,
  type OwnKernel,
  ownKernel,
  sumRows,
} from './fused.js';

/**
 * Brings every position's channels to mean 0 and variance 1, then scales and shifts each channel: [...,C] -> [...,C].
 *
 * @param gain Scale of each channel, [C].
 * @param shift Added to each channel, [C].
 * @param epsilon Added to the variance; default 1e-5, as in GPT-2.
 * @throws {RangeError} If `gain` or `shift` has another number of channels.
 * @throws {TypeError} If a tensor is not float32.
 *
 * @example
 * layerNorm(tf.tensor([1, 3]), tf.ones([2]), tf.zeros([2]), 0).arraySync() // [-1, 1]
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon = 1e-5,
): T {
  checkFloats('layerNorm', x, gain, shift);
  checkChannels('layerNorm', x, gain.shape[0]);
  checkChannels('layerNorm, shift', shift, gain.shape[0]);
  const own = ownKernel('FusedLayerNorm');
  const again = (...[x, gain, shift]: tf.Tensor[]) =>
    composed(x as T, gain as tf.Tensor1D, shift as tf.Tensor1D, epsilon);
  const operation = own ? byKernel(own, x, gain, shift, epsilon) : again(x, gain, shift);
  return fused<T>([x, gain, shift], operation, again);
}

type Args<T extends tf.Tensor> = [x: T, gain: tf.Tensor1D, shift: tf.Tensor1D, epsilon: number];

const composed = <T extends tf.Tensor>(...[x, gain, shift, epsilon]: Args<T>): Fused<T> => ({
  forward: (save) => {
    const flat = flatRows(x); // [N,C]
    const centred = flat.sub(flat.mean(-1, true));
    const scale = centred.square().mean(-1, true).add(epsilon).rsqrt(); // [N,1]
    const normal = centred.mul<tf.Tensor2D>(scale); // [N,C]
    save(normal, scale, gain);
    return normal.mul(gain).add(shift).reshape(x.shape);
  },
  backward: (dy, saved) => {
    const [normal, scale, gain] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const slope = flatRows(dy); // [N,C]
    const dNormal = slope.mul(gain);
    const along = dNormal.mul(normal).mean(-1, true); // [N,1]
    const dx = dNormal.sub(dNormal.mean(-1, true)).sub(normal.mul(along)).mul(scale);
    return [dx.reshape(x.shape), sumRows(slope.mul(normal)), sumRows(slope)];
  },
});

const byKernel = <T extends tf.Tensor>(own: OwnKernel, ...[x, gain, shift, epsilon]: Args<T>): Fused<T> => ({
  forward: (save) => {
    const [y, mean, scale] = own({ x, gain, shift }, { epsilon }) as [T, tf.Tensor1D, tf.Tensor1D];
    save(x, gain, mean, scale);
    return y;
  },
  backward: (dy, saved) => {
    const [x, gain, mean, scale] = saved as [T, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    return ownKernel('FusedLayerNormGrad')!({ dy, x, gain, mean, scale });
  },
});
