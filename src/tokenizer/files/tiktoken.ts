/**
 * OpenAI's vocabularies, from the npm package js-tiktoken, with our own encoder: the ids of OpenAI's own tiktoken, which
 * the tests hold against it, and many times as fast as js-tiktoken, whose time grows with the square of a word's length
 * or worse, so that 16,000 equal letters took it 25 s.
 */
import { createRequire } from 'node:module';
import type { TiktokenBPE } from 'js-tiktoken/lite';
import { type BpeModel, type BpeTokenizer, bpeTokenizer } from '../bpe.js';
import { mergesOfTokens } from './ranks.js';
import { encodingOf, encodings, harmonySpecials } from './tiktokenNames.js';

// The ranks are megabytes of JavaScript, so they are loaded when they are asked for and not with the library.
const require = createRequire(import.meta.url);

/**
 * Makes one of OpenAI's tokenizers. It takes a second or so; any word is encoded in linear time.
 *
 * @param name The name of an encoding, or of a model: `gpt-4o`, `gpt-3.5-turbo`, `gpt-oss-20b`.
 * @throws {RangeError} If there is no such vocabulary.
 *
 * @example
 * tiktokenTokenizer('cl100k_base').vocabSize // 100277
 * tiktokenTokenizer('gpt-3.5-turbo').encode('hello world') // [15339, 1917]
 */
export function tiktokenTokenizer(name: string): BpeTokenizer {
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
export function tiktokenModel(name: string): BpeModel {
  const encoding = encodingOf(name);
  if (!encoding) {
    const names = Object.keys(encodings).join(', ');
    throw new RangeError(
      `Cannot load a tokenizer: expected one of ${names}, or a model that uses one, got ${String(name)}`,
    );
  }
  const { split, ranks } = encodings[encoding];
  const found: TiktokenBPE | { readonly default: TiktokenBPE } = require(`js-tiktoken/ranks/${ranks}`);
  const file = 'default' in found ? found.default : found;
  return {
    split,
    ...mergesOfTokens(readRanks(file.bpe_ranks)),
    specialTokens: encoding === 'o200k_harmony' ? harmonySpecials() : file.special_tokens,
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
