/** Where in a text each of its tokens stands. */
import type { Tokenizer } from './tokenizer.js';

/**
 * The place of each token in the text, in the units of `slice`. Tokens that share a character all have its place.
 *
 * @returns For each token that `encode` gives, its start and its end.
 * @throws {RangeError} If the tokenizer changes texts, by a normal form or by leaving bytes out, so that there are no places.
 *
 * @example
 * tokenOffsets(byteTokenizer(), 'Hé') // [[0, 1], [1, 2], [1, 2]]
 */
export function tokenOffsets(tokenizer: Tokenizer, text: string): [start: number, end: number][] {
  const tokens = tokenizer.encode(text).map((id) => tokenizer.tokenBytes(id));
  const whole = Buffer.from(text);
  if (!Buffer.concat(tokens).equals(whole))
    throw new RangeError(
      'Cannot tell where tokens stand: expected their bytes to be those of the text, got others',
    );
  let [byte, unit] = [0, 0]; // how many are behind us, in whole characters
  let done = 0; // bytes of all tokens so far
  /** Steps over the characters that end at or before a byte. */
  const stepTo = (end: number) => {
    for (let next = byte + lengthAt(whole, byte); next <= end && byte < whole.length; ) {
      unit += next - byte === 4 ? 2 : 1;
      byte = next;
      next = byte + lengthAt(whole, byte);
    }
  };
  return tokens.map(({ length }) => {
    stepTo(done);
    const start = unit;
    done += length;
    stepTo(done);
    const inside = byte < done ? (lengthAt(whole, byte) === 4 ? 2 : 1) : 0;
    return [start, unit + inside];
  });
}

/** How many bytes the character has that starts at a place. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
