/** Teaches a reward model from pairs, and tells how well it has learned. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tf } from '../../backend/tf.js';
import { shuffledPasses } from '../../chat/passes.js';
import type { Random } from '../../core/random.js';
import { createAdamW } from '../../train/adamW.js';
import { type StepReport, scheduleOf, type TrainOptions } from '../../train/pretrain.js';
import { updateParams } from '../../train/step.js';
import { type PairLossOptions, pairLoss } from '../losses/preferenceLosses.js';
import { type RewardModel, textRewards } from './rewardModel.js';

/** Two texts of which somebody liked one better, as token ids. */
export interface PreferencePair {
  readonly better: readonly number[];
  readonly worse: readonly number[];
}

/** How a reward model learns. */
export interface TrainRewardOptions
  extends Omit<TrainOptions, 'optimizer' | 'validate' | 'validateEvery'>,
    Omit<PairLossOptions, 'margin'> {
  readonly random: Random;
  /** Pairs in a step; default 64 (Ziegler et al. 2019 take 32 choices among four). */
  readonly batchSize?: number;
  /** By how much the better text of a pair should lead; default 0. */
  readonly margin?: number;
}

/** What one step did. */
export interface RewardReport
  extends Pick<StepReport, 'step' | 'loss' | 'learningRate' | 'gradNorm' | 'seconds'> {
  /** On this step's pairs, before its update: how often the better text had the higher reward. */
  readonly accuracy: number;
}

/**
 * Trains a reward model, in place, pass after pass over the pairs, and yields a report after each step. `break` ends it and
 * frees what it holds.
 *
 * @throws {RangeError} If there are no pairs, or as `textRewards`.
 * @throws {StepRefused} If a loss or a gradient is not finite; the model is that of the step before.
 *
 * @example
 * const model = createRewardModel(params);
 * const pairs = [{ better: [1, 1], worse: [2, 2] }];
 * const options = { steps: 20, learningRate: 0.05, batchSize: 2, random: createRandom(1) };
 * const losses = [];
 * for await (const { loss } of trainRewardModel(model, pairs, options)) losses.push(loss);
 * [losses[0], losses[19] < losses[0]] // [Math.log(2), true]
 * model.dispose();
 */
export async function* trainRewardModel(
  model: RewardModel,
  pairs: readonly PreferencePair[],
  { random, batchSize = 64, margin = 0, centring = 0, ...options }: TrainRewardOptions,
): AsyncGenerator<RewardReport, void, undefined> {
  const schedule = scheduleOf(options);
  const passes = shuffledPasses(pairs, { batchSize, what: 'a pair' }, random);
  const optimizer = createAdamW(model.variables, options);
  const start = performance.now();
  try {
    for (let step = 1; step <= options.steps; step++) {
      const some = passes.next().value;
      const learningRate = schedule(step - 1);
      let accuracy = Number.NaN;
      const loss = () => {
        const texts = [...some.map(({ better }) => better), ...some.map(({ worse }) => worse)];
        const [better, worse] = tf.split(textRewards(model, texts), 2) as [tf.Tensor1D, tf.Tensor1D];
        accuracy = pairAccuracy(better.dataSync(), worse.dataSync());
        return pairLoss(better, worse, { margin, centring });
      };
      const measure = updateParams(optimizer, loss, learningRate);
      yield { step, ...measure, accuracy, learningRate, seconds: (performance.now() - start) / 1000 };
      await nextTurn(); // lets figures, messages and interrupts through
    }
  } finally {
    optimizer.dispose();
  }
}

/**
 * How often the better text of a pair has the higher reward; equal rewards count half.
 *
 * @param better One a pair.
 * @param worse In the same order.
 * @throws {RangeError} If there are no pairs, or not as many of both.
 *
 * @example
 * pairAccuracy([1, 2, 3, 4], [0, 2, 4, 3]) // 0.625
 */
export function pairAccuracy(better: ArrayLike<number>, worse: ArrayLike<number>): number {
  if (better.length === 0 || better.length !== worse.length)
    throw new RangeError(
      `Cannot compare rewards: expected as many better as worse texts, got ${better.length} and ${worse.length}`,
    );
  let right = 0;
  for (let nth = 0; nth < better.length; nth++)
    right += better[nth]! > worse[nth]! ? 1 : better[nth]! === worse[nth]! ? 0.5 : 0;
  return right / better.length;
}
