/**
 * The rules FineWeb added to Gopher's and C4's (Penedo et al. 2024): does this look like prose, or like a list, a menu,
 * a form? They look at lines only.
 */
import { drop, type Filter, keep, share } from '../../../../src/data/filter.js';
import {
  type FinewebQualityOptions,
  finewebQualityDefaults,
} from '../../../../src/data/filters/finewebQuality.js';
import { linesOf, repeatsOf, wordsOf } from './words.js';

/**
 * Drops lists, menus and forms. Blank lines do not count. Early versions of the released code dropped a text that
 * lies right on a limit; later ones, and this, keep it.
 *
 * @example
 * finewebQuality().judge({ id: 'a', text: 'Home\nNews\nSports', metadata: {} })
 * // { keep: false, reason: 'lines without full stop', detail: '0.0 % of 3 lines end in a mark' }
 */
export function finewebQuality(options: FinewebQualityOptions = {}): Filter {
  const { minPunctuatedLines, maxShortLines, shortLine, maxRepeatedCharacters, maxBreaksPerWord } = {
    ...finewebQualityDefaults,
    ...options,
  };
  return {
    name: 'FineWeb quality',
    judge: ({ text }) => {
      const lines = linesOf(text);
      const n = lines.length;
      if (n === 0) return drop('empty');
      const punctuated = lines.filter((line) => /[.?!"']$/.test(line)).length;
      if (punctuated / n < minPunctuatedLines)
        return drop('lines without full stop', `${share(punctuated, n)} of ${n} lines end in a mark`);
      const short = lines.filter((line) => line.length <= shortLine).length;
      if (short / n > maxShortLines) return drop('short lines', `${share(short, n)} of ${n} lines`);
      const { characters } = repeatsOf(lines);
      const all = text.replaceAll('\n', '').length;
      if (characters / all > maxRepeatedCharacters)
        return drop('characters in repeated lines', share(characters, all));
      const breaks = text.split('\n').length - 1;
      const words = wordsOf(text).length;
      if (breaks / words > maxBreaksPerWord)
        return drop('a list', `${breaks} line breaks for ${words} words`);
      return keep;
    },
  };
}
