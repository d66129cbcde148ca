/** The best of several answers: what a reward can do without any training. */
import type { GptParams } from '../../model/params.js';
import type { Problem } from '../../tasks/task.js';
import type { AnswerOptions } from '../answers.js';
import type { Rollout } from '../rollouts.js';
import { attempts, type Reward } from './attempts.js';

/** How many are drawn, and who judges. */
export interface BestOfNOptions<Asked extends Problem>
  extends Pick<AnswerOptions, 'tokenizer' | 'stopId' | 'maxTokens' | 'random'> {
  /** N. */
  readonly samples: number;
  readonly reward: Reward<Asked>;
}

/**
 * Draws several answers to each problem and gives back the one with the highest reward, the first of equals. Its policy is
 * at most ln N - (N - 1) / N nats away from the one that drew (Stiennon et al. 2020).
 *
 * @returns One for each problem, in their order.
 * @throws {RangeError} If a reward is not a finite number, or as `drawAnswers`.
 *
 * @example
 * const options = { tokenizer, stopId: 256, maxTokens: 4, samples: 8, random: createRandom(1) };
 * const reward = (answers) => answers.map(({ text }) => text.codePointAt(0) ?? 0);
 * const [best] = await bestOfN(params, [{ prompt: 'the', answer: '' }], { ...options, reward });
 * best.reward === best.text.codePointAt(0) // true
 */
export async function bestOfN<Asked extends Problem>(
  policy: GptParams,
  problems: readonly Asked[],
  options: BestOfNOptions<Asked>,
): Promise<Rollout<Asked>[]> {
  const { samples } = options;
  const answers = await attempts(policy, { ...options, problems: () => problems });
  return problems.map((_, nth) =>
    answers
      .slice(nth * samples, (nth + 1) * samples)
      .reduce((best, answer) => (answer.reward > best.reward ? answer : best)),
  );
}
