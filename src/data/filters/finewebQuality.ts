/**
 * The rules FineWeb added to Gopher's and C4's (Penedo et al. 2024): does this look like prose, or like a list, a menu,
 * a form? They look at lines only.
 */
import { drop, type Filter, keep, share } from '../filter.js';
import { currentWords } from '../text/currentWords.js';
import { linesOf, repeatsOf } from '../text/words.js';

/** Limits of `finewebQuality`; the defaults are the released code's. */
export interface FinewebQualityOptions {
  /** Smallest share of lines that end in a mark; default 0.12. */
  readonly minPunctuatedLines?: number;
  /**
   * What ends a sentence: `english` marks, `. ? ! " '` (default, FineWeb's), or `all`: those, and what Unicode calls the
   * end of a sentence in any script (`。`, `।`, `؟`), with closing quotation marks and brackets behind it (`.”`).
   */
  readonly endMarks?: 'english' | 'all';
  /** Largest share of lines of at most `shortLine` characters; default 0.67. */
  readonly maxShortLines?: number;
  /** Longest line that counts as short, characters; default 30. */
  readonly shortLine?: number;
  /** Largest share of characters in lines that came before; default 0.01, the code's. The paper says 0.1. */
  readonly maxRepeatedCharacters?: number;
  /** Most line breaks for each word; default 0.3. */
  readonly maxBreaksPerWord?: number;
}

/** The released code's limits. */
export const finewebQualityDefaults: Required<FinewebQualityOptions> = {
  minPunctuatedLines: 0.12,
  endMarks: 'english',
  maxShortLines: 0.67,
  shortLine: 30,
  maxRepeatedCharacters: 0.01,
  maxBreaksPerWord: 0.3,
};

const endings = { english: /[.?!"']$/, all: /["']$|[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}"']*\s*$/u };

/**
 * Drops lists, menus and forms. Blank lines do not count. Early versions of the released code dropped a text that
 * lies right on a limit; later ones, and this, keep it.
 *
 * @throws {RangeError} If `endMarks` is neither of the two.
 *
 * @example
 * finewebQuality().judge({ id: 'a', text: 'Home\nNews\nSports', metadata: {} })
 * // { keep: false, reason: 'lines without full stop', detail: '0.0 % of 3 lines end in a mark' }
 */
export function finewebQuality(options: FinewebQualityOptions = {}): Filter {
  const { minPunctuatedLines, endMarks, maxShortLines, shortLine, maxRepeatedCharacters, maxBreaksPerWord } =
    {
      ...finewebQualityDefaults,
      ...options,
    };
  if (!Object.hasOwn(endings, endMarks))
    throw new RangeError(
      `Cannot look for ends of sentences: expected "english" or "all" marks, got "${endMarks}"`,
    );
  const ending = endings[endMarks];
  return {
    name: 'FineWeb quality',
    judge: ({ text }) => {
      const lines = linesOf(text);
      const n = lines.length;
      if (n === 0) return drop('empty');
      const punctuated = lines.filter((line) => ending.test(line)).length;
      if (punctuated / n < minPunctuatedLines)
        return drop('lines without full stop', `${share(punctuated, n)} of ${n} lines end in a mark`);
      const short = lines.filter((line) => line.length <= shortLine).length;
      if (short / n > maxShortLines) return drop('short lines', `${share(short, n)} of ${n} lines`);
      const { characters } = repeatsOf(lines);
      const all = text.replaceAll('\n', '').length;
      if (characters / all > maxRepeatedCharacters)
        return drop('characters in repeated lines', share(characters, all));
      const breaks = text.split('\n').length - 1;
      const words = currentWords(text).count;
      if (breaks / words > maxBreaksPerWord)
        return drop('a list', `${breaks} line breaks for ${words} words`);
      return keep;
    },
  };
}
