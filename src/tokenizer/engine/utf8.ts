/** UTF-16 units to UTF-8 without a string in between. Half a surrogate pair becomes U+FFFD, as everywhere. */

/**
 * Writes the UTF-8 of `units` from `start` to `end` into `bytes`, which has three places for each unit.
 *
 * @returns How many bytes were written.
 */
export function writeUtf8(units: Uint16Array, start: number, end: number, bytes: Int32Array): number {
  let to = 0;
  for (let at = start; at < end; at++) {
    const code = codePointAt(units, at, end);
    if (code > 0xffff) at++;
    to = writeCodePoint(code, bytes, to);
  }
  return to;
}

/** The code point whose first unit stands at a place; U+FFFD for half of one. */
export function codePointAt(units: Uint16Array, at: number, end: number): number {
  const code = units[at]!;
  if ((code & 0xf800) !== 0xd800) return code;
  const next = at + 1 < end ? units[at + 1]! : 0;
  const isPair = code < 0xdc00 && (next & 0xfc00) === 0xdc00;
  return isPair ? 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff) : 0xfffd;
}

/** Writes the bytes of a code point from a place on, and gives the place behind them. */
export function writeCodePoint(code: number, bytes: Int32Array, to: number): number {
  if (code < 0x80) {
    bytes[to++] = code;
    return to;
  }
  if (code < 0x800) bytes[to++] = 0xc0 | (code >> 6);
  else {
    if (code < 0x10000) bytes[to++] = 0xe0 | (code >> 12);
    else {
      bytes[to++] = 0xf0 | (code >> 18);
      bytes[to++] = 0x80 | ((code >> 12) & 0x3f);
    }
    bytes[to++] = 0x80 | ((code >> 6) & 0x3f);
  }
  bytes[to++] = 0x80 | (code & 0x3f);
  return to;
}
