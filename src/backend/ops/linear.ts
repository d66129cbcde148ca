/** The fully connected layer. */
import * as tf from '@tensorflow/tfjs';
import { checkChannels, flatRows, fused, sumRows } from './fused.js';

/**
 * Multiplies every position by the same matrix and adds a bias: [...,in] -> [...,out].
 *
 * Positions are flattened to [N,in] first, because tfjs cannot differentiate a rank-3 by rank-2 `matMul`.
 *
 * @param weight [in,out].
 * @param bias [out].
 * @throws {RangeError} If `x` has another number of channels than the matrix, or the bias than its result.
 *
 * @example
 * linear(tf.tensor([2, 3]), tf.tensor2d([[1], [10]]), tf.tensor1d([100])).arraySync() // [132]
 */
export function linear<T extends tf.Tensor>(x: T, weight: tf.Tensor2D, bias: tf.Tensor1D): T {
  const [inputs, outputs] = weight.shape;
  checkChannels('linear', x, inputs);
  checkChannels('linear, bias', bias, outputs);
  const flat = flatRows(x); // [N,in]
  const y = fused<tf.Tensor2D>([flat, weight, bias], {
    forward: (save) => {
      save(flat, weight);
      return tf.fused.matMul({ a: flat, b: weight, bias }) as tf.Tensor2D; // [N,out]
    },
    backward: (dy, saved) => {
      const [x, weight] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [tf.matMul(dy, weight, false, true), tf.matMul(x, dy, true, false), sumRows(dy)];
    },
  });
  return y.reshape([...x.shape.slice(0, -1), outputs]);
}
