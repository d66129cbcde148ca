/**
 * Hugging Face's `tokenizer.json`, read: byte-level BPE with one of our splitting rules and no more, laid out as GPT-2
 * has it, bytes first and one id for each merge in order. Whatever would change ids and is not known here is refused
 * by its key, so that a file that loads gives the ids that it gives elsewhere.
 */
import { messageOf } from '../../core/errors.js';
import { type BpeModel, type BpeTokenizer, bpeTokenizer } from '../bpe.js';
import type { Split } from '../engine/split.js';
import { fromByteLetters } from './byteLetters.js';
import { isObject, readJson, shown } from './readText.js';
import { splitOfPattern } from './splitPatterns.js';

type Fields = Record<string, unknown>;

/**
 * Loads a `tokenizer.json`.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is damaged, or asks for something that is not known here; the message names the
 *   file and the key.
 *
 * @example
 * saveHuggingFaceTokenizer('tokenizer.json', byteTokenizer());
 * loadHuggingFaceTokenizer('tokenizer.json').encode('Hi') // [72, 105]
 */
export function loadHuggingFaceTokenizer(path: string): BpeTokenizer {
  const json = readJson(path);
  try {
    return withSpecials(toModel(fieldsOf(json, 'the file')));
  } catch (error) {
    throw new SyntaxError(`Cannot read tokenizer ${path}: ${messageOf(error)}`);
  }
}

/** Everything but the ids of special tokens was checked on the way, so the key of what is wrong now is theirs. */
function withSpecials(model: BpeModel): BpeTokenizer {
  try {
    return bpeTokenizer(model);
  } catch (error) {
    throw new Error(`added_tokens: ${messageOf(error)}`);
  }
}

function toModel(file: Fields): BpeModel {
  const model = fieldsOf(file.model, 'model');
  const byteLevel = [undefined, null, 'ByteLevel'];
  only(file.normalizer, 'normalizer', [undefined, null]);
  only(typeOf(file.post_processor), 'post_processor', byteLevel);
  only(typeOf(file.decoder), 'decoder', byteLevel);
  only(model.type, 'model.type', [undefined, 'BPE']);
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    only(model[key], `model.${key}`, [undefined, null, '']);
  }
  for (const key of ['byte_fallback', 'ignore_merges']) only(model[key], `model.${key}`, [undefined, false]);
  only(model.dropout, 'model.dropout', [undefined, null, 0]);
  const specialTokens = toSpecialTokens(file.added_tokens);
  const split = toSplit(fieldsOf(file.pre_tokenizer, 'pre_tokenizer'));
  return { split, specialTokens, ...toMerges(model, specialTokens) };
}

/** The rule: ByteLevel's own, which is GPT-2's, or an expression before it. */
function toSplit(pre: Fields): Split {
  if (pre.type === 'ByteLevel') {
    checkByteLevel(pre, 'pre_tokenizer', [undefined, true]);
    return 'gpt2';
  }
  only(pre.type, 'pre_tokenizer.type', ['Sequence', 'ByteLevel']);
  const [first, second, third] = listOf(pre.pretokenizers, 'pre_tokenizer.pretokenizers');
  const at = (nth: number) => `pre_tokenizer.pretokenizers[${nth}]`;
  const cut = fieldsOf(first, at(0));
  only(cut.type, `${at(0)}.type`, ['Split']);
  only(cut.behavior, `${at(0)}.behavior`, ['Isolated', 'Removed']);
  only(cut.invert, `${at(0)}.invert`, cut.behavior === 'Removed' ? [true] : [undefined, false]);
  const pattern = fieldsOf(cut.pattern, `${at(0)}.pattern`).Regex;
  const split = typeof pattern === 'string' ? splitOfPattern(pattern) : undefined;
  if (!split) fail(`${at(0)}.pattern.Regex`, 'to be the rule of GPT-2, GPT-4 or GPT-4o', pattern);
  const bytes = fieldsOf(second, at(1));
  only(bytes.type, `${at(1)}.type`, ['ByteLevel']);
  checkByteLevel(bytes, at(1), [false]);
  only(third, at(2), [undefined]);
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

/** Every id of the vocabulary has to be a byte, what a merge makes, or a special token. */
function toMerges(
  model: Fields,
  specials: Readonly<Record<string, number>>,
): Pick<BpeModel, 'merges' | 'bytes'> {
  const names: string[] = [];
  const list = listOf(model.merges, 'model.merges');
  const ids = new Map<string, number>();
  for (const [name, id] of Object.entries(fieldsOf(model.vocab, 'model.vocab'))) {
    const key = `model.vocab[${shown(name)}]`;
    if (Object.hasOwn(specials, name)) only(id, key, [specials[name]]);
    else if (typeof id !== 'number' || !(id >= 0 && id < 256 + list.length) || !Number.isInteger(id)) {
      fail(key, `to be an id below ${256 + list.length} (256 bytes and the merges)`, id);
    } else if (names[id] !== undefined) fail(key, 'to have an id of its own', `that of ${shown(names[id])}`);
    else {
      names[id] = name;
      ids.set(name, id);
    }
  }
  const bytes = Array.from({ length: 256 }, (_, id) => {
    const spelled = fromByteLetters(names[id] ?? '');
    if (spelled?.length !== 1) fail('model.vocab', `to have one byte as id ${id}`, names[id]);
    return spelled[0]!;
  });
  const merges = list.map((item, nth) => toMerge(item, `model.merges[${nth}]`, 256 + nth, ids));
  return { bytes, merges };
}

function toMerge(item: unknown, key: string, id: number, ids: ReadonlyMap<string, number>): [number, number] {
  const [left, right, third] = typeof item === 'string' ? item.split(' ') : listOf(item, key);
  const pair = [left, right].map((part) => (typeof part === 'string' ? ids.get(part) : undefined));
  if (pair[0] === undefined || pair[1] === undefined || third !== undefined) {
    fail(key, 'to be two tokens of the vocabulary', item);
  }
  if (ids.get(`${left}${right}`) !== id) fail(key, `to make the token with id ${id}`, item);
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
