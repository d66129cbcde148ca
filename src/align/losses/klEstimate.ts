/** How far a policy is from a reference, token by token. N = tokens. */
import { tf } from '../../backend/tf.js';

/**
 * Estimators of KL(policy, reference) from tokens that the policy drew (Schulman 2020, "Approximating KL Divergence"),
 * with d = log p_reference - log p:
 *
 * - `k1`, -d: without bias as a number, but as a loss its gradient is 0 on average, so it belongs into a reward;
 * - `k2`, d^2 / 2: biased as a number; as a loss its gradient is that of the KL divergence;
 * - `k3`, exp(d) - d - 1: never below 0 and without bias as a number; GRPO takes it as a loss.
 */
export type KlEstimator = 'k1' | 'k2' | 'k3';

/**
 * Estimates the KL divergence at each token.
 *
 * @param logProbs ln p of the tokens under the policy, [N].
 * @param reference Under the reference, [N].
 * @param estimator Default `k3`.
 * @returns In nats, [N], with a gradient; 0 where both are equal, as at padding.
 *
 * @example
 * klEstimate(tf.tensor1d([-1]), tf.tensor1d([-1 - Math.log(2)])).arraySync() // [Math.log(2) - 0.5]
 */
export function klEstimate(
  logProbs: tf.Tensor1D,
  reference: tf.Tensor1D,
  estimator: KlEstimator = 'k3',
): tf.Tensor1D {
  return tf.tidy(() => {
    const difference = reference.sub<tf.Tensor1D>(logProbs);
    if (estimator === 'k1') return difference.neg();
    if (estimator === 'k2') return difference.square().div(2);
    return difference.exp().sub(difference).sub(1);
  });
}
