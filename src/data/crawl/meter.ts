/** How far a stage has come, as plain numbers. */
import { duration } from '../../core/progress.js';

/** The stages of a run, in order. */
export const crawlStages = [
  'filter',
  'keys',
  'exact',
  'signatures',
  'buckets',
  'clusters',
  'lineKeys',
  'lines',
  'finish',
] as const;

/** One of them; see `filterCrawl`. */
export type CrawlStage = (typeof crawlStages)[number];

/** Where a run stands. */
export interface CrawlProgress {
  readonly stage: CrawlStage;
  /** Documents that this stage has seen since the run was started, or started again. */
  readonly documents: number;
  /** Bytes of files that are done, those of earlier starts included. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Since the stage was started, or started again. */
  readonly seconds: number;
  readonly documentsPerSecond: number;
  readonly bytesPerSecond: number;
  /** What is left of the stage at that speed; `undefined` where it cannot be told. */
  readonly secondsLeft: number | undefined;
}

/** Counts for one stage. */
export interface Meter {
  /** Adds to what is done. */
  readonly add: (documents: number, bytes: number) => CrawlProgress;
}

/** Starts counting; `done` bytes are done already. */
export function startMeter(stage: CrawlStage, totalBytes: number, done: number): Meter {
  const start = performance.now();
  let [documents, bytes] = [0, done];
  return {
    add: (moreDocuments, moreBytes) => {
      documents += moreDocuments;
      bytes += moreBytes;
      const seconds = (performance.now() - start) / 1000;
      const per = (count: number) => (seconds > 0 ? count / seconds : 0);
      const bytesPerSecond = per(bytes - done);
      const left = bytesPerSecond > 0 ? Math.max(0, totalBytes - bytes) / bytesPerSecond : undefined;
      return {
        ...{ stage, documents, bytes, totalBytes, seconds },
        ...{ documentsPerSecond: per(documents), bytesPerSecond, secondsLeft: left },
      };
    },
  };
}

/**
 * Writes where a run stands as one line.
 *
 * @example
 * crawlProgressLine({ stage: 'filter', documents: 1234, bytes: 25e6, totalBytes: 100e6, seconds: 10,
 *   documentsPerSecond: 123.4, bytesPerSecond: 2.5e6, secondsLeft: 30 })
 * // 'filter: 1234 documents (123/s), 25.0 of 100.0 MB (2.5 MB/s), 30 s left'
 */
export function crawlProgressLine(progress: CrawlProgress): string {
  const { stage, documents, documentsPerSecond, bytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  const mega = (count: number) => (count / 1e6).toFixed(1);
  const speed = documentsPerSecond < 10 ? documentsPerSecond.toFixed(1) : Math.round(documentsPerSecond);
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return `${stage}: ${documents} documents (${speed}/s), ${mega(bytes)} of ${mega(totalBytes)} MB (${mega(bytesPerSecond)} MB/s)${left}`;
}
