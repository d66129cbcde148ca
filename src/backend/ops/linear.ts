/** The fully connected layer. */
import { tf } from '../tf.js';
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
 * Multiplies every position by the same matrix and adds a bias, if there is one: [...,in] -> [...,out].
 *
 * Positions are flattened to [N,in] first, because tfjs cannot differentiate a rank-3 by rank-2 `matMul`.
 *
 * @param weight [in,out].
 * @param bias [out]; default none.
 * @throws {RangeError} If `x` has another number of channels than the matrix, or the bias than its result.
 * @throws {TypeError} If the matrix or the bias is not float32.
 *
 * @example
 * linear(tf.tensor([2, 3]), tf.tensor2d([[1], [10]]), tf.tensor1d([100])).arraySync() // [132]
 */
export function linear<T extends tf.Tensor>(x: T, weight: tf.Tensor2D, bias?: tf.Tensor1D): T {
  const [inputs, outputs] = weight.shape;
  checkFloats('linear', weight, ...(bias ? [bias] : []));
  checkChannels('linear', x, inputs);
  if (bias) checkChannels('linear, bias', bias, outputs);
  const own = x.dtype === 'float32' && inputs > 0 ? ownKernel('FusedLinear') : undefined;
  const operation = own ? byKernel(own, x, weight, bias) : composed(x, weight, bias);
  return fused<T>(bias ? [x, weight, bias] : [x, weight], operation, (x, weight, bias) =>
    composed(x as T, weight as tf.Tensor2D, bias as tf.Tensor1D | undefined),
  );
}

type Args<T extends tf.Tensor> = [x: T, weight: tf.Tensor2D, bias: tf.Tensor1D | undefined];

const composed = <T extends tf.Tensor>(...[x, weight, bias]: Args<T>): Fused<T> => ({
  forward: (save) => {
    const flat = flatRows(x); // [N,in]
    save(flat, weight);
    const y = bias ? tf.fused.matMul({ a: flat, b: weight, bias }) : tf.matMul(flat, weight); // [N,out]
    return y.reshape([...x.shape.slice(0, -1), weight.shape[1]]);
  },
  backward: (dy, saved) => {
    const [flat, weight] = saved as [tf.Tensor2D, tf.Tensor2D];
    const slope = flatRows(dy); // [N,out]
    const dx = tf.matMul(slope, weight, false, true).reshape(x.shape);
    const dWeight = tf.matMul(flat, slope, true, false);
    return bias ? [dx, dWeight, sumRows(slope)] : [dx, dWeight];
  },
});

const byKernel = <T extends tf.Tensor>(own: OwnKernel, ...[x, weight, bias]: Args<T>): Fused<T> => ({
  forward: (save) => {
    save(x, weight);
    return own(bias ? { x, weight, bias } : { x, weight })[0] as T;
  },
  backward: (dy, [x, weight]) =>
    ownKernel('FusedLinearGrad')!({ dy, x: x!, weight: weight! }, { hasBias: bias !== undefined }),
});
