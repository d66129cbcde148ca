/**
 * What kind of character each UTF-16 unit of a text belongs to, as far as a splitting rule asks. Kinds are bits, so
 * that a rule tests for several at once. They come from a table and not from JavaScript's regular expressions, whose
 * `\s` is another and whose Unicode is that of the Node that runs.
 */
import { characterTable } from './characterTable.js';

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
/** Unicode's White_Space, which has U+0085 and lacks U+FEFF, but not a line break. */
export const space = 32;
/** `\r` and `\n`. */
export const newline = 64;
/** Everything else, half a surrogate pair included. */
export const other = 128;
/** Set beside the kind on the second unit of a character that has two. */
export const tail = 256;
/** `\p{L}`. */
export const letter = upper | lower | caseless;

/** The letter of each kind in the table. */
const kindOfLetter: { readonly [letter: string]: number } = {
  U: upper,
  L: lower,
  C: caseless,
  M: mark,
  N: number,
  S: space,
  B: newline,
  O: other,
};

const known = new Uint8Array(0x110000); // filled when somebody asks first

/** The kind of a code point, without `tail`. */
export function kindOf(code: number): number {
  if (known[0] === 0) readTable();
  return known[code]!;
}

function readTable(): void {
  let code = 0;
  for (const [, letter, size] of characterTable.matchAll(/([A-Z])([0-9a-z]*)/g)) {
    const end = code + (size ? Number.parseInt(size, 36) : 1);
    known.fill(kindOfLetter[letter!]!, code, end);
    code = end;
  }
}

/** Writes the kinds of the first `length` units into `kinds`, and a 0 behind them, which is no kind at all. */
export function markKinds(units: Uint16Array, length: number, kinds: Uint16Array): void {
  if (known[0] === 0) readTable();
  for (let at = 0; at < length; at++) {
    const unit = units[at]!;
    if ((unit & 0xfc00) === 0xd800 && at + 1 < length && (units[at + 1]! & 0xfc00) === 0xdc00) {
      const kind = known[0x10000 + ((unit & 0x3ff) << 10) + (units[at + 1]! & 0x3ff)]!;
      kinds[at++] = kind;
      kinds[at] = kind | tail;
    } else {
      kinds[at] = known[unit]!;
    }
  }
  kinds[length] = 0;
}
