import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../src/model/files/safetensors.js';
import { malformed, safetensorsBytes } from '../model/files/malformedSafetensors.js';
import { askPython, withPeers } from './python.js';

interface Answer {
  readonly read: readonly {
    readonly tensors: {
      readonly [name: string]: readonly [dtype: string, shape: number[], values: number[]];
    };
    readonly metadata: { readonly [key: string]: string };
  }[];
  readonly errors: readonly (string | null)[];
}

withPeers(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
  after(() => rmSync(folder, { recursive: true }));
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  const tensors = new Map<string, StoredTensor>([
    ['wte.weight', { shape: [2, 3], data: Float32Array.of(0.1, -2.5, 3e-39, 1e38, -0, 7) }],
    ['Größe/名', { shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) }],
    ['empty', { shape: [0, 4], data: Float32Array.of() }],
    ['scalar', { shape: [], data: Float32Array.of(2.5) }],
  ]);
  writeSafetensors(ours, { tensors, metadata: { note: '"名"\n' } });
  const refused = malformed.map(({ header, body }, nth) => {
    const file = join(folder, `${nth}`);
    writeFileSync(file, safetensorsBytes(header, body));
    return file;
  });
  const question = { read: [ours], refuse: refused, write: theirs };
  const { read, errors } = askPython<Answer>('safetensorsPeer.py', question);

  test('a file that we write loads in Python with the same numbers, shapes, types and metadata', () => {
    const types = { Float32Array: 'float32', Int32Array: 'int32' };
    const expected = [...tensors].map(([name, { shape, data }]) => [
      name,
      [data instanceof Float32Array ? types.Float32Array : types.Int32Array, shape, [...data]],
    ]);
    assert.deepEqual(read[0], { tensors: Object.fromEntries(expected), metadata: { note: '"名"\n' } });
  });

  test('a file that Python writes is read with the same numbers, shapes, types and metadata', () => {
    const { tensors, metadata } = readSafetensors(theirs);
    const sixths = Float32Array.of(-1, -0.6, -0.2, 0.2, 0.6, 1);
    assert.deepEqual(metadata, { by: 'Python 名' });
    assert.deepEqual(
      new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1))),
      new Map<string, StoredTensor>([
        ['Größe/名', { shape: [3], data: Float32Array.of(Infinity, -0, 2 ** -149) }],
        ['a', { shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) }],
        ['b', { shape: [1, 2, 3], data: sixths }],
        ['empty', { shape: [0, 4], data: Float32Array.of() }],
        ['scalar', { shape: [], data: Float32Array.of(2.5) }],
      ]),
    );
  });

  for (const [nth, { what }] of malformed.entries()) {
    test(`Python and we refuse a file with ${what}`, () => {
      assert.notEqual(errors[nth], null, 'Python loads it');
      assert.throws(() => readSafetensors(refused[nth]!), SyntaxError);
    });
  }
});
