/**
 * Answers as batches to learn from, with what is known of each token.
 *
 * B = answers, T = tokens of the longest, less the last, which nothing follows.
 */
import { completionBatch, type Example } from '../chat/examples.js';
import type { Random } from '../core/random.js';
import type { Batch } from '../train/loss.js';

/** An answer, and what is known of each token of its completion: as many numbers as it has tokens. */
export interface PolicyAnswer extends Example {
  /** ln p under the policy that drew it. */
  readonly logProbs: ArrayLike<number>;
  /** ln p under a frozen reference, as `answerLogProbs` gives it. */
  readonly referenceLogProbs?: ArrayLike<number>;
  /** What a critic expected, as `answerValues` gives it. */
  readonly values?: ArrayLike<number>;
  /** What it should have expected, as `generalizedAdvantages` gives it. */
  readonly returns?: ArrayLike<number>;
}

/** Answers to learn from, with what is known of each token, [B*T] each; 0 where the target is -1. */
export interface PolicyBatch extends Batch {
  /** Log-probabilities under the policy that drew the tokens. */
  readonly oldLogProbs: Float32Array;
  readonly advantages: Float32Array;
  /** Log-probabilities under the reference, where all answers have them. */
  readonly referenceLogProbs?: Float32Array;
  /** What the critic expected, where all answers have it. */
  readonly oldValues?: Float32Array;
  /** What it should have expected, where all answers have it. */
  readonly returns?: Float32Array;
}

/** How answers become batches. */
export interface PolicyBatchOptions {
  readonly random: Random;
  /** Batches to cut into, about equally large; default 1. */
  readonly parts?: number;
  /** T; default as many as the longest answer of each batch needs. One length for all batches spares memory. */
  readonly length?: number;
  /**
   * Whether answers whose advantage is 0 are kept. They teach nothing by themselves, but count in the loss's mean and feel
   * its KL penalty. Default no, where there is one advantage an answer.
   */
  readonly keepNeutral?: boolean;
}

/**
 * Cuts answers into batches, in random order. Answers with an advantage of 0 are left out; where that is all of them,
 * there is no batch.
 *
 * @param advantages One an answer, as `groupAdvantages` gives them; or a row for each answer with one for each of its
 *   tokens, as `generalizedAdvantages` gives them, where no answer is left out.
 * @throws {RangeError} If there is not one advantage for each answer, or a row is not as long as its answer.
 *
 * @example
 * const answer = { prompt: [1], completion: [2, 3], logProbs: [-1, -2] };
 * const [batch] = policyBatches([answer], [0.5], { random: createRandom(1) });
 * [batch.targets, batch.oldLogProbs, batch.advantages]
 * // [Int32Array.of(2, 3), Float32Array.of(-1, -2), Float32Array.of(0.5, 0.5)]
 */
export function* policyBatches(
  answers: readonly PolicyAnswer[],
  advantages: ArrayLike<number> | readonly ArrayLike<number>[],
  { parts = 1, random, length, keepNeutral = false }: PolicyBatchOptions,
): Generator<PolicyBatch, void, undefined> {
  if (advantages.length !== answers.length)
    throw new RangeError(
      `Cannot make batches: expected ${answers.length} advantages, got ${advantages.length}`,
    );
  const kept = [...answers.keys()].filter((nth) => keepNeutral || advantages[nth] !== 0);
  const order = random.shuffle(kept);
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((cut) => Math.round((cut * order.length) / parts));
    const chosen = order.slice(from, to).map((place) => ({
      ...answers[place]!,
      advantage: advantages[place]!,
    }));
    if (chosen.length > 0) yield batchOf(chosen, length === undefined ? {} : { length });
  }
}

type Chosen = PolicyAnswer & { readonly advantage: number | ArrayLike<number> };

function batchOf(answers: readonly Chosen[], options: { readonly length?: number }): PolicyBatch {
  const batch = completionBatch(answers, options);
  const placed = (what: string, rowOf: (answer: Chosen) => ArrayLike<number>) => {
    const numbers = new Float32Array(batch.inputs.length);
    for (const [row, answer] of answers.entries()) {
      const own = rowOf(answer);
      const { length } = answer.completion;
      if (own.length !== length)
        throw new RangeError(
          `Cannot make batches: expected ${length} ${what} of an answer, got ${own.length}`,
        );
      numbers.set(own, row * batch.length + answer.prompt.length - 1);
    }
    return numbers;
  };
  const where = (name: 'referenceLogProbs' | 'values' | 'returns', as: string = name) =>
    answers.every((answer) => answer[name]) ? { [as]: placed(name, (answer) => answer[name]!) } : {};
  return {
    ...batch,
    oldLogProbs: placed('logProbs', ({ logProbs }) => logProbs),
    advantages: placed('advantages', ({ advantage, completion }) =>
      typeof advantage === 'number' ? completion.map(() => advantage) : advantage,
    ),
    ...where('referenceLogProbs'),
    ...where('values', 'oldValues'),
    ...where('returns'),
  };
}
