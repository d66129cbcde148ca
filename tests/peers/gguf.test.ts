import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { encodeQ8_0 } from '../../src/model/files/gguf/encodeQ8_0.js';
import { ggmlTypes } from '../../src/model/files/gguf/ggmlTypes.js';
import { openGguf } from '../../src/model/files/gguf/openGguf.js';
import { ggufBytes } from '../model/files/ggufBytes.js';
import { askPython, withPeers } from './python.js';

interface Answer {
  readonly q8_0: string;
  readonly numbers: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, readonly [shape: readonly number[], numbers: string]>>;
}

/** Whether a scale, which any two bytes may be here, made numbers alone. */
const areFinite = (values: Float32Array): boolean => values.every(Number.isFinite);

withPeers(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
  after(() => rmSync(folder, { recursive: true }));
  const random = createRandom(75);
  const rows = 64;
  const blocks = [...ggmlTypes].map(([type, { dtype, stored }]) => {
    const bytes = Buffer.from(Array.from({ length: 32 * rows * stored.bytes }, () => random.integer(256)));
    return { type, dtype, stored, bytes };
  });
  const path = join(folder, 'theirs.gguf');
  // Blocks of every size, halves between two steps, and one of zeros.
  const plain = Float32Array.from({ length: 32 * 1000 }, (_, at) => {
    const block = at >> 5;
    if (block === 0) return 0;
    return block % 5 === 0 ? 127 * ((at & 31) - 15.5) : random.normal() * 10 ** ((block % 12) - 8);
  });
  const question = {
    blocks: Object.fromEntries(blocks.map(({ dtype, bytes }) => [dtype, bytes.toString('base64')])),
    quantize: Buffer.from(plain.buffer).toString('base64'),
    write: path,
  };
  const { numbers, tensors, q8_0 } = askPython<Answer>('ggufPeer.py', question);

  for (const { type, dtype, stored, bytes } of blocks) {
    test(`${32 * rows} random blocks of ${dtype} are the numbers of the package gguf, to the bit`, () => {
      const size = 32 * rows * stored.count;
      const own = join(folder, 'own.gguf');
      writeFileSync(own, ggufBytes({}, [{ name: 'w', lengths: [size], type, bytes }]));
      const file = openGguf(own);
      const values = file.read('w') as Float32Array;
      file.close();
      const theirs = new Float32Array(new Uint8Array(Buffer.from(numbers[dtype]!, 'base64')).buffer);
      assert.equal(values.length, theirs.length);
      let compared = 0;
      for (let at = 0; at < size; at += stored.count) {
        const [one, other] = [values, theirs].map((all) => all.subarray(at, at + stored.count));
        if (!areFinite(other!)) continue; // what is no number has no sign, and infinity less infinity is none
        assert.deepEqual(one, other, `${dtype}, block ${at / stored.count}`);
        compared++;
      }
      assert.ok(compared > 16 * rows, `${compared} blocks compared`);
    });
  }

  test('32,000 numbers written in Q8_0 are the bytes of the package gguf', () => {
    const [own, theirs] = [Buffer.from(encodeQ8_0(plain)), Buffer.from(q8_0, 'base64')];
    assert.equal(own.length, 1000 * 34);
    assert.deepEqual(own, theirs);
  });

  test('a file that it writes is read with the same values, shapes and numbers', () => {
    const file = openGguf(path);
    const { metadata } = file;
    const read = (key: string) => metadata.get(key);
    assert.deepEqual(
      ['u8', 'i8', 'u16', 'i16', 'i32', 'u64', 'i64', 'f64', 'bool', 'text'].map((kind) => read(`a.${kind}`)),
      [255, -128, 65535, -32768, -(2 ** 31), 2n ** 64n - 1n, -(2n ** 63n), 0.1, true, 'Größe 名'],
    );
    assert.deepEqual(read('a.texts'), ['a', '', '名']);
    assert.deepEqual(read('a.numbers'), Int32Array.of(1, -2, 3));
    assert.equal(read('general.alignment'), 64);
    assert.deepEqual([...file.tensors.keys()].sort(), Object.keys(tensors).sort());
    for (const [name, [shape, text]] of Object.entries(tensors)) {
      assert.deepEqual(file.tensors.get(name)!.shape, shape, name);
      assert.deepEqual(Buffer.from(file.read(name).buffer), Buffer.from(text, 'base64'), name);
    }
    file.close();
  });
});
