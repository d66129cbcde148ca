/**
 * A model that gives a text one number, learned from what somebody preferred (Bradley and Terry 1952).
 *
 * B = texts, T = tokens of the longest, C = channels.
 */
import { tf } from '../../backend/tf.js';
import type { Example } from '../../chat/examples.js';
import { checkIds, hiddenStates } from '../../model/gpt.js';
import {
  copyParams,
  disposeParams,
  type GptParams,
  type NamedVariables,
  namedParams,
} from '../../model/params.js';
import type { Batch } from '../../train/loss.js';
import { answerNumbers } from '../answers.js';

/** How the head's numbers at all positions become one. */
export interface RewardModelOptions {
  /**
   * `sum`, the default: added up over all positions, which learns from few pairs where the last position alone does not.
   * `last`: that of the last token (Ziegler et al. 2019, Llama 2), which has to have read all of the text by itself.
   */
  readonly pooling?: 'sum' | 'last';
}

/** A GPT whose head gives one number; made by `createRewardModel`, freed by `dispose`. */
export interface RewardModel extends Required<RewardModelOptions> {
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
 * The same model serves as a critic, which expects a reward at each token: see `tokenValues`.
 *
 * @example
 * const model = createRewardModel(params);
 * textRewards(model, [[1, 2, 3]]).arraySync() // [0]
 * model.dispose();
 */
export function createRewardModel(
  params: GptParams,
  { pooling = 'sum' }: RewardModelOptions = {},
): RewardModel {
  const own = copyParams(params);
  const head = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([own.config.nEmbd, 1])));
  return {
    params: own,
    head,
    pooling,
    variables: new Map<string, tf.Variable>([...namedParams(own), ['reward.weight', head]]),
    dispose: () => {
      disposeParams(own);
      head.dispose();
    },
  };
}

/**
 * What texts are worth: the head's numbers, pooled as the model was made to.
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
export function textRewards(model: RewardModel, texts: readonly ArrayLike<number>[]): tf.Tensor1D {
  const [B, T] = [texts.length, texts.reduce((most, { length }) => Math.max(most, length), 1)];
  const ids = new Int32Array(B * T);
  const counts = new Float32Array(B * T);
  for (const [row, text] of texts.entries()) {
    checkIds(model.params.config, text, text.length);
    ids.set(text, row * T);
    const end = row * T + text.length;
    counts.fill(1, model.pooling === 'sum' ? row * T : end - 1, end);
  }
  return tf.tidy(() => {
    const values = valuesAt(model, tf.tensor2d(ids, [B, T], 'int32')); // [B*T]
    return values.mul(tf.tensor1d(counts)).reshape([B, T]).sum(1);
  });
}

/** The head's number at each position, [B*T]. */
function valuesAt({ params, head }: RewardModel, ids: tf.Tensor2D): tf.Tensor1D {
  const hidden = hiddenStates(params, ids); // [B,T,C]
  return tf.matMul(hidden.reshape<tf.Tensor2D>([ids.size, -1]), head).reshape([ids.size]);
}

/**
 * What texts are worth, as numbers; some at a time, however many there are.
 *
 * @throws {RangeError} As `textRewards`.
 *
 * @example
 * const model = createRewardModel(params);
 * scoreTexts(model, [[1, 2, 3], [4]]) // Float32Array.of(0, 0)
 * model.dispose();
 */
export function scoreTexts(model: RewardModel, texts: readonly ArrayLike<number>[]): Float32Array {
  const scores = new Float32Array(texts.length);
  const together = 256;
  for (let from = 0; from < texts.length; from += together)
    scores.set(
      tf.tidy(() => textRewards(model, texts.slice(from, from + together)).dataSync()),
      from,
    );
  return scores;
}

/**
 * What a critic expects at each position of a batch, before the target there is drawn: the head's number, not pooled.
 *
 * @returns [B*T], with a gradient. The caller disposes it.
 * @throws {RangeError} If an id is not in the vocabulary or the texts are too long.
 *
 * @example
 * const critic = createRewardModel(params);
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, -1] };
 * tokenValues(critic, batch).arraySync() // [0, 0, 0]
 * critic.dispose();
 */
export function tokenValues(critic: RewardModel, { batchSize, length, inputs }: Batch): tf.Tensor1D {
  checkIds(critic.params.config, inputs, length);
  return tf.tidy(() => valuesAt(critic, tf.tensor2d(Int32Array.from(inputs), [batchSize, length], 'int32')));
}

/**
 * What a critic expects before each token of each completion.
 *
 * @throws {RangeError} As `tokenValues`.
 *
 * @example
 * const critic = createRewardModel(params);
 * answerValues(critic, [{ prompt: [1, 2], completion: [3, 4] }]) // [Float32Array.of(0, 0)]
 * critic.dispose();
 */
export function answerValues(critic: RewardModel, answers: readonly Example[]): Float32Array[] {
  const { nEmbd } = critic.params.config;
  return answerNumbers(answers, { each: 4 * nEmbd }, (batch) => tokenValues(critic, batch));
}
