/** Special tokens added to a tokenizer that has learned its merges. */
import { type BpeTokenizer, bpeTokenizer } from './bpe.js';

/**
 * Adds special tokens behind all other ids. Every old id keeps its meaning, so a model needs new rows in its embedding and
 * no more (`growVocabulary`). Names that are there already keep their ids.
 *
 * @param names Those of a chat template, for one.
 * @throws {RangeError} If a name is empty or there twice.
 *
 * @example
 * const grown = withSpecialTokens(byteTokenizer(), ['<|im_start|>', '<|im_end|>']);
 * grown.specialTokens.get('<|im_start|>') // 257
 * grown.vocabSize // 259
 */
export function withSpecialTokens(tokenizer: BpeTokenizer, names: readonly string[]): BpeTokenizer {
  const twice = names.find((name, nth) => name === '' || names.indexOf(name) < nth);
  if (twice !== undefined)
    throw new RangeError(
      `Cannot add special tokens: expected different names, got "${twice}" ${twice ? 'twice' : ''}`,
    );
  const fresh = names.filter((name) => !tokenizer.specialTokens.has(name));
  const ids = fresh.map((name, nth) => [name, tokenizer.vocabSize + nth] as const);
  const specialTokens = { ...tokenizer.model.specialTokens, ...Object.fromEntries(ids) };
  return bpeTokenizer({ ...tokenizer.model, specialTokens });
}
