/** How the losses of tokens become one number: what each of them counts. */
import { ignored } from '../../backend/ops/crossEntropy.js';

/**
 * - `token`: the mean over all tokens of the batch, so that a long answer counts more than a short one (DAPO, Yu et al.
 *   2025; TRL's `dapo` and `bnpo`);
 * - `sequence`: the mean over answers of the mean over each one's tokens, so that a token of a long answer counts less
 *   (GRPO, Shao et al. 2024; TRL's `grpo`);
 * - a number, the longest an answer may be: each answer's sum divided by it, then the mean over answers, so that length
 *   changes nothing (Dr. GRPO, Liu et al. 2025; TRL's `dr_grpo`).
 */
export type Average = 'token' | 'sequence' | number;

/** Answers side by side. */
export interface AnswerRows {
  readonly batchSize: number;
  /** T. */
  readonly length: number;
  /** [B*T]; -1 where a position belongs to no answer. */
  readonly targets: ArrayLike<number>;
}

/**
 * What each position's loss is multiplied by before all are added up, [B*T].
 *
 * @throws {RangeError} If a number to divide by is not above 0.
 */
export function sharesOf(rows: AnswerRows, average: Average): Float32Array {
  if (typeof average === 'number' && !(average > 0))
    throw new RangeError(`Cannot average a loss: expected a number of tokens above 0, got ${average}`);
  const { batchSize, length, targets } = rows;
  const counts = countsOf(rows);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return Float32Array.from({ length: batchSize * length }, (_, place) => {
    if (targets[place] === ignored) return 0;
    if (average === 'token') return 1 / all;
    return 1 / (batchSize * (average === 'sequence' ? counts[Math.floor(place / length)]! : average));
  });
}

/** Tokens of each answer, [B]. */
export function countsOf({ batchSize, length, targets }: AnswerRows): Float32Array {
  const counts = new Float32Array(batchSize);
  for (let place = 0; place < batchSize * length; place++)
    if (targets[place] !== ignored) counts[Math.floor(place / length)]! += 1;
  return counts;
}
