/**
 * How the rules see a text: as words, as lines, as pieces that come again. The published pipelines split words with
 * NLTK or spaCy; ours is one regular expression, so a count can differ by a little where a number is near a limit.
 */

import { lacksBlanks } from '../../../../src/data/text/wordBreaks.js';

// A word may hold an apostrophe, hyphen, dot or comma inside (don't, 3.14); else each run of one mark is a word.
const word = /[\p{L}\p{N}\p{M}]+(?:['’.,-][\p{L}\p{N}\p{M}]+)*|([^\s\p{L}\p{N}\p{M}])\1*/gu;

let lastText = '';
let lastWords: readonly string[] = [];

/**
 * Splits a text into words and punctuation marks. The answer for the last text is kept, since several rules ask in turn.
 *
 * @example
 * wordsOf("Don't panic ...") // ["Don't", 'panic', '...']
 */
export function wordsOf(text: string): readonly string[] {
  if (text !== lastText) {
    const pieces = text.match(word) ?? [];
    lastWords = lacksBlanks(text) ? pieces.flatMap(brokenWords) : pieces;
    lastText = text;
  }
  return lastWords;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Where a script has no blanks, a run of letters is several words; a run of marks is one piece. */
export const brokenWords = (piece: string): string[] =>
  isWord(piece) ? Array.from(segmenter.segment(piece), ({ segment }) => segment) : [piece];

/** Tells a word from a mark: it holds a letter or a digit. */
export function isWord(piece: string): boolean {
  return /[\p{L}\p{N}]/u.test(piece);
}

/** The lines that are not blank. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** How many pieces came before already, and how many characters they have in all. */
export interface Repeats {
  readonly count: number;
  readonly characters: number;
}

/**
 * Counts the pieces that are repeats of an earlier one.
 *
 * @example
 * repeatsOf(['a', 'bb', 'bb', 'bb']) // { count: 2, characters: 4 }
 */
export function repeatsOf(pieces: readonly string[]): Repeats {
  const seen = new Set<string>();
  let count = 0;
  let characters = 0;
  for (const piece of pieces) {
    if (seen.has(piece)) {
      count++;
      characters += piece.length;
    } else seen.add(piece);
  }
  return { count, characters };
}
