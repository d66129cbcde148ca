import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parquetWriteFile } from 'hyparquet-writer';
import { readDocumentItems, readDocuments } from '../../../src/data/readers/readDocuments.js';
import { writeJsonl } from '../../../src/data/readers/writeJsonl.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import { all, messagesIn, testFolder } from './files.js';

const { folder, file } = testFolder('fields');

describe('readDocuments() of rows whose fields have other names', () => {
  const fields = { textField: 'page.body', idField: 'uuid', urlField: 'page.source' };

  it('takes text, id and address from the fields that it is told, in fields of fields as well', async () => {
    const path = join(folder, 'nested.jsonl');
    const page = { body: 'A whale.', source: 'https://sea.example/' };
    await writeJsonl(path, [{ uuid: 7, id: 'other', page, 'page.body': undefined, year: 1851 }]);
    assert.deepEqual(await all(readDocuments(path, fields)), [
      { id: '7', text: 'A whale.', url: 'https://sea.example/', metadata: { id: 'other', year: 1851 } },
    ]);
  });

  it('prefers a field whose own name has a dot', async () => {
    const path = file('dotted.jsonl', '{"a.b":"own","a":{"b":"inner"}}');
    const [document] = await all(readDocuments(path, { textField: 'a.b' }));
    assert.equal(document?.text, 'own');
  });

  it('takes them from columns of parquet', async () => {
    const filename = join(folder, 'columns.parquet');
    const columns = { content: ['A whale.', 'A ship.'], key: ['a', 'b'] };
    const columnData = Object.entries(columns).map(([name, data]) => ({
      name,
      data,
      type: 'STRING' as const,
    }));
    await parquetWriteFile({ filename, columnData });
    const found = await all(readDocuments(filename, { textField: 'content', idField: 'key' }));
    assert.deepEqual(
      found.map(({ id, text, metadata }) => [id, text, metadata]),
      [
        ['a', 'A whale.', {}],
        ['b', 'A ship.', {}],
      ],
    );
  });

  it('shows the record where a field is missing that it was told of, and takes null for no id', async () => {
    const long = 'x'.repeat(100);
    const path = file(
      'missing.jsonl',
      `{"content":"${long}","n":1}\n{"text":"Hi"}\n{"text":"Ho","uuid":null}`,
    );
    assert.deepEqual(messagesIn(await all(readDocumentItems(path, { idField: 'uuid' }))), [
      `${path}, line 1: expected a text as "text", got nothing in {"content":"${'x'.repeat(59)}…","n":1}`,
      `${path}, line 2: expected a text or a number as "uuid", got nothing in {"text":"Hi"}`,
    ]);
  });
});

describe('the ids of records of an archive', () => {
  it("are kept in the metadata, and are the documents' ids where that is asked for", async () => {
    const path = join(folder, 'ids.warc.gz');
    await writeWarc(path, [{ url: 'https://a.example/', html: '<p>Hi</p>' }]);
    const [usual] = await all(readDocuments(path));
    const [asked] = await all(readDocuments(path, { ids: 'record' }));
    assert.match(String(usual?.metadata.recordId), /^<urn:uuid:[0-9a-f-]{36}>$/);
    assert.deepEqual([usual?.id, asked?.id], ['ids.warc.gz#2', usual?.metadata.recordId]);
  });

  it('fall back on the place where a record has none', async () => {
    const head = 'WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 5\r\n\r\nHello\r\n\r\n';
    const [document] = await all(readDocuments(file('none.warc.wet', head), { ids: 'record' }));
    assert.deepEqual(document, { id: 'none.warc.wet#1', text: 'Hello', metadata: {} });
  });
});
