/**
 * C4's rules (Raffel et al. 2020, JMLR 21:140) with the additions of its released code: lines that no prose has are cut
 * out, and a page with nothing much left, or with a sign of code or filler, is dropped. Left out: the list of bad words,
 * which FineWeb does not use either.
 */
import { drop, type Filter, keepAs } from '../filter.js';
import { brokenText, lacksBlanks } from '../text/wordBreaks.js';
import { isWord } from '../text/words.js';

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

/** FineWeb's choice. */
export const c4QualityDefaults: Required<C4QualityOptions> = {
  terminalPunctuation: false,
  minSentences: 5,
  minWordsPerLine: 3,
  maxWordLength: 1000,
  policyPhrases: [
    'terms of use',
    'privacy policy',
    'cookie policy',
    'uses cookies',
    'use of cookies',
    'use cookies',
  ],
};

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
  const isCut = (line: string, lower: string): boolean =>
    (terminalPunctuation && (!/[.?!"']$/.test(line) || line.endsWith('...'))) ||
    lower.includes('javascript') ||
    policyPhrases.some((phrase) => lower.includes(phrase));
  const phrases = ['javascript', 'lorem ipsum', ...policyPhrases].map((phrase) =>
    phrase.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
  );
  const anyPhrase = new RegExp(phrases.join('|'));
  // Most pages have none of the phrases, which one look at the whole page tells; taking out `[1]` may make one.
  const mayHavePhrase = (text: string): boolean => text.includes('[') || anyPhrase.test(text.toLowerCase());
  return {
    name: 'C4 quality',
    judge: (document) => {
      const lines: string[] = [];
      const isSuspect = mayHavePhrase(document.text);
      const hasNoBlanks = lacksBlanks(document.text);
      for (const raw of document.text.split('\n')) {
        const whole = raw.trim();
        const words = hasNoBlanks ? [...brokenText(whole)].filter(isWord).join(' ') : whole;
        if (hasLongWord(words, maxWordLength)) continue;
        const line = whole.includes('[') ? whole.replace(/\[\d*\]|\[edit\]|\[citation needed\]/g, '') : whole;
        const lower = isSuspect ? line.toLowerCase() : '';
        if (lower.includes('lorem ipsum')) return drop('lorem ipsum');
        if (!hasWords(words, minWordsPerLine) || isCut(line, lower)) continue;
        if (line.includes('{')) return drop('curly bracket', line.slice(0, 60));
        lines.push(line);
      }
      const count = sentenceCount(lines, minSentences);
      if (count < minSentences)
        return drop('too few sentences', `${count} sentences, at least ${minSentences}`);
      return keepAs({ ...document, text: lines.join('\n').trim() });
    },
  };
}

/** Whether a word is longer than `most`: each such word lies over one of every `most + 1` places. */
function hasLongWord(line: string, most: number): boolean {
  for (let at = most; at < line.length; at += most + 1) {
    let blank = at;
    while (blank > at - most - 1 && !isBlank(line.charCodeAt(blank))) blank--;
    if (blank === at - most - 1) return true;
    at = blank;
  }
  return false;
}

const isBlank = (code: number): boolean =>
  code < 128 ? code === 32 || (code >= 9 && code <= 13) : /\s/.test(String.fromCharCode(code));

/** Whether a line has so many words; stops at the last that is asked for. */
function hasWords(line: string, count: number): boolean {
  const word = /\S+/g;
  for (let nth = 0; nth < count; nth++) if (!word.test(line)) return false;
  return true;
}

/**
 * The sentences of all lines, or `enough` if there are as many. To find sentences takes longer than all else here, so the
 * ends that are beyond doubt are counted first: by Unicode's rules (annex 29) a small letter, one of `.?!`, a blank and a
 * capital always end one.
 */
function sentenceCount(lines: readonly string[], enough: number): number {
  const sure = /[a-z][.?!] [A-Z]/g;
  let count = 0;
  for (const line of lines) {
    if (line === '') continue;
    count++;
    while (count < enough && sure.test(line)) count++;
    if (count >= enough) return enough;
    sure.lastIndex = 0;
  }
  return lines.reduce((sum, line) => sum + [...sentences.segment(line)].length, 0);
}
