/** Random text in which every class that a splitting rule knows stands beside every other. */
import type { createRandom } from '../../src/core/random.js';

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
    if (random.integer(15) === 0) return String.fromCodePoint(random.integer(0x110000));
    const pieces = classes[random.integer(classes.length)]!;
    return pieces[random.integer(pieces.length)]!;
  }).join('');
}
