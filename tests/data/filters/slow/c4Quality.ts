/**
 * C4's rules (Raffel et al. 2020, JMLR 21:140) with the additions of its released code: lines that no prose has are cut
 * out, and a page with nothing much left, or with a sign of code or filler, goes. Left out: the list of bad words,
 * which FineWeb does not use either.
 */
import { drop, type Filter, keepAs } from '../../../../src/data/filter.js';

/** Options of `c4Quality`; the defaults are FineWeb's, which are C4's but for `terminalPunctuation`. */
export interface C4QualityOptions {
  /** Cut lines that do not end in a mark `. ? ! " '`. C4 does; FineWeb does not, since it lost too much: default false. */
  readonly terminalPunctuation?: boolean;
  /** Fewest sentences left on the page; default 5. */
  readonly minSentences?: number;
  /** Fewest words of a line; default 3 (the paper said 5 at first). */
  readonly minWordsPerLine?: number;
  /** Longest word of a line, characters; default 1,000 (released code only). */
  readonly maxWordLength?: number;
  /** Phrases whose line is cut; default those about cookies, privacy and terms of use (released code only). */
  readonly policyPhrases?: readonly string[];
}

const policy = [
  'terms of use',
  'privacy policy',
  'cookie policy',
  'uses cookies',
  'use of cookies',
  'use cookies',
];

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Cuts out lines about JavaScript and cookies, very short lines and Wikipedia's `[1]`; drops pages with "lorem ipsum",
 * a curly bracket, or fewer than five sentences left. NLTK finds the sentences in the released code, Node's own
 * `Intl.Segmenter` here.
 *
 * @example
 * c4Quality().judge({ id: 'a', text: 'Please enable JavaScript to go on.', metadata: {} })
 * // { keep: false, reason: 'too few sentences', detail: '0 sentences, at least 5' }
 */
export function c4Quality({
  terminalPunctuation = false,
  minSentences = 5,
  minWordsPerLine = 3,
  maxWordLength = 1000,
  policyPhrases = policy,
}: C4QualityOptions = {}): Filter {
  const isCut = (line: string, words: readonly string[]): boolean => {
    const lower = line.toLowerCase();
    return (
      (terminalPunctuation && (!/[.?!"']$/.test(line) || line.endsWith('...'))) ||
      words.length < minWordsPerLine ||
      lower.includes('javascript') ||
      policyPhrases.some((phrase) => lower.includes(phrase))
    );
  };
  return {
    name: 'C4 quality',
    judge: (document) => {
      const lines: string[] = [];
      let count = 0;
      for (const raw of document.text.split('\n')) {
        const words = raw.trim().split(/\s+/).filter(Boolean);
        if (words.some((word) => word.length > maxWordLength)) continue;
        const line = raw.trim().replace(/\[\d*\]|\[edit\]|\[citation needed\]/g, '');
        if (line.toLowerCase().includes('lorem ipsum')) return drop('lorem ipsum');
        if (isCut(line, words)) continue;
        if (line.includes('{')) return drop('curly bracket', line.slice(0, 60));
        count += sentenceCount(line);
        lines.push(line);
      }
      if (count < minSentences)
        return drop('too few sentences', `${count} sentences, at least ${minSentences}`);
      return keepAs({ ...document, text: lines.join('\n').trim() });
    },
  };
}

const sentenceCount = (line: string): number => [...sentences.segment(line)].length;
