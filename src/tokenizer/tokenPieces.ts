/** A text as the tokens it falls into, for looking at; and how well a tokenizer packs it. */
import type { Tokenizer } from './tokenizer.js';

/** One token of a text. */
export interface TokenPiece {
  readonly id: number;
  /** What it stands for; often part of a character. Empty for a special token. */
  readonly bytes: Uint8Array;
  /** The name of a special token. */
  readonly name?: string;
}

/**
 * Takes a text, or ids, apart into tokens; `tokenView` draws them.
 *
 * @example
 * tokenPieces(byteTokenizer(), 'Hi')
 * // [{ id: 72, bytes: Uint8Array.of(72) }, { id: 105, bytes: Uint8Array.of(105) }]
 */
export function tokenPieces(tokenizer: Tokenizer, text: string | readonly number[]): TokenPiece[] {
  const names = new Map([...tokenizer.specialTokens].map(([name, id]) => [id, name]));
  const ids = typeof text === 'string' ? tokenizer.encode(text) : text;
  return ids.map((id) => {
    const name = names.get(id);
    return { id, bytes: tokenizer.tokenBytes(id), ...(name === undefined ? {} : { name }) };
  });
}

/**
 * Bytes of UTF-8 for each token of a text, on average: the compression. 1 for bytes, about 4 for English and GPT-4.
 *
 * @throws {RangeError} If the text is empty.
 *
 * @example
 * bytesPerToken(byteTokenizer(), 'any text') // 1
 */
export function bytesPerToken(tokenizer: Tokenizer, text: string): number {
  const tokens = tokenizer.encode(text).length;
  if (tokens === 0) throw new RangeError('Cannot measure bytes per token: expected some text, got none');
  return Buffer.byteLength(text) / tokens;
}
