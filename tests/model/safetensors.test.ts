import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { createParams, disposeParams, namedParams, paramShapes } from '../../src/model/params.js';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.js';
import { malformed, safetensorsBytes } from './malformedSafetensors.js';

describe('safetensors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.safetensors');
  const good = () => {
    const tensors = new Map([
      ['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) }],
      ['b', { shape: [3], data: Int32Array.of(-1, 0, 7) }],
      ['empty', { shape: [0], data: Float32Array.of() }],
    ]);
    writeSafetensors(path, { tensors, metadata: { note: 'Größe' } });
    return { tensors, file: readFileSync(path) };
  };
  const withHeader = (header: string) => {
    writeFileSync(path, safetensorsBytes(header, 8));
    return () => readSafetensors(path);
  };

  it('reads back what was written', () => {
    const { tensors } = good();
    assert.deepEqual(readSafetensors(path), { tensors, metadata: { note: 'Größe' } });
  });

  it('writes the published layout: header length, JSON, numbers in place', () => {
    const { file } = good();
    const length = Number(file.readBigUInt64LE());
    const header = JSON.parse(file.toString('utf8', 8, 8 + length));
    assert.deepEqual(header.a, { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] });
    assert.equal(file.readFloatLE(8 + length + 12), 4.5);
    assert.equal(length % 8, 0);
  });

  it('names the file and the tensor of a file cut short at any point', () => {
    const { file } = good();
    for (let length = 0; length < file.length; length++) {
      writeFileSync(path, file.subarray(0, length));
      assert.throws(() => readSafetensors(path), {
        name: 'SyntaxError',
        message: /Cannot read .*a\.safetensors/,
      });
    }
    writeFileSync(path, file.subarray(0, file.length - 1));
    assert.throws(() => readSafetensors(path), /Cannot read tensor b of .*a\.safetensors: the file ends/);
  });

  it('refuses what is not safetensors, and headers that do not add up', () => {
    writeFileSync(path, 'not a checkpoint at all');
    assert.throws(() => readSafetensors(path), /it is not a safetensors file/);
    assert.throws(withHeader('{"a":'), /header is not a JSON object/);
    const entry = '{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';
    assert.doesNotThrow(withHeader(`{"a":${entry}}`));
    assert.throws(
      withHeader(`{"a":${entry.replace('F32', 'F8')}}`),
      /tensor a .* expected type F32 or I32, got F8/,
    );
    assert.throws(withHeader(`{"a":${entry.replace('[2]', '[3]')}}`), /expected 12 bytes for \[3\], got 8/);
    assert.throws(
      withHeader(`{"a":${entry.replace('[0,8]', '[4,12]')}}`),
      /the file ends after 8 of 12 bytes/,
    );
    assert.throws(withHeader(`{"a":${entry.replace('[0,8]', '[-8,0]')}}`), SyntaxError);
    assert.throws(withHeader('{"a":{"dtype":"F32"}}'), /its shape or place is missing/);
    assert.throws(withHeader('{"a":null}'), SyntaxError);
  });

  for (const { what, header, body } of malformed) {
    it(`refuses a file with ${what}`, () => {
      writeFileSync(path, safetensorsBytes(header, body));
      assert.throws(() => readSafetensors(path), { name: 'SyntaxError', message: /a\.safetensors/ });
    });
  }

  it('reads tensors in any order of the header, empty ones between them, and a scalar', () => {
    const header = {
      b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
      none: { dtype: 'I32', shape: [0, 3], data_offsets: [4, 4] },
      a: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
    };
    writeFileSync(path, safetensorsBytes(JSON.stringify(header), 8));
    const { tensors } = readSafetensors(path);
    assert.deepEqual(
      [...tensors].map(([name, { shape, data }]) => [name, shape, data.length]),
      [
        ['b', [1], 1],
        ['none', [0, 3], 0],
        ['a', [], 1],
      ],
    );
  });

  it('does not write a shape over another number of values', () => {
    const tensors = new Map([['w', { shape: [5], data: Float32Array.of(1) }]]);
    assert.throws(() => writeSafetensors(path, { tensors, metadata: {} }), {
      name: 'RangeError',
      message: /Cannot write .*a\.safetensors: expected 5 numbers for w \[5\], got 1/,
    });
  });
});

test('the shapes that a configuration asks for are those of the parameters that it makes', () => {
  const config = { vocabSize: 13, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 };
  const params = createParams(config, createRandom(1));
  const made = [...namedParams(params)].map(([name, { shape }]) => [name, shape]);
  assert.deepEqual([...paramShapes(config)], made);
  disposeParams(params);
});
