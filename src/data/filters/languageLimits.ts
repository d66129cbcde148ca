/**
 * The limits of each language. FineWeb2 (Penedo et al. 2025, arXiv 2506.20920) drew them for a thousand languages from how
 * clean texts of each are spread, and published them with its code as one file a language; eleven are here. Its rules on
 * paragraphs, characters of lines and short lines are off in all of them, repeated lines may hold a tenth of the characters,
 * and C4's rules are not asked. Its least scores of a language are another model's, so FineWeb's 0.65 stands for all.
 */
import { type C4QualityOptions, c4QualityDefaults } from './c4Quality.js';
import { type FinewebQualityOptions, finewebQualityDefaults } from './finewebQuality.js';
import { type GopherQualityOptions, gopherQualityDefaults } from './gopherQuality.js';
import { type GopherRepetitionOptions, gopherRepetitionDefaults } from './gopherRepetition.js';

/** How the texts of one language are judged; `false` leaves a filter out. */
export interface LanguageLimits {
  /** The score of the language must be above this. */
  readonly minScore: number;
  readonly gopherRepetition: Required<GopherRepetitionOptions> | false;
  readonly gopherQuality: Required<GopherQualityOptions> | false;
  readonly c4Quality: Required<C4QualityOptions> | false;
  readonly finewebQuality: Required<FinewebQualityOptions> | false;
}

/** What differs from language to language. */
interface Published {
  readonly maxLines: number;
  /** Most characters in the most frequent phrase of 2, 3 and 4 words. */
  readonly topPhrases: readonly number[];
  /** Most characters in phrases of 5 to 10 words that came before. */
  readonly repeatedPhrases: readonly number[];
  readonly minPunctuatedLines: number;
  readonly maxBreaksPerWord: number;
  readonly meanLength: readonly [min: number, max: number];
  readonly minAlphabetic: number;
  readonly stopWords: string;
}

const published: { readonly [code: string]: Published } = {
  ar: {
    maxLines: 0.304,
    topPhrases: [0.197, 0.172, 0.146],
    repeatedPhrases: [0.165, 0.153, 0.142, 0.131, 0.12, 0.109],
    minPunctuatedLines: 0.143,
    maxBreaksPerWord: 0.189,
    meanLength: [2, 9],
    minAlphabetic: 0.787,
    stopWords: 'في من على إلى عام أن مع أو هو عن التي كان بين ما كانت هي المتحدة بعد',
  },
  de: {
    maxLines: 0.263,
    topPhrases: [0.169, 0.153, 0.137],
    repeatedPhrases: [0.141, 0.134, 0.126, 0.117, 0.108, 0.098],
    minPunctuatedLines: 0,
    maxBreaksPerWord: 0.152,
    meanLength: [0, 15],
    minAlphabetic: 0.774,
    stopWords: 'der und die in von im den des mit das er dem als wurde für',
  },
  es: {
    maxLines: 0.265,
    topPhrases: [0.077, 0.097, 0.112],
    repeatedPhrases: [0.152, 0.137, 0.123, 0.114, 0.107, 0.099],
    minPunctuatedLines: 0.3,
    maxBreaksPerWord: 0.171,
    meanLength: [4, 14],
    minAlphabetic: 0.825,
    stopWords: 'de la en el y a que del los se por un con una las su',
  },
  fr: {
    maxLines: 0.264,
    topPhrases: [0.161, 0.149, 0.134],
    repeatedPhrases: [0.15, 0.141, 0.131, 0.121, 0.111, 0.1],
    minPunctuatedLines: 0.1,
    maxBreaksPerWord: 0.185,
    meanLength: [2, 11],
    minAlphabetic: 0.812,
    stopWords: "de la le et à en l' des du les est d' un une il dans par au",
  },
  hi: {
    maxLines: 0.206,
    topPhrases: [0.208, 0.198, 0.161],
    repeatedPhrases: [0.135, 0.125, 0.116, 0.108, 0.099, 0.09],
    minPunctuatedLines: 0.091,
    maxBreaksPerWord: 0.316,
    meanLength: [2, 21],
    minAlphabetic: 0.837,
    stopWords: 'के में है की और से का को एक हैं पर',
  },
  it: {
    maxLines: 0.246,
    topPhrases: [0.198, 0.156, 0.133],
    repeatedPhrases: [0.144, 0.136, 0.127, 0.118, 0.109, 0.1],
    minPunctuatedLines: 0.025,
    maxBreaksPerWord: 0.2,
    meanLength: [3, 21],
    minAlphabetic: 0.807,
    stopWords: "di e il la in a del che è della un per nel l' con da i una",
  },
  ja: {
    maxLines: 0.375,
    topPhrases: [0.121, 0.129, 0.145],
    repeatedPhrases: [0.307, 0.283, 0.264, 0.248, 0.234, 0.223],
    minPunctuatedLines: 0.167,
    maxBreaksPerWord: 0.162,
    meanLength: [1, 5],
    minAlphabetic: 0.759,
    stopWords: 'の に を は た て が と で 年 し ・ 月 れ さ',
  },
  pt: {
    maxLines: 0.325,
    topPhrases: [0.093, 0.117, 0.139],
    repeatedPhrases: [0.19, 0.172, 0.154, 0.142, 0.131, 0.12],
    minPunctuatedLines: 0.154,
    maxBreaksPerWord: 0.23,
    meanLength: [3, 13],
    minAlphabetic: 0.814,
    stopWords: 'de a e o em do da que um no uma com para na é foi',
  },
  ru: {
    maxLines: 0.322,
    topPhrases: [0.184, 0.164, 0.146],
    repeatedPhrases: [0.168, 0.156, 0.145, 0.133, 0.121, 0.109],
    minPunctuatedLines: 0.231,
    maxBreaksPerWord: 0.139,
    meanLength: [3, 11],
    minAlphabetic: 0.713,
    stopWords: 'в и на с года по году из был к не от что за для его как а он также до после',
  },
  th: {
    maxLines: 0.349,
    topPhrases: [0.221, 0.197, 0.162],
    repeatedPhrases: [0.185, 0.168, 0.152, 0.137, 0.124, 0.111],
    minPunctuatedLines: 0,
    maxBreaksPerWord: 0.153,
    meanLength: [2, 10],
    minAlphabetic: 0.9,
    stopWords: 'ใน ที่ และ ของ เป็น มี การ ได้',
  },
  zh: {
    maxLines: 0.287,
    topPhrases: [0.256, 0.201, 0.171],
    repeatedPhrases: [0.198, 0.182, 0.167, 0.154, 0.14, 0.127],
    minPunctuatedLines: 0.106,
    maxBreaksPerWord: 0.178,
    meanLength: [1, 5],
    minAlphabetic: 0.735,
    stopWords: '的 年 在 月 是 和 日 了 於 · 為 有 被 人 中 为 他 與 後 也 而 由',
  },
};

const usualEnglish: Omit<LanguageLimits, 'minScore'> = {
  gopherRepetition: gopherRepetitionDefaults,
  gopherQuality: gopherQualityDefaults,
  c4Quality: c4QualityDefaults,
  finewebQuality: finewebQualityDefaults,
};

/**
 * The limits of a language: English ones as they are given, FineWeb2's of eleven others, and of all the rest FineWeb2's
 * rules with the limits of English and no small words asked for.
 *
 * @param code As the model of languages has it: ar, de, es, fr, hi, it, ja, pt, ru, th and zh are known.
 * @param english What is asked of English; default FineWeb's.
 *
 * @example
 * languageLimits('de').gopherQuality.maxMeanLength // 15
 * languageLimits('eo').gopherQuality.minStopWords // 0
 */
export function languageLimits(
  code: string,
  english: Omit<LanguageLimits, 'minScore'> = usualEnglish,
): LanguageLimits {
  const minScore = 0.65;
  const { gopherRepetition, gopherQuality, c4Quality, finewebQuality } = english;
  if (code === 'en') return { minScore, gopherRepetition, gopherQuality, c4Quality, finewebQuality };
  const limits = Object.hasOwn(published, code) ? published[code] : undefined;
  const perLength = (shares: readonly number[], from: number) =>
    shares.map((most, nth): readonly [n: number, most: number] => [from + nth, most]);
  const off = 1;
  return {
    minScore,
    gopherRepetition: {
      ...gopherRepetitionDefaults,
      maxLineCharacters: off,
      maxParagraphs: off,
      maxParagraphCharacters: off,
      ...(limits && {
        maxLines: limits.maxLines,
        topPhrases: perLength(limits.topPhrases, 2),
        repeatedPhrases: perLength(limits.repeatedPhrases, 5),
      }),
    },
    gopherQuality: {
      ...gopherQualityDefaults,
      minStopWords: limits ? 2 : 0,
      stopWords: limits ? limits.stopWords.split(' ') : [],
      ...(limits && {
        minMeanLength: limits.meanLength[0],
        maxMeanLength: limits.meanLength[1],
        minAlphabetic: limits.minAlphabetic,
      }),
    },
    c4Quality: false,
    finewebQuality: {
      ...finewebQualityDefaults,
      endMarks: 'all',
      maxShortLines: off,
      maxRepeatedCharacters: 0.1,
      ...(limits && {
        minPunctuatedLines: limits.minPunctuatedLines,
        maxBreaksPerWord: limits.maxBreaksPerWord,
      }),
    },
  };
}
