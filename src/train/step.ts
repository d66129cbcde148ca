/** One step of training: measure a loss, follow its gradient. */
import { ignored } from '../backend/ops/crossEntropy.js';
import { tf } from '../backend/tf.js';
import { type GptParams, namedParams } from '../model/params.js';
import type { AdamW } from './adamW.js';
import { type Batch, batchLoss } from './loss.js';
import { StepRefused } from './stepRefused.js';

/** What one step measured. */
export interface StepMeasure {
  /** Before the update. */
  readonly loss: number;
  /** Length of the gradient before clipping. */
  readonly gradNorm: number;
}

/** How a step is looked at before it is made. */
export interface StepOptions {
  /** Says why the step must not be made, which then throws; default it is made where its numbers are finite. */
  readonly refuse?: (measure: StepMeasure) => string | undefined;
}

/**
 * One update of all that an optimizer holds, down the gradient of any loss.
 *
 * @param loss Computes a scalar from the optimizer's variables; it is called once, in a tidy. Of several, the gradient of
 *   their sum is followed, and memory is taken for one at a time.
 * @returns `loss` is the sum.
 * @throws {StepRefused} If the loss or a gradient is not finite, or `refuse` gives a reason; nothing is updated then.
 *
 * @example
 * const weight = tf.variable(tf.scalar(3));
 * const optimizer = createAdamW(new Map([['weight', weight]]));
 * updateParams(optimizer, () => weight.square(), 0.1).loss // 9
 * weight.arraySync() // 2.9
 */
export function updateParams(
  optimizer: AdamW,
  loss: (() => tf.Scalar) | readonly (() => tf.Scalar)[],
  learningRate: number,
  { refuse }: StepOptions = {},
): StepMeasure {
  return tf.tidy(() => {
    const { loss: measured, gradients } = gradientOf(optimizer, typeof loss === 'function' ? [loss] : loss);
    if (!Number.isFinite(measured)) {
      const where = `at step ${optimizer.step() + 1}, learning rate ${learningRate}`;
      const reason = `the loss is ${measured}`;
      throw new StepRefused(`Training stopped ${where}: ${reason}; try a smaller learning rate`, {
        reason,
        gradNorm: Number.NaN,
      });
    }
    const refuseNorm = refuse && ((gradNorm: number) => refuse({ loss: measured, gradNorm }));
    return { loss: measured, gradNorm: optimizer.update(gradients, learningRate, refuseNorm) };
  });
}

/** The sum of some losses and its gradient, by tfjs's names of the variables. */
function gradientOf(
  { variables }: AdamW,
  losses: readonly (() => tf.Scalar)[],
): { readonly loss: number; readonly gradients: tf.NamedTensorMap } {
  const gradients: tf.NamedTensorMap = {};
  let loss = 0;
  for (const one of losses) {
    const own = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(one, [...variables.values()]);
      loss += value.dataSync()[0]!;
      return grads;
    });
    for (const [name, gradient] of Object.entries(own)) gradients[name] = added(gradients[name], gradient);
  }
  return { loss, gradients };
}

/** The sum of two tensors, which are freed. */
function added(sum: tf.Tensor | undefined, next: tf.Tensor): tf.Tensor {
  if (!sum) return next;
  const both = tf.add(sum, next);
  tf.dispose([sum, next]);
  return both;
}

/**
 * One update of a model, or of the part of it that the optimizer holds, from one batch, or from several as if they
 * were one: the loss is the mean over all tokens that count in any of them, weighted where there are weights, and
 * memory is taken for one batch at a time (gradient accumulation).
 *
 * @returns The loss in nats per token.
 * @throws {StepRefused} As `updateParams`.
 * @throws {RangeError} If the optimizer was made for another model, or there is no batch.
 *
 * @example
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, 4] };
 * const optimizer = createAdamW(params);
 * Math.abs(trainStep(params, [batch, batch], optimizer, 1e-3).loss - Math.log(257)) < 0.1 // true
 * optimizer.dispose();
 */
export function trainStep(
  params: GptParams,
  batch: Batch | readonly Batch[],
  optimizer: AdamW,
  learningRate: number,
  options: StepOptions = {},
): StepMeasure {
  const named = namedParams(params);
  const stranger = [...optimizer.variables].find(([name, variable]) => named.get(name) !== variable);
  if (stranger)
    throw new RangeError(`Cannot train: the optimizer was made for another model (${stranger[0]})`);
  const batches = isOne(batch) ? [batch] : batch;
  if (batches.length === 0) throw new RangeError('Cannot train: expected a batch, got none');
  const all = batches.reduce((sum, one) => sum + countOf(one), 0);
  const divisor = batches.length > 1 && all > 0 ? { divisor: all } : {};
  const losses = batches.map((one) => () => batchLoss(params, one, divisor));
  return updateParams(optimizer, losses, learningRate, options);
}

const isOne = (batch: Batch | readonly Batch[]): batch is Batch => !Array.isArray(batch);

/** The tokens of a batch that count, weighted where there are weights. */
function countOf({ targets, weights }: Batch): number {
  let count = 0;
  for (let nth = 0; nth < targets.length; nth++) if (targets[nth] !== ignored) count += weights?.[nth] ?? 1;
  return count;
}
