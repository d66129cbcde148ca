/**
 * What kind of character each UTF-16 unit of a text belongs to, as far as a splitting rule asks. Kinds are bits, so
 * that a rule tests for several at once. They come from JavaScript's own regular expressions, once for each character.
 */

/** Capitals: `\p{Lu}`, `\p{Lt}`. */
export const upper = 1;
/** `\p{Ll}`. */
export const lower = 2;
/** Letters without case: `\p{Lm}`, `\p{Lo}`. */
export const caseless = 4;
/** Combining marks, `\p{M}`, which are no letters. */
export const mark = 8;
/** `\p{N}`. */
export const number = 16;
/** `\s` but not a line break. */
export const space = 32;
/** `\r` and `\n`. */
export const newline = 64;
/** Everything else, half a surrogate pair included. */
export const other = 128;
/** Set beside the kind on the second unit of a character that has two. */
export const tail = 256;
/** `\p{L}`. */
export const letter = upper | lower | caseless;

const tests: readonly (readonly [kind: number, pattern: RegExp])[] = [
  [upper, /[\p{Lu}\p{Lt}]/u],
  [lower, /\p{Ll}/u],
  [caseless, /[\p{Lm}\p{Lo}]/u],
  [mark, /\p{M}/u],
  [number, /\p{N}/u],
  [newline, /[\r\n]/u],
  [space, /\s/u],
];

const known = new Uint8Array(0x110000); // 0 until somebody asks

/** The kind of a code point, without `tail`. */
export function kindOf(code: number): number {
  return known[code]! || learn(code);
}

function learn(code: number): number {
  const character = String.fromCodePoint(code);
  const kind = tests.find(([, pattern]) => pattern.test(character))?.[0] ?? other;
  known[code] = kind;
  return kind;
}

/** Writes the kinds of the first `length` units into `kinds`, and a 0 behind them, which is no kind at all. */
export function markKinds(units: Uint16Array, length: number, kinds: Uint16Array): void {
  for (let at = 0; at < length; at++) {
    const unit = units[at]!;
    if ((unit & 0xfc00) === 0xd800 && at + 1 < length && (units[at + 1]! & 0xfc00) === 0xdc00) {
      const kind = kindOf(0x10000 + ((unit & 0x3ff) << 10) + (units[at + 1]! & 0x3ff));
      kinds[at++] = kind;
      kinds[at] = kind | tail;
    } else {
      kinds[at] = known[unit]! || learn(unit);
    }
  }
  kinds[length] = 0;
}
