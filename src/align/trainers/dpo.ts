/** Direct preference optimisation (Rafailov et al. 2023): from pairs straight to a policy, with no reward model between. */
import { tokenLogProbs } from '../../backend/ops/crossEntropy.js';
import { tf } from '../../backend/tf.js';
import { completionBatch } from '../../chat/examples.js';
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import { batchLogits } from '../../train/loss.js';
import { updateParams } from '../../train/step.js';
import { answerLogProbs } from '../answers.js';
import { type DpoLossOptions, dpoLoss } from '../losses/preferenceLosses.js';
import { pairAccuracy } from '../rewardModel/trainRewardModel.js';
import { type AlignReport, type AlignRunOptions, alignRun } from './alignRun.js';
import { checkReader } from './attempts.js';

/** Two completions of one prompt, as token ids, of which somebody liked one better. */
export interface CompletionPair {
  readonly prompt: readonly number[];
  readonly better: readonly number[];
  readonly worse: readonly number[];
}

/** How DPO learns. */
export interface DpoOptions extends AlignRunOptions, DpoLossOptions {
  /** Frozen; usually a copy of the policy as it began. */
  readonly reference: GptParams;
  /** Pairs in a step; default 64, as the paper. */
  readonly batchSize?: number;
}

/** What a step of DPO did, on its pairs, before the update. */
export interface DpoReport extends AlignReport {
  /** In nats per pair. */
  readonly loss: number;
  readonly gradNorm: number;
  /** How often the policy has moved towards the better text more than towards the worse. */
  readonly accuracy: number;
}

/**
 * Trains a policy, in place, pass after pass over the pairs, and yields a report after each step. With a `folder` the same
 * call goes on where the last one ended, exactly; `break` keeps a checkpoint.
 *
 * @throws {RangeError} If there are no pairs, or the reference cannot read what the policy writes.
 * @throws {StepRefused} If a loss or a gradient is not finite.
 *
 * @example
 * const reference = copyParams(params);
 * const pairs = [{ prompt: [1], better: [2, 2], worse: [3, 3] }];
 * const options = { reference, steps: 20, learningRate: 0.02, batchSize: 1, random: createRandom(1) };
 * const losses = [];
 * for await (const { loss } of dpo(params, pairs, options)) losses.push(loss);
 * [losses[0], losses[19] < losses[0]] // [Math.log(2), true]
 */
export async function* dpo(
  policy: GptParams,
  pairs: readonly CompletionPair[],
  options: DpoOptions,
): AsyncGenerator<DpoReport, void, undefined> {
  const { reference, batchSize = 64 } = options;
  checkReader('reference', policy, reference);
  if (pairs.length === 0) throw new RangeError('Cannot train: expected a pair, got none');
  const before = referenceSums(reference, pairs);
  yield* alignRun(policy, options, {
    make: ({ step, optimizer, learningRate, random }) => {
      const chosen = placesOf(step, { batchSize, count: pairs.length }, random);
      const lead = before.map((side) => chosen.map((place) => side[place]!));
      let accuracy = Number.NaN;
      const loss = () => {
        const [better, worse] = completionSums(
          policy,
          chosen.map((place) => pairs[place]!),
        );
        const moved = (side: tf.Tensor1D, nth: 0 | 1) => side.sub(tf.tensor1d(lead[nth]!)).dataSync();
        accuracy = pairAccuracy(moved(better, 0), moved(worse, 1));
        return dpoLoss({ better, worse }, { better: lead[0]!, worse: lead[1]! }, options);
      };
      return { ...updateParams(optimizer, loss, learningRate), accuracy };
    },
  });
}

/** Which pairs a step learns from; the pass that they belong to and the random numbers, which do not move, decide it. */
function placesOf(
  step: number,
  { batchSize, count }: { readonly batchSize: number; readonly count: number },
  random: Random,
): number[] {
  const first = (step - 1) * batchSize;
  const passOf = (nth: number) => Math.floor(nth / count);
  const orders = new Map<number, number[]>();
  return Array.from({ length: batchSize }, (_, nth) => {
    const pass = passOf(first + nth);
    const order = orders.get(pass) ?? random.fork(`pass ${pass}`).shuffle([...Array(count).keys()]);
    orders.set(pass, order);
    return order[(first + nth) % count]!;
  });
}

/** ln p of each completion under the reference: the better ones, then the worse. */
function referenceSums(reference: GptParams, pairs: readonly CompletionPair[]): number[][] {
  return (['better', 'worse'] as const).map((side) => {
    const examples = pairs.map((pair) => ({ prompt: pair.prompt, completion: pair[side] }));
    return answerLogProbs(reference, examples).map((row) => row.reduce((sum, one) => sum + one, 0));
  });
}

/** ln p of each completion, with a gradient: [B] of the better ones, and of the worse. */
function completionSums(policy: GptParams, pairs: readonly CompletionPair[]): [tf.Tensor1D, tf.Tensor1D] {
  const batch = completionBatch([
    ...pairs.map(({ prompt, better }) => ({ prompt, completion: better })),
    ...pairs.map(({ prompt, worse }) => ({ prompt, completion: worse })),
  ]);
  const logProbs = tokenLogProbs(batchLogits(policy, batch), batch.targets);
  const sums = logProbs.reshape([2, pairs.length, batch.length]).sum<tf.Tensor2D>(2);
  return tf.unstack(sums) as [tf.Tensor1D, tf.Tensor1D];
}
