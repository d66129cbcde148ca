/** Losses on what somebody preferred: of a reward model, and of a policy without one. B = pairs, K = texts to choose from. */
import { tokenLogProbs } from '../../backend/ops/crossEntropy.js';
import { tf } from '../../backend/tf.js';

/** What is added to the loss on pairs. */
export interface PairLossOptions {
  /** By how much the better text should lead, for all pairs or for each, [B] (Llama 2, Touvron et al. 2023); default 0. */
  readonly margin?: number | ArrayLike<number>;
  /**
   * Times the mean of (better + worse)^2: pairs say nothing about where 0 is, and this keeps rewards around it (Eisenstein
   * et al. 2023, who take 0.01). Default 0.
   */
  readonly centring?: number;
}

/**
 * The loss on pairs (Bradley and Terry 1952): the mean of -log sigmoid(better - worse - margin), which is how surprised the
 * model is by who won.
 *
 * @param better Rewards of the texts that were liked, [B].
 * @param worse Of those they were beside, [B].
 * @returns A scalar with a gradient, in nats per pair; log 2 of a model that knows nothing.
 *
 * @example
 * pairLoss(tf.tensor1d([0, 2]), tf.tensor1d([0, 2])).arraySync() // Math.log(2)
 */
export function pairLoss(
  better: tf.Tensor1D,
  worse: tf.Tensor1D,
  { margin = 0, centring = 0 }: PairLossOptions = {},
): tf.Scalar {
  return tf.tidy(() => {
    const behind = worse.sub(better).add(typeof margin === 'number' ? margin : Float32Array.from(margin));
    const surprise = tf.softplus(behind).mean<tf.Scalar>();
    if (centring === 0) return surprise;
    return surprise.add(better.add(worse).square().mean().mul(centring));
  });
}

/**
 * The loss on choices among several texts (Ziegler et al. 2019, best of four): the mean of -log softmax(rewards)[chosen].
 * Of two texts it is `pairLoss`.
 *
 * @param rewards Of the texts that were to choose from, [B,K].
 * @param chosen Which of them was chosen, [B].
 * @returns A scalar with a gradient, in nats per choice.
 * @throws {RangeError} If there are not B choices, or one is no whole number from 0 to K - 1.
 *
 * @example
 * bestOfKLoss(tf.zeros([3, 4]), [0, 1, 3]).arraySync() // Math.log(4)
 */
export function bestOfKLoss(rewards: tf.Tensor2D, chosen: ArrayLike<number>): tf.Scalar {
  const [B, K] = rewards.shape;
  const all = Array.from(chosen);
  const wrong = all.find((nth) => !(Number.isInteger(nth) && nth >= 0 && nth < K));
  if (all.length !== B || wrong !== undefined)
    throw new RangeError(
      `Cannot learn from choices: expected ${B} from 0 to ${K - 1}, got ${wrong ?? all.length}`,
    );
  return tf.tidy(() => tokenLogProbs(rewards, all).mean<tf.Scalar>().neg());
}

/** The same pairs, as whole texts: the log-probability of each completion, [B]. */
export interface PairLogProbs<Numbers> {
  readonly better: Numbers;
  readonly worse: Numbers;
}

/** How strongly a preference pulls. */
export interface DpoLossOptions {
  /** How dearly straying from the reference is paid for; default 0.1 (Rafailov et al. 2023, CS336, TRL). */
  readonly beta?: number;
  /** The share of labels that are taken to be wrong (conservative DPO); default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The loss of direct preference optimisation (Rafailov et al. 2023): the policy is its own reward model, beta times its
 * log-probability against the reference's, and learns from pairs as one.
 *
 * @param policy Log-probabilities of the completions, added up over their tokens, with a gradient.
 * @param reference The same under the frozen reference.
 * @returns A scalar with a gradient, in nats per pair; log 2 where the policy is the reference.
 * @throws {RangeError} If the numbers of pairs differ.
 *
 * @example
 * const policy = { better: tf.tensor1d([-2]), worse: tf.tensor1d([-3]) };
 * dpoLoss(policy, { better: [-2], worse: [-3] }).arraySync() // Math.log(2)
 */
export function dpoLoss(
  policy: PairLogProbs<tf.Tensor1D>,
  reference: PairLogProbs<ArrayLike<number>>,
  { beta = 0.1, labelSmoothing = 0 }: DpoLossOptions = {},
): tf.Scalar {
  const B = policy.better.size;
  for (const size of [policy.worse.size, reference.better.length, reference.worse.length])
    if (size !== B) throw new RangeError(`Cannot compare pairs: expected ${B} on each side, got ${size}`);
  return tf.tidy(() => {
    const before = Float32Array.from(reference.better, (own, nth) => own - reference.worse[nth]!);
    const lead = policy.better.sub(policy.worse).sub(tf.tensor1d(before)).mul(beta);
    const right = tf.softplus(lead.neg()).mean<tf.Scalar>();
    if (labelSmoothing === 0) return right;
    return right.mul(1 - labelSmoothing).add(tf.softplus(lead).mean<tf.Scalar>().mul(labelSmoothing));
  });
}
