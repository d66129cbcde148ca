/** `workbook data run`: a crawl through FineWeb's pipeline, the whole of it or one task's part. */
import { join } from 'node:path';
import { type FilterCrawlOptions, filterCrawl } from '../../data/crawl/filterCrawl.js';
import { layoutOf } from '../../data/crawl/layout.js';
import { type CrawlManifest, readManifest } from '../../data/crawl/manifest.js';
import { type CrawlStage, crawlProgressLine, crawlStages } from '../../data/crawl/meter.js';
import { defineCommand } from '../command.js';
import { interruptedStatus, interruptSignal } from '../interrupt.js';
import { statusLine } from '../status.js';
import { configOf, namedInputs, recipeOptions } from './options.js';

export const command = defineCommand({
  name: 'data run',
  summary: "Filters a crawl by FineWeb's stages on all cores; killed and run again, it goes on",
  details: [
    'Reads documents, asks the filters one after the other, drops duplicates, replaces addresses of people, and writes ' +
      'shards of what is left with a manifest of what was dropped. What it has read or made is on the disk, so the same ' +
      'command goes on after it was killed, to the same bytes.',
    'The filters, with the defaults of FineWeb (Penedo et al. 2024): url, extraction (Readability, of web archives alone), ' +
      "language (fastText's lid.176, above 0.65), gopherRepetition and gopherQuality (Rae et al. 2021), c4Quality " +
      '(Raffel et al. 2020, without its rule on ends of lines), finewebQuality, minHash (14 buckets of 8 hashes, phrases of ' +
      '5 words), anonymization. Off unless asked for: learnedQuality, decontamination, exactDuplicates, lineDuplicates. ' +
      'With --languages, English is judged by these, ar, de, es, fr, hi, it, ja, pt, ru, th and zh by the limits that ' +
      "FineWeb2 published, others by FineWeb2's rules with the limits of English. --config changes any of them: " +
      '{"gopherQuality": {"minWords": 20}, "c4Quality": false}; the manifest records all.',
  ],
  takes: ['INPUT…', 'Files of the crawl: WARC, ARC, WET, JSON lines, parquet or text, packed or not'],
  options: {
    out: { kind: 'text', takes: 'DIR', help: 'The folder of the result' },
    inputs: { kind: 'text', takes: 'LIST', help: 'A file that lists more inputs, one a line' },
    ...recipeOptions,
    workers: { kind: 'whole', help: 'Threads; default one for each core' },
    tasks: { kind: 'whole', help: 'How many commands share the work' },
    rank: { kind: 'whole', least: 0, help: 'Which of them this is, from 0' },
    stage: { kind: 'text', takes: crawlStages.join('|'), help: 'Only this stage; default all' },
    overwrite: { kind: 'flag', help: 'Begins anew where other options were used' },
  },
  examples: [
    'data run crawl/*.warc.gz --out clean',
    'data run news.jsonl.gz --text-field body --languages en,de --exact url,text --out clean',
    'data run --out clean --tasks 64 --rank 3 --stage filter',
  ],
  run: ({ values, positionals }) => {
    const { workers, tasks, rank } = values;
    if (values.out === undefined)
      throw new Error('Cannot start a run: name the folder of its result with --out');
    const config = configOf(values);
    if (tasks !== undefined && rank === undefined)
      throw new Error(
        `Cannot start ${tasks} tasks with one command: say with --rank which this is, or leave --tasks out`,
      );
    return runCrawl(namedInputs(positionals, values.inputs), values.out, {
      ...(config && { config }),
      ...(values.filters !== undefined && { filters: values.filters }),
      filtersFirst: values['filters-first'],
      ...(workers && { workers }),
      ...(tasks && { tasks }),
      ...(rank !== undefined && { rank }),
      ...(values.stage !== undefined && { stage: values.stage as CrawlStage }),
      overwrite: values.overwrite,
    });
  },
});

async function runCrawl(
  inputs: readonly string[],
  out: string,
  options: FilterCrawlOptions,
): Promise<number> {
  const signal = interruptSignal();
  const status = statusLine();
  let last: string | undefined;
  let stage: CrawlStage | undefined;
  try {
    for await (const progress of filterCrawl(inputs, out, { ...options, signal })) {
      if (last !== undefined && progress.stage !== stage) status.print(last);
      ({ stage } = progress);
      last = crawlProgressLine(progress);
      status.update(last);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    status.print('Stopped; the same command goes on from here.');
    return interruptedStatus;
  } finally {
    status.close();
  }
  if (last !== undefined) status.print(last);
  const manifest = readManifest(layoutOf(out));
  process.stdout.write(manifest ? summary(manifest, out) : 'This part is done.\n');
  return 0;
}

function summary({ stages, shards, inputs, problems: [first] }: CrawlManifest, out: string): string {
  const rows = stages.map(({ filter, documentsIn, documentsOut, reasons: [most] }) => {
    const why = most ? `, most for "${most.reason}"` : '';
    return `  ${filter.padEnd(20)} ${String(documentsIn).padStart(9)} in, ${String(documentsOut).padStart(9)} out${why}\n`;
  });
  const documents = shards.reduce((sum, shard) => sum + shard.documents, 0);
  const problems = inputs.reduce((sum, input) => sum + input.problems, 0);
  const damaged = first
    ? `Damaged records: ${problems}, listed in the manifest, such as: ${first.message}\n`
    : '';
  return `${rows.join('')}${damaged}${documents} documents in ${shards.length} shards: ${join(out, 'manifest.json')}\n`;
}
