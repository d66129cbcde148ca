/**
 * Byte-level byte-pair encoding from its merges, whoever learned them: `trainBpe`, or OpenAI (`tiktokenModel`).
 *
 * A model is plain data. Ids 0 to 255 are the bytes, 256 + n is what merge n makes, special tokens come last. The
 * merges are all that is learned; how text is cut before, and which merge goes first, follows from the rest.
 */
import { createEncoder } from './engine/encoder.js';
import { mergeIds } from './engine/merge.js';
import { packTokens } from './engine/packedTokens.js';
import { createPairTable } from './engine/pairTable.js';
import { checkSplit, type Split } from './engine/split.js';
import { writeUtf8 } from './engine/utf8.js';
import { createVocabulary } from './engine/vocabulary.js';
import type { Tokenizer } from './tokenizer.js';

/** What a byte-pair tokenizer has learned; JSON can hold it, but for expressions of one's own. */
export interface BpeModel {
  /** What cuts text into words. */
  readonly split: Split;
  /** Merge n joins these two ids to id 256 + n; earlier merges are applied first. */
  readonly merges: readonly (readonly [left: number, right: number])[];
  /** Special tokens and their ids, which come after the merges. */
  readonly specialTokens: { readonly [name: string]: number };
  /** The bytes of ids 0 to 255, where they are not in order. */
  readonly bytes?: readonly number[];
}

/** A byte-pair tokenizer, and the model it was made from. */
export interface BpeTokenizer extends Tokenizer {
  readonly model: BpeModel;
}

/**
 * Makes a tokenizer from merges.
 *
 * @throws {RangeError} If the model contradicts itself, for example by a merge of ids that do not exist yet.
 *
 * @example
 * const tokenizer = bpeTokenizer({ split: 'gpt2', merges: [[97, 97], [256, 98]], specialTokens: {} });
 * tokenizer.encode('aab') // [257]
 * tokenizer.encode('aaa') // [256, 97]
 */
export function bpeTokenizer(model: BpeModel): BpeTokenizer {
  checkBpeModel(model);
  const { split, merges, bytes = Array.from({ length: 256 }, (_, byte) => byte) } = model;
  const byteIds = new Int32Array(256);
  for (const [id, byte] of bytes.entries()) byteIds[byte] = id;
  const table = createPairTable();
  for (const [index, [left, right]] of merges.entries()) table.set(left, right, 256 + index);
  const packed = packTokens(bytes, merges);
  return {
    model,
    ...createVocabulary(packed.bytes, packed.ends, new Map(Object.entries(model.specialTokens))),
    encode: createEncoder(split, (units, start, end, ids) => {
      const length = writeUtf8(units, start, end, ids);
      for (let at = 0; at < length; at++) ids[at] = byteIds[ids[at]!]!;
      return mergeIds(ids, length, table);
    }),
  };
}

/**
 * Bytes as tokens: 256 of them and `<|endoftext|>`, with nothing learned.
 *
 * @example
 * byteTokenizer().encode('Hé') // [72, 195, 169]
 */
export function byteTokenizer(): BpeTokenizer {
  return bpeTokenizer({ split: 'gpt4', merges: [], specialTokens: { '<|endoftext|>': 256 } });
}

/**
 * The model that knows only the first merges: what training would have given with a smaller vocabulary.
 *
 * @param vocabSize Ids wanted, special tokens included.
 * @throws {RangeError} If the model has fewer, or that leaves no room for the 256 bytes.
 *
 * @example
 * const { model } = bpeTokenizer({ split: 'gpt2', merges: [[97, 97], [256, 98]], specialTokens: {} });
 * smallerBpe(model, 257).merges // [[97, 97]]
 */
export function smallerBpe(model: BpeModel, vocabSize: number): BpeModel {
  const specials = Object.keys(model.specialTokens);
  const count = vocabSize - 256 - specials.length;
  if (!(Number.isInteger(count) && count >= 0 && count <= model.merges.length)) {
    const most = 256 + model.merges.length + specials.length;
    throw new RangeError(
      `Cannot shrink a tokenizer: expected a vocabulary from ${256 + specials.length} to ${most}, got ${vocabSize}`,
    );
  }
  const specialTokens = Object.fromEntries(specials.map((name, nth) => [name, 256 + count + nth]));
  return { ...model, merges: model.merges.slice(0, count), specialTokens };
}

/** Throws a `RangeError` unless the model is whole; the message is about what the caller can see in it. */
function checkBpeModel({ split, merges, specialTokens, bytes }: BpeModel): void {
  checkSplit(split);
  if (
    bytes &&
    (bytes.length !== 256 || new Set(bytes).size !== 256 || bytes.some((byte) => !isId(byte, 256)))
  ) {
    fail('each of the 256 bytes once', `${new Set(bytes).size} different`);
  }
  const seen = createPairTable();
  for (const [index, [left, right]] of merges.entries()) {
    if (!isId(left, 256 + index) || !isId(right, 256 + index)) {
      fail(`merge ${index} to join two ids below ${256 + index}`, `${left} and ${right}`);
    }
    if (seen.get(left, right) !== -1) fail(`merge ${index} to be new`, `${left} and ${right} again`);
    seen.set(left, right, index);
  }
  const ids = Object.values(specialTokens);
  const taken = ids.find((id) => !isId(id, 2 ** 24) || id < 256 + merges.length);
  if (taken !== undefined) fail(`special tokens to have ids from ${256 + merges.length}`, taken);
  if (Object.hasOwn(specialTokens, '')) fail('special tokens to have names', 'an empty one');
  if (new Set(ids).size !== ids.length) fail('special tokens to have ids of their own', ids.join(', '));
}

const isId = (id: unknown, end: number): boolean =>
  Number.isInteger(id) && Number(id) >= 0 && Number(id) < end;

function fail(expected: string, got: unknown): never {
  throw new RangeError(`Cannot make a tokenizer: expected ${expected}, got ${String(got)}`);
}
