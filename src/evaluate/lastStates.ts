/** What a model makes of a prompt before it says a word. */
import { tf } from '../backend/tf.js';
import { checkIds, hiddenStates } from '../model/gpt.js';
import type { GptParams } from '../model/params.js';

/** Prompts that are read together. */
const batchSize = 64;

/**
 * The hidden state of each prompt's last token, normalised as the head would read it.
 *
 * @param prompts At least one token each.
 * @param options.layers How many of the model's layers are gone through; default all. With 0 it is the embedding alone.
 * @returns [C] for each prompt.
 * @throws {RangeError} If a prompt is empty or too long, an id is unknown, or the model has not so many layers.
 *
 * @example
 * lastStates(params, [tokenizer.encode('the'), tokenizer.encode('a')]).map(({ length }) => length) // [4, 4]
 */
export function lastStates(
  params: GptParams,
  prompts: readonly (readonly number[])[],
  { layers = params.config.nLayer }: { readonly layers?: number } = {},
): Float32Array[] {
  if (!(Number.isInteger(layers) && layers >= 0 && layers <= params.config.nLayer))
    throw new RangeError(`Cannot read states: expected 0 to ${params.config.nLayer} layers, got ${layers}`);
  for (const prompt of prompts) checkIds(params.config, prompt, prompt.length);
  const lower = { ...params, blocks: params.blocks.slice(0, layers) };
  const states: Float32Array[] = [];
  for (let from = 0; from < prompts.length; from += batchSize)
    states.push(...statesOf(lower, prompts.slice(from, from + batchSize)));
  return states;
}

/** Of prompts side by side, shorter ones filled up behind their end, where no token of theirs looks. */
function statesOf(params: GptParams, prompts: readonly (readonly number[])[]): Float32Array[] {
  const T = prompts.reduce((most, { length }) => Math.max(most, length), 0);
  const C = params.config.nEmbd;
  const ids = new Int32Array(prompts.length * T);
  for (const [nth, prompt] of prompts.entries()) ids.set(prompt, nth * T);
  const last = prompts.map(({ length }, nth) => nth * T + length - 1);
  const numbers = tf.tidy(() => {
    const hidden = hiddenStates(params, tf.tensor2d(ids, [prompts.length, T], 'int32')); // [B,T,C]
    return tf.gather(hidden.reshape([-1, C]), last).dataSync<'float32'>();
  });
  return prompts.map((_, nth) => numbers.slice(nth * C, (nth + 1) * C));
}
