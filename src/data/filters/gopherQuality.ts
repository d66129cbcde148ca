/**
 * Gopher's quality rules (Rae et al. 2021, arXiv 2112.11446, appendix A.1.1): is this running prose at all? The
 * limits are the paper's, which FineWeb keeps. Left out: nothing.
 */
import { drop, type Filter, keep, share, type Verdict } from '../filter.js';
import { type CurrentWords, currentWords } from '../text/currentWords.js';
import { isWord } from '../text/words.js';

/** Limits of `gopherQuality`; the defaults are the paper's. */
export interface GopherQualityOptions {
  /** Fewest words, marks not counted; default 50. */
  readonly minWords?: number;
  /** Most words, marks not counted; default 100,000. */
  readonly maxWords?: number;
  /** Shortest mean word, characters; default 3. */
  readonly minMeanLength?: number;
  /** Longest mean word, characters; default 10. */
  readonly maxMeanLength?: number;
  /** Most `#`, and most ellipses, for each word; default 0.1. */
  readonly maxSymbolsPerWord?: number;
  /** Largest share of lines that start with a bullet; default 0.9. The released code of FineWeb counts `-` as well. */
  readonly maxBulletLines?: number;
  /** Largest share of lines that end in an ellipsis; default 0.3. */
  readonly maxEllipsisLines?: number;
  /** Smallest share of words that hold a letter; default 0.8. */
  readonly minAlphabetic?: number;
  /**
   * Count a comma or a quotation mark as a word in the three rules that divide by the number of words. Default false, as
   * the paper reads and FineWeb's first code did; its later code counts them, which drops lively dialogue.
   */
  readonly countMarks?: boolean;
  /** Fewest different words out of `stopWords`; default 2. FineWeb's code first counted occurrences instead. */
  readonly minStopWords?: number;
  /** Default the, be, to, of, and, that, have, with. They match as written, in lower case. */
  readonly stopWords?: readonly string[];
}

/** The paper's limits. */
export const gopherQualityDefaults: Required<GopherQualityOptions> = {
  minWords: 50,
  maxWords: 100_000,
  minMeanLength: 3,
  maxMeanLength: 10,
  maxSymbolsPerWord: 0.1,
  maxBulletLines: 0.9,
  maxEllipsisLines: 0.3,
  minAlphabetic: 0.8,
  countMarks: false,
  minStopWords: 2,
  stopWords: ['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with'],
};

/**
 * Drops what is not running prose: too short or too long, odd words, symbols, bullets, cut-off lines, no small words.
 * Blank lines count as lines, as in datatrove.
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
  const pieces = currentWords(text);
  const { words: n, characters, alphabetic } = countWords(pieces);
  if (n < limits.minWords) return drop('too few words', `${n} words, at least ${limits.minWords}`);
  if (n > limits.maxWords) return drop('too many words', `${n} words, at most ${limits.maxWords}`);
  const mean = characters / n;
  if (mean < limits.minMeanLength || mean > limits.maxMeanLength) {
    const reason = mean < limits.minMeanLength ? 'words too short' : 'words too long';
    return drop(reason, `${mean.toFixed(1)} characters on average`);
  }
  const total = limits.countMarks ? pieces.count : n;
  const hashes = timesIn(text, '#');
  if (hashes / total > limits.maxSymbolsPerWord) return drop('too many #', `${hashes} in ${n} words`);
  const ellipses = timesIn(text, '...') + timesIn(text, '…');
  if (ellipses / total > limits.maxSymbolsPerWord)
    return drop('too many ellipses', `${ellipses} in ${n} words`);
  if (alphabetic / total < limits.minAlphabetic)
    return drop('too few letters', `${share(alphabetic, total)} of the words hold one`);
  const small = smallWords(pieces, limits);
  if (small < limits.minStopWords)
    return drop('no small words', `${small} of ${limits.stopWords.join(', ')}`);
  return undefined;
}

/** How many pieces are words, their characters, and how many pieces hold a letter. */
function countWords({ text, count, from, to }: CurrentWords) {
  let words = 0;
  let characters = 0;
  let alphabetic = 0;
  for (let nth = 0; nth < count; nth++) {
    const code = text.charCodeAt(from[nth]!) | 32;
    const isPlain = code >= 97 && code <= 122; // most words start with a letter from a to z
    const piece = isPlain ? '' : text.slice(from[nth]!, to[nth]!);
    if (isPlain || isWord(piece)) {
      words++;
      characters += to[nth]! - from[nth]!;
    }
    if (isPlain || /\p{L}/u.test(piece)) alphabetic++;
  }
  return { words, characters, alphabetic };
}

/** How many of the stop words the text has, counted up to as many as are asked for. */
function smallWords(
  { text, count, from, to }: CurrentWords,
  { stopWords, minStopWords }: Required<GopherQualityOptions>,
): number {
  const missing = new Set(stopWords.filter(isWord));
  const longest = Math.max(...stopWords.map((word) => word.length));
  let found = 0;
  for (let nth = 0; nth < count && found < minStopWords; nth++) {
    if (to[nth]! - from[nth]! <= longest && missing.delete(text.slice(from[nth]!, to[nth]!))) found++;
  }
  return found;
}

function timesIn(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function judgeLines(text: string, limits: Required<GopherQualityOptions>): Verdict | undefined {
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.trim());
  const bullets = lines.filter((line) => line.startsWith('•') || line.startsWith('-')).length;
  if (bullets / lines.length > limits.maxBulletLines)
    return drop('mostly bullets', `${share(bullets, lines.length)} of the lines`);
  const cut = lines.filter((line) => line.endsWith('...') || line.endsWith('…')).length;
  if (cut / lines.length > limits.maxEllipsisLines)
    return drop('lines cut off', `${share(cut, lines.length)} of the lines end in an ellipsis`);
  return undefined;
}
