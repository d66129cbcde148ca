/** Text from a model as it is made, piece by piece. */
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { type GenerateOptions, generate } from './generate.js';
import { growingText } from './growingText.js';
import type { InferenceParams } from './params.js';

/** As for `generate`, with stop sequences of text. */
export interface StreamTextOptions extends Omit<GenerateOptions, 'stop'> {
  /** Each of these ends the text, in which it does not appear, wherever its tokens divide; default none. */
  readonly stop?: readonly string[];
}

/**
 * Goes on with a text, and hands out what is new as soon as it is certain: never half a character, and never what may
 * become a stop sequence, not even its beginning. The pieces, joined, are the text up to the first stop sequence.
 *
 * @param prompt Text, or ids where it has special tokens.
 * @throws {RangeError} As `generate`, or if a stop sequence is empty.
 *
 * @example
 * const options = { maxTokens: 3, random: createRandom(1), allowed: (made) => [[0xc3], [0xa9], [0x21]][made.length] };
 * const text = (stop) => [...streamText(params, tokenizer, 'caf', { ...options, stop })];
 * text([]) // ['é', '!']
 * text(['!']) // ['é']
 */
export function* streamText(
  params: InferenceParams,
  tokenizer: Tokenizer,
  prompt: string | readonly number[],
  { stop = [], ...options }: StreamTextOptions,
): Generator<string, void, undefined> {
  const text = growingText(tokenizer, stop);
  const promptIds = typeof prompt === 'string' ? tokenizer.encode(prompt) : prompt;
  for (const id of generate(params, promptIds, options)) {
    const certain = text.push(id);
    if (certain !== '') yield certain;
    if (text.isStopped()) return;
  }
  const rest = text.end();
  if (rest !== '') yield rest;
}
