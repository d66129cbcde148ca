/**
 * Proximal policy optimisation on a leash (Ziegler et al. 2019, "Fine-Tuning Language Models from Human Preferences"): what
 * raised the reward becomes likelier, and straying from a frozen reference is paid for.
 */
import type { GptParams, NamedVariables } from '../../model/params.js';
import type { Problem } from '../../tasks/task.js';
import { updateParams } from '../../train/step.js';
import { type AdaptiveKlOptions, adaptiveKl } from '../advantages/adaptiveKl.js';
import {
  type GeneralizedAdvantageOptions,
  generalizedAdvantages,
} from '../advantages/generalizedAdvantages.js';
import { meanKl, tokenRewards } from '../advantages/tokenRewards.js';
import { whiten } from '../advantages/whiten.js';
import { clippedLoss, type PolicyLossOptions } from '../losses/policyLoss.js';
import { valueLoss } from '../losses/valueLoss.js';
import { type PolicyAnswer, type PolicyBatch, policyBatches } from '../policyBatches.js';
import { answerValues, type RewardModel, tokenValues } from '../rewardModel/rewardModel.js';
import { alignRun } from './alignRun.js';
import {
  type Attempt,
  type AttemptOptions,
  type AttemptReport,
  attemptReport,
  attempts,
  checkReader,
  hasReference,
} from './attempts.js';

/** How PPO learns. */
export interface PpoOptions<Asked extends Problem>
  extends AttemptOptions<Asked>,
    GeneralizedAdvantageOptions,
    Omit<PolicyLossOptions, 'kl'> {
  /** Frozen; usually a copy of the policy as it began. */
  readonly reference: GptParams;
  /** What a nat of distance costs, in the unit of rewards, 0 for nothing; or a target that it is steered to. */
  readonly klCoefficient: number | AdaptiveKlOptions;
  /**
   * Expects the reward at each token, and learns beside the policy; made by `createRewardModel`. Default none: an answer is
   * judged as a whole, against the others of its step.
   */
  readonly critic?: RewardModel;
  /** How much the critic's loss counts; default 0.1. */
  readonly valueWeight?: number;
  /** How far the critic may move, as `valueLoss`; default 0.2. */
  readonly valueClip?: number;
  /** Answers to each problem; default 1. */
  readonly samples?: number;
  /** Times that a step's answers are learned from; default 4. */
  readonly epochs?: number;
  /** Updates that they are cut into each time; default 1. */
  readonly parts?: number;
  /** The score of an answer that was cut, in place of its own; default its own. */
  readonly cutScore?: number;
  /** The run ends, before another update, when the policy is so far from the reference, in nats per answer; default never. */
  readonly mostKl?: number;
}

/** What a step of PPO did. */
export interface PpoReport<Asked extends Problem = Problem> extends AttemptReport<Asked> {
  readonly kl: number;
  /** What a nat of distance cost. */
  readonly klCoefficient: number;
}

/**
 * Trains a policy, and its critic where it has one, in place, and yields a report after each step. With a `folder` the same
 * call goes on where the last one ended, exactly; `break` keeps a checkpoint.
 *
 * @throws {RangeError} If a reward is not a finite number, or the reference or the critic cannot read what the policy writes.
 * @throws {StepRefused} If a loss or a gradient is not finite.
 *
 * @example
 * const [reference, critic] = [copyParams(params), createRewardModel(params)];
 * const run = { tokenizer, stopId: 256, maxTokens: 3, random: createRandom(1), steps: 2, learningRate: 0.01 };
 * const problems = () => [{ prompt: 'a', answer: '' }, { prompt: 'b', answer: '' }];
 * const reward = (answers) => answers.map(({ text }) => text.length);
 * const reports = [];
 * for await (const report of ppo(params, { ...run, problems, reward, reference, critic, klCoefficient: 0.1 }))
 *   reports.push(report);
 * [Math.abs(reports[0].kl) < 1e-4, reports[1].step] // [true, 2]
 */
export async function* ppo<Asked extends Problem>(
  policy: GptParams,
  options: PpoOptions<Asked>,
): AsyncGenerator<PpoReport<Asked>, void, undefined> {
  const {
    reference,
    critic,
    samples = 1,
    parts = 1,
    epochs = 4,
    mostKl = Number.POSITIVE_INFINITY,
  } = options;
  checkReader('reference', policy, reference);
  checkReader('critic', policy, critic?.params);
  const leash = leashOf(options.klCoefficient);
  yield* alignRun(policy, options, {
    ...(critic && { heads: criticVariables(critic) }),
    state: () => ({ klCoefficient: leash.coefficient() }),
    restore: ({ klCoefficient }) => leash.restore(klCoefficient!),
    make: async ({ optimizer, learningRate, random }) => {
      const answers = (await attempts(policy, { ...options, samples, reference, random })).filter(
        hasReference,
      );
      const kl = meanKl(answers);
      if (kl > mostKl) return undefined;
      const coefficient = leash.coefficient();
      const { learned, advantages } = judged(answers, coefficient, options);
      const updates = [];
      for (let epoch = 0; epoch < epochs; epoch++)
        for (const batch of policyBatches(learned, advantages, { parts, random }))
          updates.push(updateParams(optimizer, () => lossOf(policy, batch, options), learningRate));
      leash.update(kl, answers.length);
      return { ...attemptReport(answers, updates), kl, klCoefficient: coefficient };
    },
  });
}

const criticVariables = ({ variables }: RewardModel): NamedVariables =>
  new Map([...variables].map(([name, variable]) => [`critic.${name}`, variable]));

/** The price of distance: fixed, or steered. */
function leashOf(given: number | AdaptiveKlOptions) {
  if (typeof given === 'number') {
    if (!(given >= 0 && given < Number.POSITIVE_INFINITY))
      throw new RangeError(`Cannot train: expected a KL coefficient of 0 or more, got ${given}`);
    return { coefficient: () => given, update: () => {}, restore: () => {} };
  }
  let steered = adaptiveKl(given);
  return {
    coefficient: () => steered.coefficient(),
    update: (kl: number, answers: number) => steered.update(kl, answers),
    restore: (start: number) => {
      steered = adaptiveKl({ ...given, start });
    },
  };
}

/** The answers and how much better than expected they were, token by token; or as a whole, where nobody expected anything. */
function judged<Asked extends Problem>(
  answers: readonly (Attempt<Asked> & { readonly referenceLogProbs: Float32Array })[],
  coefficient: number,
  { critic, cutScore, ...options }: PpoOptions<Asked>,
): { readonly learned: readonly PolicyAnswer[]; readonly advantages: ArrayLike<number>[] } {
  const rewards = tokenRewards(answers, { coefficient, ...(cutScore !== undefined && { cutScore }) });
  if (!critic) {
    const whole = rewards.map((row) => [row.reduce((sum, reward) => sum + reward, 0)]);
    const advantages = whiten(whole).map(([advantage], nth) =>
      new Float32Array(rewards[nth]!.length).fill(advantage!),
    );
    return { learned: answers, advantages };
  }
  const values = answerValues(critic, answers);
  const { advantages, returns } = generalizedAdvantages(
    whiten(rewards, { shiftMean: false }),
    values,
    options,
  );
  const learned = answers.map((answer, nth) => ({ ...answer, values: values[nth]!, returns: returns[nth]! }));
  return { learned, advantages: whiten(advantages) };
}

function lossOf<Asked extends Problem>(
  policy: GptParams,
  batch: PolicyBatch,
  { critic, valueWeight = 0.1, valueClip = 0.2, ...options }: PpoOptions<Asked>,
) {
  const own = clippedLoss(policy, batch, options);
  const { oldValues, returns } = batch;
  if (!critic || !oldValues || !returns) return own;
  const off = valueLoss(tokenValues(critic, batch), { ...batch, oldValues, returns }, { clip: valueClip });
  return own.add(off.mul(valueWeight)) as typeof own;
}
