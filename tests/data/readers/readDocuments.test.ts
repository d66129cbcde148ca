import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { readDocumentItems, readDocuments } from '../../../src/data/readers/readDocuments.js';
import { readTextItems } from '../../../src/data/readers/readText.js';
import { readWetItems } from '../../../src/data/readers/readWet.js';
import { writeJsonl } from '../../../src/data/readers/writeJsonl.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import { all, kindsOf, messagesIn, testFolder, valuesIn } from './files.js';

const { folder, file } = testFolder('documents');

/** A record as Common Crawl's WET files have it. */
function wetRecord(type: string, text: string, extra = ''): Buffer {
  const body = Buffer.from(text);
  const head = `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Target-URI: https://a.example/é\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n${extra}Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n\r\n')]);
}

describe('readDocuments()', () => {
  const texts = ['The whale é.', 'A ship\nsails.'];
  const rows = texts.map((text, nth) => ({ id: String(nth), text }));
  const makers: Readonly<Record<string, (path: string) => unknown>> = {
    'a.jsonl': (path) => writeJsonl(path, rows),
    'a.ndjson.gz': (path) => writeJsonl(path, rows),
    'a.parquet': (path) =>
      parquetWriteFile({ filename: path, columnData: [{ name: 'text', data: texts, type: 'STRING' }] }),
    'a.warc': (path) =>
      writeWarc(
        path,
        texts.map((html, nth) => ({ url: `https://a.example/${nth}`, html })),
      ),
    'a.warc.gz': (path) =>
      writeWarc(
        path,
        texts.map((html, nth) => ({ url: `https://a.example/${nth}`, html })),
      ),
    'a.warc.wet': () => file('a.warc.wet', Buffer.concat(texts.map((text) => wetRecord('conversion', text)))),
    'a.warc.wet.gz': () =>
      file('a.warc.wet.gz', Buffer.concat(texts.map((text) => gzipSync(wetRecord('conversion', text))))),
  };
  for (const [name, make] of Object.entries(makers)) {
    it(`reads ${name} by its name`, async () => {
      const path = join(folder, name);
      await make(path);
      const found = await all(readDocuments(path));
      assert.deepEqual(
        found.map(({ text }) => text),
        texts,
      );
    });
  }
  it('names documents that have no id of their own as it is told', async () => {
    const rows = [{ text: 'Hi' }, { id: 'own', text: 'Hi' }];
    const jsonl = join(folder, 'named.jsonl');
    await writeJsonl(jsonl, rows);
    const warc = join(folder, 'named.warc');
    await writeWarc(warc, [{ url: 'https://a.example/', html: '<p>Hi</p>' }]);
    const ids = async (path: string) =>
      (await all(readDocuments(path, { name: 'a/b', onProblem: () => {} }))).map(({ id }) => id);
    assert.deepEqual(await ids(jsonl), ['a/b#1', 'own']);
    assert.deepEqual(await ids(warc), ['a/b#2']);
    assert.deepEqual(await ids(file('named.wet', wetRecord('conversion', 'Hi'))), ['a/b#1']);
    assert.deepEqual(await ids(file('named.txt', 'Hi')), ['a/b']);
  });

  it('reads plain text, one document a file', async () => {
    for (const name of ['a.txt', 'a.md', 'a.txt.gz']) {
      const path = file(name, name.endsWith('gz') ? gzipSync('One.\r\n\r\nTwo.\n') : 'One.\r\n\r\nTwo.\n');
      assert.deepEqual(await all(readDocuments(path)), [{ id: name, text: 'One.\n\nTwo.', metadata: {} }]);
    }
  });
  it('refuses a name of no known kind', () => {
    for (const name of ['a.csv', 'a', 'a.arc.zst', 'a.parquet.gz']) {
      assert.throws(() => readDocumentItems(name), {
        name: 'RangeError',
        message: `Cannot read ${name}: expected a name that ends in .warc, .arc, .wet, .jsonl, .ndjson, .parquet, .txt or .md, or .gz or .zst behind it`,
      });
    }
  });
});

describe('readWet()', () => {
  it('gives the text, address, date and language of each conversion record and skips the others', async () => {
    const language = 'WARC-Identified-Content-Language: eng,deu\r\n';
    const path = file(
      'b.warc.wet.gz',
      Buffer.concat(
        [
          wetRecord('warcinfo', 'Software-Info: ia-web-commons'),
          wetRecord('conversion', 'Menu\nText é\n', language),
        ].map((record) => gzipSync(record)),
      ),
    );
    const items = await all(readWetItems(path));
    assert.deepEqual(messagesIn(items), [`${path}, record 1: it is a warcinfo record, not a conversion`]);
    assert.deepEqual(valuesIn(items), [
      {
        id: 'b.warc.wet.gz#2',
        text: 'Menu\nText é\n',
        url: 'https://a.example/é',
        metadata: { date: '2024-05-06T07:08:09Z', language: 'eng,deu' },
      },
    ]);
  });
  it('reads the records around a damaged one', async () => {
    const records = ['one', 'two', 'three'].map((text) => gzipSync(wetRecord('conversion', text)));
    records[1]!.fill(0, 30, 60);
    const items = await all(readWetItems(file('c.warc.wet.gz', Buffer.concat(records))));
    assert.equal(kindsOf(items), 'value problem value');
    assert.match(messagesIn(items)[0]!, /c\.warc\.wet\.gz, record 2: its compressed bytes are damaged/);
  });
});

describe('readTexts()', () => {
  it('cuts at blank lines, or at the mark of GPT-2 on a line or within one', async () => {
    const blank = await all(
      readTextItems(file('blank.txt', '\n\none\none\n \n\n\ntwo\n'), { split: 'blank line' }),
    );
    assert.deepEqual(
      valuesIn(blank).map(({ id, text }) => [id, text]),
      [
        ['blank.txt#1', 'one\none'],
        ['blank.txt#2', 'two'],
      ],
    );
    const text = 'one\n\none<|endoftext|>two<|endoftext|><|endoftext|>\nthree\n<|endoftext|>\n';
    const marked = await all(readTextItems(file('mark.txt', text), { split: 'mark' }));
    assert.deepEqual(
      valuesIn(marked).map((document) => document.text),
      ['one\n\none', 'two', 'three'],
    );
  });
  it('names a document that is too large and reads those around it', async () => {
    const path = file('large.txt', `one\n\n${'word word\n'.repeat(50)}\n${'x'.repeat(300)}\n\ntwo\n`);
    const items = await all(readTextItems(path, { split: 'blank line', maxBytes: 200 }));
    assert.equal(kindsOf(items), 'value problem problem value');
    assert.equal(messagesIn(items)[0], `${path}, document 2: it is larger than 200 bytes`);
  });
});
