import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { scriptCell } from '../../dist/kernel/scriptCells.js';

/** Runs cells as scripts in a realm of their own; the last one's result. */
async function run(...cells: string[]): Promise<unknown> {
  let last: unknown;
  const $$cell = {
    result: (value: unknown) => {
      last = value;
    },
    live: (value: unknown) => value,
    liveIterable: (values: unknown) => values,
  };
  const context = createContext({ $$cell, setTimeout });
  for (const cell of cells) await runInContext(scriptCell(cell).code, context);
  return last === undefined ? undefined : JSON.parse(JSON.stringify(last));
}

describe('scriptCell(): cells as plain scripts', () => {
  it('shares names, lets any kind declare them again, and shows closures the new value', async () => {
    assert.equal(
      await run('let step = 0; function count() { step++; }', 'count(); count()', 'step = 10; count(); step'),
      11,
    );
    const kinds = ['const a = 1', 'let a = 2', 'var a = 3', 'function a() {}', 'class a {}', 'enum a { B }'];
    for (const first of kinds) for (const second of kinds) await run(first, second);
    assert.equal(await run('const rate = 1; const twice = () => rate * 2', 'const rate = 21', 'twice()'), 42);
  });

  it('takes destructuring of every form apart', async () => {
    const cell =
      'const { a, b: { c = 5, ...d }, ["e" + 1]: e, ...rest } = { a: 1, b: { x: 2 }, e1: 3, y: 4 }, [f, , [g = 6] = [], ...h] = [7, 8, undefined, 9];';
    assert.deepEqual(await run(cell, '[a, c, d, e, rest, f, g, h]'), [
      1,
      5,
      { x: 2 },
      3,
      { y: 4 },
      7,
      6,
      [9],
    ]);
    assert.deepEqual(scriptCell(cell).names, ['a', 'c', 'd', 'e', 'rest', 'f', 'g', 'h']);
  });

  it('awaits at the top, keeps what a failing cell declared, and gives functions and classes their names', async () => {
    assert.equal(
      await run('const x = await Promise.resolve(42); for await (const y of [1]) void y;', 'x'),
      42,
    );
    assert.deepEqual(await run('function f() {} class C {} const g = () => 1', '[f.name, C.name, g.name]'), [
      'f',
      'C',
      'g',
    ]);
    const context = createContext({});
    await assert.rejects(
      async () => runInContext(scriptCell('const kept = 1; throw 2').code, context),
      (error) => error === 2,
    );
    assert.equal(runInContext('kept', context), 1);
  });
});
