/** Text from ids that come one by one: a character appears once all of its bytes are there, and never half. */
import type { Tokenizer } from './tokenizer.js';

/** Remembers the bytes of a character that is not complete. */
export interface StreamDecoder {
  /** The text that one more token completes; often empty where characters are split over tokens. */
  readonly push: (id: number) => string;
  /** What is left at the end, U+FFFD for a character that never became whole; the decoder is as new then. */
  readonly end: () => string;
}

/**
 * Makes a decoder for a stream of ids. What it gives, joined, is `decode` of all ids at once.
 *
 * @throws {RangeError} From `push`, if there is no such id.
 *
 * @example
 * const decoder = streamDecoder(byteTokenizer());
 * [0x48, 0xc3, 0xa9].map(decoder.push) // ['H', '', 'é']
 * decoder.end() // ''
 */
export function streamDecoder(tokenizer: Tokenizer): StreamDecoder {
  const names = new Map([...tokenizer.specialTokens].map(([name, id]) => [id, Buffer.from(name)]));
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    push: (id) => utf8.decode(names.get(id) ?? tokenizer.tokenBytes(id), { stream: true }),
    end: () => utf8.decode(),
  };
}

/**
 * Decodes ids as they come, and yields text as soon as there is some.
 *
 * @example
 * const texts = [];
 * for await (const text of decodeStream(byteTokenizer(), [0x48, 0xc3, 0xa9])) texts.push(text);
 * texts // ['H', 'é']
 */
export async function* decodeStream(
  tokenizer: Tokenizer,
  ids: AsyncIterable<number> | Iterable<number>,
): AsyncGenerator<string, void, undefined> {
  const { push, end } = streamDecoder(tokenizer);
  for await (const id of ids) {
    const text = push(id);
    if (text !== '') yield text;
  }
  const rest = end();
  if (rest !== '') yield rest;
}
