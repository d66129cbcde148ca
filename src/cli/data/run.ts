/** `workbook data run`: a crawl through FineWeb's pipeline, the whole of it or one task's part. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FilterCrawlOptions, filterCrawl } from '../../data/crawl/filterCrawl.js';
import { layoutOf } from '../../data/crawl/layout.js';
import { type CrawlManifest, readManifest } from '../../data/crawl/manifest.js';
import { type CrawlStage, crawlProgressLine } from '../../data/crawl/meter.js';
import type { Command } from '../command.js';
import { statusLine } from '../status.js';
import { count, namedInputs, readConfig } from './options.js';

export const command: Command = {
  usage:
    'run INPUT… --out DIR [--inputs LIST] [--config FILE] [--workers W] [--tasks N --rank R [--stage filter|signatures|buckets|clusters|finish]] [--overwrite]',
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        inputs: { type: 'string' },
        config: { type: 'string' },
        workers: { type: 'string' },
        tasks: { type: 'string' },
        rank: { type: 'string' },
        stage: { type: 'string' },
        overwrite: { type: 'boolean', default: false },
      },
    });
    if (values.out === undefined)
      throw new Error('Cannot start a run: name the folder of its result with --out');
    const [workers, tasks] = [count('--workers', values.workers, 1), count('--tasks', values.tasks, 1)];
    const [rank, config] = [count('--rank', values.rank, 0), readConfig(values.config)];
    if (tasks !== undefined && rank === undefined)
      throw new Error(
        `Cannot start ${tasks} tasks with one command: say with --rank which this is, or leave --tasks out`,
      );
    return runCrawl(namedInputs(positionals, values.inputs), values.out, {
      ...(config && { config }),
      ...(workers && { workers }),
      ...(tasks && { tasks }),
      ...(rank !== undefined && { rank }),
      ...(values.stage !== undefined && { stage: values.stage as CrawlStage }),
      overwrite: values.overwrite,
    });
  },
};

async function runCrawl(
  inputs: readonly string[],
  out: string,
  options: FilterCrawlOptions,
): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const status = statusLine();
  let last: string | undefined;
  let stage: CrawlStage | undefined;
  try {
    for await (const progress of filterCrawl(inputs, out, { ...options, signal: interrupt.signal })) {
      if (last !== undefined && progress.stage !== stage) status.print(last);
      ({ stage } = progress);
      last = crawlProgressLine(progress);
      status.update(last);
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    status.print('Stopped; the same command goes on from here.');
    return 130;
  } finally {
    status.close();
  }
  if (last !== undefined) status.print(last);
  const manifest = readManifest(layoutOf(out));
  process.stdout.write(manifest ? summary(manifest, out) : 'This part is done.\n');
  return 0;
}

function summary({ stages, shards, inputs }: CrawlManifest, out: string): string {
  const rows = stages.map(({ filter, documentsIn, documentsOut, reasons: [most] }) => {
    const why = most ? `, most for "${most.reason}"` : '';
    return `  ${filter.padEnd(20)} ${String(documentsIn).padStart(9)} in, ${String(documentsOut).padStart(9)} out${why}\n`;
  });
  const documents = shards.reduce((sum, shard) => sum + shard.documents, 0);
  const problems = inputs.reduce((sum, input) => sum + input.problems, 0);
  const damaged = problems > 0 ? `Damaged records: ${problems}, listed in the manifest.\n` : '';
  return `${rows.join('')}${damaged}${documents} documents in ${shards.length} shards: ${join(out, 'manifest.json')}\n`;
}
