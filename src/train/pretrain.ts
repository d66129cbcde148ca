/**
 * The pretraining loop: draw a batch, measure the loss, follow its gradient, report. It yields plain numbers and
 * leaves it to the reader of the loop to plot them or to stop.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { type GptParams, namedParams } from '../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from './adamW.js';
import { type Batch, batchLoss } from './loss.js';
import { learningRateAt, type Schedule } from './schedule.js';

/** How long and how fast a model learns. */
export interface TrainOptions extends Schedule, AdamWOptions {
  /** Measures the validation loss, in nats per token; default never. */
  readonly validate?: () => number;
  /** Steps between two measurements; the first and the last step always have one; default 100. */
  readonly validateEvery?: number;
}

/** What one step did. */
export interface StepReport {
  /** Updates made, this one included: 1, 2, … */
  readonly step: number;
  /** On this step's batch, before its update; nats per token. */
  readonly loss: number;
  /** After this step's update; only on the steps that measured it. */
  readonly validationLoss?: number;
  readonly learningRate: number;
  /** Length of the gradient before clipping. */
  readonly gradNorm: number;
  /** Tokens seen since this loop started. */
  readonly tokens: number;
  /** Of the whole loop so far, without the time for validation. */
  readonly tokensPerSecond: number;
  /** Since this loop started. */
  readonly seconds: number;
}

/**
 * Trains a model, in place, and yields a report after each step. `break` ends it and frees what it holds.
 *
 * @param batches Where the steps' batches come from; it ends early where they do.
 * @param config.steps Updates in all, those before a resumption included.
 * @param optimizer One to go on with, from `loadCheckpoint` or made to be saved; its owner disposes it. Default: a
 *   fresh one, freed when the loop ends.
 * @throws {Error} If the loss is not a number; the parameters are those of the step before.
 *
 * @example
 * const batches = randomBatches(stream, { batchSize: 2, length: 8 }, createRandom(1));
 * const losses = [];
 * for await (const { loss } of pretrain(params, batches, { steps: 9, learningRate: 0.1 })) losses.push(loss);
 * losses[8] < losses[0] // true
 */
export async function* pretrain(
  params: GptParams,
  batches: Iterable<Batch>,
  config: TrainOptions,
  optimizer?: AdamW,
): AsyncGenerator<StepReport, void, undefined> {
  const { validate, validateEvery = 100, steps } = config;
  const adamW = optimizer ?? createAdamW(params, config);
  const source = batches[Symbol.iterator]();
  const first = adamW.step() + 1;
  const start = performance.now();
  let [training, tokens] = [0, 0];
  try {
    for (let step = first; step <= steps; step++) {
      const next = source.next();
      if (next.done) return;
      const began = performance.now();
      const learningRate = learningRateAt(step - 1, config);
      const { loss, gradNorm } = trainStep(params, next.value, adamW, learningRate);
      training += (performance.now() - began) / 1000;
      tokens += next.value.batchSize * next.value.length;
      const measured = validate && (step === first || step === steps || step % validateEvery === 0);
      const seconds = () => (performance.now() - start) / 1000;
      const validation = measured ? { validationLoss: validate() } : {};
      const speed = { tokens, tokensPerSecond: tokens / training, seconds: seconds() };
      yield { step, loss, ...validation, learningRate, gradNorm, ...speed };
      await nextTurn(); // lets figures and messages out
    }
  } finally {
    source.return?.();
    if (!optimizer) adamW.dispose();
  }
}

/**
 * One update of all parameters from one batch.
 *
 * @returns The loss before the update, in nats per token, and the gradient's length before clipping.
 * @throws {Error} If the loss is not a finite number; nothing is updated then.
 *
 * @example
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, 4] };
 * const optimizer = createAdamW(params);
 * trainStep(params, batch, optimizer, 1e-3).loss.toFixed(2) // '5.56'
 * optimizer.dispose();
 */
export function trainStep(
  params: GptParams,
  batch: Batch,
  optimizer: AdamW,
  learningRate: number,
): { readonly loss: number; readonly gradNorm: number } {
  return tf.tidy(() => {
    const variables = [...namedParams(params).values()];
    const { value, grads } = tf.variableGrads(() => batchLoss(params, batch), variables);
    const loss = value.dataSync()[0]!;
    if (!Number.isFinite(loss)) {
      const where = `at step ${optimizer.step() + 1}, learning rate ${learningRate}`;
      throw new Error(`Training stopped ${where}: the loss is ${loss}; try a smaller learning rate`);
    }
    return { loss, gradNorm: optimizer.update(grads, learningRate) };
  });
}
