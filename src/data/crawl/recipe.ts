/** FineWeb's filters in FineWeb's order, made from the parameters of a run. */

import { extraction } from '../extract/extraction.js';
import { type Filter, keep } from '../filter.js';
import { readBlocklists } from '../filters/blocklists.js';
import { c4Quality } from '../filters/c4Quality.js';
import { finewebQuality } from '../filters/finewebQuality.js';
import { gopherQuality } from '../filters/gopherQuality.js';
import { gopherRepetition } from '../filters/gopherRepetition.js';
import { languageFilter } from '../filters/language.js';
import { urlFilter } from '../filters/urlFilter.js';
import type { CrawlParameters } from './parameters.js';

/** The filter of addresses, which comes first. The thread that reads has it, so that its lists are there only once. */
export async function addressFilters({ url }: CrawlParameters): Promise<Filter[]> {
  if (!url) return [];
  const { blocklists, topics, domains, urls, ...words } = url;
  const lists = blocklists === '' ? undefined : await readBlocklists(blocklists, { topics });
  return [
    urlFilter({
      ...words,
      domains: [...(lists?.domains ?? []), ...domains],
      urls: [...(lists?.urls ?? []), ...urls],
    }),
  ];
}

/** The filters of texts. */
export interface TextFilters {
  /** For the pages of web archives. */
  readonly ofPages: readonly Filter[];
  /** For documents that are text already: the same, but nothing is extracted. */
  readonly ofTexts: readonly Filter[];
}

/** All filters after that of addresses; loads the model of languages. */
export async function textFilters(parameters: CrawlParameters): Promise<TextFilters> {
  const { gopherRepetition: repetition, gopherQuality: quality } = parameters;
  const { language, c4Quality: c4, finewebQuality: fineweb } = parameters;
  const extract = parameters.extraction ? [extraction(parameters.extraction)] : [];
  const others = [
    ...(language ? [await languageFilter(language)] : []),
    ...(repetition ? [gopherRepetition(repetition)] : []),
    ...(quality ? [gopherQuality(quality)] : []),
    ...(c4 ? [c4Quality(c4)] : []),
    ...(fineweb ? [finewebQuality(fineweb)] : []),
  ];
  const passing = extract.map(({ name }): Filter => ({ name, judge: () => keep }));
  return { ofPages: [...extract, ...others], ofTexts: [...passing, ...others] };
}
