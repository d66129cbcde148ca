/**
 * The splitting rules as hand-written scanners. Each gives the end of the word that starts at a place, exactly as
 * the regular expressions in `splitPatterns.ts` would, which JavaScript runs several times slower; the tests hold the two
 * against each other.
 *
 * A scanner reads `kinds` (see `characterKinds.ts`) up to the 0 that ends them, and up to three units ahead, so three
 * zeros stand behind the last unit.
 */
import {
  caseless,
  letter,
  lower,
  mark,
  newline,
  number,
  other,
  space,
  tail,
  upper,
} from './characterKinds.js';

/** Where the word that starts at `at` ends; always further on. */
export type WordEnd = (units: Uint16Array, kinds: Uint16Array, at: number) => number;

const apostrophe = 0x27;
const blank = 0x20;
const slash = 0x2f;
const asWritten = 0;
const anyCase = 0x20; // the bit between S and s

/** `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` */
export const gpt2WordEnd: WordEnd = (units, kinds, at) => {
  if (units[at] === apostrophe) {
    const end = contractionEnd(units, at, asWritten);
    if (end > at) return end;
  }
  const start = units[at] === blank ? at + 1 : at;
  const kind = kinds[start]!;
  if (kind & letter) return runEnd(kinds, start, letter);
  if (kind & number) return runEnd(kinds, start, number);
  if (kind & (mark | other)) return runEnd(kinds, start, mark | other);
  return spaceEnd(kinds, at);
};

/** As GPT-2, but each digit is a word, and text before a digit is cut as if it ended there. */
export const smolLmWordEnd: WordEnd = (units, kinds, at) => {
  if (kinds[at]! & number) return characterEnd(kinds, at);
  if (!(kinds[at]! & (space | newline))) return gpt2WordEnd(units, kinds, at);
  const end = runEnd(kinds, at, space | newline);
  return kinds[end]! & number ? end : gpt2WordEnd(units, kinds, at);
};

/** Contractions in any case, letters with what is before them, digits by threes, signs with the line breaks behind. */
export const gpt4WordEnd: WordEnd = (units, kinds, at) => gpt4LikeEnd(units, kinds, at, 3);

/** As GPT-4, but each digit is a word. */
export const qwen2WordEnd: WordEnd = (units, kinds, at) => gpt4LikeEnd(units, kinds, at, 1);

function gpt4LikeEnd(units: Uint16Array, kinds: Uint16Array, at: number, digits: number): number {
  const kind = kinds[at]!;
  if (kind & letter) return runEnd(kinds, at, letter);
  if (kind & number) return digitsEnd(kinds, at, digits);
  if (units[at] === apostrophe) {
    const end = contractionEnd(units, at, anyCase);
    if (end > at) return end;
  }
  if (!(kind & newline)) {
    const second = characterEnd(kinds, at);
    if (kinds[second]! & letter) return runEnd(kinds, second, letter);
  }
  const signs = signsEnd(units, kinds, at);
  return signs > at ? runEnd(kinds, signs, newline) : lineEnd(kinds, at);
}

/** As GPT-4, but a word starts anew at a capital behind a small letter, and its contraction belongs to it. */
export const gpt4oWordEnd: WordEnd = (units, kinds, at) => {
  const kind = kinds[at]!;
  if (kind & number) return digitsEnd(kinds, at, 3);
  const word = kind & newline ? -1 : casedEnd(kinds, at);
  if (word !== -1) return units[word] === apostrophe ? contractionEnd(units, word, anyCase) : word;
  let signs = signsEnd(units, kinds, at);
  if (signs === at) return lineEnd(kinds, at);
  while (kinds[signs]! & newline || units[signs] === slash) signs++;
  return signs;
};

/** The end of the characters of some kinds. */
function runEnd(kinds: Uint16Array, at: number, wanted: number): number {
  while (kinds[at]! & wanted) at++;
  return at;
}

function characterEnd(kinds: Uint16Array, at: number): number {
  return kinds[at + 1]! & tail ? at + 2 : at + 1;
}

/** The end of `'s`, `'ll` and the like; `at` itself where none stands. */
function contractionEnd(units: Uint16Array, at: number, fold: number): number {
  const [s, d, m, t, l, v, e, r] = [0x73, 0x64, 0x6d, 0x74, 0x6c, 0x76, 0x65, 0x72];
  const longS = 0x17f; // an s in any case, but not as written
  const first = units[at + 1]! | fold;
  if (first === longS && fold === anyCase) return at + 2;
  if (first === s || first === d || first === m || first === t) return at + 2;
  const second = units[at + 2]! | fold;
  const found = first === l ? second === l : (first === v || first === r) && second === e;
  return found ? at + 3 : at;
}

/** At most so many numbers. */
function digitsEnd(kinds: Uint16Array, at: number, most: number): number {
  for (let digits = 0; digits < most && kinds[at]! & number; digits++) at = characterEnd(kinds, at);
  return at;
}

/** The end of ` ?[^\s\p{L}\p{N}]+`; `at` itself where that does not match. */
function signsEnd(units: Uint16Array, kinds: Uint16Array, at: number): number {
  const start = units[at] === blank ? at + 1 : at;
  return kinds[start]! & (mark | other) ? runEnd(kinds, start, mark | other) : at;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break of the white space, or as `spaceEnd`. */
function lineEnd(kinds: Uint16Array, at: number): number {
  for (let last = runEnd(kinds, at, space | newline) - 1; last >= at; last--) {
    if (kinds[last]! & newline) return last + 1;
  }
  return spaceEnd(kinds, at);
}

/** `\s+(?!\S)|\s+`: the last space is left to the word behind it, unless it is the only one. */
function spaceEnd(kinds: Uint16Array, at: number): number {
  const end = runEnd(kinds, at, space | newline);
  return kinds[end] === 0 || end === at + 1 ? end : end - 1;
}

/** GPT-4o's two rules for letters, each with and without a character before them; -1 where none matches. */
function casedEnd(kinds: Uint16Array, at: number): number {
  const led = kinds[at]! & letter ? at : characterEnd(kinds, at);
  let end = smallEnd(kinds, led);
  if (end === -1 && led > at) end = smallEnd(kinds, at);
  if (end !== -1) return end;
  end = runEnd(kinds, led, upper | caseless | mark);
  return end > led ? end : -1;
}

/** Capitals, if any, and at least one that is none: letters without case and marks count as either. */
function smallEnd(kinds: Uint16Array, at: number): number {
  const end = runEnd(kinds, at, upper | caseless | mark);
  if (kinds[end]! & lower) return runEnd(kinds, end, lower | caseless | mark);
  for (let last = end - 1; last >= at; last--) if (kinds[last]! & (caseless | mark)) return last + 1;
  return -1;
}
