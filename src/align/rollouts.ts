/** What a policy tries: several answers of its own to each problem, judged by the task's verifier. */
import { messageOf } from '../core/errors.js';
import type { GptParams } from '../model/params.js';
import type { Problem, Task } from '../tasks/task.js';
import { type Answer, type AnswerOptions, drawAnswers } from './answers.js';

/** One answer, and what came of it. */
export interface Rollout<Asked extends Problem = Problem> extends Answer<Asked> {
  readonly reward: number;
}

/**
 * Draws answers and rewards them; one that does not stop by itself within `maxTokens` is judged as far as it came.
 *
 * @returns Those to one problem together, in the order of the problems: [problems * samples].
 * @throws {RangeError} If a reward is not a finite number, or as `drawAnswers`.
 * @throws {Error} If the verifier throws; the message names the answer, and `cause` is what was thrown.
 *
 * @example
 * const task = { reward: (problem, completion) => completion.length };
 * const problems = [{ prompt: 'the', answer: '' }];
 * const options = { tokenizer, stopId: 256, samples: 2, maxTokens: 3, random: createRandom(1) };
 * rollouts(params, task, problems, options).map(({ prompt, logProbs }) => [prompt, logProbs.length])
 * // [[[116, 104, 101], 3], [[116, 104, 101], 3]]
 */
export function rollouts<Asked extends Problem>(
  params: GptParams,
  task: Pick<Task, 'reward'>,
  problems: readonly Asked[],
  options: AnswerOptions,
): Rollout<Asked>[] {
  const answers = drawAnswers(params, problems, options);
  const rewards = taskRewards(task)(answers);
  return answers.map((answer, nth) => ({ ...answer, reward: rewards[nth]! }));
}

/**
 * A task's verifier for many answers at once, as trainers ask for rewards.
 *
 * @returns A function that throws as `rollouts` says.
 *
 * @example
 * const rewardsOf = taskRewards({ reward: (problem, completion) => completion.length });
 * rewardsOf([{ problem: { prompt: 'a', answer: 'b' }, text: 'bcd' }]) // [3]
 */
export function taskRewards({
  reward,
}: Pick<Task, 'reward'>): (answers: readonly Pick<Answer, 'problem' | 'text'>[]) => number[] {
  return (answers) => {
    const rewards = answers.map(({ problem, text }) => {
      try {
        return reward(problem, text);
      } catch (error) {
        const what = `${shown(text)} to ${shown(problem.prompt)}`;
        throw new Error(`Cannot reward the answer ${what}: ${messageOf(error)}`, { cause: error });
      }
    });
    return checkedRewards(answers, rewards);
  };
}

/**
 * Throws unless there is a finite reward for each answer.
 *
 * @throws {RangeError} Naming the first answer whose reward is none.
 */
export function checkedRewards(
  answers: readonly Pick<Answer, 'problem' | 'text'>[],
  rewards: ArrayLike<number>,
): number[] {
  if (rewards.length !== answers.length)
    throw new RangeError(`Cannot reward answers: expected ${answers.length} rewards, got ${rewards.length}`);
  return answers.map(({ problem, text }, nth) => {
    const reward = rewards[nth]!;
    if (Number.isFinite(reward)) return reward;
    const what = `${shown(text)} to ${shown(problem.prompt)}`;
    throw new RangeError(`Cannot reward the answer ${what}: expected a finite number, got ${String(reward)}`);
  });
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
