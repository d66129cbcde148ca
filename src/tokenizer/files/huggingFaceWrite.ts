/**
 * Hugging Face's `tokenizer.json`, written: byte-level BPE that Hugging Face's tokenizers load, in Rust and in
 * JavaScript, with the same ids. `huggingFaceRead.ts` reads it back.
 *
 * Their tokenizers find special tokens in a text by themselves, as our `encodeSpecials` does.
 */
import { writeFileAtomic } from '../../core/files.js';
import type { BpeTokenizer } from '../bpe.js';
import type { Split } from '../engine/split.js';
import type { VocabularyTokenizer } from '../vocabularyTokenizer.js';
import { toByteLetters } from './byteLetters.js';
import { tokensOfModel } from './ranks.js';
import { splitPatterns } from './splitPatterns.js';
import { toOniguruma } from './toOniguruma.js';

/** What a `tokenizer.json` says beside the tokenizer. */
export interface HuggingFaceTokenizerOptions {
  /** Special tokens that their tokenizers put before every text, unless they are asked not to; default none. */
  readonly startIds?: readonly number[];
}

/**
 * Writes a tokenizer as `tokenizer.json`, atomically.
 *
 * @throws {RangeError} If two tokens are spelled the same, which the format cannot hold, or the text is cut by an
 *   expression that Hugging Face's Rust would read otherwise.
 *
 * @example
 * saveHuggingFaceTokenizer('tokenizer.json', trainBpe(['aaabdaaabac'], { vocabSize: 260 }));
 * loadHuggingFaceTokenizer('tokenizer.json').encode('aaab') // [258]
 */
export function saveHuggingFaceTokenizer(
  path: string,
  tokenizer: BpeTokenizer | VocabularyTokenizer,
  { startIds = [] }: HuggingFaceTokenizerOptions = {},
): void {
  writeFileAtomic(path, `${JSON.stringify(toHuggingFace(tokenizer, startIds), null, 1)}\n`);
}

/** The content of the file. */
function toHuggingFace({ model }: BpeTokenizer | VocabularyTokenizer, startIds: readonly number[]) {
  const spelled = ('tokens' in model ? model.tokens : tokensOfModel(model)).map(toByteLetters);
  const specials = Object.entries(model.specialTokens);
  const regular = [...spelled.entries()].filter(([, name]) => name !== '');
  const ids = new Map<string, number>();
  for (const [id, name] of [...regular, ...specials.map(([name, id]) => [id, name] as const)]) {
    if (ids.has(name)) {
      throw new RangeError(
        `Cannot write a tokenizer.json: expected tokens that are spelled differently, got ${JSON.stringify(name)} as ${ids.get(name)} and ${id}`,
      );
    }
    ids.set(name, id);
  }
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map(([content, id]) => ({ id, content, ...flags })),
    normalizer: 'normalization' in model ? { type: model.normalization } : null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers:
        'prefixSpace' in model ? [prefixed(model.split)] : [...patternsOf(model.split).map(cutBy), byteLevel],
    },
    post_processor: startIds.length > 0 ? startTemplate(startIds, specials) : null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: 'wholeWords' in model && model.wholeWords === true,
      // The specials too: Hugging Face's Rust numbers those that are not here on from the last, over any gap.
      vocab: Object.fromEntries(ids),
      merges: model.merges.map(([left, right]) => `${spelled[left]} ${spelled[right]}`),
    },
  };
}

const cutBy = (pattern: string) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

/** The one step that puts a blank before a text. */
function prefixed(split: Split) {
  if (split !== 'gpt2' && split !== 'none')
    throw new RangeError(
      `Cannot write a tokenizer.json: expected split gpt2 or none with prefixSpace, got ${split}`,
    );
  return { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: split === 'gpt2' };
}

/** The expressions that cut a text, one after the other. */
function patternsOf(split: Split): string[] {
  if (split === 'none') return [];
  if (split instanceof RegExp) return [toOniguruma(split)];
  return typeof split === 'string' ? [splitPatterns[split]] : split.flatMap(patternsOf);
}

/** What puts special tokens before a text. */
function startTemplate(startIds: readonly number[], specials: readonly (readonly [string, number])[]) {
  const start = startIds.map((id) => {
    const [name] = specials.find(([, other]) => other === id) ?? [];
    if (name !== undefined) return { name, id };
    throw new RangeError(`Cannot write a tokenizer.json: expected special tokens at the start, got ${id}`);
  });
  const pieces = (type_id: number) => start.map(({ name }) => ({ SpecialToken: { id: name, type_id } }));
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  return {
    type: 'TemplateProcessing',
    single: [...pieces(0), text('A', 0)],
    pair: [...pieces(0), text('A', 0), ...pieces(1), text('B', 1)],
    special_tokens: Object.fromEntries(
      start.map(({ name, id }) => [name, { id: name, ids: [id], tokens: [name] }]),
    ),
  };
}
