/** FineWeb's filters in FineWeb's order (Penedo et al. 2024, arXiv 2406.17557), as one list. */
import { type ExtractionOptions, extraction } from '../extract/extraction.js';
import type { Filter } from '../filter.js';
import { type C4QualityOptions, c4Quality } from './c4Quality.js';
import { type FinewebQualityOptions, finewebQuality } from './finewebQuality.js';
import { type GopherQualityOptions, gopherQuality } from './gopherQuality.js';
import { type GopherRepetitionOptions, gopherRepetition } from './gopherRepetition.js';
import { type LanguageFilterOptions, languageFilter } from './language.js';
import { type UrlFilterOptions, urlFilter } from './urlFilter.js';

/** What is changed of each filter; `false` leaves it out. */
export interface FinewebFiltersOptions {
  /** Its lists are empty where none are given: FineWeb's own are not carried along. */
  readonly url?: UrlFilterOptions | false;
  /** Leave it out where documents are text already. */
  readonly extraction?: ExtractionOptions | false;
  readonly language?: LanguageFilterOptions | false;
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
  const { url, language, gopherRepetition: repetition, gopherQuality: quality } = options;
  const { extraction: extract, c4Quality: c4, finewebQuality: fineweb } = options;
  return [
    ...(url === false ? [] : [urlFilter(url)]),
    ...(extract === false ? [] : [extraction(extract)]),
    ...(language === false ? [] : [await languageFilter(language)]),
    ...(repetition === false ? [] : [gopherRepetition(repetition)]),
    ...(quality === false ? [] : [gopherQuality(quality)]),
    ...(c4 === false ? [] : [c4Quality(c4)]),
    ...(fineweb === false ? [] : [finewebQuality(fineweb)]),
  ];
}
