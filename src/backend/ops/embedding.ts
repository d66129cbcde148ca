/** Looking up rows of a table. */
import { tf } from '../tf.js';

/**
 * The rows of `table` that `ids` name: [B,T] -> [B,T,C]. The gradient adds up, row by row, what came back.
 *
 * @param table [V,C].
 * @param ids Whole numbers, int32, from 0 to V - 1.
 *
 * @example
 * embedding(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[1, 1]], [1, 2], 'int32')).arraySync()
 * // [[[3, 4], [3, 4]]]
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor2D): tf.Tensor3D {
  return tf.gather(table, ids) as tf.Tensor as tf.Tensor3D;
}
