/**
 * C4's rules (Raffel et al. 2020, JMLR 21:140) with the additions of its released code: lines that no prose has are cut
 * out, and a page with nothing much left, or with a sign of code or filler, goes. Left out: the list of bad words,
 * which FineWeb does not use either.
 */
import { drop, type Filter, keepAs } from '../../../../src/data/filter.js';
import { type C4QualityOptions, c4QualityDefaults } from '../../../../src/data/filters/c4Quality.js';
import { lacksBlanks } from '../../../../src/data/text/wordBreaks.js';
import { brokenWords, isWord } from './words.js';

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
export function c4Quality(options: C4QualityOptions = {}): Filter {
  const { terminalPunctuation, minSentences, minWordsPerLine, maxWordLength, policyPhrases } = {
    ...c4QualityDefaults,
    ...options,
  };
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
        const words = lacksBlanks(document.text)
          ? brokenWords(raw.trim()).filter(isWord)
          : raw.trim().split(/\s+/).filter(Boolean);
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
