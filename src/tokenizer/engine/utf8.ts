/** UTF-16 units to UTF-8 without a string in between. Half a surrogate pair becomes U+FFFD, as everywhere. */

/**
 * Writes the UTF-8 of `units` from `start` to `end` into `bytes`, which has a place for each byte.
 *
 * @returns How many bytes were written.
 */
export function writeUtf8(units: Uint16Array, start: number, end: number, bytes: Int32Array): number {
  let to = 0;
  for (let at = start; at < end; at++) {
    let code = units[at]!;
    if ((code & 0xf800) === 0xd800) {
      const next = at + 1 < end ? units[at + 1]! : 0;
      const isPair = code < 0xdc00 && (next & 0xfc00) === 0xdc00;
      code = isPair ? 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff) : 0xfffd;
      if (isPair) at++;
    }
    if (code < 0x80) bytes[to++] = code;
    else {
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
    }
  }
  return to;
}

/** How many bytes the UTF-8 of `units` from `start` to `end` has. */
export function utf8Length(units: Uint16Array, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const unit = units[at]!;
    length += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    const isPair = (unit & 0xfc00) === 0xd800 && at + 1 < end && (units[at + 1]! & 0xfc00) === 0xdc00;
    if (isPair) at++;
    if (isPair) length++;
  }
  return length;
}
