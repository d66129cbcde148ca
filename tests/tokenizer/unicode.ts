/**
 * Random text in which every class that a splitting rule knows stands beside every other, and the rules as JavaScript's
 * regular expressions, apart from the characters that the Unicode of this Node takes for others than our table does.
 */
import type { createRandom } from '../../src/core/random.js';
import * as kinds from '../../src/tokenizer/engine/characterKinds.js';

const contractions = ["'", "'s", "'S", "'ll", "'RE", "'vE", "'\u017f", 'd', 'M', 'T'];
const letters = [
  'a',
  'b',
  'A',
  'B',
  'ß',
  'ǅ',
  'ʰ',
  'ª',
  '中',
  '語',
  'é',
  'e\u0301',
  'ſ',
  '𐐀',
  '𐐨',
  '𝒜',
  '𠀀',
];
const marks = ['\u0301', '\u0903', '\u20dd', '\u{1d165}'];
const numbers = ['0', '5', '٣', '½', 'Ⅷ', '𝟎'];
const spaces = [' ', ' ', '  ', '\n', '\r', '\r\n', '\t', '\u000b', '\u00a0', '\u2028', '\u3000', '\ufeff'];
const others = ['.', '/', '-', '_', '😀', '\u200d', '\u0085', '\u0000', '\ud800', '\udc00', '\ufffd'];
const classes = [contractions, letters, letters, marks, numbers, spaces, spaces, others];

/** A string of 1 to `longest` pieces; a few are any code point at all. */
export function textOfClasses(random: ReturnType<typeof createRandom>, longest: number): string {
  return Array.from({ length: 1 + random.integer(longest) }, () => {
    if (random.integer(15) === 0) return anyCharacter(random);
    const pieces = classes[random.integer(classes.length)]!;
    return pieces[random.integer(pieces.length)]!;
  }).join('');
}

function anyCharacter(random: ReturnType<typeof createRandom>): string {
  let code = random.integer(0x110000);
  while (!isSettled(code)) code = random.integer(0x110000);
  return String.fromCodePoint(code);
}

// White_Space of Unicode's PropList.txt, which is `\s` to Rust.
const white = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** An expression of js-tiktoken, which matches for JavaScript what OpenAI's matches for Rust. */
export function asInRust(pattern: string): string {
  return pattern
    .replaceAll('[^\\s', `[^${white}`)
    .replaceAll('\\s', `[${white}]`)
    .replaceAll('\\S', `[^${white}]`)
    .replaceAll("|'S|", "|'S|'\u017f|"); // (?i:'s)
}

const classesOfNode: readonly (readonly [kind: number, pattern: RegExp])[] = [
  [kinds.upper, /[\p{Lu}\p{Lt}]/u],
  [kinds.lower, /\p{Ll}/u],
  [kinds.caseless, /[\p{Lm}\p{Lo}]/u],
  [kinds.mark, /\p{M}/u],
  [kinds.number, /\p{N}/u],
  [kinds.newline, /[\r\n]/u],
  [kinds.space, /\p{White_Space}/u],
];

/** The kind of a character in the Unicode of this Node. */
export function kindInNode(code: number): number {
  const character = String.fromCodePoint(code);
  return classesOfNode.find(([, pattern]) => pattern.test(character))?.[0] ?? kinds.other;
}

/** Whether this Node's Unicode and our table agree on a character. */
export const isSettled = (code: number): boolean => kindInNode(code) === kinds.kindOf(code);
