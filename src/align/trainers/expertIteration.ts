/**
 * Expert iteration (Anthony et al. 2017; as STaR, Zelikman et al. 2022): try, keep what is right, learn it as if it had been
 * demonstrated.
 */
import { completionBatch, type Example } from '../../chat/examples.js';
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import type { Problem } from '../../tasks/task.js';
import { trainStep } from '../../train/step.js';
import type { Rollout } from '../rollouts.js';
import { alignRun } from './alignRun.js';
import { type AttemptOptions, type AttemptReport, attemptReport, attempts } from './attempts.js';

/** How a round of it goes. */
export interface ExpertIterationOptions<Asked extends Problem> extends AttemptOptions<Asked> {
  /** Answers to each problem; default 8. */
  readonly samples?: number;
  /** The reward from which an answer is kept, if it came to its end by itself; default 1. */
  readonly least?: number;
  /** Different answers to one problem that are kept at most; default 4. */
  readonly most?: number;
  /** Times that the kept answers are learned from; default 2. */
  readonly epochs?: number;
  /** Answers in an update; default 64. */
  readonly batchSize?: number;
}

/** What a round did; `loss` is that of the kept answers, in nats per token. */
export interface ExpertReport<Asked extends Problem = Problem> extends AttemptReport<Asked> {
  /** Answers that were learned from. */
  readonly kept: number;
}

/**
 * Trains a policy, in place, and yields a report after each round. With a `folder` the same call goes on where the last one
 * ended, exactly; `break` keeps a checkpoint.
 *
 * @param options.steps Rounds.
 * @throws {RangeError} If a reward is not a finite number.
 * @throws {StepRefused} If a loss or a gradient is not finite.
 *
 * @example
 * const reward = taskRewards({ reward: (_, text) => Number(text.length > 2) });
 * const problems = () => [{ prompt: 'the', answer: '' }];
 * const run = { tokenizer, stopId: 256, maxTokens: 3, random: createRandom(1), steps: 2, learningRate: 0.01 };
 * const counts = [];
 * for await (const { answers, kept } of expertIteration(params, { ...run, problems, reward }))
 *   counts.push([answers.length, kept <= 4]);
 * counts // [[8, true], [8, true]]
 */
export async function* expertIteration<Asked extends Problem>(
  policy: GptParams,
  options: ExpertIterationOptions<Asked>,
): AsyncGenerator<ExpertReport<Asked>, void, undefined> {
  const { samples = 8, least = 1, most = 4, epochs = 2, batchSize = 64 } = options;
  yield* alignRun(policy, options, {
    make: async ({ optimizer, learningRate, random }) => {
      const answers = await attempts(policy, { ...options, samples, random });
      const right = answers.filter(({ reward, stopped }) => reward >= least && stopped);
      const kept = fewOfEach(right, most);
      const updates = Array.from({ length: epochs }, () => cut(kept, batchSize, random))
        .flat()
        .map((some) => trainStep(policy, completionBatch(some), optimizer, learningRate));
      return { ...attemptReport(answers, updates), kept: kept.length };
    },
  });
}

/** Answers that differ, a few to each problem. */
function fewOfEach<Asked extends Problem>(right: readonly Rollout<Asked>[], most: number): Rollout<Asked>[] {
  const seen = new Map<string, Set<string>>();
  return right.filter(({ problem, text }) => {
    const texts = seen.get(problem.prompt) ?? new Set();
    seen.set(problem.prompt, texts);
    if (texts.has(text) || texts.size >= most) return false;
    texts.add(text);
    return true;
  });
}

/** All of them in random order, some at a time. */
function cut(examples: readonly Example[], size: number, random: Random): Example[][] {
  const order = random.shuffle(examples);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, nth) =>
    order.slice(nth * size, (nth + 1) * size),
  );
}
