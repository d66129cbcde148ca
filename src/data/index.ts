/**
 * From web pages and files to clean documents. Of the readers by one rule: `readX` gives values, ready for a pipeline, and
 * tells `onProblem` of what is damaged; `readXItems` gives an `Item` for each record.
 */

export { type Downloaded, type DownloadOptions, download } from './bytes/download.js';
export type { RemoteOptions } from './bytes/http.js';
export { type HubOptions, hubUrl } from './bytes/hub.js';
export type { Conversation, Message, Role } from './conversation.js';
export { type CorpusName, corpusNames, readCorpus } from './corpora/corpora.js';
export { readPlaceNames } from './corpora/placeNames.js';
export {
  type FilterCrawlOptions,
  filterCrawl,
  readCrawlManifest,
} from './crawl/filterCrawl.js';
export type { CrawlManifest } from './crawl/manifest.js';
export { type CrawlProgress, type CrawlStage, crawlProgressLine } from './crawl/meter.js';
export { type CrawlOptions, type CrawlParameters, crawlParameters } from './crawl/parameters.js';
export { exactDuplicates } from './dedup/exactDuplicates.js';
export { type LineDuplicatesOptions, lineDuplicates } from './dedup/lineDuplicates.js';
export {
  type MinHasher,
  type MinHashOptions,
  minHashChance,
  minHasher,
  minHashSimilarity,
} from './dedup/minHash.js';
export {
  dropNearDuplicates,
  type NearDuplicateOptions,
  nearDuplicateClusters,
  nearDuplicates,
} from './dedup/nearDuplicates.js';
export { phraseSimilarity } from './dedup/phraseSimilarity.js';
export type { Document } from './document.js';
export {
  type Extracted,
  type ExtractionOptions,
  extraction,
  extractText,
} from './extract/extraction.js';
export { htmlToText } from './extract/htmlToText.js';
export { type SiteBoilerplateOptions, withoutSiteBoilerplate } from './extract/siteBoilerplate.js';
export { drop, type Filter, keep, keepAs, type Verdict } from './filter.js';
export { type AnonymizationOptions, anonymization, anonymizer } from './filters/anonymization.js';
export { type Blocklists, readBlocklists } from './filters/blocklists.js';
export { type C4QualityOptions, c4Quality } from './filters/c4Quality.js';
export { type DecontaminationOptions, decontamination } from './filters/decontamination.js';
export { type FinewebFiltersOptions, finewebFilters } from './filters/fineweb.js';
export { type FinewebQualityOptions, finewebQuality } from './filters/finewebQuality.js';
export { type GopherQualityOptions, gopherQuality } from './filters/gopherQuality.js';
export { type GopherRepetitionOptions, gopherRepetition } from './filters/gopherRepetition.js';
export {
  byLanguage,
  type Identify,
  type LanguageFilterOptions,
  type LanguageGuess,
  languageFilter,
  languageModel,
} from './filters/language.js';
export { type LanguageLimits, languageLimits } from './filters/languageLimits.js';
export { isPublicAddress } from './filters/publicAddress.js';
export { type UrlFilterOptions, urlFilter } from './filters/urlFilter.js';
export { funnelOf, type ReasonRow, reasonRows, type Stage } from './funnel.js';
export { judgeAll, type Outcome, runPipeline } from './pipeline.js';
export { type PageParts, pageParts } from './quality/pageParts.js';
export {
  learnedQuality,
  type QualityModel,
  qualityScore,
  type RatedText,
  type TrainQualityOptions,
  trainQuality,
} from './quality/qualityClassifier.js';
export { type QualityExample, qualityExamples, qualityRubric } from './quality/qualityExamples.js';
export { loadQuality, saveQuality } from './quality/qualityFile.js';
export { type CommonCrawlOptions, commonCrawlFiles } from './readers/commonCrawl.js';
export type { Item, ItemOptions, ReaderOptions, Remark } from './readers/items.js';
export { type ParquetOptions, readParquet, readParquetItems } from './readers/parquet/readParquet.js';
export { readConversationItems, readConversations } from './readers/readConversations.js';
export {
  type DocumentOptions,
  type FieldOptions,
  readDocumentItems,
  readDocuments,
} from './readers/readDocuments.js';
export { readJsonl, readJsonlItems } from './readers/readJsonl.js';
export { type OasstOptions, readOasst, readOasstItems } from './readers/readOasst.js';
export { readTextItems, readTexts, type TextOptions } from './readers/readText.js';
export { readWarc, readWarcItems, type WarcOptions } from './readers/readWarc.js';
export { readWet, readWetItems } from './readers/readWet.js';
export { type JsonlWriter, openJsonl, type WrittenFile, writeJsonl } from './readers/writeJsonl.js';
export { type WebPage, writeWarc } from './readers/writeWarc.js';
export {
  type LabelledCrawlOptions,
  type LabelledPage,
  labelledCrawl,
  type PageLabel,
} from './samples/labelledCrawl.js';
export { type SearchHit, type SearchIndex, searchIndex } from './searchIndex.js';
export { simplifiedText } from './text/simplifiedText.js';
