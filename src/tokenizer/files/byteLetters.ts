/**
 * GPT-2's alphabet of 256 visible characters, one for each byte, in which Hugging Face's files spell tokens: ASCII and
 * Latin-1 that can be seen stand for themselves, and the others, in order, for the characters from U+0100 on. A blank
 * becomes `Ġ`.
 */

const isVisible = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

let hidden = 0x100;
const letters = Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(isVisible(byte) ? byte : hidden++),
);
const byteOf = new Map(letters.map((letter, byte) => [letter, byte]));

/** Spells bytes in visible characters. */
export function toByteLetters(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += letters[byte]!;
  return text;
}

/** The bytes that a text spells; `undefined` where a character is none of the alphabet. */
export function fromByteLetters(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = byteOf.get(text[at]!);
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}
