import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readDocumentItems, readDocuments } from '../../../src/data/readers/readDocuments.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import { all, kindsOf, messagesIn, testFolder } from './files.js';

const { folder, file } = testFolder('archives');

/** A record of an ARC file, of either version. */
function arcRecord(url: string, content: string, version = 1, length = Buffer.byteLength(content)): string {
  const more = version === 2 ? ' 200 abc - 0 a.arc.gz' : '';
  return `${url} 203.0.113.9 20091225103000 text/html${more} ${length}\n${content}\n`;
}
const answer = (html: string): string => `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n${html}`;
const head = arcRecord(
  'filedesc://a.arc',
  '1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n',
);

describe('ARC files', () => {
  const records = [
    head,
    arcRecord('http://a.example/x?a=b c', answer('<p>Hi</p>')),
    arcRecord('dns:a.example', 'a. A 1'),
  ];
  const second = arcRecord('http://b.example/', answer('<p>Ho</p>'), 2);
  const page = { url: 'http://a.example/x?a=b c', text: '<p>Hi</p>', date: '2009-12-25T10:30:00Z' };

  for (const [name, bytes] of [
    ['a.arc', Buffer.from([...records, second].join(''))],
    ['a.arc.gz', Buffer.concat([...records, second].map((record) => gzipSync(record)))],
  ] as const)
    it(`are read as web archives are: ${name}`, async () => {
      const items = await all(readDocumentItems(file(name, bytes)));
      assert.equal(kindsOf(items), 'skipped value skipped value');
      const [first, other] = await all(readDocuments(join(folder, name)));
      const { id, url, text, metadata } = first!;
      assert.deepEqual({ url, text, date: metadata.date }, page);
      assert.deepEqual([id, other?.text], [`${name}#2`, '<p>Ho</p>']);
    });

  it('are read on behind a record whose header is damaged, and say where they end too early', async () => {
    const cut = arcRecord('http://c.example/', 'HTTP/1.1', 1, 500);
    const path = file('damaged.arc', [head, 'http://b.example/ no header\nx\ny\n', second, cut].join(''));
    const items = await all(readDocumentItems(path));
    assert.equal(kindsOf(items), 'skipped problem value problem');
    assert.deepEqual(messagesIn(items).slice(1), [
      `${path}, record 2: its header is damaged`,
      `${path}, record 4: the file ends in the middle of it`,
    ]);
  });

  it('are refused where they are none', async () => {
    const path = file('none.arc', 'This is no archive.\n'.repeat(100));
    await assert.rejects(all(readDocuments(path)), {
      name: 'SyntaxError',
      message: `Cannot read ${path}: expected an .arc or .arc.gz file, got no ARC record in it`,
    });
  });
});

describe('archives that are packed with Zstandard', () => {
  const packed = (bytes: Uint8Array, ...args: string[]): Buffer =>
    spawnSync('zstd', ['-q', '-c', ...args], { input: bytes }).stdout;
  const zstd = { skip: spawnSync('zstd', ['--version']).status !== 0 && 'zstd is not installed here' };

  it('are read record by record, and up to damage', zstd, async () => {
    const texts = ['one', 'two', 'three'];
    const frames: Buffer[] = [];
    for (const text of texts) {
      const path = join(folder, 'one.warc');
      await writeWarc(path, [{ url: `https://a.example/${text}`, html: text }]);
      const { readFileSync } = await import('node:fs');
      frames.push(packed(readFileSync(path)));
    }
    const path = file('a.warc.zst', Buffer.concat(frames));
    assert.deepEqual(
      (await all(readDocuments(path))).map(({ text }) => text),
      texts,
    );
    const cut = join(folder, 'cut.warc.zst');
    writeFileSync(cut, Buffer.concat(frames).subarray(0, -20));
    const items = await all(readDocumentItems(cut));
    assert.deepEqual(
      items.flatMap((item) => (item.kind === 'value' ? item.value.text : [])),
      ['one', 'two'],
    );
    assert.match(
      messagesIn(items).at(-1)!,
      /the Zstandard file ends too early; nothing can be read from here on$/,
    );
  });

  it('are refused where they need a dictionary, which is said', zstd, async () => {
    const samples = Array.from({ length: 50 }, (_, nth) =>
      file(`sample${nth}`, `WARC/1.0\r\nWARC-Type: response\r\nnumber ${nth} ${'whale '.repeat(nth)}`),
    );
    const dictionary = join(folder, 'dictionary');
    spawnSync('zstd', ['-q', '--train', ...samples, '--maxdict=1024', '-o', dictionary]);
    const path = file('dict.warc.zst', packed(Buffer.from('WARC/1.0\r\n'.repeat(9)), '-D', dictionary));
    await assert.rejects(all(readDocuments(path)), {
      message: `Cannot read ${path}: it needs a Zstandard dictionary`,
    });
  });
});
