/**
 * A model that gives a text one number, learned from pairs of which somebody liked one better (Bradley and Terry 1952).
 *
 * B = texts, T = tokens of the longest, C = channels.
 */
import * as tf from '@tensorflow/tfjs';
import { checkIds, hiddenStates } from '../model/gpt.js';
import {
  copyParams,
  disposeParams,
  type GptParams,
  type NamedVariables,
  namedParams,
} from '../model/params.js';

/** A GPT whose head gives one number; made by `createRewardModel`, freed by `dispose`. */
export interface RewardModel {
  readonly params: GptParams;
  /** [C,1]. */
  readonly head: tf.Variable<tf.Rank.R2>;
  /** Both together, for `createAdamW`. */
  readonly variables: NamedVariables;
  readonly dispose: () => void;
}

/**
 * Makes a reward model from a language model, which stays as it is: its copy keeps what it knows of texts. The head
 * starts at 0, so that every text is worth the same at first. The caller disposes it.
 *
 * @example
 * const model = createRewardModel(params);
 * textRewards(model, [[1, 2, 3]]).arraySync() // [0]
 * model.dispose();
 */
export function createRewardModel(params: GptParams): RewardModel {
  const own = copyParams(params);
  const head = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([own.config.nEmbd, 1])));
  return {
    params: own,
    head,
    variables: new Map<string, tf.Variable>([...namedParams(own), ['reward.weight', head]]),
    dispose: () => {
      disposeParams(own);
      head.dispose();
    },
  };
}

/**
 * What texts are worth: the head's numbers, added up over all positions of each. A sum learns from few pairs where
 * the last position alone does not.
 *
 * @param texts Token ids, at least one each; they may differ in length.
 * @returns [B], with a gradient. The caller disposes it.
 * @throws {RangeError} If a text is empty or too long, or an id is not in the vocabulary.
 *
 * @example
 * const model = createRewardModel(params);
 * textRewards(model, [[1, 2, 3], [4]]).shape // [2]
 * model.dispose();
 */
export function textRewards({ params, head }: RewardModel, texts: readonly ArrayLike<number>[]): tf.Tensor1D {
  const [B, T] = [texts.length, Math.max(...texts.map(({ length }) => length))];
  const ids = new Int32Array(B * T);
  const counts = new Float32Array(B * T);
  for (const [row, text] of texts.entries()) {
    checkIds(params.config, text, text.length);
    ids.set(text, row * T);
    counts.fill(1, row * T, row * T + text.length);
  }
  return tf.tidy(() => {
    const hidden = hiddenStates(params, tf.tensor2d(ids, [B, T], 'int32')); // [B,T,C]
    const values = tf.matMul(hidden.reshape<tf.Tensor2D>([B * T, -1]), head).reshape([B, T]);
    return values.mul(tf.tensor2d(counts, [B, T])).sum(1);
  });
}

/**
 * The loss on pairs: the mean of -log sigmoid(better - worse), which is how surprised the model is by who won.
 *
 * @param better Rewards of the texts that were liked, [B].
 * @param worse Of those they were beside, [B].
 * @returns A scalar with a gradient, in nats per pair; log 2 of a model that knows nothing.
 *
 * @example
 * pairLoss(tf.tensor1d([0, 2]), tf.tensor1d([0, 2])).arraySync() // Math.log(2)
 */
export function pairLoss(better: tf.Tensor1D, worse: tf.Tensor1D): tf.Scalar {
  return tf.softplus(worse.sub(better)).mean();
}
