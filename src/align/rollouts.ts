/** What a policy tries: several answers of its own to each problem, judged by the task's verifier. */
import type { Example } from '../chat/examples.js';
import { type GenerateOptions, generateBatch } from '../model/generate.js';
import type { GptParams } from '../model/params.js';
import type { Problem, Task } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** One answer: prompt and completion, and what came of it. */
export interface Rollout extends Example {
  /** The completion as text, without the stop token. */
  readonly text: string;
  /** The log-probability of each token of the completion when it was drawn, at temperature 1. */
  readonly logProbs: readonly number[];
  /** Whether it came to its end by itself. */
  readonly stopped: boolean;
  readonly reward: number;
}

/**
 * How answers are drawn. There is no `allowed` here: a loss over all tokens would not be that of the policy which drew
 * among a few.
 */
export interface RolloutOptions extends Omit<GenerateOptions, 'allowed' | 'slide'> {
  readonly tokenizer: Tokenizer;
  readonly stopId: number;
  /** Answers to each problem, G; default 1. */
  readonly samples?: number;
}

/**
 * Draws answers and rewards them; one that does not stop by itself within `maxTokens` is judged as far as it came.
 *
 * @returns Those to one problem together, in the order of the problems: [problems * samples].
 * @throws {RangeError} If the number of samples is not a whole number above 0, or as `generateBatch`.
 *
 * @example
 * const task = { reward: (problem, completion) => completion.length };
 * const problems = [{ prompt: 'the', answer: '' }];
 * const options = { tokenizer, stopId: 256, samples: 2, maxTokens: 3, random: createRandom(1) };
 * rollouts(params, task, problems, options).map(({ prompt, logProbs }) => [prompt, logProbs.length])
 * // [[[116, 104, 101], 3], [[116, 104, 101], 3]]
 */
export function rollouts(
  params: GptParams,
  { reward }: Pick<Task, 'reward'>,
  problems: readonly Problem[],
  { tokenizer, samples = 1, ...options }: RolloutOptions,
): Rollout[] {
  if (!(Number.isInteger(samples) && samples >= 1))
    throw new RangeError(`Cannot draw answers: expected 1 sample or more, got ${samples}`);
  const asked = problems.flatMap((problem) => {
    const prompt = tokenizer.encode(problem.prompt);
    return Array.from({ length: samples }, () => ({ problem, prompt }));
  });
  const texts = generateBatch(
    params,
    asked.map(({ prompt }) => prompt),
    options,
  );
  return texts.map(({ ids, logProbs, stopped }, nth) => {
    const { problem, prompt } = asked[nth]!;
    const text = tokenizer.decode(stopped ? ids.slice(0, -1) : ids);
    return { prompt, completion: ids, text, logProbs, stopped, reward: reward(problem, text) };
  });
}
