/** One step of training: measure a loss, follow its gradient. */
import * as tf from '@tensorflow/tfjs';
import { type GptParams, namedParams } from '../model/params.js';
import type { AdamW } from './adamW.js';
import { type Batch, batchLoss } from './loss.js';

/** What one step measured. */
export interface StepMeasure {
  /** Before the update. */
  readonly loss: number;
  /** Length of the gradient before clipping. */
  readonly gradNorm: number;
}

/**
 * One update of all that an optimizer holds, down the gradient of any loss.
 *
 * @param loss Computes a scalar from the optimizer's variables; it is called once, in a tidy.
 * @throws {Error} If the loss or a gradient is not finite; nothing is updated then.
 *
 * @example
 * const weight = tf.variable(tf.scalar(3));
 * const optimizer = createAdamW(new Map([['weight', weight]]));
 * updateParams(optimizer, () => weight.square(), 0.1).loss // 9
 * weight.arraySync() // 2.9
 */
export function updateParams(optimizer: AdamW, loss: () => tf.Scalar, learningRate: number): StepMeasure {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(loss, [...optimizer.variables.values()]);
    const measured = value.dataSync()[0]!;
    if (!Number.isFinite(measured)) {
      const where = `at step ${optimizer.step() + 1}, learning rate ${learningRate}`;
      throw new Error(`Training stopped ${where}: the loss is ${measured}; try a smaller learning rate`);
    }
    return { loss: measured, gradNorm: optimizer.update(grads, learningRate) };
  });
}

/**
 * One update of a model from one batch.
 *
 * @returns The loss in nats per token.
 * @throws {Error} As `updateParams`.
 * @throws {RangeError} If the optimizer was made for another model.
 *
 * @example
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, 4] };
 * const optimizer = createAdamW(params);
 * Math.abs(trainStep(params, batch, optimizer, 1e-3).loss - Math.log(257)) < 0.1 // true
 * optimizer.dispose();
 */
export function trainStep(
  params: GptParams,
  batch: Batch,
  optimizer: AdamW,
  learningRate: number,
): StepMeasure {
  const stranger = [...namedParams(params)].find(
    ([name, variable]) => optimizer.variables.get(name) !== variable,
  );
  if (stranger)
    throw new RangeError(`Cannot train: the optimizer was made for another model (${stranger[0]})`);
  return updateParams(optimizer, () => batchLoss(params, batch), learningRate);
}
