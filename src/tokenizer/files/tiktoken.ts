/**
 * OpenAI's vocabularies, from the npm package js-tiktoken, with our own encoder: the ids of OpenAI's own tiktoken, which
 * the tests hold against it, and many times as fast as js-tiktoken, whose time grows with the square of a word's length
 * or worse, so that 16,000 equal letters took it 25 s.
 */
import { createRequire } from 'node:module';
import type { TiktokenBPE } from 'js-tiktoken/lite';
import { type BpeModel, type BpeTokenizer, bpeTokenizer } from '../bpe.js';
import type { Split } from '../engine/split.js';
import { mergesOfTokens } from './ranks.js';

/** GPT-2's vocabulary (50,257 ids), GPT-4's (100,277) or GPT-4o's (200,019). */
export type TiktokenName = 'gpt2' | 'cl100k_base' | 'o200k_base';

const splitOf: { readonly [name in TiktokenName]: Split } = {
  gpt2: 'gpt2',
  cl100k_base: 'gpt4',
  o200k_base: 'gpt4o',
};

// The ranks are megabytes of JavaScript, so they are loaded when they are asked for and not with the library.
const require = createRequire(import.meta.url);

/**
 * Makes one of OpenAI's tokenizers. It takes a second or so; any word is encoded in linear time.
 *
 * @throws {RangeError} If there is no such vocabulary.
 *
 * @example
 * tiktokenTokenizer('cl100k_base').vocabSize // 100277
 */
export function tiktokenTokenizer(name: TiktokenName): BpeTokenizer {
  return bpeTokenizer(tiktokenModel(name));
}

/**
 * Reads an OpenAI vocabulary as merges, which the published list of tokens does not name.
 *
 * @throws {RangeError} If there is no such vocabulary.
 *
 * @example
 * bpeTokenizer(tiktokenModel('gpt2')).encode('hello world') // [31373, 995]
 */
export function tiktokenModel(name: TiktokenName): BpeModel {
  if (!Object.hasOwn(splitOf, name)) {
    const names = Object.keys(splitOf).join(', ');
    throw new RangeError(`Cannot load a tokenizer: expected one of ${names}, got ${String(name)}`);
  }
  const found: TiktokenBPE | { readonly default: TiktokenBPE } = require(`js-tiktoken/ranks/${name}`);
  const file = 'default' in found ? found.default : found;
  return {
    split: splitOf[name],
    ...mergesOfTokens(readRanks(file.bpe_ranks)),
    specialTokens: file.special_tokens,
  };
}

/** Reads lines of `! FIRST_ID BASE64 BASE64 …`; the ids of a line, and the lines, follow each other. */
function readRanks(ranks: string): Uint8Array[] {
  const tokens: Uint8Array[] = [];
  for (const line of ranks.split('\n').filter(Boolean)) {
    const [, start, ...words] = line.split(' ');
    for (const [nth, word] of words.entries()) tokens[Number(start) + nth] = Buffer.from(word, 'base64');
  }
  return tokens;
}
