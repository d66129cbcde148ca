/** How undecided a policy is at each token. N = positions, V = vocabulary. */
import { ignored } from '../../backend/ops/crossEntropy.js';
import { tf } from '../../backend/tf.js';

/**
 * The entropy of the next token's distribution: 0 where the policy is certain, log V where it has no idea. As a bonus in
 * the loss it keeps a policy trying.
 *
 * @param logits Finite, [N,V].
 * @param targets Where they are -1 the position does not count and has 0, [N]; default all count.
 * @returns In nats, [N], with a gradient.
 * @throws {RangeError} If there are not N targets.
 *
 * @example
 * entropy(tf.tensor2d([[0, 0], [0, 99]])).arraySync() // [Math.log(2), 0]
 */
export function entropy(logits: tf.Tensor2D, targets?: ArrayLike<number>): tf.Tensor1D {
  if (targets && targets.length !== logits.shape[0])
    throw new RangeError(
      `Cannot measure entropy: expected ${logits.shape[0]} targets, got ${targets.length}`,
    );
  return tf.tidy(() => {
    const logProbs = tf.logSoftmax(logits);
    const each = logProbs.exp().mul(logProbs).sum<tf.Tensor1D>(1).neg();
    if (!targets) return each;
    return each.mul(tf.tensor1d(Float32Array.from(targets, (id) => Number(id !== ignored))));
  });
}
