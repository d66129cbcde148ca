/** Group relative policy optimisation (Shao et al. 2024, "DeepSeekMath"): answers are judged against their siblings. */
import type { GptParams } from '../../model/params.js';
import type { Problem } from '../../tasks/task.js';
import { updateParams } from '../../train/step.js';
import { type AdvantageOptions, groupAdvantages } from '../advantages/groupAdvantages.js';
import { clippedLoss, type PolicyLossOptions } from '../losses/policyLoss.js';
import { policyBatches } from '../policyBatches.js';
import { alignRun } from './alignRun.js';
import { type AttemptOptions, type AttemptReport, attemptReport, attempts, checkReader } from './attempts.js';

/** How GRPO learns. The defaults are those of TRL where nothing else is said. */
export interface GrpoOptions<Asked extends Problem>
  extends AttemptOptions<Asked>,
    AdvantageOptions,
    PolicyLossOptions {
  /** Answers to each problem, G; default 8. */
  readonly samples?: number;
  /** Frozen, for `kl` and to report how far the policy has come; default none. */
  readonly reference?: GptParams;
  /** Updates that a step's answers are cut into; default 1. */
  readonly parts?: number;
  /** Times that a step's answers are learned from; default 1. */
  readonly epochs?: number;
  /** Whether groups without spread stay in the loss's mean; default no, as DAPO. */
  readonly keepNeutral?: boolean;
}

/** What a step of GRPO did. */
export interface GrpoReport<Asked extends Problem = Problem> extends AttemptReport<Asked> {
  /** The share of groups whose rewards differ; the others teach nothing. */
  readonly mixed: number;
}

/**
 * Trains a policy, in place, and yields a report after each step: some problems, several answers to each, and an update
 * that makes those likelier which did better than their siblings. With a `folder` the same call goes on where the last one
 * ended, exactly; `break` keeps a checkpoint.
 *
 * @throws {RangeError} If there are fewer than two samples, a reward is not a finite number, the reference cannot read what
 *   the policy writes, or `kl` has no reference.
 * @throws {StepRefused} If a loss or a gradient is not finite.
 *
 * @example
 * const reward = taskRewards({ reward: (_, text) => text.length });
 * const problems = () => [{ prompt: 'the', answer: '' }];
 * const run = { tokenizer, stopId: 256, maxTokens: 3, samples: 4, random: createRandom(1), steps: 2, learningRate: 0.01 };
 * const lengths = [];
 * for await (const { length } of grpo(params, { ...run, problems, reward })) lengths.push(length);
 * lengths // [3, 3]
 */
export async function* grpo<Asked extends Problem>(
  policy: GptParams,
  options: GrpoOptions<Asked>,
): AsyncGenerator<GrpoReport<Asked>, void, undefined> {
  const { samples = 8, parts = 1, epochs = 1, reference, keepNeutral = false } = options;
  checkReader('reference', policy, reference);
  yield* alignRun(policy, options, {
    make: async ({ optimizer, learningRate, random }) => {
      const answers = await attempts(policy, { ...options, samples, reference, random });
      const rewards = answers.map(({ reward }) => reward);
      const advantages = groupAdvantages(rewards, samples, options);
      const updates = [];
      for (let epoch = 0; epoch < epochs; epoch++)
        for (const batch of policyBatches(answers, advantages, { parts, random, keepNeutral }))
          updates.push(updateParams(optimizer, () => clippedLoss(policy, batch, options), learningRate));
      return { ...attemptReport(answers, updates), mixed: mixedShare(advantages, samples) };
    },
  });
}

function mixedShare(advantages: Float32Array, samples: number): number {
  const groups = Array.from({ length: advantages.length / samples }, (_, nth) =>
    advantages.subarray(nth * samples, (nth + 1) * samples),
  );
  return groups.filter((group) => group.some((advantage) => advantage !== 0)).length / groups.length;
}
