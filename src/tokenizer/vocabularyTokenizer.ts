/**
 * Byte-level byte-pair encoding whose ids are given: other people's vocabularies, where special tokens may come first
 * (SmolLM2), bytes that no text of theirs had are missing, several merges make one token and some tokens no merge at
 * all (Llama 3). `bpeTokenizer` is for those that are laid out as ours, and quicker.
 */
import { type BpeTokenizer, bpeTokenizer } from './bpe.js';
import { checkText, createEncoder } from './engine/encoder.js';
import { mergeIds } from './engine/merge.js';
import { createPairTable } from './engine/pairTable.js';
import type { Split } from './engine/split.js';
import { writeUtf8 } from './engine/utf8.js';
import { createVocabulary } from './engine/vocabulary.js';
import type { Tokenizer } from './tokenizer.js';

/** What such a tokenizer is made of. */
export interface VocabularyModel {
  /** The rule that cuts text into words. */
  readonly split: Split;
  /** The bytes of each id; none for a special token, or where no token has the id. */
  readonly tokens: readonly Uint8Array[];
  /** Two ids that are joined to the token of their bytes; earlier merges are applied first. */
  readonly merges: readonly (readonly [left: number, right: number])[];
  /** Special tokens and their ids. */
  readonly specialTokens: { readonly [name: string]: number };
  /** Whether a word that is a token is never taken apart, whatever the merges say; default false. Llama 3 does so. */
  readonly wholeWords?: boolean;
  /** The form of Unicode that a text is brought into first; default none. Qwen has NFC. */
  readonly normalization?: 'NFC' | 'NFD' | 'NFKC' | 'NFKD';
  /** Whether a blank is put before a text that has none; default false. */
  readonly prefixSpace?: boolean;
}

/** A tokenizer of a given vocabulary, and what it was made from. */
export interface VocabularyTokenizer extends Tokenizer {
  readonly model: VocabularyModel;
}

/**
 * Makes a tokenizer from a vocabulary and merges. A byte that no token stands for is left out of what is encoded, as in
 * Hugging Face's tokenizers.
 *
 * @throws {RangeError} If the model contradicts itself.
 *
 * @example
 * const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
 * const tokens = [new Uint8Array(), ...bytes, Uint8Array.of(97, 98)];
 * const specialTokens = { '<|end|>': 0 };
 * const tokenizer = vocabularyTokenizer({ split: 'gpt2', tokens, merges: [[98, 99]], specialTokens });
 * tokenizer.encode('abc') // [257, 100]
 */
export function vocabularyTokenizer(model: VocabularyModel): VocabularyTokenizer {
  const { split, tokens, specialTokens, wholeWords = false } = model;
  checkSpecials(model);
  const ids = idsOfTokens(tokens);
  const byteIds = idsOfBytes(ids);
  const { ranks, made } = mergeTable(model, ids);
  const longest = tokens.reduce((most, { length }) => Math.max(most, length), 0);
  const { normalization, prefixSpace = false } = model;
  const prepared = (text: string): string => {
    const normal = normalization ? text.normalize(normalization) : text;
    return prefixSpace && normal !== '' && normal[0] !== ' ' ? ` ${normal}` : normal;
  };
  const encodeWords = createEncoder(split, (units, start, end, word) => {
    const length = writeUtf8(units, start, end, word);
    const whole = wholeWords && length <= longest ? ids.get(keyOf(word.subarray(0, length))) : undefined;
    if (whole !== undefined) {
      word[0] = whole;
      return 1;
    }
    let known = 0;
    for (let at = 0; at < length; at++) {
      const id = byteIds[word[at]!]!;
      if (id !== -1) word[known++] = id;
    }
    return mergeIds(word, known, ranks, made);
  });
  const encode = (text: string): number[] => {
    checkText(text);
    return encodeWords(prepared(text));
  };
  const ends = Int32Array.from(tokens, ({ length }) => length);
  for (let id = 1; id < ends.length; id++) ends[id]! += ends[id - 1]!;
  const bytes = new Uint8Array(ends.at(-1) ?? 0);
  for (const [id, token] of tokens.entries()) bytes.set(token, ends[id]! - token.length);
  return { model, ...createVocabulary(bytes, ends, new Map(Object.entries(specialTokens))), encode };
}

/**
 * The same as `bpeTokenizer` makes it, where the vocabulary is laid out for that: bytes, then one id for each merge in
 * order, then special tokens; `vocabularyTokenizer` otherwise.
 */
export function tokenizerOfVocabulary(model: VocabularyModel): BpeTokenizer | VocabularyTokenizer {
  const { split, tokens, merges, specialTokens } = model;
  const end = 256 + merges.length;
  const isOurs =
    !model.wholeWords &&
    !model.normalization &&
    !model.prefixSpace &&
    tokens.slice(end).every(({ length }) => length === 0) &&
    tokens.slice(0, end).every(({ length }, id) => (id < 256 ? length === 1 : length > 1)) &&
    Object.values(specialTokens).every((id) => id >= end) &&
    merges.every(([left, right], nth) => {
      const [one, other, made] = [tokens[left], tokens[right], tokens[256 + nth]];
      const isEarlier = left < 256 + nth && right < 256 + nth;
      return isEarlier && one && other && made && keyOf(one) + keyOf(other) === keyOf(made);
    });
  if (!isOurs || tokens.length < end) return vocabularyTokenizer(model);
  vocabularyTokenizer(model); // checks the rest
  return bpeTokenizer({
    split,
    merges,
    bytes: tokens.slice(0, 256).map(([byte]) => byte!),
    specialTokens,
  });
}

/** Bytes as text, to look them up. */
const keyOf = (bytes: Uint8Array | Int32Array): string => Buffer.from(bytes).toString('latin1');

function checkSpecials({ tokens, specialTokens }: VocabularyModel): void {
  const seen = new Set<number>();
  for (const [name, id] of Object.entries(specialTokens)) {
    if (name === '') fail('special tokens to have names', 'an empty one');
    if (!(Number.isInteger(id) && id >= 0 && id < 2 ** 24) || seen.has(id))
      fail(`special token ${name} to have an id of its own`, id);
    if ((tokens[id]?.length ?? 0) > 0) fail(`special token ${name} to have an id of its own`, `token ${id}`);
    seen.add(id);
  }
}

function idsOfTokens(tokens: readonly Uint8Array[]): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [id, token] of tokens.entries()) {
    if (token.length === 0) continue;
    const key = keyOf(token);
    if (ids.has(key)) fail('tokens that differ', `the bytes of ${ids.get(key)} again as ${id}`);
    ids.set(key, id);
  }
  return ids;
}

/** The id of each byte; -1 where there is none. */
function idsOfBytes(ids: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => ids.get(String.fromCharCode(byte)) ?? -1);
}

function mergeTable({ tokens, merges }: VocabularyModel, ids: ReadonlyMap<string, number>) {
  if (merges.length >= 2 ** 21) fail(`fewer than ${2 ** 21} merges`, merges.length);
  const ranks = createPairTable();
  const made = new Int32Array(merges.length);
  for (const [rank, [left, right]] of merges.entries()) {
    const [one, other] = [tokens[left], tokens[right]];
    if (!one?.length || !other?.length) fail(`merge ${rank} to join two tokens`, `${left} and ${right}`);
    const id = ids.get(keyOf(one) + keyOf(other));
    if (id === undefined) fail(`merge ${rank} to make a token`, `${left} and ${right}`);
    if (ranks.get(left, right) !== -1) fail(`merge ${rank} to be new`, `${left} and ${right} again`);
    ranks.set(left, right, rank);
    made[rank] = id;
  }
  return { ranks, made };
}

function fail(expected: string, got: unknown): never {
  throw new RangeError(`Cannot make a tokenizer: expected ${expected}, got ${String(got)}`);
}
