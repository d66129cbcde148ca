/**
 * Hugging Face's `tokenizer.json`, read: byte-level BPE with one of our splitting rules and no more. Whatever would
 * change ids and is not known here is refused by its key, so that a file that loads gives the ids that it gives
 * elsewhere.
 */
import { messageOf } from '../../core/errors.js';
import type { BpeTokenizer } from '../bpe.js';
import {
  tokenizerOfVocabulary,
  type VocabularyModel,
  type VocabularyTokenizer,
} from '../vocabularyTokenizer.js';
import { fromByteLetters } from './byteLetters.js';
import { type Fields, fail, fieldsOf, listOf, only, typeOf } from './fields.js';
import { toNormalization, toSplit } from './huggingFaceSplit.js';
import { isObject, readJson, shown } from './readText.js';

/** Special tokens that Hugging Face's tokenizers put around every text, unless they are asked not to. */
interface Template {
  readonly startIds: readonly number[];
  readonly endIds: readonly number[];
}

/** A tokenizer from a file, and its template. */
export type HuggingFaceTokenizer = (BpeTokenizer | VocabularyTokenizer) & Template;

/**
 * Loads a `tokenizer.json`. What its template puts around a text is not in what `encode` gives, as ever: it stands in
 * `startIds` and `endIds`, so that `[...startIds, ...encodeSpecials(tokenizer, text), ...endIds]` are the ids of Hugging
 * Face's library.
 *
 * @returns What `bpeTokenizer` makes where ids are laid out as ours are: bytes, merges in order, special tokens; what
 *   `vocabularyTokenizer` makes otherwise.
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is damaged, or asks for something that is not known here; the message names the
 *   file and the key.
 *
 * @example
 * saveHuggingFaceTokenizer('tokenizer.json', byteTokenizer(), { startIds: [256] });
 * const { startIds, encode } = loadHuggingFaceTokenizer('tokenizer.json');
 * [...startIds, ...encode('Hi')] // [256, 72, 105]
 */
export function loadHuggingFaceTokenizer(path: string): HuggingFaceTokenizer {
  const json = readJson(path);
  try {
    const file = fieldsOf(json, 'the file');
    const model = toModel(file);
    return {
      ...withVocabulary(model),
      ...toTemplate(file.post_processor, 'post_processor', model.specialTokens),
    };
  } catch (error) {
    throw new SyntaxError(`Cannot read tokenizer ${path}: ${messageOf(error)}`);
  }
}

/**
 * The tokenizer of a model's `tokenizer.json`, and the ids that are put before a text.
 *
 * @throws {SyntaxError} As `loadHuggingFaceTokenizer`, or if something is put behind a text, which no model here takes.
 */
export function readTokenizerFile(path: string): {
  readonly tokenizer: BpeTokenizer | VocabularyTokenizer;
  readonly startIds: readonly number[];
} {
  const { startIds, endIds, ...tokenizer } = loadHuggingFaceTokenizer(path);
  if (endIds.length === 0) return { tokenizer, startIds };
  throw new SyntaxError(
    `Cannot read tokenizer ${path}: expected post_processor to put nothing behind a text, got ${endIds.join(' ')}`,
  );
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
  only(typeOf(file.decoder), 'decoder', [undefined, null, 'ByteLevel']);
  only(model.type, 'model.type', [undefined, 'BPE']);
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    only(model[key], `model.${key}`, [undefined, null, '']);
  }
  only(model.byte_fallback, 'model.byte_fallback', [undefined, false]);
  only(model.ignore_merges, 'model.ignore_merges', [undefined, false, true]);
  only(model.dropout, 'model.dropout', [undefined, null, 0]);
  const normalization = toNormalization(file.normalizer);
  const specialTokens = toSpecialTokens(file.added_tokens, normalization !== undefined);
  const wholeWords = model.ignore_merges === true;
  const tokens = toTokens(model, specialTokens);
  const lacksBytes =
    new Set(tokens.tokens.filter(({ length }) => length === 1).map(([byte]) => byte)).size < 256;
  if (lacksBytes) only(model.unk_token, 'model.unk_token', [undefined, null]);
  return {
    ...toSplit(file.pre_tokenizer),
    ...(normalization && { normalization }),
    specialTokens,
    wholeWords,
    ...tokens,
  };
}

/** Special tokens that a template puts around a text. */
function toTemplate(value: unknown, key: string, specials: Readonly<Record<string, number>>): Template {
  const type = typeOf(value);
  if (type === 'Sequence') {
    const list = listOf(fieldsOf(value, key).processors, `${key}.processors`);
    const all = list.map((item, nth) => toTemplate(item, `${key}.processors[${nth}]`, specials));
    const startIds = all.flatMap((one) => one.startIds);
    return { startIds, endIds: all.flatMap(({ endIds }) => endIds) };
  }
  only(type, key, [undefined, null, 'ByteLevel', 'TemplateProcessing', 'Sequence']);
  if (type !== 'TemplateProcessing') return { startIds: [], endIds: [] };
  const pieces = listOf(fieldsOf(value, key).single, `${key}.single`);
  const isText = (piece: unknown) => isObject(piece) && isObject(piece.Sequence);
  const place = pieces.findIndex(isText);
  if (place === -1) fail(`${key}.single`, 'to have the text', pieces);
  const ids = pieces.map((piece, nth) => {
    if (nth === place) return -1;
    const at = `${key}.single[${nth}]`;
    const { id } = fieldsOf(fieldsOf(piece, at).SpecialToken, `${at}.SpecialToken`);
    const known = typeof id === 'string' && Object.hasOwn(specials, id);
    return known ? specials[id]! : fail(at, 'to be a special token', id);
  });
  return { startIds: ids.slice(0, place), endIds: ids.slice(place + 1) };
}

function toSpecialTokens(list: unknown, isNormalized: boolean): Record<string, number> {
  const ids: [name: string, id: number][] = [];
  for (const [nth, item] of (list === undefined ? [] : listOf(list, 'added_tokens')).entries()) {
    const key = `added_tokens[${nth}]`;
    const { id, content, ...flags } = fieldsOf(item, key);
    if (typeof content !== 'string' || content === '') fail(`${key}.content`, 'to be a name', content);
    if (typeof id !== 'number') fail(`${key}.id`, 'to be a number', id);
    for (const flag of ['single_word', 'lstrip', 'rstrip'])
      only(flags[flag], `${key}.${flag}`, [undefined, false]);
    if (isNormalized) only(flags.normalized, `${key}.normalized`, [false]);
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
