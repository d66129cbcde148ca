/**
 * Gopher's repetition rules (Rae et al. 2021, arXiv 2112.11446, table A1): how much of the text has been said before
 * in the same text? Three ways to look: lines and paragraphs, the most frequent short phrase, long phrases.
 */
import { drop, type Filter, keep, share, type Verdict } from '../filter.js';
import { currentPhrases } from '../text/currentPhrases.js';
import { currentWords } from '../text/currentWords.js';
import { type Repeats, repeatsOf } from '../text/words.js';

/** Limits of `gopherRepetition`, all of them shares; the defaults are the paper's. */
export interface GopherRepetitionOptions {
  /** Most lines that repeat an earlier one, of all lines; default 0.3. */
  readonly maxLines?: number;
  /** Most characters in such lines; default 0.2. */
  readonly maxLineCharacters?: number;
  /** Most paragraphs (parted by blank lines) that repeat an earlier one; default 0.3. */
  readonly maxParagraphs?: number;
  /** Most characters in such paragraphs; default 0.2. */
  readonly maxParagraphCharacters?: number;
  /** For n words in a row, most characters in the most frequent phrase; default [2, .20], [3, .18], [4, .16]. */
  readonly topPhrases?: readonly (readonly [n: number, most: number])[];
  /** For n words in a row, most characters in phrases seen before; default [5, .15], [6, .14] … [10, .10]. */
  readonly repeatedPhrases?: readonly (readonly [n: number, most: number])[];
}

/** The paper's limits. */
export const gopherRepetitionDefaults: Required<GopherRepetitionOptions> = {
  maxLines: 0.3,
  maxLineCharacters: 0.2,
  maxParagraphs: 0.3,
  maxParagraphCharacters: 0.2,
  topPhrases: [
    [2, 0.2],
    [3, 0.18],
    [4, 0.16],
  ],
  repeatedPhrases: [
    [5, 0.15],
    [6, 0.14],
    [7, 0.13],
    [8, 0.12],
    [9, 0.11],
    [10, 0.1],
  ],
};

/**
 * Drops a text that keeps saying the same. As in FineWeb's released code paragraphs are looked at first, and the most
 * frequent phrase counts even where it comes once, so a text of very few words is dropped here.
 *
 * @example
 * gopherRepetition().judge({ id: 'a', text: 'Click here\nClick here\nClick here\nBye', metadata: {} })
 * // { keep: false, reason: 'repeated lines', detail: '2 of 4 lines' }
 */
export function gopherRepetition(options: GopherRepetitionOptions = {}): Filter {
  const limits = { ...gopherRepetitionDefaults, ...options };
  return {
    name: 'Gopher repetition',
    judge: ({ text }) => judgePieces(text, limits) ?? judgePhrases(text, limits) ?? keep,
  };
}

function judgePieces(text: string, limits: Required<GopherRepetitionOptions>): Verdict | undefined {
  const hasBlankLines = text.includes('\n\n');
  const paragraphs = hasBlankLines ? text.trim().split(/\n{2,}/) : [text.trim()];
  const lines = text.split(hasBlankLines ? /\n+/ : '\n');
  return (
    judgeRepeats('paragraphs', paragraphs, text, limits.maxParagraphs, limits.maxParagraphCharacters) ??
    judgeRepeats('lines', lines, text, limits.maxLines, limits.maxLineCharacters)
  );
}

function judgeRepeats(
  what: string,
  pieces: readonly string[],
  text: string,
  most: number,
  mostCharacters: number,
): Verdict | undefined {
  const { count, characters }: Repeats = repeatsOf(pieces);
  const tooMany = count / pieces.length > most || characters / text.length > mostCharacters;
  return tooMany ? drop(`repeated ${what}`, `${count} of ${pieces.length} ${what}`) : undefined;
}

function judgePhrases(text: string, limits: Required<GopherRepetitionOptions>): Verdict | undefined {
  const phrases = currentPhrases(currentWords(text));
  for (const [n, most] of limits.topPhrases) {
    const { phrase, characters } = phrases.top(n);
    if (characters / text.length > most)
      return drop('one phrase all over', `"${phrase}" is ${share(characters, text.length)} of the text`);
  }
  for (const [n, most] of limits.repeatedPhrases) {
    const characters = phrases.repeatedCharacters(n);
    if (characters / text.length > most)
      return drop('repeated phrases', `${share(characters, text.length)} is in ${n} words seen before`);
  }
  return undefined;
}
