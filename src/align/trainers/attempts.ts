/** How a trainer comes to answers with rewards, and what it reports of them. */
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import type { Problem } from '../../tasks/task.js';
import { meanKl } from '../advantages/tokenRewards.js';
import { type Answer, type AnswerOptions, answerLogProbs, drawAnswers } from '../answers.js';
import { checkedRewards, type Rollout } from '../rollouts.js';
import type { AlignReport, AlignRunOptions } from './alignRun.js';

/**
 * What answers are worth, one number each: a task's verifier, as `taskRewards` gives it, or a reward model, or people. It
 * may take its time.
 */
export type Reward<Asked extends Problem = Problem> = (
  answers: readonly Answer<Asked>[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** What a policy learns from: its own answers, and what they are worth. */
export interface AttemptOptions<Asked extends Problem>
  extends AlignRunOptions,
    Pick<AnswerOptions, 'tokenizer' | 'stopId' | 'maxTokens'> {
  /** The problems of a step. */
  readonly problems: (random: Random) => readonly Asked[];
  readonly reward: Reward<Asked>;
}

/** An answer that a frozen reference has read too, where there is one. */
export type Attempt<Asked extends Problem> = Rollout<Asked> & { readonly referenceLogProbs?: Float32Array };

/** What is reported of a step's answers; all of it is of the policy before the update. */
export interface AttemptReport<Asked extends Problem = Problem> extends AlignReport {
  /** The mean. */
  readonly reward: number;
  /** How far the policy is from the reference, in nats per answer; only where there is one. */
  readonly kl?: number;
  /** Tokens of an answer, the stop token included; the mean. */
  readonly length: number;
  /** How undecided the policy was, in nats per token, estimated from the tokens that it drew. */
  readonly entropy: number;
  /** The share of answers that came to their end by themselves. */
  readonly stopped: number;
  /** The mean over the step's updates; NaN where there was nothing to learn. */
  readonly loss: number;
  /** The mean length of the gradients before clipping; NaN where there was nothing to learn. */
  readonly gradNorm: number;
  readonly answers: readonly Rollout<Asked>[];
}

/**
 * Draws answers and has them judged, and read by the reference.
 *
 * @throws {RangeError} If there is no problem, a reward is not a finite number, or as `drawAnswers`.
 */
export async function attempts<Asked extends Problem>(
  policy: GptParams,
  { problems, reward, samples, random, reference, tokenizer, stopId, maxTokens }: DrawnOptions<Asked>,
): Promise<Attempt<Asked>[]> {
  const asked = problems(random);
  if (asked.length === 0) throw new RangeError('Cannot train: expected a problem in each step, got none');
  const answers = drawAnswers(policy, asked, { tokenizer, stopId, maxTokens, samples, random });
  const rewards = checkedRewards(answers, await reward(answers));
  const read = reference && answerLogProbs(reference, answers);
  return answers.map((answer, nth) => ({
    ...answer,
    reward: rewards[nth]!,
    ...(read && { referenceLogProbs: read[nth]! }),
  }));
}

type DrawnOptions<Asked extends Problem> = Pick<
  AttemptOptions<Asked>,
  'problems' | 'reward' | 'random' | 'tokenizer' | 'stopId' | 'maxTokens'
> & { readonly samples: number; readonly reference?: GptParams | undefined };

/** What is reported of answers and of the updates that followed. */
export function attemptReport<Asked extends Problem>(
  answers: readonly Attempt<Asked>[],
  updates: readonly { readonly loss: number; readonly gradNorm: number }[],
): Omit<AttemptReport<Asked>, keyof AlignReport> {
  const tokens = answers.reduce((sum, { completion }) => sum + completion.length, 0);
  const surprise = answers.reduce(
    (sum, { logProbs }) => sum - logProbs.reduce((all, one) => all + one, 0),
    0,
  );
  const read = answers.filter(hasReference);
  return {
    reward: meanOf(answers.map(({ reward }) => reward)),
    ...(read.length > 0 && { kl: meanKl(read) }),
    length: tokens / answers.length,
    entropy: surprise / tokens,
    stopped: meanOf(answers.map(({ stopped }) => Number(stopped))),
    loss: meanOf(updates.map(({ loss }) => loss)),
    gradNorm: meanOf(updates.map(({ gradNorm }) => gradNorm)),
    answers,
  };
}

/** Whether a reference has read an answer. */
export const hasReference = <Read extends { readonly referenceLogProbs?: Float32Array }>(
  answer: Read,
): answer is Read & { readonly referenceLogProbs: Float32Array } => answer.referenceLogProbs !== undefined;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Throws unless a reference, or a critic, can read what a policy writes.
 *
 * @throws {RangeError} If its vocabulary is another, or its context is shorter.
 */
export function checkReader(what: string, policy: GptParams, reader: GptParams | undefined): void {
  if (!reader) return;
  const [wanted, got] = [policy.config, reader.config];
  if (got.vocabSize !== wanted.vocabSize)
    throw new RangeError(
      `Cannot train with this ${what}: expected a vocabulary of ${wanted.vocabSize}, as the policy's, got ${got.vocabSize}`,
    );
  if (got.blockSize < wanted.blockSize)
    throw new RangeError(
      `Cannot train with this ${what}: expected a context of ${wanted.blockSize} tokens, as the policy's, got ${got.blockSize}`,
    );
}
