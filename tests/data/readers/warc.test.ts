import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import type { Document } from '../../../src/data/document.js';
import type { Item } from '../../../src/data/readers/items.js';
import { readWarcItems } from '../../../src/data/readers/readWarc.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';

const folder = mkdtempSync(join(tmpdir(), 'warc-'));
after(() => rmSync(folder, { recursive: true }));

const pages = [1, 2, 3].map((n) => ({
  url: `https://site.example/${n}`,
  html: `<p>page ${n} é ${'x'.repeat(900)}</p>`,
}));

async function itemsOf(path: string, maxBytes?: number): Promise<Item<Document>[]> {
  const items: Item<Document>[] = [];
  for await (const item of readWarcItems(path, maxBytes ? { maxBytes } : {})) items.push(item);
  return items;
}
const kinds = (items: readonly Item<Document>[]) => items.map(({ kind }) => kind).join(' ');
const messages = (items: readonly Item<Document>[]) =>
  items.flatMap((item) => (item.kind === 'value' ? [] : [item.message]));

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** One record by the letter of ISO 28500. */
function record(type: string, block: string | Uint8Array, url = 'https://a.example/'): Buffer {
  const body = Buffer.from(block);
  const head = `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Target-URI: ${url}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n\r\n')]);
}
const http = (headers: string, body: string | Uint8Array) =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), Buffer.from(body)]);

describe('writeWarc()', () => {
  it('writes records that Node itself unzips to the WARC format, the same bytes each time', async () => {
    const path = join(folder, 'written.warc.gz');
    await writeWarc(path, pages);
    const bytes = readFileSync(path);
    const text = gunzipSync(bytes).toString();
    assert.equal(text.match(/^WARC\/1\.0\r$/gm)?.length, 4);
    assert.match(text, /WARC-Type: response\r\n/);
    for (const { html } of pages) assert.ok(text.includes(`\r\n\r\n${html}\r\n\r\n`));
    await writeWarc(path, pages);
    assert.ok(bytes.equals(readFileSync(path)));
  });
});

describe('readWarc()', () => {
  for (const name of ['round.warc.gz', 'round.warc']) {
    it(`reads back what was written to ${name}`, async () => {
      const path = join(folder, name);
      await writeWarc(path, pages);
      const items = await itemsOf(path);
      assert.equal(kinds(items), 'skipped value value value');
      assert.deepEqual(
        items.flatMap((item) => (item.kind === 'value' ? [[item.value.url, item.value.text]] : [])),
        pages.map(({ url, html }) => [url, html]),
      );
      assert.equal(messages(items)[0], `${path}, record 1: it is a warcinfo record, not a response`);
    });
    it(`keeps the pages before the end of a truncated ${name} and says where it ends`, async () => {
      const path = join(folder, name);
      await writeWarc(path, pages);
      const cut = file(`cut-${name}`, readFileSync(path).subarray(0, -60));
      const items = await itemsOf(cut);
      assert.equal(kinds(items), 'skipped value value problem');
      assert.equal(messages(items)[1], `${cut}, record 4: the file ends in the middle of it`);
    });
    it(`reads the pages before and after a garbled record of ${name}`, async () => {
      const path = join(folder, name);
      await writeWarc(path, pages);
      const bytes = readFileSync(path);
      const second = name.endsWith('gz')
        ? bytes.indexOf(Buffer.from([0x1f, 0x8b, 8]), bytes.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1) + 1) +
          200
        : bytes.indexOf('\r\n\r\n', bytes.indexOf('page 2')) - 58;
      const garbled = file(`garbled-${name}`, bytes.fill(0x41, second, second + 60));
      const items = await itemsOf(garbled);
      const third = items[2]!;
      assert.equal(kinds(items), `skipped value ${name.endsWith('gz') ? 'problem' : 'value'} value`);
      assert.match(
        (third.kind === 'value' ? third.warning : third.message) ?? '',
        /garbled-round\.warc(\.gz)?, record 3: its (compressed bytes are damaged|Content-Length is wrong)/,
      );
    });
  }
  it('finds the first good record where the beginning is garbled', async () => {
    const path = join(folder, 'head.warc.gz');
    await writeWarc(path, pages);
    const items = await itemsOf(file('head-garbled.warc.gz', readFileSync(path).fill(0, 0, 50)));
    assert.equal(kinds(items), 'problem value value value');
  });
  it('gives one clear error for what is no archive, and for what is not there', async () => {
    for (const [name, content] of [
      ['empty.warc.gz', ''],
      ['text.warc', 'Dear diary'],
      ['other.warc.gz', gzipSync('Dear diary')],
    ] as const) {
      const path = file(name, content);
      await assert.rejects(itemsOf(path), {
        name: 'SyntaxError',
        message: `Cannot read ${path}: expected a .warc or .warc.gz file, got no WARC record in it`,
      });
    }
    await assert.rejects(itemsOf('/nowhere/a.warc'), {
      message: 'Cannot read /nowhere/a.warc: there is no such file',
    });
    await assert.rejects(itemsOf(folder), { message: `Cannot read ${folder}: it is a folder` });
  });
  it('tells pages from what is none: requests, pictures, errors, records without HTTP', async () => {
    const path = file(
      'mixed.warc',
      Buffer.concat([
        record('request', 'GET / HTTP/1.1\r\n\r\n'),
        record('response', http('Content-Type: image/png', 'PNG')),
        record('response', 'HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\nno'),
        record('response', 'this is no answer of a server'),
        record('response', http('Content-Type: text/html', '<p>yes')),
      ]),
    );
    const items = await itemsOf(path);
    assert.equal(kinds(items), 'skipped skipped skipped problem value');
    assert.deepEqual(messages(items), [
      `${path}, record 1: it is a request record, not a response`,
      `${path}, record 2: it is image/png, not a page`,
      `${path}, record 3: the server answered 404`,
      `${path}, record 4: it holds no HTTP response`,
    ]);
  });
  it('puts chunked and compressed bodies together, and reports a broken one', async () => {
    const html = '<p>hello</p>';
    const path = file(
      'bodies.warc',
      Buffer.concat([
        record('response', http('Transfer-Encoding: chunked', '5\r\n<p>he\r\n7\r\nllo</p>\r\n0\r\n\r\n')),
        record('response', http('Content-Encoding: gzip', gzipSync(html))),
        record('response', http('Content-Encoding: br', brotliCompressSync(Buffer.from(html)))),
        record('response', http('Content-Encoding: gzip', html)),
        record('response', http('Content-Encoding: gzip', gzipSync(html).subarray(0, 20))),
      ]),
    );
    const items = await itemsOf(path);
    assert.equal(kinds(items), 'value value value value problem');
    for (const item of items.slice(0, 4)) assert.equal(item.kind === 'value' && item.value.text, html);
  });
  it('unpacks a body as often as it was packed, by each of the ways that servers have', async () => {
    const html = '<p>hello</p>';
    const twice = gzipSync(gzipSync(html));
    const bodies: readonly [head: string, body: string | Uint8Array][] = [
      ['Content-Encoding: gzip, gzip', twice],
      ['Content-Encoding: gzip\r\nContent-Encoding: gzip', twice],
      ['Content-Encoding: br, gzip', gzipSync(brotliCompressSync(html))],
      ['Content-Encoding: identity', html],
      ['Content-Encoding: deflate', deflateSync(html)],
      ['Content-Encoding: deflate', deflateRawSync(html)],
      ['Content-Encoding: zstd', Buffer.from('28b52ffd00586100003c703e68656c6c6f3c2f703e', 'hex')],
      ['Transfer-Encoding: gzip', gzipSync(html)],
      ['Content-Encoding: br', html],
      ['Content-Encoding: deflate', html],
      ['Content-Encoding: zstd', html],
      ['Content-Encoding: utf-8', html],
    ];
    const path = file(
      'packed.warc',
      Buffer.concat(bodies.map(([head, body]) => record('response', http(head, body)))),
    );
    const items = await itemsOf(path);
    for (const [nth, item] of items.entries())
      assert.equal(item.kind === 'value' ? item.value.text : item.message, html, String(bodies[nth]));
    assert.equal(items.length, bodies.length);
  });
  it('hands out no packed bytes as a page', async () => {
    const html = Buffer.from('<p>hello</p>'.repeat(20));
    const bomb = gzipSync(gzipSync(Buffer.alloc(3_000_000, 'a')));
    const bodies = [
      http('Content-Encoding: compress', gzipSync(html)),
      http('Content-Encoding: br', gzipSync(html)),
      http('Content-Encoding: gzip, gzip', bomb),
      http(`Content-Encoding: ${'x'.repeat(10_000)}`, gzipSync(html)),
    ];
    const path = file('unknown.warc', Buffer.concat(bodies.map((body) => record('response', body))));
    const items = await itemsOf(path, 1_000_000);
    assert.deepEqual(messages(items), [
      `${path}, record 1: its body is packed by "compress", which is not known here`,
      `${path}, record 2: its br body is damaged or larger than 1000000 bytes`,
      `${path}, record 3: its gzip body is damaged or larger than 1000000 bytes`,
      `${path}, record 4: its body is packed by "${'x'.repeat(58)}…, which is not known here`,
    ]);
  });
  it('does not fill the memory for a huge record or a small one that unpacks to a huge page', async () => {
    const bomb = gzipSync(Buffer.alloc(3_000_000, 'a'));
    const bytes = [
      gzipSync(record('response', http('Content-Type: text/html', Buffer.alloc(2_000_000, 'a')))),
      gzipSync(record('response', http('Content-Encoding: gzip', bomb))),
      gzipSync(record('response', http('Content-Type: text/html', '<p>ok'))),
    ];
    const items = await itemsOf(file('bomb.warc.gz', Buffer.concat(bytes)), 1_000_000);
    assert.equal(kinds(items), 'problem problem value');
    assert.match(messages(items)[0]!, /record 1: it is larger than 1000000 bytes/);
    assert.match(messages(items)[1]!, /record 2: its gzip body is damaged or larger than 1000000 bytes/);
  });
  it('reads records gzipped all in one piece as well', async () => {
    const path = file(
      'one.warc.gz',
      gzipSync(Buffer.concat([1, 2, 3].map((n) => record('response', http('', `<p>${n}`))))),
    );
    assert.equal(kinds(await itemsOf(path)), 'value value value');
  });
  it('says what was wrong with the characters of a page and still hands it out', async () => {
    const latin = Buffer.from('<p>déjà vu à l’été', 'latin1');
    const path = file(
      'charsets.warc',
      Buffer.concat([
        record('response', http('Content-Type: text/html; charset=utf-8', latin)),
        record('response', http('Content-Type: text/html; charset=klingon', '<p>plain')),
      ]),
    );
    const items = await itemsOf(path);
    const warnings = items.map((item) => item.kind === 'value' && item.warning);
    assert.deepEqual(warnings, [
      `${path}, record 1: its bytes are not UTF-8, which it says; read as windows-1252`,
      `${path}, record 2: it says klingon, which is no known character set`,
    ]);
  });
});

/** Three times the same page, the second changed on its way; plain, and gzipped record by record. */
async function withSecond(change: (record: string) => string): Promise<Item<Document>[][]> {
  const html = http('Content-Type: text/html', '<p>Call me Ishmael.</p>').toString('latin1');
  const records = [1, 2, 3].map(() => record('response', html).toString('latin1'));
  records[1] = change(records[1]!);
  const bytes = records.map((text) => Buffer.from(text, 'latin1'));
  return [
    await itemsOf(file('second.warc', Buffer.concat(bytes))),
    await itemsOf(file('second.warc.gz', Buffer.concat(bytes.map((one) => gzipSync(one))))),
  ];
}

describe('readWarc() of records whose length is wrong, as warcio reads them', () => {
  const longer = (by: number) => (text: string) =>
    text.replace(/(?<=Content-Length: )\d+/, (length) => String(Number(length) + by));
  const cases: readonly [name: string, change: (record: string) => string, warning: RegExp | undefined][] = [
    ['one too short', longer(-1), /its Content-Length is wrong, \d+$/],
    ['thirty too short', longer(-30), /its Content-Length is wrong, \d+$/],
    ['one too long', longer(1), /no blank line ends it$/],
    ['a hundred too long', longer(100), /its Content-Length is wrong, \d+$/],
    ['not given', (text) => text.replace(/Content-Length: .*\r\n/, ''), /its header has no Content-Length$/],
    ['right, but one CRLF ends it', (text) => text.slice(0, -2), /no blank line ends it$/],
    ['right, but nothing ends it', (text) => text.slice(0, -4), /no blank line ends it$/],
    ['right, and three blank lines end it', (text) => `${text}\r\n\r\n\r\n`, undefined],
    [
      'right, with LF alone throughout',
      (text) => text.replaceAll('\r\n', '\n').replace('\n\n', '\n\r\n'),
      /./,
    ],
  ];
  for (const [name, change, warning] of cases) {
    it(`gives the page and those around it where the length is ${name}`, async () => {
      for (const [nth, items] of (await withSecond(change)).entries()) {
        assert.equal(kinds(items), 'value value value', messages(items).join());
        const texts = items.flatMap((item) => (item.kind === 'value' ? [item.value.text.trim()] : []));
        assert.deepEqual(texts, Array(3).fill('<p>Call me Ishmael.</p>'));
        const warnings = items.map((item) => (item.kind === 'value' ? item.warning : undefined));
        assert.deepEqual([warnings[0], warnings[2]], [undefined, undefined]);
        // A gzip member ends where its record does, so there a blank line that is missing is no loss.
        if (warning && !(nth === 1 && name.startsWith('right, but'))) assert.match(warnings[1]!, warning);
        else assert.equal(warnings[1], undefined);
      }
    });
  }
  it('reads its way through zeros and other bytes between gzipped records', async () => {
    const one = gzipSync(record('response', http('', '<p>one')));
    const parts = [one, Buffer.alloc(700), one, Buffer.from('junk'), one, Buffer.alloc(3)];
    const items = await itemsOf(file('padded.warc.gz', Buffer.concat(parts)));
    assert.equal(kinds(items), 'value value problem value');
  });
});

describe('readWarc() of HTTP heads', () => {
  it('finds the page behind a head without headers, and behind one with LF alone', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\n\r\n<p>Hello</p>',
      'HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>Hello</p>',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n charset=utf-8\r\n\r\n<p>Hello</p>',
    ];
    const records = answers.map((answer) => record('response', answer));
    const items = await itemsOf(file('heads.warc', Buffer.concat(records)));
    assert.deepEqual(
      items.map((item) => item.kind === 'value' && item.value.text),
      Array(3).fill('<p>Hello</p>'),
    );
  });
  it('says so where no blank line ends the head', async () => {
    const path = file('endless.warc', record('response', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n'));
    assert.deepEqual(messages(await itemsOf(path)), [`${path}, record 1: no blank line ends its HTTP head`]);
  });
});
