/** How many tokens a text is, without more work than the answer takes. */
import type { Tokenizer } from './tokenizer.js';

const longest = new WeakMap<Tokenizer, number>();

/**
 * Counts the tokens of a text.
 *
 * @param options.limit With it, the answer is `Infinity` where there are more, and a text that is too long by its mere
 *   length is not encoded. Default none.
 * @throws {RangeError} If the limit is no number of tokens.
 *
 * @example
 * countTokens(byteTokenizer(), 'hello') // 5
 * countTokens(byteTokenizer(), 'hello', { limit: 5 }) // 5
 * countTokens(byteTokenizer(), 'hello', { limit: 4 }) // Infinity
 */
export function countTokens(
  tokenizer: Tokenizer,
  text: string,
  { limit = Number.POSITIVE_INFINITY }: { readonly limit?: number } = {},
): number {
  if (!(limit >= 0))
    throw new RangeError(`Cannot count tokens: expected a limit of at least 0, got ${limit}`);
  if (limit < text.length && text.length > limit * longestToken(tokenizer)) return Number.POSITIVE_INFINITY;
  const count = tokenizer.encode(text).length;
  return count > limit ? Number.POSITIVE_INFINITY : count;
}

/** The most bytes of one token; no bound where some of a text may be left out. */
function longestToken(tokenizer: Tokenizer): number {
  let most = longest.get(tokenizer);
  if (most === undefined) {
    const lengths = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.tokenBytes(id).length);
    const { model } = tokenizer as { readonly model?: { readonly normalization?: string } };
    const isWhole = lengths.filter((length) => length === 1).length === 256 && !model?.normalization;
    most = isWhole ? lengths.reduce((a, b) => Math.max(a, b), 1) : Number.POSITIVE_INFINITY;
    longest.set(tokenizer, most);
  }
  return most;
}
