/**
 * Gopher's quality rules (Rae et al. 2021, arXiv 2112.11446, appendix A.1.1): is this running prose at all? The
 * limits are the paper's, which FineWeb keeps. Left out: nothing.
 */
import { drop, type Filter, keep, share, type Verdict } from '../../../../src/data/filter.js';
import {
  type GopherQualityOptions,
  gopherQualityDefaults,
} from '../../../../src/data/filters/gopherQuality.js';
import { isWord, wordsOf } from './words.js';

/**
 * Drops what is not running prose: too short or too long, odd words, symbols, bullets, cut-off lines, no small words.
 *
 * @example
 * gopherQuality().judge({ id: 'a', text: 'Buy now!', metadata: {} })
 * // { keep: false, reason: 'too few words', detail: '2 words, at least 50' }
 */
export function gopherQuality(options: GopherQualityOptions = {}): Filter {
  const limits = { ...gopherQualityDefaults, ...options };
  return {
    name: 'Gopher quality',
    judge: ({ text }) => judgeWords(text, limits) ?? judgeLines(text, limits) ?? keep,
  };
}

function judgeWords(text: string, limits: Required<GopherQualityOptions>): Verdict | undefined {
  const pieces = wordsOf(text);
  const words = pieces.filter(isWord);
  const n = words.length;
  if (n < limits.minWords) return drop('too few words', `${n} words, at least ${limits.minWords}`);
  if (n > limits.maxWords) return drop('too many words', `${n} words, at most ${limits.maxWords}`);
  const mean = words.reduce((sum, word) => sum + word.length, 0) / n;
  if (mean < limits.minMeanLength || mean > limits.maxMeanLength) {
    const reason = mean < limits.minMeanLength ? 'words too short' : 'words too long';
    return drop(reason, `${mean.toFixed(1)} characters on average`);
  }
  const total = limits.countMarks ? pieces.length : n;
  const hashes = text.split('#').length - 1;
  if (hashes / total > limits.maxSymbolsPerWord) return drop('too many #', `${hashes} in ${n} words`);
  const ellipses = (text.match(/\.\.\.|…/g) ?? []).length;
  if (ellipses / total > limits.maxSymbolsPerWord)
    return drop('too many ellipses', `${ellipses} in ${n} words`);
  const alphabetic = pieces.filter((piece) => /\p{L}/u.test(piece)).length;
  if (alphabetic / total < limits.minAlphabetic)
    return drop('too few letters', `${share(alphabetic, total)} of the words hold one`);
  const small = limits.stopWords.filter((word) => words.includes(word)).length;
  if (small < limits.minStopWords)
    return drop('no small words', `${small} of ${limits.stopWords.join(', ')}`);
  return undefined;
}

function judgeLines(text: string, limits: Required<GopherQualityOptions>): Verdict | undefined {
  const lines = text.replace(/\n$/, '').split('\n'); // blank ones too, as Python's splitlines() has them
  const bullets = lines.filter((line) => /^\s*[•-]/.test(line)).length;
  if (bullets / lines.length > limits.maxBulletLines)
    return drop('mostly bullets', `${share(bullets, lines.length)} of the lines`);
  const cut = lines.filter((line) => /(\.\.\.|…)\s*$/.test(line)).length;
  if (cut / lines.length > limits.maxEllipsisLines)
    return drop('lines cut off', `${share(cut, lines.length)} of the lines end in an ellipsis`);
  return undefined;
}
