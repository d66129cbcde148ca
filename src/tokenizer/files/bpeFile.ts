/** Trained tokenizers in files: JSON that a person can read, checked when it is read back. */
import { messageOf } from '../../core/errors.js';
import { writeFileAtomic } from '../../core/files.js';
import { type BpeModel, type BpeTokenizer, bpeTokenizer } from '../bpe.js';
import type { Split } from '../engine/split.js';
import { isObject, readJson } from './readText.js';

const format = 'llm-workbook-bpe-1';

/**
 * Saves a tokenizer as JSON, atomically.
 *
 * @example
 * saveTokenizer('tokenizer.json', trainBpe(['aaabdaaabac'], { vocabSize: 260 }));
 */
export function saveTokenizer(path: string, { model }: BpeTokenizer): void {
  const { merges, split, ...rest } = model;
  // One merge a line, so that the file can be read and compared.
  const lines = merges.map((pair) => `  ${JSON.stringify(pair)}`).join(',\n');
  const head = JSON.stringify({ format, split: splitToJson(split), ...rest }).slice(0, -1);
  writeFileAtomic(path, `${head},"merges":[\n${lines}\n]}\n`);
}

/**
 * Loads a tokenizer that `saveTokenizer` wrote.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is damaged; the message names it and says what is wrong.
 *
 * @example
 * saveTokenizer('tokenizer.json', trainBpe(['aaabdaaabac'], { vocabSize: 260 }));
 * loadTokenizer('tokenizer.json').encode('aaab') // [258]
 */
export function loadTokenizer(path: string): BpeTokenizer {
  const json = readJson(path);
  try {
    return bpeTokenizer(toModel(json));
  } catch (error) {
    throw new SyntaxError(`Cannot read tokenizer ${path}: ${messageOf(error)}`);
  }
}

/** Checks the kinds; whether the values make sense is for `bpeTokenizer`. */
function toModel(json: unknown): BpeModel {
  const { format: found, split, merges, specialTokens, bytes } = isObject(json) ? json : {};
  if (found !== format) throw new Error(`expected format ${format}, got ${JSON.stringify(found) ?? 'none'}`);
  if (!Array.isArray(merges)) throw new Error('expected a list of merges, got none');
  const wrong = merges.findIndex((pair) => !(isNumbers(pair) && pair.length === 2));
  if (wrong !== -1)
    throw new Error(`expected merge ${wrong} to be two ids, got ${JSON.stringify(merges[wrong])}`);
  if (!isObject(specialTokens) || !isNumbers(Object.values(specialTokens))) {
    throw new Error('expected special tokens with their ids, got something else');
  }
  if (bytes !== undefined && !isNumbers(bytes)) throw new Error('expected bytes as a list of numbers');
  return {
    split: splitFromJson(split),
    merges,
    specialTokens,
    ...(bytes === undefined ? {} : { bytes }),
  } as BpeModel;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

/** An expression in a file: its source and flags. */
const splitToJson = (split: Split): unknown => {
  if (split instanceof RegExp) return { expression: split.source, flags: split.flags };
  return typeof split === 'string' ? split : split.map(splitToJson);
};

function splitFromJson(value: unknown): Split {
  if (Array.isArray(value)) return value.map(splitFromJson) as Split;
  if (!isObject(value)) return value as Split;
  const { expression, flags } = value;
  if (typeof expression !== 'string' || typeof flags !== 'string')
    throw new Error('expected split to be an expression and its flags, got something else');
  return new RegExp(expression, flags);
}
