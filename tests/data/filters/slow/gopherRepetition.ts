/**
 * Gopher's repetition rules (Rae et al. 2021, arXiv 2112.11446, table A1): how much of the text has been said before
 * in the same text? Three ways to look: lines and paragraphs, the most frequent short phrase, long phrases.
 */
import { drop, type Filter, keep, share, type Verdict } from '../../../../src/data/filter.js';
import {
  type GopherRepetitionOptions,
  gopherRepetitionDefaults,
} from '../../../../src/data/filters/gopherRepetition.js';
import { type Repeats, repeatsOf, wordsOf } from './words.js';

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
  const paragraphs = text.trim().split(/\n{2,}/);
  const lines = text.split(/\n+/);
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
  const words = wordsOf(text);
  for (const [n, most] of limits.topPhrases) {
    const { phrase, characters } = topPhrase(words, n);
    if (characters / text.length > most)
      return drop('one phrase all over', `"${phrase}" is ${share(characters, text.length)} of the text`);
  }
  for (const [n, most] of limits.repeatedPhrases) {
    const characters = repeatedPhraseCharacters(words, n);
    if (characters / text.length > most)
      return drop('repeated phrases', `${share(characters, text.length)} is in ${n} words seen before`);
  }
  return undefined;
}

/** The most frequent run of `n` words, and how many characters all its occurrences have. */
function topPhrase(words: readonly string[], n: number): { phrase: string; characters: number } {
  const counts = new Map<string, number>();
  let phrase = '';
  let top = 0;
  for (let at = 0; at + n <= words.length; at++) {
    const candidate = words.slice(at, at + n).join(' ');
    const count = (counts.get(candidate) ?? 0) + 1;
    counts.set(candidate, count);
    if (count > top) [phrase, top] = [candidate, count];
  }
  return { phrase, characters: phrase.length * top };
}

/** Characters, blanks not counted, in runs of `n` words that came before; a run that is found is stepped over whole. */
function repeatedPhraseCharacters(words: readonly string[], n: number): number {
  const seen = new Set<string>();
  let characters = 0;
  for (let at = 0; at + n <= words.length; ) {
    const phrase = words.slice(at, at + n).join('');
    if (seen.has(phrase)) {
      characters += phrase.length;
      at += n;
    } else {
      seen.add(phrase);
      at++;
    }
  }
  return characters;
}
