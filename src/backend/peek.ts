/** A look at a tensor's numbers that leaves everything as it is. */
import { NativeBackend } from './native/backend.js';
import { tf } from './tf.js';

/**
 * The numbers of a float32 tensor, to be read at once. On the native backend they are the array that the tensor lives in,
 * which must not be changed and may hold anything later; `dataSync` would make a copy that stays with the tensor.
 */
export function peek(tensor: tf.Tensor): Float32Array {
  const backend = tf.backend();
  const values = backend instanceof NativeBackend ? backend.peek(tensor) : undefined;
  return values ?? tensor.dataSync<'float32'>();
}
