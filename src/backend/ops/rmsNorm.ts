/** Root mean square normalisation (Zhang and Sennrich 2019). */
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
 * Brings every position's channels to a mean square of 1, then scales each channel: [...,C] -> [...,C]. It is layer
 * normalisation without the mean and the shift, which models after GPT-2 found they could do without.
 *
 * @param gain Scale of each channel, [C].
 * @param epsilon Added to the mean square; default 1e-5, as in Llama 2.
 * @throws {RangeError} If `gain` has another number of channels.
 * @throws {TypeError} If a tensor is not float32.
 *
 * @example
 * rmsNorm(tf.tensor([7, 1]), tf.ones([2]), 0).arraySync() // [1.4, 0.2]
 */
export function rmsNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor1D, epsilon = 1e-5): T {
  checkFloats('rmsNorm', x, gain);
  checkChannels('rmsNorm', x, gain.shape[0]);
  const own = ownKernel('FusedRmsNorm');
  const again = (...[x, gain]: tf.Tensor[]) => composed(x as T, gain as tf.Tensor1D, epsilon);
  return fused<T>([x, gain], own ? byKernel(own, x, gain, epsilon) : again(x, gain), again);
}

type Args<T extends tf.Tensor> = [x: T, gain: tf.Tensor1D, epsilon: number];

const composed = <T extends tf.Tensor>(...[x, gain, epsilon]: Args<T>): Fused<T> => ({
  forward: (save) => {
    const flat = flatRows(x); // [N,C]
    const scale = flat.square().mean(-1, true).add(epsilon).rsqrt(); // [N,1]
    const normal = flat.mul<tf.Tensor2D>(scale); // [N,C]
    save(normal, scale, gain);
    return normal.mul(gain).reshape(x.shape);
  },
  backward: (dy, saved) => {
    const [normal, scale, gain] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const slope = flatRows(dy); // [N,C]
    const dNormal = slope.mul(gain);
    const along = dNormal.mul(normal).mean(-1, true); // [N,1]
    const dx = dNormal.sub(normal.mul(along)).mul(scale);
    return [dx.reshape(x.shape), sumRows(slope.mul(normal))];
  },
});

const byKernel = <T extends tf.Tensor>(own: OwnKernel, ...[x, gain, epsilon]: Args<T>): Fused<T> => ({
  forward: (save) => {
    const [y, scale] = own({ x, gain }, { epsilon }) as [T, tf.Tensor1D];
    save(x, gain, scale);
    return y;
  },
  backward: (dy, saved) => {
    const [x, gain, scale] = saved as [T, tf.Tensor1D, tf.Tensor1D];
    return ownKernel('FusedRmsNormGrad')!({ dy, x, gain, scale });
  },
});
