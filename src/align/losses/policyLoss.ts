/**
 * The policy's loss: what raised the reward becomes likelier, within bounds.
 *
 * B = answers, T = tokens, N = B * T. All is 0 at positions that belong to no answer, where the target is -1.
 */
import { ignored, tokenLogProbs } from '../../backend/ops/crossEntropy.js';
import { tf } from '../../backend/tf.js';
import type { GptParams } from '../../model/params.js';
import { batchLogits } from '../../train/loss.js';
import type { PolicyBatch } from '../policyBatches.js';
import { type AnswerRows, type Average, countsOf, sharesOf } from './average.js';
import { type KlEstimator, klEstimate } from './klEstimate.js';

/** What is known of each token. */
export interface PolicyRows extends AnswerRows {
  /** Under the policy that drew the tokens, [N]. */
  readonly oldLogProbs: ArrayLike<number>;
  /** [N]. */
  readonly advantages: ArrayLike<number>;
  /** Under a frozen reference, [N]; needed for `kl`. */
  readonly referenceLogProbs?: ArrayLike<number>;
}

/** Bounds, averages and the leash. */
export interface PolicyLossOptions {
  /** How far a ratio may fall below 1 before it gains nothing more; default 0.2. `Infinity` for no bound. */
  readonly clip?: number;
  /** How far it may rise above 1; default as `clip`. DAPO takes 0.28. */
  readonly clipHigh?: number;
  /** Of each token; or one for the whole answer, the geometric mean of its tokens' (GSPO, Zheng et al. 2025). Default `token`. */
  readonly ratio?: 'token' | 'sequence';
  /** Default `token`. */
  readonly average?: Average;
  /** A penalty on the distance from the reference, `k3` unless said otherwise; default none. */
  readonly kl?: { readonly coefficient: number; readonly estimator?: KlEstimator };
}

/**
 * PPO's clipped loss (Schulman et al. 2017): minus the advantage times the ratio of the new to the old probability, but
 * no gain where that ratio has left [1 - clip, 1 + clipHigh] already. With `average` and `kl` it is GRPO's.
 *
 * @param logProbs Under the policy that learns, [N], as `tokenLogProbs` gives them.
 * @returns A scalar with a gradient.
 * @throws {RangeError} If a row of the batch has not N numbers, or `kl` has no reference.
 *
 * @example
 * const batch = { batchSize: 1, length: 2, targets: [5, 6], oldLogProbs: [-1, -1], advantages: [1, 1] };
 * const twice = tf.tensor1d([-1 + Math.log(2), -1]);
 * policyLoss(twice, batch).arraySync() // -(1.2 + 1) / 2
 */
export function policyLoss(
  logProbs: tf.Tensor1D,
  batch: PolicyRows,
  { clip = 0.2, clipHigh = clip, ratio = 'token', average = 'token', kl }: PolicyLossOptions = {},
): tf.Scalar {
  checkRows(logProbs, batch, ['oldLogProbs', 'advantages']);
  return tf.tidy(() => {
    const advantages = rowOf(batch.advantages);
    const logRatios = logProbs.sub<tf.Tensor1D>(rowOf(batch.oldLogProbs));
    const ratios = (ratio === 'token' ? logRatios : answerMeans(logRatios, batch)).exp();
    const bounded = ratios.clipByValue(1 - clip, 1 + clipHigh);
    const gains = tf.minimum<tf.Tensor1D>(ratios.mul(advantages), bounded.mul(advantages));
    const shares = tf.tensor1d(sharesOf(batch, average));
    if (!kl) return gains.mul(shares).sum<tf.Scalar>().neg();
    const penalty = klEstimate(logProbs, referenceOf(batch), kl.estimator).mul(kl.coefficient);
    return penalty.sub(gains).mul(shares).sum<tf.Scalar>();
  });
}

/**
 * REINFORCE (Williams 1992): minus the advantage times the log-probability. Where the policy that learns is the one that
 * drew, its gradient is that of `policyLoss`.
 *
 * @param logProbs Under the policy that learns, [N].
 * @returns A scalar with a gradient.
 * @throws {RangeError} If there are not N advantages.
 *
 * @example
 * const batch = { batchSize: 1, length: 2, targets: [5, 6], advantages: [2, 2] };
 * reinforceLoss(tf.tensor1d([-1, -3]), batch).arraySync() // 4
 */
export function reinforceLoss(
  logProbs: tf.Tensor1D,
  batch: Omit<PolicyRows, 'oldLogProbs'>,
  { average = 'token' }: Pick<PolicyLossOptions, 'average'> = {},
): tf.Scalar {
  checkRows(logProbs, batch, ['advantages']);
  return tf.tidy(() => {
    const shares = sharesOf(batch, average);
    const weights = shares.map((share, place) => -share * batch.advantages[place]!);
    return logProbs.mul(tf.tensor1d(weights)).sum<tf.Scalar>();
  });
}

/**
 * `policyLoss` of a model on a batch.
 *
 * @returns A scalar with a gradient; at the policy that drew the answers, its gradient is the policy gradient.
 * @throws {RangeError} As `policyLoss`.
 *
 * @example
 * const answer = { prompt: [1], completion: [2, 3], logProbs: [-5.5, -5.5] };
 * const [batch] = policyBatches([answer], [1], { random: createRandom(1) });
 * Math.abs(clippedLoss(params, batch).arraySync() + 1) < 0.2 // true
 */
export function clippedLoss(
  params: GptParams,
  batch: PolicyBatch,
  options: PolicyLossOptions = {},
): tf.Scalar {
  return policyLoss(tokenLogProbs(batchLogits(params, batch), batch.targets), batch, options);
}

const rowOf = (numbers: ArrayLike<number>): tf.Tensor1D => tf.tensor1d(Float32Array.from(numbers));

/** The mean over each answer's tokens, at all of them, [N]. */
function answerMeans(logRatios: tf.Tensor1D, rows: AnswerRows): tf.Tensor1D {
  const { batchSize: B, length: T } = rows;
  const counts = countsOf(rows);
  const shares = Float32Array.from(rows.targets, (id, place) =>
    id === ignored ? 0 : 1 / counts[Math.floor(place / T)]!,
  );
  const means = logRatios.mul(tf.tensor1d(shares)).reshape([B, T]).sum(1, true); // [B,1]
  return means.tile([1, T]).reshape([B * T]);
}

function referenceOf({ referenceLogProbs }: PolicyRows): tf.Tensor1D {
  if (referenceLogProbs) return rowOf(referenceLogProbs);
  throw new RangeError('Cannot keep a policy near its reference: the batch has no referenceLogProbs');
}

/** Throws unless all have a number for each position. */
function checkRows(
  logProbs: tf.Tensor1D,
  batch: Partial<PolicyRows> & AnswerRows,
  names: readonly ('oldLogProbs' | 'advantages')[],
): void {
  const N = batch.batchSize * batch.length;
  const { targets, referenceLogProbs = targets } = batch;
  const sizes = names.map((name) => [name, batch[name]?.length] as const);
  const all = [['logProbs', logProbs.size], ['targets', targets.length], ...sizes] as const;
  for (const [name, size] of [...all, ['referenceLogProbs', referenceLogProbs.length] as const])
    if (size !== N)
      throw new RangeError(`Cannot compute a policy's loss: expected ${N} ${name}, got ${size ?? 'none'}`);
}
