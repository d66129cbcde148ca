/** FineWeb's filters in FineWeb's order (Penedo et al. 2024, arXiv 2406.17557), as one list. */
import { type ExtractionOptions, extraction } from '../extract/extraction.js';
import type { Filter } from '../filter.js';
import { type C4QualityOptions, c4Quality } from './c4Quality.js';
import { type FinewebQualityOptions, finewebQuality } from './finewebQuality.js';
import { type GopherQualityOptions, gopherQuality } from './gopherQuality.js';
import { type GopherRepetitionOptions, gopherRepetition } from './gopherRepetition.js';
import { byLanguage, type LanguageFilterOptions, languageFilter } from './language.js';
import type { LanguageLimits } from './languageLimits.js';
import { type UrlFilterOptions, urlFilter } from './urlFilter.js';

/** What is changed of each filter; `false` leaves it out. */
export interface FinewebFiltersOptions {
  /** Its lists are empty where none are given: FineWeb's own are not carried along. */
  readonly url?: UrlFilterOptions | false;
  /** Leave it out where documents are text already. */
  readonly extraction?: ExtractionOptions | false;
  readonly language?: LanguageFilterOptions | false;
  /** Languages to keep in place of that one, each with its own limits of the four filters that look at texts. */
  readonly languages?: { readonly [code: string]: LanguageLimits };
  readonly gopherRepetition?: GopherRepetitionOptions | false;
  readonly gopherQuality?: GopherQualityOptions | false;
  readonly c4Quality?: C4QualityOptions | false;
  readonly finewebQuality?: FinewebQualityOptions | false;
}

/**
 * Makes the seven filters that FineWeb asks in turn: address, extraction, language, Gopher's repetition and quality, C4's
 * and its own quality. Near-duplicates come after them (`dropNearDuplicates`), and addresses of people last
 * (`anonymization`). Loads the model of languages.
 *
 * @example
 * const filters = await finewebFilters({ url: { domains: ['casino.example'] }, extraction: false });
 * filters.map(({ name }) => name)
 * // ['URL', 'language', 'Gopher repetition', 'Gopher quality', 'C4 quality', 'FineWeb quality']
 */
export async function finewebFilters(options: FinewebFiltersOptions = {}): Promise<Filter[]> {
  const { url, extraction: extract, language, languages = {} } = options;
  const several = Object.keys(languages).length > 0;
  const scores = Object.entries(languages).map(([code, { minScore }]) => [code, minScore]);
  const kept = { language: Object.keys(languages), minScore: Object.fromEntries(scores) as Scores };
  const known = several ? await languageFilter(kept) : language !== false && (await languageFilter(language));
  return [
    ...(url === false ? [] : [urlFilter(url)]),
    ...(extract === false ? [] : [extraction(extract)]),
    ...(known ? [known] : []),
    ...(several ? ofLanguages(languages) : ofTexts(options)),
  ];
}

type Scores = { readonly [language: string]: number };

/** The four filters that look at texts, by their options. */
type TextOptions = Pick<
  FinewebFiltersOptions,
  'gopherRepetition' | 'gopherQuality' | 'c4Quality' | 'finewebQuality'
>;

function ofTexts(options: TextOptions): Filter[] {
  return makers.flatMap((make) => make(options) ?? []);
}

const makers: readonly ((options: TextOptions) => Filter | undefined)[] = [
  ({ gopherRepetition: own }) => (own === false ? undefined : gopherRepetition(own)),
  ({ gopherQuality: own }) => (own === false ? undefined : gopherQuality(own)),
  ({ c4Quality: own }) => (own === false ? undefined : c4Quality(own)),
  ({ finewebQuality: own }) => (own === false ? undefined : finewebQuality(own)),
];

/** Each of the four with the limits of the document's language, and those of them that are asked of any. */
function ofLanguages(languages: NonNullable<FinewebFiltersOptions['languages']>): Filter[] {
  return makers.flatMap((make) => {
    const own = Object.entries(languages).flatMap(([code, limits]) => {
      const filter = make(limits);
      return filter ? [[code, filter] as const] : [];
    });
    return own.length === 0 ? [] : [byLanguage(Object.fromEntries(own))];
  });
}
