/** MinHash signatures, the quality filters and extraction on one core, beside Python with numpy where it is there. */
import { c4Quality } from '../../src/data/c4Quality.js';
import { readCorpus } from '../../src/data/corpora.js';
import type { Document } from '../../src/data/document.js';
import { finewebQuality } from '../../src/data/finewebQuality.js';
import { gopherQuality } from '../../src/data/gopherQuality.js';
import { gopherRepetition } from '../../src/data/gopherRepetition.js';
import { labelledCrawl } from '../../src/data/labelledCrawl.js';
import { minHasher } from '../../src/data/minHash.js';
import { judgeAll } from '../../src/data/pipeline.js';
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
  ];
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
  const peer = task.question ? await startPeer([], task.texts, 'dataPeer.py') : undefined;
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
