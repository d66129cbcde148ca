import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { hubUrl } from '../../../src/data/bytes/hub.js';
import { urlBytes } from '../../../src/data/bytes/urlBytes.js';
import { commonCrawlFiles } from '../../../src/data/readers/commonCrawl.js';
import { readParquetItems } from '../../../src/data/readers/parquet/readParquet.js';
import { readDocuments } from '../../../src/data/readers/readDocuments.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import { fileServer } from '../bytes/server.js';
import { all, testFolder, valuesIn } from './files.js';

const { folder } = testFolder('remote');
const remote = { wait: 1 };
const pages = Array.from({ length: 200 }, (_, nth) => ({
  url: `https://site.example/${nth}`,
  html: `<p>page ${nth} ${gzipSync(String(nth)).toString('hex').repeat(30)}</p>`,
}));
const texts = Array.from({ length: 5000 }, (_, nth) => `text ${nth} ${'é'.repeat(nth % 300)}`);

async function parquetFile(name: string): Promise<Buffer> {
  const filename = join(folder, name);
  const ids = texts.map((_, nth) => `<urn:uuid:${nth}>`);
  const counts = texts.map((_, nth) => BigInt(nth));
  await parquetWriteFile({
    filename,
    rowGroupSize: 500,
    columnData: [
      { name: 'text', data: texts, type: 'STRING' },
      { name: 'id', data: ids, type: 'STRING' },
      { name: 'token_count', data: counts, type: 'INT64' },
    ],
  });
  return readFileSync(filename);
}

describe('readDocuments() from a server', () => {
  it('reads a web archive as it comes, every page once however often the connection drops', async () => {
    const path = join(folder, 'crawl.warc.gz');
    await writeWarc(path, pages);
    const bytes = readFileSync(path);
    const manners = Array.from({ length: 12 }, (_, nth) => ({ dropAfter: 1000 + 700 * nth }));
    for (const noRanges of [false, true]) {
      const rude = noRanges ? [{ dropAfter: 30_000, noRanges }, { noRanges }] : [...manners, {}];
      const { url } = await fileServer(bytes, rude, 'crawl.warc.gz?download=true');
      const found = await all(readDocuments(url, { remote }));
      assert.deepEqual(
        found.map(({ id, url, text }) => [id, url, text]),
        pages.map(({ url, html }, nth) => [`crawl.warc.gz#${nth + 2}`, url, html]),
      );
    }
  });
  it('reads JSON lines and packed text by their address', async () => {
    const lines = texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
    const { url } = await fileServer(gzipSync(lines), [{ dropAfter: 5000 }, {}], 'a.jsonl.gz');
    const found = await all(readDocuments(url, { remote }));
    assert.deepEqual(
      found.map(({ text }) => text),
      texts,
    );
  });
  it('asks for a parquet file of the hub group by group, and for the wanted columns alone', async () => {
    const bytes = await parquetFile('hub.parquet');
    const { url, asked, sent } = await fileServer(bytes);
    const { origin: endpoint } = new URL(url);
    const source = 'hf://datasets/HuggingFaceFW/fineweb/sample/10BT/000_00000.parquet';
    const found = await all(readDocuments(source, { remote: { ...remote, endpoint, token: 'secret' } }));
    assert.deepEqual(
      found.map(({ id, text, metadata }) => [id, text, metadata.token_count]),
      texts.map((text, nth) => [`<urn:uuid:${nth}>`, text, nth]),
    );
    assert.ok(asked.every(({ authorization }) => authorization === 'Bearer secret'));
    assert.ok(
      asked.every(({ path }) => path.startsWith('/datasets/HuggingFaceFW/fineweb/resolve/main/sample/')),
    );
    assert.equal(asked.length, 13); // its length, its end, its footer, ten groups
    const before = sent();
    const items = await all(readParquetItems(url, { columns: ['id'], remote }));
    assert.equal(valuesIn(items).length, 5000);
    assert.ok(sent() - before < before / 3);
  });
  it('reads a parquet file over a bad connection, and stops where the file changes', async () => {
    const bytes = await parquetFile('bad.parquet');
    const rude = await fileServer(
      bytes,
      [{}, { dropAfter: 2 }, {}, { status: 503 }, {}, { dropAfter: 900 }, {}],
      'a.parquet',
    );
    assert.equal((await all(readDocuments(rude.url, { remote }))).length, 5000);
    const changed = Buffer.concat([bytes.subarray(0, 100), bytes]);
    const moving = await fileServer(bytes, [{}, {}, {}, {}, { content: changed }], 'a.parquet');
    await assert.rejects(all(readDocuments(moving.url, { remote })), /it changed while it was read/);
    const noRanges = await fileServer(bytes, [{ noRanges: true }], 'a.parquet');
    await assert.rejects(all(readDocuments(noRanges.url, { remote })), {
      message: `Cannot read ${noRanges.url}: the server does not answer Range requests; download the file first`,
    });
  });
  it('asks the hub again where the store that it sent to refuses after a while', async () => {
    const bytes = await parquetFile('stale.parquet');
    const store = await fileServer(bytes, [{}, {}, {}, {}, { status: 403 }, {}], 'a.parquet');
    const hub = await fileServer(bytes, [{ redirect: store.url }], 'a.parquet');
    assert.equal((await all(readDocuments(hub.url, { remote }))).length, 5000);
    assert.equal(hub.asked.length, 2);
  });
  it('stops with what the signal says', async () => {
    const { url } = await fileServer(gzipSync('{}'), [{ stallAfter: 3 }], 'a.jsonl.gz');
    const signal = AbortSignal.timeout(50);
    await assert.rejects(all(readDocuments(url, { remote: { signal } })), { name: 'TimeoutError' });
  });
});

describe('urlBytes()', () => {
  it('does not go on with another version, and says so', async () => {
    const [one, two] = [Buffer.alloc(300_000, 1), Buffer.alloc(300_000, 2)];
    for (const noRanges of [false, true]) {
      const { url } = await fileServer(one, [{ dropAfter: 100_000 }, { content: two, noRanges }]);
      await assert.rejects(all(urlBytes(url, remote)), {
        message: `Cannot go on with ${url}: it changed on the server`,
      });
    }
  });
});

describe('commonCrawlFiles()', () => {
  it('lists the addresses of the files of a crawl', async () => {
    const lines =
      'crawl-data/CC-MAIN-2024-10/segments/1/warc/a.warc.gz\ncrawl-data/CC-MAIN-2024-10/b.warc.gz\n';
    const server = await fileServer(gzipSync(lines));
    const { origin } = new URL(server.url);
    assert.deepEqual(await all(commonCrawlFiles('CC-MAIN-2024-10', { server: origin, kind: 'wet' })), [
      `${origin}/crawl-data/CC-MAIN-2024-10/segments/1/warc/a.warc.gz`,
      `${origin}/crawl-data/CC-MAIN-2024-10/b.warc.gz`,
    ]);
    assert.equal(server.asked[0]?.path, '/crawl-data/CC-MAIN-2024-10/wet.paths.gz');
    await assert.rejects(all(commonCrawlFiles('../x')), RangeError);
  });
});

describe('hubUrl()', () => {
  it('writes the addresses that the hub itself gives', () => {
    const endpoint = 'https://huggingface.co';
    for (const [source, address] of [
      ['hf://datasets/a/b/c d.parquet', `${endpoint}/datasets/a/b/resolve/main/c%20d.parquet`],
      ['hf://openai-community/gpt2/vocab.json', `${endpoint}/openai-community/gpt2/resolve/main/vocab.json`],
      [
        'hf://datasets/a/b@refs/convert/parquet/default/train/0000.parquet',
        `${endpoint}/datasets/a/b/resolve/refs%2Fconvert%2Fparquet/default/train/0000.parquet`,
      ],
      ['https://a.example/x', 'https://a.example/x'],
    ] as const)
      assert.equal(hubUrl(source, { endpoint }), address);
    for (const wrong of ['hf://datasets/a', 'a.parquet', 'ftp://a/b'])
      assert.throws(() => hubUrl(wrong), RangeError);
  });
});
