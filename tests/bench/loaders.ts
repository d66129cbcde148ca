/** How fast files are read: JSON lines plain and packed, web archives, parquet; beside Python where it reads the same. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { unzstd } from '../../dist/data/bytes/zstd.js';
import { readParquet } from '../../dist/data/readers/parquet/readParquet.js';
import { readDocuments } from '../../dist/data/readers/readDocuments.js';
import { writeJsonl } from '../../dist/data/readers/writeJsonl.js';
import { writeWarc } from '../../dist/data/readers/writeWarc.js';
import { labelledCrawl } from '../../dist/data/samples/labelledCrawl.js';
import { type Measurement, median } from './measurement.js';
import { startPeer } from './peer.js';

const rounds = 5;
const copies = 8;

export async function measureLoaders(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loaders-'));
  try {
    return await measuredIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measuredIn(folder: string): Promise<Measurement[]> {
  const pages = [...labelledCrawl({ pages: 2000, shares: { article: 1 } })];
  const rows = Array.from({ length: copies }, (_, copy) =>
    pages.map(({ text }, nth) => ({
      text,
      id: `<urn:uuid:${copy}-${nth}>`,
      dump: 'CC-MAIN-2024-10',
      language: 'en',
    })),
  ).flat();
  const at = (name: string) => join(folder, name);
  await writeJsonl(at('a.jsonl'), rows);
  await writeJsonl(at('a.jsonl.gz'), rows);
  await writeWarc(
    at('a.warc.gz'),
    pages.map(({ html }, nth) => ({ url: `https://a.example/${nth}`, html })),
  );
  const columnData = (['text', 'id', 'dump', 'language'] as const).map((name) => ({
    name,
    type: 'STRING' as const,
    data: rows.map((row) => row[name]),
  }));
  await parquetWriteFile({ filename: at('a.parquet'), columnData, rowGroupSize: 1000 });
  const text = Buffer.byteLength(rows.map((row) => row.text).join('')) / 1e6;
  const html = Buffer.byteLength(pages.map((page) => page.html).join('')) / 1e6;
  const packed = readFileSync(new URL('../data/fixtures/lines.jsonl.zst', import.meta.url));
  const documents = (name: string) => async () => {
    for await (const _ of readDocuments(at(name)));
  };
  const parquet = await measured('loaders: parquet, documents, by the clock', text, documents('a.parquet'));
  return [
    await measured('loaders: JSON lines', text, documents('a.jsonl'), ['jsonl', at('a.jsonl')]),
    await measured('loaders: JSON lines, gzip', text, documents('a.jsonl.gz'), ['jsonl', at('a.jsonl.gz')]),
    await measured('loaders: JSON lines, gzip, written', text, async () => {
      await writeJsonl(at('b.jsonl.gz'), rows);
    }),
    await measured('loaders: Zstandard, unpacked', await lengthOf(packed), async () => {
      for await (const _ of unzstd(pieces(packed)));
    }),
    await measured('loaders: web archive, HTML', html, documents('a.warc.gz'), ['gzip', at('a.warc.gz')]),
    parquet,
    {
      name: 'loaders: parquet, documents, by the clock',
      value: (parquet.value * rows.length) / text,
      unit: 'rows/s',
    },
    await measured('loaders: parquet, one column of four, by the clock', text, async () => {
      for await (const _ of readParquet(at('a.parquet'), { columns: ['text'] }));
    }),
  ];
}

async function* pieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function lengthOf(packed: Uint8Array): Promise<number> {
  let bytes = 0;
  for await (const part of unzstd(pieces(packed))) bytes += part.length;
  return bytes / 1e6;
}

/**
 * Megabytes of text in a second of the processor's time, or by the clock where another process of ours has a share; the
 * median of some rounds, each followed by one of the peer.
 */
async function measured(
  name: string,
  megabytes: number,
  own: () => Promise<void>,
  question?: readonly string[],
): Promise<Measurement> {
  const peer = question && (await startPeer([], { script: 'loadersPeer.py' }));
  await own(); // does not count
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const [start, clock] = [process.cpuUsage(), performance.now()];
    await own();
    const { user, system } = process.cpuUsage(start);
    ours.push(name.includes('parquet') ? performance.now() - clock : (user + system) / 1000);
    if (peer) theirs.push(...(await peer.ask(question)));
  }
  peer?.stop();
  return {
    name,
    value: (1000 * megabytes) / median(ours),
    unit: 'MB/s',
    ...(peer && { peer: 'Python', peerValue: (1000 * megabytes) / median(theirs) }),
  };
}
