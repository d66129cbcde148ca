import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DataFrame } from 'danfojs-node';
import { groupRows, sortRows } from '../../src/plot/tables/rows.js';
import { table } from '../../src/plot/tables/table.js';
import { tableHtml, tableText } from '../../src/plot/tables/tableHtml.js';

test('table() keeps the order of columns, and a missing number is NaN, which describe() survives', async () => {
  const frame = (await table([
    { name: 'a', loss: 1.5 },
    { name: 'b', loss: null },
    { extra: true, name: undefined },
  ])) as DataFrame;
  assert.deepEqual(frame.columns, ['name', 'loss', 'extra']);
  assert.deepEqual(frame.dtypes, ['string', 'float32', 'string']);
  assert.deepEqual(frame.values, [
    ['a', 1.5, null],
    ['b', Number.NaN, null],
    [null, Number.NaN, 'true'],
  ]);
  assert.doesNotThrow(() => frame.describe());
});

test('table() shows only the columns that are asked for, in that order', async () => {
  const frame = await table([{ a: 1, b: 2, c: 3 }], { columns: ['c', 'a'] });
  assert.deepEqual([frame.columns, frame.values], [['c', 'a'], [[3, 1]]]);
  await assert.rejects(
    table([{ a: 1 }], { columns: ['z'] }),
    /expected a column "z", got no row that has it/,
  );
});

test('table() takes no rows, turns mixed columns into text, and rows of an interface', async () => {
  assert.deepEqual((await table([])).shape, [0, 0]);
  assert.deepEqual((await table([], { columns: ['a'] })).shape, [0, 1]);
  interface Row {
    readonly value: string | number;
  }
  const rows: readonly Row[] = [{ value: 1 }, { value: 'x' }];
  assert.deepEqual((await table(rows)).values, [['1'], ['x']]);
});

test('table() refuses what it cannot show well, and says what and where', async () => {
  const many = Array.from({ length: 10_001 }, (_, n) => ({ n }));
  await assert.rejects(table(many), /expected at most 10000 rows, got 10001/);
  const nested = [{ a: 1 }, { a: [1] }] as unknown as { a: number }[];
  await assert.rejects(table(nested), /in row 1, column "a", got a list/);
});

test('sortRows() puts NaN and missing last either way, keeps ties, and leaves its input alone', () => {
  const rows = [{ n: 3 }, { n: Number.NaN }, { n: 1 }, { n: null }, { n: 2 }];
  assert.deepEqual(
    sortRows(rows, 'n').map(({ n }) => n),
    [1, 2, 3, Number.NaN, null],
  );
  assert.deepEqual(
    sortRows(rows, 'n', { descending: true }).map(({ n }) => n),
    [3, 2, 1, Number.NaN, null],
  );
  assert.equal(rows[0]?.n, 3);
});

test('groupRows() keeps groups apart whose names only look alike', () => {
  const rows = [
    { a: 'a-b', b: 'c', n: 1 },
    { a: 'a', b: 'b-c', n: 5 },
    { a: 'a-b', b: 'c', n: 2 },
  ];
  const sums = groupRows(rows, ['a', 'b'], (group) => ({ sum: group.reduce((sum, { n }) => sum + n, 0) }));
  assert.deepEqual(sums, [
    { a: 'a-b', b: 'c', sum: 3 },
    { a: 'a', b: 'b-c', sum: 5 },
  ]);
});

test('a table shows numbers to the right, text with its markup harmless, and what is missing as nothing', () => {
  const [columns, values] = [
    ['name', 'loss'],
    [
      ['<b>&', 1.23456789],
      ['z', Number.NaN],
    ],
  ];
  const right = ' style="text-align:right"';
  assert.equal(
    tableHtml(columns, values),
    `<table class="dataframe"><thead><tr><th>name</th><th${right}>loss</th></tr></thead><tbody>` +
      `<tr><td>&lt;b&gt;&amp;</td><td${right}>1.23457</td></tr><tr><td>z</td><td${right}></td></tr></tbody></table>`,
  );
  assert.equal(tableText(columns, values), 'name     loss\n<b>&  1.23457\nz');
});

test('a table of many rows shows thirty and says so, one of 35 shows all', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, n) => [n]);
  assert.match(tableHtml(['n'], rows(36)), /30 of 36 rows/);
  assert.equal(tableText(['n'], rows(36)).split('\n').length, 32);
  assert.doesNotMatch(tableHtml(['n'], rows(35)), /of 35 rows/);
});

test('table() without danfojs-node shows itself as it does with it', () => {
  const script = `
    import { register } from 'node:module';
    if (process.argv[1] === 'without') register('data:text/javascript,' + encodeURIComponent(\`
      export async function resolve(name, context, next) {
        if (name !== 'danfojs-node') return next(name, context);
        throw Object.assign(new Error("Cannot find package 'danfojs-node'"), { code: 'ERR_MODULE_NOT_FOUND' });
      }\`));
    const { table } = await import(process.argv[2]);
    const made = await table([{ a: 'x', n: 1.5 }, { a: null, n: 2 }]);
    const { columns, values, shape } = made;
    console.log(JSON.stringify([columns, values, shape, made[Symbol.for('Jupyter.display')](), made.constructor.name]));`;
  const module = new URL('../../dist/plot/tables/table.js', import.meta.url).href;
  const run = (how: string) =>
    JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script, how, module], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
      }),
    ) as unknown[];
  const [withDanfo, without] = [run('with'), run('without')];
  assert.deepEqual([withDanfo.pop(), without.pop()], ['DataFrame', 'Object']);
  assert.deepEqual(without, withDanfo);
});
