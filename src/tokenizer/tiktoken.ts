/**
 * OpenAI's tokenizers, from the npm package js-tiktoken, in two forms. `tiktokenTokenizer` is js-tiktoken itself, as
 * a reference to compare with. `tiktokenModel` is its vocabulary as merges for `bpeTokenizer`: the same ids, faster.
 */
import { createRequire } from 'node:module';
import { Tiktoken, type TiktokenBPE } from 'js-tiktoken/lite';
import { type BpeModel, bpeTokenizer } from './bpe.js';
import { checkText } from './encoder.js';
import { mergeIds } from './merge.js';
import { createPairTable } from './pairTable.js';
import { createSplitter, type Split } from './split.js';
import type { Tokenizer } from './tokenizer.js';
import { createVocabulary } from './vocabulary.js';

/** GPT-2's vocabulary (50,257 ids), GPT-4's (100,277) or GPT-4o's (200,019). */
export type TiktokenName = 'gpt2' | 'cl100k_base' | 'o200k_base';

const splitOf: { readonly [name in TiktokenName]: Split } = {
  gpt2: 'gpt2',
  cl100k_base: 'gpt4',
  o200k_base: 'gpt4o',
};

/** UTF-16 units. js-tiktoken's time grows with the square of a word's length or worse: 16,000 letters took 25 s. */
const longestWord = 200;

// The ranks are megabytes of JavaScript, so they are loaded when they are asked for and not with the library.
const require = createRequire(import.meta.url);

/**
 * Puts js-tiktoken behind our interface. Words of more than 200 characters go to our own encoder, which gives the
 * same ids in linear time.
 *
 * @throws {RangeError} If there is no such vocabulary.
 *
 * @example
 * tiktokenTokenizer('cl100k_base').vocabSize // 100277
 */
export function tiktokenTokenizer(name: TiktokenName): Tokenizer {
  const file = readRanks(name);
  const { bytes, ends } = packRanks(file.bpe_ranks);
  const reference = new Tiktoken(file);
  const forEachWord = createSplitter(splitOf[name]);
  let ours: Tokenizer | undefined;
  const encodeLong = (word: string) => {
    ours ??= bpeTokenizer(tiktokenModel(name));
    return ours.encode(word);
  };
  return {
    ...createVocabulary(bytes, ends, new Map(Object.entries(file.special_tokens))),
    encode: (text) => {
      checkText(text);
      const parts: number[][] = [];
      let done = 0;
      let at = 0;
      forEachWord(text, (word) => {
        if (word.length > longestWord) {
          parts.push(reference.encode(text.slice(done, at), [], []), encodeLong(word));
          done = at + word.length;
        }
        at += word.length;
      });
      parts.push(reference.encode(text.slice(done), [], []));
      return parts.flat();
    },
  };
}

/**
 * Reads an OpenAI vocabulary as merges.
 *
 * The published files list tokens, not merges. The merge behind a token is found by encoding its bytes with the
 * tokens before it: two ids are left, and those are what was joined.
 *
 * @throws {RangeError} If there is no such vocabulary.
 *
 * @example
 * bpeTokenizer(tiktokenModel('gpt2')).encode('hello world') // [31373, 995]
 */
export function tiktokenModel(name: TiktokenName): BpeModel {
  const file = readRanks(name);
  const { bytes: packed, ends } = packRanks(file.bpe_ranks);
  const bytes = [...packed.subarray(0, 256)];
  const byteIds = new Int32Array(256);
  for (const [id, byte] of bytes.entries()) byteIds[byte] = id;
  const table = createPairTable();
  const merges: [number, number][] = [];
  for (let id = 256; id < ends.length; id++) {
    const ids = Int32Array.from(packed.subarray(ends[id - 1], ends[id]), (byte) => byteIds[byte]!);
    const left = mergeIds(ids, ids.length, table);
    if (left !== 2)
      throw new Error(`Cannot read ${name}: expected token ${id} to join two tokens, got ${left}`);
    table.set(ids[0]!, ids[1]!, id);
    merges.push([ids[0]!, ids[1]!]);
  }
  return { split: splitOf[name], merges, specialTokens: file.special_tokens, bytes };
}

function readRanks(name: TiktokenName): TiktokenBPE {
  if (!Object.hasOwn(splitOf, name)) {
    const names = Object.keys(splitOf).join(', ');
    throw new RangeError(`Cannot load a tokenizer: expected one of ${names}, got ${String(name)}`);
  }
  const file: TiktokenBPE | { readonly default: TiktokenBPE } = require(`js-tiktoken/ranks/${name}`);
  return 'default' in file ? file.default : file;
}

/** Reads lines of `! FIRST_ID BASE64 BASE64 …`; the ids of a line, and the lines, follow each other. */
function packRanks(ranks: string): { readonly bytes: Uint8Array; readonly ends: Int32Array } {
  const tokens: Buffer[] = [];
  for (const line of ranks.split('\n').filter(Boolean)) {
    const [, start, ...words] = line.split(' ');
    for (const [nth, word] of words.entries()) tokens[Number(start) + nth] = Buffer.from(word, 'base64');
  }
  let end = 0;
  // Copied out of the Buffer, whose `slice` would share its memory.
  return {
    bytes: Uint8Array.from(Buffer.concat(tokens)),
    ends: Int32Array.from(tokens, (token) => (end += token.length)),
  };
}
