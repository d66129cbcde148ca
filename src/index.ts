/** The public door: everything a notebook may import, and nothing else happens here. */

export { causalAttention } from './backend/ops/attention.js';
export { crossEntropy, tokenLosses } from './backend/ops/crossEntropy.js';
export { embedding } from './backend/ops/embedding.js';
export { gelu } from './backend/ops/gelu.js';
export { layerNorm } from './backend/ops/layerNorm.js';
export { linear } from './backend/ops/linear.js';
export { rmsNorm } from './backend/ops/rmsNorm.js';
export { type RotaryConfig, rotary } from './backend/ops/rotary.js';
export { swiGlu } from './backend/ops/swiGlu.js';
export { type BackendChoice, selectBackend } from './backend/select.js';
export { duration, type Progress, progressLine, progressOf } from './core/progress.js';
export { createRandom, type Random } from './core/random.js';
export { type Size, sized, sizes } from './core/size.js';
export { type Spread, spreadOf } from './core/statistics.js';
export { type Downloaded, type DownloadOptions, download } from './data/bytes/download.js';
export type { RemoteOptions } from './data/bytes/http.js';
export { type HubOptions, hubUrl } from './data/bytes/hub.js';
export type { Conversation, Message, Role } from './data/conversation.js';
export { type CorpusName, corpusNames, readCorpus } from './data/corpora/corpora.js';
export {
  type FilterCrawlOptions,
  filterCrawl,
  readCrawlManifest,
} from './data/crawl/filterCrawl.js';
export type { CrawlManifest } from './data/crawl/manifest.js';
export { type CrawlProgress, type CrawlStage, crawlProgressLine } from './data/crawl/meter.js';
export { type CrawlConfig, type CrawlParameters, crawlParameters } from './data/crawl/parameters.js';
export { exactDuplicates } from './data/dedup/exactDuplicates.js';
export {
  type MinHasher,
  type MinHashOptions,
  minHashChance,
  minHasher,
  minHashSimilarity,
} from './data/dedup/minHash.js';
export { dropNearDuplicates, nearDuplicateClusters, nearDuplicates } from './data/dedup/nearDuplicates.js';
export { phraseSimilarity } from './data/dedup/phraseSimilarity.js';
export type { Document } from './data/document.js';
export {
  type Extracted,
  type ExtractionOptions,
  extraction,
  extractText,
} from './data/extract/extraction.js';
export { htmlToText } from './data/extract/htmlToText.js';
export { drop, type Filter, keep, keepAs, type Verdict } from './data/filter.js';
export { type AnonymizerOptions, anonymization, anonymizer } from './data/filters/anonymization.js';
export { type Blocklists, inventedUrlWords, readBlocklists } from './data/filters/blocklists.js';
export { type C4QualityOptions, c4Quality } from './data/filters/c4Quality.js';
export { type FinewebQualityOptions, finewebQuality } from './data/filters/finewebQuality.js';
export { type GopherQualityOptions, gopherQuality } from './data/filters/gopherQuality.js';
export { type GopherRepetitionOptions, gopherRepetition } from './data/filters/gopherRepetition.js';
export { type Identify, type LanguageGuess, languageFilter, languageModel } from './data/filters/language.js';
export { isPublicAddress } from './data/filters/publicAddress.js';
export { type UrlFilterOptions, urlFilter } from './data/filters/urlFilter.js';
export { funnelOf, type ReasonRow, reasonRows, type Stage } from './data/funnel.js';
export { judgeAll, type Outcome, runPipeline } from './data/pipeline.js';
export {
  learnedQuality,
  type QualityModel,
  qualityScore,
  type RatedText,
  type TrainQualityOptions,
  trainQuality,
} from './data/quality/qualityClassifier.js';
export { type QualityExample, qualityExamples, qualityRubric } from './data/quality/qualityExamples.js';
export { loadQuality, saveQuality } from './data/quality/qualityFile.js';
export { type CommonCrawlOptions, commonCrawlFiles } from './data/readers/commonCrawl.js';
export type { Item, ItemOptions, Remark } from './data/readers/items.js';
export { type ParquetOptions, readParquet } from './data/readers/parquet/readParquet.js';
export { type ConversationOptions, readConversations } from './data/readers/readConversations.js';
export { type DocumentOptions, readDocumentItems, readDocuments } from './data/readers/readDocuments.js';
export { type JsonlOptions, readJsonl } from './data/readers/readJsonl.js';
export { type OasstOptions, readOasst } from './data/readers/readOasst.js';
export { readTexts, type TextOptions } from './data/readers/readText.js';
export { readWarc, type WarcItem, warcPages } from './data/readers/readWarc.js';
export { readWet } from './data/readers/readWet.js';
export { type JsonlWriter, openJsonl, type WrittenFile, writeJsonl } from './data/readers/writeJsonl.js';
export { type WebPage, writeWarc } from './data/readers/writeWarc.js';
export { type JunkPage, junkPages } from './data/samples/junkPages.js';
export {
  crawlBlocklists,
  type LabelledCrawlOptions,
  type LabelledPage,
  labelledCrawl,
  type PageLabel,
} from './data/samples/labelledCrawl.js';
export { articlePage, pagesOfCorpus, pagesOfUnfluff } from './data/samples/samplePages.js';
export { simplifiedText } from './data/text/simplifiedText.js';
export { type AblationConfig, type AblationRun, ablation, type Variant } from './evaluate/ablation.js';
export { type BigramModel, bigramModel } from './evaluate/bigram.js';
export { bitsPerByte, evaluateLoss, targetBytes } from './evaluate/bits.js';
export { check } from './exercises/check.js';
export type { CheckFailure, CheckReport } from './exercises/report.js';
export { cachedScores, createCache, type KeyValueCache, type NewTokens } from './model/cache.js';
export { checkGptConfig, type GptConfig, gpt2, parameterCount } from './model/config.js';
export {
  type GenerateBatchConfig,
  type GenerateConfig,
  type GeneratedText,
  generate,
  generateBatch,
  nextScores,
} from './model/generate.js';
export { logits } from './model/gpt.js';
export { createParams, disposeParams, type GptParams, namedParams } from './model/params.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './model/safetensors.js';
export { type SampleConfig, sampleToken } from './model/sample.js';
export { type BarPlot, barPlot } from './plot/barPlot.js';
export { type FigureBundle, figureBundle } from './plot/bundle.js';
export { type Figure, figureText, isFigure, type Layout, type Trace } from './plot/figure.js';
export { type FunnelPlotOptions, type FunnelStage, funnelPlot } from './plot/funnelPlot.js';
export { type HeatmapPlot, type HeatmapSide, heatmapPlot } from './plot/heatmapPlot.js';
export { binCounts, type HistogramPlot, histogramPlot } from './plot/histogramPlot.js';
export { type LinePlot, type LineSeries, linePlot } from './plot/linePlot.js';
export { type LossPlotOptions, type LossReport, lossPlot } from './plot/lossPlot.js';
export { type ProgressBar, progressBar } from './plot/progressBar.js';
export { type PictureOptions, renderPng, renderSvg } from './plot/render.js';
export { groupRows, sortRows, type TableCell, type TableRow } from './plot/rows.js';
export { clearOutput, type LiveFigure, liveFigure, show } from './plot/show.js';
export { type SpreadPlot, spreadPlot } from './plot/spreadPlot.js';
export type { Axis } from './plot/style.js';
export { table } from './plot/table.js';
export { type ShownToken, type TokenView, tokenView } from './plot/tokens.js';
export {
  type BpeModel,
  type BpeTokenizer,
  bpeTokenizer,
  byteTokenizer,
  smallerBpe,
} from './tokenizer/bpe.js';
export { type Split, splitWords } from './tokenizer/engine/split.js';
export { loadTokenizer, saveTokenizer } from './tokenizer/files/bpeFile.js';
export { loadHuggingFace } from './tokenizer/files/huggingFaceRead.js';
export { saveHuggingFace } from './tokenizer/files/huggingFaceWrite.js';
export { type TiktokenName, tiktokenModel, tiktokenTokenizer } from './tokenizer/files/tiktoken.js';
export { loadTiktoken, saveTiktoken, type TiktokenFileOptions } from './tokenizer/files/tiktokenFile.js';
export { mergeSteps } from './tokenizer/mergeSteps.js';
export { mergePair, pairCounts } from './tokenizer/pairs.js';
export { encodeSpecials, type SpecialsOptions } from './tokenizer/specials.js';
export { decodeStream, type StreamDecoder, streamDecoder } from './tokenizer/streamDecoder.js';
export { mergeCounts, tokenCounts } from './tokenizer/tokenCounts.js';
export type { Tokenizer } from './tokenizer/tokenizer.js';
export { type TokenKind, tokenKinds } from './tokenizer/tokenKinds.js';
export { bytesPerToken, type TokenPiece, tokenPieces } from './tokenizer/tokenPieces.js';
export { type TieBreak, type TrainBpeOptions, trainBpe, trainBpeAsync } from './tokenizer/trainBpe.js';
export { type AdamW, type AdamWConfig, createAdamW } from './train/adamW.js';
export {
  randomBatches,
  sequentialBatches,
  splitDocuments,
  type TokenStream,
  tokenStream,
} from './train/batches.js';
export { type Checkpoint, loadCheckpoint, saveCheckpoint } from './train/checkpoint.js';
export { type Batch, batchLoss, batchNats } from './train/loss.js';
export { pretrain, type StepReport, type TrainConfig, trainStep } from './train/pretrain.js';
export { learningRateAt, type Schedule } from './train/schedule.js';
