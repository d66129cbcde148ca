/** What a policy says to problems, and how likely another model finds it. */
import { tokenLogProbs } from '../backend/ops/crossEntropy.js';
import { tf } from '../backend/tf.js';
import { completionBatch, type Example } from '../chat/examples.js';
import { type GenerateOptions, generateBatch } from '../model/generate.js';
import type { GptParams, InferenceParams } from '../model/params.js';
import type { Problem } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { type Batch, batchLogits } from '../train/loss.js';

/** One answer: prompt and completion. */
export interface Answer<Asked extends Problem = Problem> extends Example {
  readonly problem: Asked;
  /** The completion as text, without the stop token. */
  readonly text: string;
  /** The log-probability of each token of the completion when it was drawn, at temperature 1. */
  readonly logProbs: readonly number[];
  /** Whether it came to its end by itself; if not, it was cut where `maxTokens` or the context ended. */
  readonly stopped: boolean;
}

/**
 * How answers are drawn. There is no `allowed` here: a loss over all tokens would not be that of the policy which drew
 * among a few. Where anything but the defaults is asked for (a temperature, `topK`, …), the policy that draws is not the
 * one whose log-probabilities are noted.
 */
export interface AnswerOptions extends Omit<GenerateOptions, 'allowed' | 'slide'> {
  readonly tokenizer: Tokenizer;
  readonly stopId: number;
  /** Answers to each problem, G; default 1. */
  readonly samples?: number;
}

/**
 * Draws answers, all together. Each draws from a stream of its own, so none depends on the others behind it; a prompt that
 * several answers share is read once, and an answer that has ended costs nothing more.
 *
 * @returns Those to one problem together, in the order of the problems: [problems * samples].
 * @throws {RangeError} If the number of samples is not a whole number above 0, or as `generateBatch`.
 *
 * @example
 * const options = { tokenizer, stopId: 256, samples: 2, maxTokens: 3, random: createRandom(1) };
 * drawAnswers(params, [{ prompt: 'the', answer: '' }], options).map(({ prompt, logProbs }) => [prompt, logProbs.length])
 * // [[[116, 104, 101], 3], [[116, 104, 101], 3]]
 */
export function drawAnswers<Asked extends Problem>(
  params: InferenceParams,
  problems: readonly Asked[],
  { tokenizer, samples = 1, ...options }: AnswerOptions,
): Answer<Asked>[] {
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
    const text = tokenizer.decode(stopped ? ids.slice(0, -1) : ids);
    return { ...asked[nth]!, completion: ids, text, logProbs, stopped };
  });
}

/**
 * How likely a model finds answers that it may not have drawn itself: a frozen reference, for a KL penalty or for DPO.
 *
 * @returns ln p of each token of each completion.
 * @throws {RangeError} If a token is not in the model's vocabulary or an answer is longer than it can read.
 *
 * @example
 * const [logProbs] = answerLogProbs(params, [{ prompt: [1, 2], completion: [3, 4] }]);
 * logProbs.length // 2
 */
export function answerLogProbs(params: GptParams, answers: readonly Example[]): Float32Array[] {
  const { vocabSize } = params.config;
  return answerNumbers(answers, { each: vocabSize }, (batch) =>
    tokenLogProbs(batchLogits(params, batch), batch.targets),
  );
}

const mostNumbers = 2 ** 24; // 64 MB

/**
 * One number for each token of each completion, computed some answers at a time.
 *
 * @param options.each Numbers that a position takes while they are computed.
 * @param compute Gives [B*T] of a batch; called in a tidy.
 */
export function answerNumbers(
  answers: readonly Example[],
  { each }: { readonly each: number },
  compute: (batch: Batch) => tf.Tensor1D,
): Float32Array[] {
  const longest = answers.reduce(
    (most, { prompt, completion }) => Math.max(most, prompt.length + completion.length - 1),
    1,
  );
  const together = Math.max(1, Math.floor(mostNumbers / (each * longest)));
  const rows: Float32Array[] = [];
  for (let from = 0; from < answers.length; from += together) {
    const some = answers.slice(from, from + together);
    const batch = completionBatch(some, { length: longest });
    const numbers = tf.tidy(() => compute(batch).dataSync<'float32'>());
    for (const [row, { prompt, completion }] of some.entries()) {
      const start = row * longest + prompt.length - 1;
      rows.push(numbers.slice(start, start + completion.length));
    }
  }
  return rows;
}
