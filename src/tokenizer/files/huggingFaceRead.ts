/**
 * Hugging Face's `tokenizer.json`, read: byte-level BPE with one of our splitting rules and no more. Whatever would
 * change ids and is not known here is refused by its key, so that a file that loads gives the ids that it gives
 * elsewhere.
 */
import { messageOf } from '../../core/errors.js';
import type { BpeTokenizer } from '../bpe.js';
import type { Split } from '../engine/split.js';
import {
  tokenizerOfVocabulary,
  type VocabularyModel,
  type VocabularyTokenizer,
} from '../vocabularyTokenizer.js';
import { fromByteLetters } from './byteLetters.js';
import { isObject, readJson, shown } from './readText.js';
import { splitOfPattern } from './splitPatterns.js';

type Fields = Record<string, unknown>;

/**
 * Loads a `tokenizer.json`. Special tokens that Hugging Face's tokenizers put around a text are not in what `encode`
 * gives, as ever.
 *
 * @returns What `bpeTokenizer` makes where ids are laid out as ours are: bytes, merges in order, special tokens; what
 *   `vocabularyTokenizer` makes otherwise.
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is damaged, or asks for something that is not known here; the message names the
 *   file and the key.
 *
 * @example
 * saveHuggingFaceTokenizer('tokenizer.json', byteTokenizer());
 * loadHuggingFaceTokenizer('tokenizer.json').encode('Hi') // [72, 105]
 */
export function loadHuggingFaceTokenizer(path: string): BpeTokenizer | VocabularyTokenizer {
  return readTokenizerFile(path).tokenizer;
}

/** The tokenizer of a `tokenizer.json`, and the ids that are put before a text. */
export function readTokenizerFile(path: string): {
  readonly tokenizer: BpeTokenizer | VocabularyTokenizer;
  readonly startIds: readonly number[];
} {
  const json = readJson(path);
  try {
    const file = fieldsOf(json, 'the file');
    const model = toModel(file);
    const startIds = toStartIds(file.post_processor, 'post_processor', model.specialTokens);
    return { tokenizer: withVocabulary(model), startIds };
  } catch (error) {
    throw new SyntaxError(`Cannot read tokenizer ${path}: ${messageOf(error)}`);
  }
}

/** What is checked last has no key of its own. */
function withVocabulary(model: VocabularyModel): BpeTokenizer | VocabularyTokenizer {
  try {
    return tokenizerOfVocabulary(model);
  } catch (error) {
    const sentence = messageOf(error);
    throw new Error(`${/special token/.test(sentence) ? 'added_tokens' : 'model'}: ${sentence}`);
  }
}

function toModel(file: Fields): VocabularyModel {
  const model = fieldsOf(file.model, 'model');
  for (const key of ['truncation', 'padding']) only(file[key], key, [undefined, null]);
  only(file.normalizer, 'normalizer', [undefined, null]);
  only(typeOf(file.decoder), 'decoder', [undefined, null, 'ByteLevel']);
  only(model.type, 'model.type', [undefined, 'BPE']);
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    only(model[key], `model.${key}`, [undefined, null, '']);
  }
  only(model.byte_fallback, 'model.byte_fallback', [undefined, false]);
  only(model.ignore_merges, 'model.ignore_merges', [undefined, false, true]);
  only(model.dropout, 'model.dropout', [undefined, null, 0]);
  const specialTokens = toSpecialTokens(file.added_tokens);
  const split = toSplit(fieldsOf(file.pre_tokenizer, 'pre_tokenizer'));
  const wholeWords = model.ignore_merges === true;
  return { split, specialTokens, wholeWords, ...toTokens(model, specialTokens) };
}

/** Special tokens that a template puts before a text; what it puts behind one is not known here. */
function toStartIds(value: unknown, key: string, specials: Readonly<Record<string, number>>): number[] {
  const type = typeOf(value);
  if (type === 'Sequence') {
    const list = listOf(fieldsOf(value, key).processors, `${key}.processors`);
    return list.flatMap((item, nth) => toStartIds(item, `${key}.processors[${nth}]`, specials));
  }
  only(type, key, [undefined, null, 'ByteLevel', 'TemplateProcessing', 'Sequence']);
  if (type !== 'TemplateProcessing') return [];
  const pieces = listOf(fieldsOf(value, key).single, `${key}.single`);
  const last = pieces.length - 1;
  return pieces.flatMap((piece, nth) => {
    const at = `${key}.single[${nth}]`;
    const { SpecialToken: special, Sequence: text } = fieldsOf(piece, at);
    if (nth === last && isObject(text)) return [];
    const { id } = fieldsOf(special, `${at}.SpecialToken`);
    if (nth < last && typeof id === 'string' && Object.hasOwn(specials, id)) return [specials[id]!];
    return fail(at, nth === last ? 'to be the text' : 'to be a special token', id);
  });
}

/** The rule: ByteLevel's own, which is GPT-2's, with digits by themselves or not, or an expression before it. */
function toSplit(pre: Fields): Split {
  if (pre.type === 'ByteLevel') {
    checkByteLevel(pre, 'pre_tokenizer', [undefined, true]);
    return 'gpt2';
  }
  only(pre.type, 'pre_tokenizer.type', ['Sequence', 'ByteLevel']);
  const [first, second, third] = listOf(pre.pretokenizers, 'pre_tokenizer.pretokenizers');
  const at = (nth: number) => `pre_tokenizer.pretokenizers[${nth}]`;
  const cut = fieldsOf(first, at(0));
  only(third, at(2), [undefined]);
  if (cut.type === 'Digits') {
    only(cut.individual_digits, `${at(0)}.individual_digits`, [true]);
    const bytes = fieldsOf(second, at(1));
    only(bytes.type, `${at(1)}.type`, ['ByteLevel']);
    checkByteLevel(bytes, at(1), [undefined, true]);
    return 'smolLm';
  }
  only(cut.type, `${at(0)}.type`, ['Split', 'Digits']);
  only(cut.behavior, `${at(0)}.behavior`, ['Isolated', 'Removed']);
  only(cut.invert, `${at(0)}.invert`, cut.behavior === 'Removed' ? [true] : [undefined, false]);
  const pattern = fieldsOf(cut.pattern, `${at(0)}.pattern`).Regex;
  const split = typeof pattern === 'string' ? splitOfPattern(pattern) : undefined;
  if (!split)
    fail(`${at(0)}.pattern.Regex`, 'to be the rule of GPT-2, GPT-4, GPT-4o, SmolLM or Qwen2', pattern);
  const bytes = fieldsOf(second, at(1));
  only(bytes.type, `${at(1)}.type`, ['ByteLevel']);
  checkByteLevel(bytes, at(1), [false]);
  return split;
}

function checkByteLevel(
  { add_prefix_space, use_regex }: Fields,
  key: string,
  regex: readonly unknown[],
): void {
  only(add_prefix_space, `${key}.add_prefix_space`, [false]);
  only(use_regex, `${key}.use_regex`, regex);
}

function toSpecialTokens(list: unknown): Record<string, number> {
  const ids: [name: string, id: number][] = [];
  for (const [nth, item] of (list === undefined ? [] : listOf(list, 'added_tokens')).entries()) {
    const key = `added_tokens[${nth}]`;
    const { id, content, ...flags } = fieldsOf(item, key);
    if (typeof content !== 'string' || content === '') fail(`${key}.content`, 'to be a name', content);
    if (typeof id !== 'number') fail(`${key}.id`, 'to be a number', id);
    for (const flag of ['single_word', 'lstrip', 'rstrip'])
      only(flags[flag], `${key}.${flag}`, [undefined, false]);
    ids.push([content, id]);
  }
  return Object.fromEntries(ids);
}

/** Every name of the vocabulary has to be spelled in bytes, unless it is special; merges have to make such names. */
function toTokens(
  model: Fields,
  specials: Readonly<Record<string, number>>,
): Pick<VocabularyModel, 'merges' | 'tokens'> {
  const vocab = Object.entries(fieldsOf(model.vocab, 'model.vocab'));
  const mostIds = vocab.length + Object.keys(specials).length + 2 ** 12; // some more, for ids that nothing uses
  const names: string[] = [];
  const tokens: Uint8Array[] = [];
  const ids = new Map<string, number>();
  for (const [name, id] of vocab) {
    const key = `model.vocab[${shown(name)}]`;
    if (Object.hasOwn(specials, name)) {
      only(id, key, [specials[name]]);
      continue;
    }
    if (typeof id !== 'number' || !(id >= 0 && id < mostIds) || !Number.isInteger(id))
      fail(key, `to be an id below ${mostIds}`, id);
    if (names[id] !== undefined) fail(key, 'to have an id of its own', `that of ${shown(names[id])}`);
    const bytes = fromByteLetters(name);
    if (!bytes?.length) fail(key, 'to be spelled in the letters of bytes', name);
    names[id] = name;
    tokens[id] = bytes;
    ids.set(name, id);
  }
  const none = new Uint8Array(0);
  return {
    tokens: Array.from(tokens, (token) => token ?? none),
    merges: listOf(model.merges, 'model.merges').map((item, nth) =>
      toMerge(item, `model.merges[${nth}]`, ids),
    ),
  };
}

function toMerge(item: unknown, key: string, ids: ReadonlyMap<string, number>): [number, number] {
  const [left, right, third] = typeof item === 'string' ? item.split(' ') : listOf(item, key);
  const pair = [left, right].map((part) => (typeof part === 'string' ? ids.get(part) : undefined));
  if (pair[0] === undefined || pair[1] === undefined || third !== undefined) {
    fail(key, 'to be two tokens of the vocabulary', item);
  }
  if (!ids.has(`${left}${right}`)) fail(key, 'to make a token of the vocabulary', item);
  return [pair[0], pair[1]];
}

const typeOf = (value: unknown): unknown => (isObject(value) ? (value.type ?? value) : value);

function fieldsOf(value: unknown, key: string): Fields {
  return isObject(value) ? value : fail(key, 'to have keys', value);
}

function listOf(value: unknown, key: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail(key, 'to be a list', value);
}

function only(value: unknown, key: string, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  fail(
    key,
    `to be ${allowed.map((one) => (one === undefined ? 'left out' : shown(one))).join(' or ')}`,
    value,
  );
}

function fail(key: string, expected: string, got: unknown): never {
  throw new Error(`expected ${key} ${expected}, got ${shown(got)}`);
}
