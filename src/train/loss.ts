/** What a model learns from in one step, as plain numbers, and the loss on it. */
import {
  type CrossEntropyOptions,
  crossEntropy,
  ignored,
  tokenLogProbs,
} from '../backend/ops/crossEntropy.js';
import { tf } from '../backend/tf.js';
import { checkIds, head, hiddenStates } from '../model/gpt.js';
import type { GptParams } from '../model/params.js';

/** B texts of T tokens, one after the other, and the token that follows at each position. */
export interface Batch {
  readonly batchSize: number;
  /** T, in tokens. */
  readonly length: number;
  /** [B*T]. */
  readonly inputs: ArrayLike<number>;
  /** [B*T]; -1 where a position does not count. */
  readonly targets: ArrayLike<number>;
  /** How much each position counts in the mean, [B*T], 0 or more; 1 each where missing. */
  readonly weights?: ArrayLike<number>;
  /** Where the text of each position begins in its row, [B*T], where rows hold several; they do not see each other. */
  readonly starts?: ArrayLike<number>;
}

/**
 * The mean loss of the model on a batch, in nats per token that counts: a scalar with a gradient.
 *
 * @param options.divisor As in `crossEntropy`: what the sum is divided by, where a batch is one part of a larger one.
 *
 * @example
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, -1] };
 * Math.abs(batchLoss(params, batch).arraySync() - Math.log(257)) < 0.1 // true
 */
export function batchLoss(
  params: GptParams,
  batch: Batch,
  options: Pick<CrossEntropyOptions, 'divisor'> = {},
): tf.Scalar {
  const weights = batch.weights ? { weights: batch.weights } : {};
  return crossEntropy(batchLogits(params, batch), batch.targets, { ...weights, ...options });
}

/**
 * The logits at each position of a batch, [B*T,V], with a gradient.
 *
 * @throws {RangeError} If an id is not in the vocabulary or the texts are too long.
 *
 * @example
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, -1] };
 * batchLogits(params, batch).shape // [3, 257]
 */
export function batchLogits(params: GptParams, { batchSize, length, inputs, starts }: Batch): tf.Tensor2D {
  checkIds(params.config, inputs, length);
  const ids = tf.tensor2d(Int32Array.from(inputs), [batchSize, length], 'int32');
  return head(params, hiddenStates(params, ids, starts ? { starts: Int32Array.from(starts) } : {}));
}

/**
 * Adds up the loss over a batch, each position that counts once.
 *
 * @returns `nats` in all, and the number of `tokens` that counted.
 *
 * @example
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, -1] };
 * batchNats(params, batch).tokens // 2
 */
export function batchNats(
  params: GptParams,
  batch: Batch,
): { readonly nats: number; readonly tokens: number } {
  const logProbs = tf.tidy(() =>
    tokenLogProbs(batchLogits(params, batch), batch.targets).dataSync<'float32'>(),
  );
  const counted = Array.from(batch.targets).filter((id) => id !== ignored).length;
  return { nats: -logProbs.reduce((sum, logProb) => sum + logProb, 0), tokens: counted };
}
