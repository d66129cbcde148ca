/**
 * The policy's loss: what raised the reward becomes likelier, within bounds (PPO, Schulman et al. 2017).
 *
 * B = answers, T = tokens, N = B * T.
 */
import * as tf from '@tensorflow/tfjs';
import { tokenLogProbs } from '../backend/ops/crossEntropy.js';
import { completionBatch } from '../chat/examples.js';
import type { Random } from '../core/random.js';
import type { GptParams } from '../model/params.js';
import { type Batch, batchLogits } from '../train/loss.js';
import type { Rollout } from './rollouts.js';

/** Answers to learn from, with what is known of each token; 0 where the target is -1. */
export interface PolicyBatch extends Batch {
  /** Log-probabilities under the policy that drew the tokens, [B*T]. */
  readonly oldLogProbs: Float32Array;
  /** That of the whole answer, at each of its tokens, [B*T]. */
  readonly advantages: Float32Array;
}

/**
 * Cuts answers into batches, in random order. Answers with an advantage of 0 teach nothing and are left out; where
 * that is all of them, there is no batch.
 *
 * @param advantages One an answer, as `groupAdvantages` gives them.
 * @param options.parts Batches to cut into, about equally large; default 1.
 * @throws {RangeError} If there is not one advantage for each answer.
 *
 * @example
 * const answer = { prompt: [1], completion: [2, 3], logProbs: [-1, -2] };
 * const [batch] = policyBatches([answer], [0.5], { random: createRandom(1) });
 * [batch.targets, batch.oldLogProbs, batch.advantages]
 * // [Int32Array.of(2, 3), Float32Array.of(-1, -2), Float32Array.of(0.5, 0.5)]
 */
export function* policyBatches(
  answers: readonly Pick<Rollout, 'prompt' | 'completion' | 'logProbs'>[],
  advantages: ArrayLike<number>,
  { parts = 1, random }: { readonly parts?: number; readonly random: Random },
): Generator<PolicyBatch, void, undefined> {
  if (advantages.length !== answers.length)
    throw new RangeError(
      `Cannot make batches: expected ${answers.length} advantages, got ${advantages.length}`,
    );
  const order = random.shuffle([...answers.keys()].filter((nth) => advantages[nth] !== 0));
  for (let part = 0; part < parts; part++) {
    const places = order.slice(
      Math.round((part * order.length) / parts),
      Math.round(((part + 1) * order.length) / parts),
    );
    if (places.length === 0) continue;
    const chosen = places.map((place) => answers[place]!);
    const batch = completionBatch(chosen);
    const oldLogProbs = new Float32Array(batch.inputs.length);
    const each = new Float32Array(batch.inputs.length);
    for (const [row, { prompt, completion, logProbs }] of chosen.entries()) {
      const start = row * batch.length + prompt.length - 1;
      oldLogProbs.set(logProbs, start);
      each.fill(advantages[places[row]!]!, start, start + completion.length);
    }
    yield { ...batch, oldLogProbs, advantages: each };
  }
}

/**
 * PPO's clipped loss, the mean over all tokens of the answers: minus the advantage times the ratio of the new to the old
 * probability, but no gain where that ratio has left [1 - clip, 1 + clip] already.
 *
 * @param options.clip Default 0.2.
 * @returns A scalar with a gradient; at the policy that drew the answers, its gradient is the policy gradient.
 *
 * @example
 * const answer = { prompt: [1], completion: [2, 3], logProbs: [-5.5, -5.5] };
 * const [batch] = policyBatches([answer], [1], { random: createRandom(1) });
 * Math.abs(clippedLoss(params, batch).arraySync() + 1) < 0.2 // true
 */
export function clippedLoss(
  params: GptParams,
  batch: PolicyBatch,
  { clip = 0.2 }: { readonly clip?: number } = {},
): tf.Scalar {
  const logProbs = tokenLogProbs(batchLogits(params, batch), batch.targets); // [N]
  const ratios = logProbs.sub(tf.tensor1d(batch.oldLogProbs)).exp(); // [N], 1 where the target is -1
  const advantages = tf.tensor1d(batch.advantages);
  const gains = tf.minimum(ratios.mul(advantages), ratios.clipByValue(1 - clip, 1 + clip).mul(advantages));
  const tokens = Array.from(batch.targets).filter((id) => id >= 0).length;
  return gains.sum().div(-tokens);
}
