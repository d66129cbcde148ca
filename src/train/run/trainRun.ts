/** A training run that can be left alone: it keeps checkpoints and a log, goes on by itself, and passes over steps that leap. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GptParams } from '../../model/params.js';
import type { BatchSource } from '../batchSource.js';
import { saveCheckpoint } from '../checkpoint.js';
import { checkCounts } from '../counts.js';
import type { Batch } from '../loss.js';
import { checkLength, scheduleOf, type TrainOptions, validationOf } from '../pretrain.js';
import { type StepMeasure, trainStep } from '../step.js';
import { StepRefused } from '../stepRefused.js';
import { runFolder } from './runFolder.js';
import { beginOrGoOn, keepCheckpoint, type Running, type Standing } from './runState.js';
import type { SpikeOptions } from './spikeDetector.js';
import { openTrainLog, type RunReport, type TrainLog } from './trainLog.js';

/** How a run trains and what it keeps. */
export interface TrainRunOptions extends Omit<TrainOptions, 'optimizer'> {
  /** Where checkpoints, the log and the best model go. What a run left there is gone on with. */
  readonly folder: string;
  /** Batches of a step, whose gradients are added up; default 1. */
  readonly accumulate?: number;
  /** Steps between two checkpoints; the last step has one too. Default 500. */
  readonly checkpointEvery?: number;
  /** Checkpoints kept, the newest; default 2. */
  readonly keep?: number;
  /** When a loss or a gradient counts as a leap; `false`: only numbers that are not finite are refused. */
  readonly spikes?: SpikeOptions | false;
  /** What becomes of such a step: nothing is updated and the next one comes, or the run ends. Default `skip`. */
  readonly onSpike?: 'skip' | 'stop';
  /** Told of a checkpoint that is damaged and passed over for an older one; default nobody. */
  readonly onProblem?: (problem: string) => void;
}

/** So many steps in a row are passed over; one more ends the run, because nothing mends itself any more. */
const mostSkipped = 10;

/**
 * Trains a model, in place, and yields a report after each step, as `pretrain` does. The same call goes on where the last
 * one ended, however that ended: the newest checkpoint that is whole is read into the model, and on one backend all that
 * follows is what it would have been, bit for bit. `break` keeps a checkpoint of the last step.
 *
 * The folder then holds `log.jsonl` (see `readTrainLog`), `checkpoints/step-00000500.safetensors`, … with the optimizer,
 * and `model.safetensors` without: the model with the lowest validation loss, or the newest where nothing is validated.
 *
 * @param batches Made anew for each call, in the same way; where it stood is in the checkpoint. The run ends early where
 *   they do.
 * @param options.steps Steps in all, those passed over and those before a resumption included.
 * @throws {StepRefused} If a step's loss or gradient is not finite or leaps and `onSpike` is `stop`, or more than ten in a
 *   row do; the parameters are those of the step before.
 * @throws {SyntaxError} If no checkpoint that is there is whole, or the batches are others.
 * @throws {RangeError} If the folder is a run of another model.
 *
 * @example
 * const batches = randomBatches(stream, { batchSize: 2, length: 8 }, createRandom(1));
 * const losses = [];
 * for await (const { loss } of trainRun(params, batches, { folder: 'run', steps: 9, learningRate: 0.1 })) losses.push(loss);
 * losses[8] < losses[0] // true
 * runCheckpoints('run')[0].step // 9
 */
export async function* trainRun(
  params: GptParams,
  batches: BatchSource,
  options: TrainRunOptions,
): AsyncGenerator<RunReport, void, undefined> {
  const { folder, steps, checkpointEvery = 500, keep = 2 } = checked(options);
  const { running, standing: begun } = beginOrGoOn(params, batches, options);
  const files = runFolder(folder);
  const clock = clockFrom(begun);
  let [standing, kept, isOut] = [begun, begun.step, false];
  const saveModel = () => saveCheckpoint(files.model, { params, step: standing.step });
  const keepNow = () => {
    if (standing.step === kept) return;
    if (!options.validate) saveModel();
    keepCheckpoint(folder, keep, running, standing);
    kept = standing.step;
  };
  let log: TrainLog | undefined;
  try {
    log = openTrainLog(files.log, begun.step);
    while (standing.step < steps) {
      const made = oneStep(running, standing, options);
      if (!made) break;
      const { tokens } = made;
      const validation = validationOf(made.step, made.step === 1, options);
      const report: RunReport = { ...made, ...validation, ...clock.read(tokens, made.seconds) };
      standing = after(standing, report);
      if (standing.best?.step === standing.step) saveModel();
      log.write(report);
      if (standing.step % checkpointEvery === 0) keepNow();
      isOut = true; // whoever has the report may end the run here
      yield report;
      isOut = false;
      await nextTurn(); // lets figures, messages and interrupts through
    }
    keepNow();
  } finally {
    if (isOut) keepNow();
    log?.close();
    running.optimizer.dispose();
  }
}

/** What a step did, with the tokens of the run so far and the seconds that it took itself. */
type Made = Omit<RunReport, 'validationLoss' | 'tokensPerSecond'>;

/** Makes a step, or says why it is passed over; `undefined` where no batch is left. */
function oneStep(
  { params, batches, optimizer, spikes }: Running,
  { step: done, tokens, skipped }: Standing,
  options: TrainRunOptions,
): Made | undefined {
  const parts = nextOf(batches, options.accumulate ?? 1);
  if (parts.length === 0) return undefined;
  const step = done + 1;
  const began = performance.now();
  const learningRate = scheduleOf(options)(done);
  let measure: StepMeasure & { readonly skipped?: string } = { loss: Number.NaN, gradNorm: Number.NaN };
  const refuse = (measured: StepMeasure) => {
    measure = measured;
    return spikes?.judge(measured);
  };
  try {
    measure = trainStep(params, parts, optimizer, learningRate, { refuse });
  } catch (error) {
    if (!(error instanceof StepRefused)) throw error;
    measure = { ...measure, skipped: error.reason };
    if (options.onSpike === 'stop' || skipped === mostSkipped) throw stopped(step, error, skipped);
  }
  const seen = parts.reduce((sum, { batchSize, length }) => sum + batchSize * length, 0);
  const seconds = (performance.now() - began) / 1000;
  return { step, ...measure, learningRate, tokens: tokens + seen, seconds };
}

/** As many batches as make a step, or what is left of them. */
function nextOf(batches: BatchSource, count: number): Batch[] {
  const parts: Batch[] = [];
  while (parts.length < count) {
    const { done, value } = batches.next();
    if (done) break;
    parts.push(value);
  }
  return parts;
}

function stopped(step: number, { reason, gradNorm }: StepRefused, before: number): StepRefused {
  const row = before > 0 ? `, after ${before} in a row that were skipped` : '';
  return new StepRefused(`Training stopped at step ${step}${row}: ${reason}; nothing was updated`, {
    reason,
    gradNorm,
  });
}

/** Where the run stands behind a step. */
function after(before: Standing, { step, tokens, seconds, skipped, validationLoss }: RunReport): Standing {
  const isBest =
    validationLoss !== undefined && validationLoss < (before.best?.loss ?? Number.POSITIVE_INFINITY);
  return {
    step,
    tokens,
    seconds,
    skipped: skipped === undefined ? 0 : before.skipped + 1,
    best: isBest ? { step, loss: validationLoss } : before.best,
  };
}

/** Seconds of the whole run, those before a resumption included, and tokens in each second of training since then. */
function clockFrom({ seconds: before, tokens: first }: Standing) {
  const start = performance.now();
  let training = 0;
  return {
    read: (tokens: number, stepSeconds: number) => {
      training += stepSeconds;
      const seconds = before + (performance.now() - start) / 1000;
      return { tokensPerSecond: (tokens - first) / training, seconds };
    },
  };
}

function checked(options: TrainRunOptions): TrainRunOptions {
  const { steps, accumulate = 1, checkpointEvery = 1, keep = 1 } = options;
  checkCounts('train', { steps, accumulate, checkpointEvery, keep });
  checkLength(options);
  return options;
}
