/**
 * The pretraining loop: draw a batch, measure the loss, follow its gradient, report. It yields plain numbers and
 * leaves it to the reader of the loop to plot them or to stop.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GptParams } from '../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from './adamW.js';
import type { Batch } from './loss.js';
import { cosineSchedule, type Schedule, type ScheduleOptions } from './schedule.js';
import { trainStep } from './step.js';

/** How long and how fast a model learns. */
export interface TrainOptions extends Omit<ScheduleOptions, 'learningRate'>, AdamWOptions {
  /** A schedule; or the highest rate of `cosineSchedule`, to which `warmupSteps` and `finalShare` belong. */
  readonly learningRate: number | Schedule;
  /** One to go on with, whose owner disposes it; default a fresh one, freed when the loop ends. */
  readonly optimizer?: AdamW;
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
 * @param options.steps Updates in all, those before a resumption included.
 * @throws {Error} If the loss or a gradient is not finite; the parameters are those of the step before.
 * @throws {TypeError} If `validate` does not give a number.
 * @throws {RangeError} If a number of steps is none, or a constant of the optimizer out of range.
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
  options: TrainOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, optimizer } = options;
  checkLength(options);
  const schedule = scheduleOf(options);
  const adamW = optimizer ?? createAdamW(params, options);
  const source = batches[Symbol.iterator]();
  const first = adamW.step() + 1;
  const start = performance.now();
  let [training, tokens] = [0, 0];
  try {
    for (let step = first; step <= steps; step++) {
      const next = source.next();
      if (next.done) return;
      const began = performance.now();
      const learningRate = schedule(step - 1);
      const { loss, gradNorm } = trainStep(params, next.value, adamW, learningRate);
      training += (performance.now() - began) / 1000;
      tokens += next.value.batchSize * next.value.length;
      const validation = validationOf(step, step === first, options);
      const seconds = (performance.now() - start) / 1000;
      const speed = { tokens, tokensPerSecond: tokens / training, seconds };
      yield { step, loss, ...validation, learningRate, gradNorm, ...speed };
      await nextTurn(); // lets figures and messages out
    }
  } finally {
    source.return?.();
    if (!optimizer) adamW.dispose();
  }
}

/** A number of steps that is none would end training at once, or never validate, without a word. */
export function checkLength({ steps, validateEvery = 1 }: TrainOptions): void {
  if (!(steps >= 0)) throw new RangeError(`Cannot train: expected steps of 0 or more, got ${steps}`);
  if (!(validateEvery > 0))
    throw new RangeError(`Cannot train: expected validateEvery above 0, got ${validateEvery}`);
}

/** The learning rate of each step, as the options say it. */
export function scheduleOf({ learningRate, ...options }: TrainOptions): Schedule {
  return typeof learningRate === 'number' ? cosineSchedule({ ...options, learningRate }) : learningRate;
}

/** The validation loss, on the steps that measure it. */
export function validationOf(
  step: number,
  isFirst: boolean,
  { validate, validateEvery = 100, steps }: TrainOptions,
): Pick<StepReport, 'validationLoss'> {
  const isDue = isFirst || step === steps || step % validateEvery === 0;
  return validate && isDue ? { validationLoss: checkedLoss(validate()) } : {};
}

function checkedLoss(loss: unknown): number {
  if (typeof loss === 'number') return loss;
  const got = loss instanceof Promise ? 'a promise' : typeof loss;
  throw new TypeError(`Cannot validate: expected \`validate\` to return a number, got ${got}`);
}
