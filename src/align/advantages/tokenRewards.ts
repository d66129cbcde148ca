/**
 * Rewards of single tokens: what straying from a reference costs at each, and what the whole text earned, at the last.
 * After Ziegler et al. 2019 ("Fine-Tuning Language Models from Human Preferences"). Plain numbers.
 */

/** An answer with what two models say of each of its tokens. */
export interface JudgedAnswer {
  /** ln p of each token under the policy that drew it. */
  readonly logProbs: ArrayLike<number>;
  /** Under the reference, as many. */
  readonly referenceLogProbs: ArrayLike<number>;
}

/** What counts how much. */
export interface TokenRewardOptions {
  /** Of the KL penalty, beta; 0 for none. */
  readonly coefficient: number;
  /** The score of an answer that was cut, in place of its own; default its own. Ziegler et al. give -1. */
  readonly cutScore?: number;
}

/**
 * The rewards of each token: `-coefficient * (log p - log p_reference)`, and the answer's score on top at the last.
 *
 * @returns One row for each answer, as long as it is.
 * @throws {RangeError} If an answer is empty or has not as many numbers of the reference as of the policy.
 *
 * @example
 * const answer = { logProbs: [-1, -2], referenceLogProbs: [-2, -2], reward: 1, stopped: true };
 * tokenRewards([answer], { coefficient: 0.1 }) // [Float32Array.of(-0.1, 1)]
 */
export function tokenRewards(
  answers: readonly (JudgedAnswer & { readonly reward: number; readonly stopped: boolean })[],
  { coefficient, cutScore }: TokenRewardOptions,
): Float32Array[] {
  return answers.map((answer, row) => {
    const { logProbs, referenceLogProbs, reward, stopped } = answer;
    if (logProbs.length === 0) throw new RangeError(`Cannot reward tokens: answer ${row} is empty`);
    checkReference(answer, row);
    const rewards = Float32Array.from(logProbs, (own, nth) => -coefficient * (own - referenceLogProbs[nth]!));
    rewards[rewards.length - 1]! += stopped ? reward : (cutScore ?? reward);
    return rewards;
  });
}

/**
 * How far a policy has strayed from a reference: the mean over answers that it drew itself of log p - log p_reference,
 * added up over the tokens of each. It estimates the KL divergence of whole answers.
 *
 * @returns In nats per answer.
 * @throws {RangeError} If there are no answers, or as `tokenRewards`.
 *
 * @example
 * meanKl([{ logProbs: [-1, -2], referenceLogProbs: [-2, -2] }]) // 1
 */
export function meanKl(answers: readonly JudgedAnswer[]): number {
  if (answers.length === 0) throw new RangeError('Cannot measure KL: expected answers, got none');
  let sum = 0;
  for (const [row, answer] of answers.entries()) {
    checkReference(answer, row);
    for (let nth = 0; nth < answer.logProbs.length; nth++)
      sum += answer.logProbs[nth]! - answer.referenceLogProbs[nth]!;
  }
  return sum / answers.length;
}

function checkReference({ logProbs, referenceLogProbs }: JudgedAnswer, row: number): void {
  if (logProbs.length !== referenceLogProbs.length)
    throw new RangeError(
      `Cannot compare with a reference: answer ${row} has ${logProbs.length} tokens, the reference gives ${referenceLogProbs.length}`,
    );
}
