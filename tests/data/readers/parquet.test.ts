import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type ColumnSource, parquetWriteFile, type SchemaElement } from 'hyparquet-writer';
import { readParquet, readParquetItems } from '../../../src/data/readers/parquet/readParquet.js';
import { all, kindsOf, testFolder } from './files.js';

const { folder } = testFolder('parquet');

async function written(name: string, columnData: ColumnSource[], schema?: SchemaElement[]): Promise<string> {
  const filename = join(folder, `${name}.parquet`);
  await parquetWriteFile({ filename, columnData, ...(schema && { schema }) });
  return filename;
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
const root = (children: number): SchemaElement => ({ name: 'root', num_children: children });

describe('readParquet()', () => {
  it('reads rows that are null in every column, of flat values, structs, lists and maps', async () => {
    const shapes: Readonly<Record<string, { rows: unknown[]; schema: SchemaElement[] }>> = {
      flat: { rows: ['a', null, 'b', null, null], schema: [{ name: 'v', ...text }] },
      struct: {
        rows: [{ a: 'x', b: 'y' }, null, { a: null, b: 'z' }, { a: null, b: null }],
        schema: [
          { name: 'v', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'a', ...text },
          { name: 'b', ...text },
        ],
      },
      list: {
        rows: [['a'], [], null, ['b', null], [null]],
        schema: [
          { name: 'v', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
          { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
          { name: 'element', ...text },
        ],
      },
      map: {
        rows: [{ a: 'x' }, null, {}, { b: null }],
        schema: [
          { name: 'v', num_children: 1, converted_type: 'MAP', repetition_type: 'OPTIONAL' },
          { name: 'key_value', num_children: 2, repetition_type: 'REPEATED' },
          { name: 'key', ...text, repetition_type: 'REQUIRED' },
          { name: 'value', ...text },
        ],
      },
    };
    for (const [name, { rows, schema }] of Object.entries(shapes)) {
      const path = await written(name, [{ name: 'v', data: rows }], [root(1), ...schema]);
      assert.deepEqual(
        await all(readParquet(path)),
        rows.map((v) => ({ v })),
        name,
      );
    }
  });
  it('still says that a row is not there where a column is shorter than its group says', async () => {
    const path = await written('short', [{ name: 'v', data: ['one', 'two', 'three'], type: 'STRING' }]);
    const bytes = readFileSync(path);
    // The footer counts rows in three places; 3 is a zigzag 6 behind the field header of an int64.
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    for (let at = footer; at < bytes.length - 8; at++)
      if (bytes[at] === 0x16 && bytes[at + 1] === 6) bytes[at + 1] = 10;
    writeFileSync(path, bytes);
    const items = await all(readParquetItems(path));
    assert.equal(kindsOf(items), 'problem');
    const [item] = items;
    assert.match(item?.kind === 'problem' ? item.message : '', /rows 1 to 5: .*(row 4 is not there|damaged)/);
  });
  it('reads a group of many nested values, which take far more memory than their bytes', async () => {
    const rows = Array.from({ length: 300 }, (_, nth) =>
      Array.from({ length: 40 }, () => Object.fromEntries(names.map((name) => [name, String(nth % 7)]))),
    );
    const schema: SchemaElement[] = [
      root(1),
      { name: 'v', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', num_children: names.length, repetition_type: 'OPTIONAL' },
      ...names.map((name) => ({ name, ...text })),
    ];
    const path = await written('nested', [{ name: 'v', data: rows }], schema);
    const found = await all(readParquet(path, { maxBytes: 2 ** 22, maxGroupBytes: 2 ** 22 }));
    assert.deepEqual(
      found.map(({ v }) => v),
      rows,
    );
  });
  it('reads a table of 248 columns', async () => {
    const columns = Array.from({ length: 248 }, (_, column) => ({
      name: `c${column}`,
      data: Array.from({ length: 500 }, (_, row) => (row % 3 === 0 ? null : `${row} ${column}`)),
      type: 'STRING' as const,
    }));
    const found = await all(readParquet(await written('wide', columns)));
    assert.equal(found.length, 500);
    assert.deepEqual([found[0]!.c247, found[499]!.c247], [null, '499 247']);
  });
  it('reads each row once where a group is unpacked in several spans, of pages long or short, nested or not', async () => {
    const rows = Array.from({ length: 5007 }, (_, nth) => `row ${nth} ${'x'.repeat(nth % 90)}`);
    const lists = rows.map((_, nth) =>
      nth % 5 === 0 ? null : Array.from({ length: nth % 4 }, () => `${nth}`),
    );
    const list = [
      { name: 'l', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', ...text },
    ] as const;
    for (const pageSize of [4000, 2 ** 30]) {
      const filename = join(folder, `spans${pageSize}.parquet`);
      const columnData = [
        { name: 'v', data: rows },
        { name: 'l', data: lists },
      ];
      const schema = [root(2), { name: 'v', ...text }, ...list];
      await parquetWriteFile({ filename, columnData, schema, pageSize, rowGroupSize: [1800, 6000] });
      for (const maxBytes of [2 ** 14, 2 ** 16, 2 ** 25]) {
        const found = await all(readParquet(filename, { maxBytes, maxGroupBytes: 2 ** 26 }));
        assert.deepEqual(
          found,
          rows.map((v, nth) => ({ v, l: lists[nth] })),
        );
      }
    }
  });
  it('keeps the rows before damage, though they were to be unpacked together with what is damaged', async () => {
    const rows = Array.from({ length: 40_000 }, (_, nth) => `row ${nth} ${nth % 7}`);
    const filename = join(folder, 'damaged.parquet');
    const columnData = [{ name: 'v', data: rows, type: 'STRING' as const, encoding: 'PLAIN' as const }];
    await parquetWriteFile({ filename, columnData, pageSize: 10_000, rowGroupSize: 40_000 });
    const bytes = readFileSync(filename);
    bytes.fill(0xff, Math.floor(bytes.length * 0.8), Math.floor(bytes.length * 0.8) + 4000);
    writeFileSync(filename, bytes);
    const items = await all(readParquetItems(filename));
    assert.equal(items.filter(({ kind }) => kind === 'value').length, 30_000);
    const last = items.at(-1)!;
    assert.match(last.kind === 'problem' ? last.message : '', /rows 30001 to 40000: they cannot be read/);
  });
});

const names = Array.from({ length: 20 }, (_, nth) => `field${nth}`);
