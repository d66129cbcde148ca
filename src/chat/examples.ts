/**
 * Prompts and completions as batches. The model reads both and learns from the completion alone: where a target belongs
 * to the prompt or to padding it is -1. So `pretrain` trains on these batches as on any others, and that is supervised
 * fine-tuning.
 *
 * B = examples, T = tokens of the longest, less the last, which nothing follows.
 */
import type { Random } from '../core/random.js';
import type { Problem } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Batch } from '../train/loss.js';
import { shuffledPasses } from './passes.js';

/** A prompt and how it goes on, as token ids. */
export interface Example {
  /** At least one token. */
  readonly prompt: readonly number[];
  /** With the stop token, where the model should learn to stop. */
  readonly completion: readonly number[];
}

/**
 * A problem and its answer as an example to learn from.
 *
 * @param options.stopId Comes behind the answer.
 *
 * @example
 * exampleOf({ prompt: 'Hi', answer: 'Ho' }, { tokenizer, stopId: 256 })
 * // { prompt: [72, 105], completion: [72, 111, 256] }
 */
export function exampleOf(
  { prompt, answer }: Problem,
  { tokenizer, stopId }: { readonly tokenizer: Tokenizer; readonly stopId: number },
): Example {
  return { prompt: tokenizer.encode(prompt), completion: [...tokenizer.encode(answer), stopId] };
}

/**
 * Puts examples side by side, short ones padded at the end.
 *
 * @param options.length T; default as many as the longest example needs. One length for all batches spares memory.
 * @throws {RangeError} If there are no examples, a prompt or completion is empty, or an example is longer than T + 1.
 *
 * @example
 * completionBatch([{ prompt: [1, 2], completion: [3, 4] }, { prompt: [5], completion: [6] }])
 * // { batchSize: 2, length: 3, inputs: Int32Array.of(1, 2, 3, 5, 0, 0),
 * //   targets: Int32Array.of(-1, 3, 4, 6, -1, -1) }
 */
export function completionBatch(
  examples: readonly Example[],
  { length = longest(examples) }: { readonly length?: number } = {},
): Batch {
  if (examples.length === 0) throw new RangeError('Cannot make a batch: expected an example, got none');
  const inputs = new Int32Array(examples.length * length);
  const targets = new Int32Array(inputs.length).fill(-1);
  for (const [row, { prompt, completion }] of examples.entries()) {
    if (prompt.length === 0 || completion.length === 0)
      throw new RangeError(`Cannot make a batch: the prompt or the completion of example ${row} is empty`);
    const ids = [...prompt, ...completion];
    if (ids.length > length + 1)
      throw new RangeError(`Cannot make a batch: expected at most ${length + 1} tokens, got ${ids.length}`);
    inputs.set(ids.slice(0, -1), row * length);
    targets.set(completion, row * length + prompt.length - 1);
  }
  return { batchSize: examples.length, length, inputs, targets };
}

const longest = (examples: readonly Example[]): number =>
  examples.reduce((most, { prompt, completion }) => Math.max(most, prompt.length + completion.length - 1), 0);

/**
 * Batches without end: pass after pass over all examples, each pass in an order of its own.
 *
 * @param options.batchSize Examples in each batch; a batch may hold the end of one pass and the start of the next.
 * @throws {RangeError} If there are no examples, or as `completionBatch`.
 *
 * @example
 * const examples = [{ prompt: [1], completion: [2] }, { prompt: [3], completion: [4] }];
 * const [first, second] = exampleBatches(examples, { batchSize: 1 }, createRandom(1));
 * first.inputs[0] + second.inputs[0] // 4
 */
export function* exampleBatches(
  examples: readonly Example[],
  { batchSize, ...options }: { readonly batchSize: number; readonly length?: number },
  random: Random,
): Generator<Batch, never, undefined> {
  const passes = shuffledPasses(examples, { batchSize, what: 'an example' }, random);
  while (true) {
    const batch = passes.next().value;
    yield completionBatch(batch, options);
  }
}
