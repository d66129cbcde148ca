/** A value without a past, which tfjs lacks. */
import { tf } from '../tf.js';

/**
 * The same numbers, through which no gradient flows: an advantage, or a reference inside a loss.
 *
 * @returns A tensor of the same shape.
 *
 * @example
 * const slope = tf.grad((x) => x.mul(stopGradient(x)).sum());
 * slope(tf.scalar(3)).arraySync() // 3
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}
