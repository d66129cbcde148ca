/** Small vocabularies that are laid out as those of published models, with what is odd about them. */
import { fromByteLetters, toByteLetters } from '../../src/tokenizer/files/byteLetters.js';
import { tokensOfModel } from '../../src/tokenizer/files/ranks.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { type VocabularyTokenizer, vocabularyTokenizer } from '../../src/tokenizer/vocabularyTokenizer.js';
import { mixedText } from './samples.js';

const none = new Uint8Array(0);

/** Special tokens first, then the bytes in the order of their letters, without those of no text; digits alone. */
export function likeSmolLm2(): VocabularyTokenizer {
  const { model } = trainBpe([mixedText], { vocabSize: 600, split: 'smolLm' });
  const missing = [0x04, 0x06, 0x13, 0x14, 0x16, 0x1d, 0xc0, 0xc1, 0xf1, 0xf2, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9];
  const isKept = (token: Uint8Array) => !missing.some((byte) => token.includes(byte));
  const learned = tokensOfModel(model);
  const letters = learned.slice(0, 256).map(toByteLetters).sort();
  const tokens = [
    none,
    none,
    none,
    ...letters.map((letter) => fromByteLetters(letter)!),
    ...learned.slice(256),
  ];
  const kept = tokens.filter((token) => token.length === 0 || isKept(token));
  const idOf = new Map(kept.map((token, id) => [toByteLetters(token), id]));
  const merges = model.merges.flatMap((pair) => {
    const [left, right] = pair.map((id) => idOf.get(toByteLetters(learned[id]!)));
    const made = idOf.get(toByteLetters(Buffer.concat(pair.map((id) => learned[id]!))));
    return left === undefined || right === undefined || made === undefined ? [] : [[left, right] as const];
  });
  return vocabularyTokenizer({
    split: 'smolLm',
    tokens: kept,
    merges,
    specialTokens: { '<|endoftext|>': 0, '<|bos|>': 1, '<|end|>': 2 },
  });
}

/**
 * Every pair of tokens that makes a token is a merge, in the order of what they make, as Hugging Face converts ranks;
 * some tokens no merges lead to, and words that are tokens are not taken apart.
 */
export function likeLlama3(): VocabularyTokenizer {
  const { model } = trainBpe([mixedText], { vocabSize: 600, split: 'gpt4' });
  const odd = [' naive', ' couldn', 'example.com', 'xyz', 'zebra', ' The', 'Hello', '   ', '大语'];
  const learned = tokensOfModel(model);
  const known = new Set(learned.map(toByteLetters));
  const extra = odd.map((text) => Buffer.from(text)).filter((token) => !known.has(toByteLetters(token)));
  const tokens = [...learned.slice(0, 400), ...extra, ...learned.slice(400)];
  const idOf = new Map(tokens.map((token, id) => [toByteLetters(token), id]));
  const merges = tokens.flatMap((token) =>
    Array.from({ length: token.length - 1 }, (_, at) =>
      [token.subarray(0, at + 1), token.subarray(at + 1)].map((part) => idOf.get(toByteLetters(part))),
    ).flatMap(([left, right]) => (left === undefined || right === undefined ? [] : [[left, right] as const])),
  );
  const end = tokens.length;
  return vocabularyTokenizer({
    split: 'gpt4',
    tokens,
    merges,
    specialTokens: { '<|bos|>': end, '<|eot|>': end + 9 },
    wholeWords: true,
  });
}
