import assert from 'node:assert/strict';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { openSafetensors, readSafetensors, writeSafetensors } from '../../../src/model/files/safetensors.js';
import { createParams, disposeParams, namedParams, paramShapes } from '../../../src/model/params.js';
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
      /tensor a .* expected a type such as F32 or BF16, got "F8"/,
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

  it('reads half precision and bfloat16 to the bit, and 64-bit integers that fit into 32', () => {
    const half = [0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0x8000]; // IEEE 754, table of binary16
    const brain = [0x3f80, 0xc000, 0x0001, 0x7f7f, 0x7f80, 0x3eab];
    const bytes = Buffer.alloc(2 * half.length + 2 * brain.length + 16);
    for (const [nth, bits] of [...half, ...brain].entries()) bytes.writeUInt16LE(bits, 2 * nth);
    bytes.writeBigInt64LE(-3n, 28);
    bytes.writeBigInt64LE(2n ** 31n - 1n, 36);
    const header = {
      half: { dtype: 'F16', shape: [8], data_offsets: [0, 16] },
      brain: { dtype: 'BF16', shape: [2, 3], data_offsets: [16, 28] },
      long: { dtype: 'I64', shape: [2], data_offsets: [28, 44] },
    };
    writeFileSync(path, Buffer.concat([safetensorsBytes(JSON.stringify(header), 0), bytes]));
    const { tensors } = readSafetensors(path);
    const smallest = 2 ** -24;
    assert.deepEqual(
      [...tensors.get('half')!.data],
      [1, -2, smallest, 1023 * smallest, 2 ** -14, 65504, Infinity, -0],
    );
    const widest = (2 - 2 ** -7) * 2 ** 127;
    assert.deepEqual([...tensors.get('brain')!.data], [1, -2, 2 ** -133, widest, Infinity, 0.333984375]);
    assert.deepEqual(tensors.get('long'), { shape: [2], data: Int32Array.of(-3, 2 ** 31 - 1) });
    bytes.writeBigInt64LE(2n ** 31n, 36);
    writeFileSync(path, Buffer.concat([safetensorsBytes(JSON.stringify(header), 0), bytes]));
    assert.throws(() => readSafetensors(path), {
      name: 'SyntaxError',
      message: /tensor long of .*a\.safetensors: expected whole numbers of 32 bits, got 2147483648/,
    });
  });

  for (const [dtype, digits, smallest] of [
    ['F16', 11, 2 ** -24],
    ['BF16', 8, 2 ** -133],
  ] as const) {
    it(`writes ${dtype} rounded to the nearest, and every ${dtype} number as itself`, () => {
      const random = createRandom(5);
      const data = Float32Array.from(
        { length: 5000 },
        () => random.normal() * 10 ** (4 * random.uniform() - 3),
      );
      data.set([1 + 2 ** -digits, 1 + 3 * 2 ** -digits, 1.5 * smallest, 0.5 * smallest, -0, NaN, -Infinity]);
      const write = (data: Float32Array) => {
        writeSafetensors(path, {
          tensors: new Map([['w', { shape: [data.length], data, dtype }]]),
          metadata: {},
        });
        return readSafetensors(path).tensors.get('w')!.data as Float32Array;
      };
      const once = write(data);
      const ties = [1, 1 + 4 * 2 ** -digits, 2 * smallest, 0, -0, NaN, -Infinity];
      assert.deepEqual([...once.subarray(0, 7)], ties);
      for (let at = 7; at < data.length; at++) {
        const unit = Math.max(smallest, 2 ** (Math.floor(Math.log2(Math.abs(data[at]!))) + 1 - digits));
        assert.equal(once[at], Math.round(data[at]! / unit) * unit, `${data[at]}`);
      }
      assert.deepEqual(write(once), once);
    });
  }

  it('reads one tensor of a file whose others have types that nobody here reads', () => {
    const header = {
      'attn.bias': { dtype: 'BOOL', shape: [4], data_offsets: [0, 4] },
      w: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
    };
    writeFileSync(path, safetensorsBytes(JSON.stringify(header), 8));
    const file = openSafetensors(path);
    assert.deepEqual(file.read('w'), Float32Array.of(0));
    assert.throws(() => file.read('attn.bias'), {
      name: 'SyntaxError',
      message: /Cannot read tensor attn\.bias of .*a\.safetensors: expected type F32, .*, got BOOL/,
    });
    assert.throws(() => file.read('v'), /Cannot read tensor v of .*: there is none/);
    file.close();
    file.close();
    assert.throws(() => file.read('w'), /Cannot read .*a\.safetensors: it was closed/);
  });

  it('refuses a header that names a tensor twice, in any spelling, and what lies behind a huge length', () => {
    const entry = '{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';
    assert.throws(withHeader(`{"a":${entry},"\\u0061":${entry}}`), {
      name: 'SyntaxError',
      message: /tensor a of .*: its header names it twice/,
    });
    assert.doesNotThrow(withHeader(`{"__metadata__":{"a":"\\"a\\":1","dtype":"{"},"a":${entry}}`));
    for (const length of [2n ** 63n, 2n ** 64n - 1n, 2n ** 53n]) {
      const bytes = Buffer.alloc(64);
      bytes.writeBigUInt64LE(length);
      writeFileSync(path, bytes);
      assert.throws(() => readSafetensors(path), /header is cut short/);
    }
    const zeros = join(folder, 'zeros'); // as long as it says, and nothing in it
    writeFileSync(zeros, '');
    truncateSync(zeros, 2 ** 32);
    const handle = openSync(zeros, 'r+');
    writeSync(handle, Buffer.from('0000008000000000', 'hex'), 0, 8, 0); // a header of 2 GiB
    closeSync(handle);
    assert.throws(() => readSafetensors(zeros), { name: 'SyntaxError', message: /zeros/ });
    rmSync(zeros);
  });

  it('asks for the numbers of a tensor when their turn comes, and takes none of another kind', () => {
    const asked: string[] = [];
    const tensor = (name: string) => ({
      shape: [2],
      data: () => {
        asked.push(name);
        return Float32Array.of(asked.length, 0);
      },
    });
    const tensors = new Map([
      ['a', tensor('a')],
      ['b', tensor('b')],
    ]);
    writeSafetensors(path, { tensors, metadata: {} });
    assert.deepEqual(asked, ['a', 'b']);
    assert.deepEqual(readSafetensors(path).tensors.get('b')!.data, Float32Array.of(2, 0));
    const wrong = new Map([['a', { shape: [1], data: () => Int32Array.of(1) }]]);
    assert.throws(() => writeSafetensors(path, { tensors: wrong, metadata: {} }), {
      name: 'RangeError',
      message: /Cannot write .*a\.safetensors: expected numbers of type F32 for a, got Int32Array/,
    });
    assert.deepEqual(readSafetensors(path).tensors.get('b')!.data, Float32Array.of(2, 0)); // the old file is whole
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('says what is wrong with a path', () => {
    assert.throws(() => openSafetensors(join(folder, 'none')), /Cannot read .*none: there is no such file/);
    assert.throws(() => openSafetensors(folder), /Cannot read .*: it is a folder/);
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
