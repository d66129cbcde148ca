/** The filters of a run, made from its parameters, and what they make of documents, in a thread. */
import { type Filter, keep } from '../filter.js';
import { readBlocklists } from '../filters/blocklists.js';
import { decontamination } from '../filters/decontamination.js';
import { finewebFilters } from '../filters/fineweb.js';
import { urlFilter } from '../filters/urlFilter.js';
import { funnelOf } from '../funnel.js';
import { judgeAll } from '../pipeline.js';
import { learnedQuality } from '../quality/qualityClassifier.js';
import { loadQuality } from '../quality/qualityFile.js';
import { checkFile } from './crawlFile.js';
import { droppedOf } from './dropped.js';
import type { Judged, JudgeJob } from './jobs.js';
import { loadFilters, OwnFilterError } from './ownFilters.js';
import type { CrawlParameters, Recipe } from './parameters.js';
import { packed } from './shards/shardFile.js';
import { readTestTexts } from './testTexts.js';

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

/** All filters after that of addresses, the caller's own among them; loads the model of languages. */
export async function textFilters({ parameters, filters, files = [] }: Recipe): Promise<TextFilters> {
  for (const file of files) checkFile(file);
  const own = filters ? await loadFilters(filters) : [];
  const together = (builtIn: readonly Filter[]) =>
    filters?.first ? [...own, ...builtIn] : [...builtIn, ...own];
  const ofPages = [
    ...(await finewebFilters({ ...parameters, url: false })),
    ...(await filtersFromFiles(parameters)),
  ];
  const passing = ({ name }: Filter): Filter => ({ name, judge: () => keep });
  const [first, ...others] = ofPages;
  const ofTexts = parameters.extraction ? [passing(first!), ...others] : ofPages;
  return { ofPages: together(ofPages), ofTexts: together(ofTexts) };
}

/** The filters that are made of files: a model of quality, and the texts of tests. */
async function filtersFromFiles({
  learnedQuality: learned,
  decontamination: tests,
}: CrawlParameters): Promise<Filter[]> {
  return [
    ...(learned ? [learnedQuality(loadQuality(learned.model), learned)] : []),
    ...(tests ? [decontamination(await readTestTexts(tests), tests)] : []),
  ];
}

/** Judges the documents and packs those that are kept. */
export async function judgeDocuments(
  { arePages, documents }: JudgeJob,
  { ofPages, ofTexts }: TextFilters,
): Promise<Judged> {
  const filters = arePages ? ofPages : ofTexts;
  const failed: { id: string; message: string }[] = [];
  const outcomes = documents.flatMap((document) => {
    try {
      return [judgeAll(document, filters)];
    } catch (error) {
      if (!(error instanceof Error && error.cause instanceof OwnFilterError)) throw error;
      failed.push({ id: document.id, message: error.message });
      return [];
    }
  });
  const kept = outcomes.filter(({ dropped }) => !dropped).map(({ document }) => document);
  const stages = await funnelOf(filters, outcomes);
  return { member: packed(kept), kept: kept.length, stages, dropped: droppedOf(outcomes), failed };
}
