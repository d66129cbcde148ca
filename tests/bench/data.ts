/**
 * MinHash signatures, the quality filters and extraction on one core, beside Python with numpy where it is there, and
 * the whole pipeline on one and two.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCorpus } from '../../dist/data/corpora/corpora.js';
import { filterCrawl } from '../../dist/data/crawl/filterCrawl.js';
import { minHasher } from '../../dist/data/dedup/minHash.js';
import type { Document } from '../../dist/data/document.js';
import { c4Quality } from '../../dist/data/filters/c4Quality.js';
import { finewebQuality } from '../../dist/data/filters/finewebQuality.js';
import { gopherQuality } from '../../dist/data/filters/gopherQuality.js';
import { gopherRepetition } from '../../dist/data/filters/gopherRepetition.js';
import { judgeAll } from '../../dist/data/pipeline.js';
import { writeWarc } from '../../dist/data/readers/writeWarc.js';
import { labelledCrawl } from '../../dist/data/samples/labelledCrawl.js';
import { measureExtraction } from './extraction.js';
import { type Measurement, median } from './measurement.js';
import { startPeer } from './peer.js';
import { measureQuality } from './quality.js';

const rounds = 5;

export async function measureData(): Promise<Measurement[]> {
  const short = shortTexts(2000);
  const articles = [...labelledCrawl({ pages: 1000, shares: { article: 1 } })].map(({ text }) => text);
  const documents = articles.map((text, nth): Document => ({ id: String(nth), text, metadata: {} }));
  const megabytes = Buffer.byteLength(articles.join('')) / 1e6;
  const sign = minHasher();
  const [repetition, quality, c4, fineweb] = [
    gopherRepetition(),
    gopherQuality(),
    c4Quality(),
    finewebQuality(),
  ];
  const judge = (filters: Parameters<typeof judgeAll>[1]) => () => {
    for (const document of documents) judgeAll(document, filters);
  };
  const speed = 'MB/s';
  return [
    await measured('data: MinHash signatures, 100 words each', 'documents/s', short.length, {
      own: () => {
        for (const text of short) sign(text);
      },
      texts: short,
      question: 'signatures',
    }),
    await measured('data: Gopher repetition', speed, megabytes, {
      own: judge([repetition]),
      texts: articles,
      question: 'repetition',
    }),
    await measured('data: Gopher quality', speed, megabytes, { own: judge([quality]) }),
    await measured('data: C4 quality', speed, megabytes, { own: judge([c4]) }),
    await measured('data: FineWeb quality', speed, megabytes, { own: judge([fineweb]) }),
    await measured('data: the four filters together', speed, megabytes, {
      own: judge([repetition, quality, c4, fineweb]),
    }),
    ...measureExtraction(),
    ...measureQuality(),
    ...(await measureRuns()),
  ];
}

/** A crawl through the whole pipeline, from archives to shards, by the clock: the start of the threads counts. */
async function measureRuns(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-run-'));
  const [pages, files] = [2000, 4];
  const all = [...labelledCrawl({ pages })];
  const paths = Array.from({ length: files }, (_, file) => join(folder, `${file}.warc.gz`));
  for (const [file, path] of paths.entries())
    await writeWarc(
      path,
      all.filter((_, nth) => nth % files === file),
    );
  const measurements: Measurement[] = [];
  for (const workers of [1, 2]) {
    const start = performance.now();
    for await (const { stage } of filterCrawl(paths, join(folder, `${workers}`), { workers })) void stage;
    const value = (1000 * pages) / (performance.now() - start);
    measurements.push({
      name: `data: the whole pipeline, ${workers} worker${workers > 1 ? 's' : ''}`,
      value,
      unit: 'pages/s',
    });
  }
  rmSync(folder, { recursive: true });
  return measurements;
}

function shortTexts(count: number): string[] {
  const words = readCorpus('sotu').flatMap(({ text }) => text.split(' '));
  return Array.from({ length: count }, (_, nth) => words.slice(100 * nth, 100 * nth + 100).join(' '));
}

interface Task {
  readonly own: () => void;
  readonly texts?: readonly string[];
  readonly question?: string;
}

/** How much of `amount` is done in a second of the processor's time, whatever else runs; the median of some rounds, each followed by one of the peer. */
async function measured(name: string, unit: string, amount: number, task: Task): Promise<Measurement> {
  const peer = task.question ? await startPeer([], { first: task.texts, script: 'dataPeer.py' }) : undefined;
  task.own(); // does not count
  const [own, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    task.own();
    const { user, system } = process.cpuUsage(start);
    own.push((user + system) / 1000);
    if (peer) theirs.push(...(await peer.ask(task.question)));
  }
  peer?.stop();
  return {
    name,
    value: (1000 * amount) / median(own),
    unit,
    ...(peer && { peer: 'Python', peerValue: (1000 * amount) / median(theirs) }),
  };
}
