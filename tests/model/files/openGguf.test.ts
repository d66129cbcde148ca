import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openGguf } from '../../../src/model/files/gguf/openGguf.js';
import { floats, ggufBytes, type TensorBytes, type Typed, u64 } from './ggufBytes.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.gguf');
const open = (bytes: Uint8Array) => {
  writeFileSync(path, bytes);
  return openGguf(path);
};

/** ggml's numbers for its types. */
const typeNumbers: Record<string, number> = {
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  BF16: 30,
};
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/ggmlBlocks.json', import.meta.url), 'utf8'),
) as Record<string, { readonly blocks: string; readonly numbers: string }>;

describe('openGguf', () => {
  for (const [dtype, { blocks, numbers }] of Object.entries(fixture)) {
    it(`reads ${dtype} to the bit as ggml's own package does`, () => {
      const expected = Buffer.from(numbers, 'base64');
      const bytes = Buffer.from(blocks, 'base64');
      const size = expected.length / 4;
      const file = open(ggufBytes({}, [{ name: 'w', lengths: [size], type: typeNumbers[dtype]!, bytes }]));
      assert.deepEqual(file.tensors.get('w'), { dtype, shape: [size] });
      const own = file.read('w');
      file.close();
      assert.deepEqual(Buffer.from(own.buffer), expected);
    });
  }

  it('reads values of every type, and tensors with rows first', () => {
    const metadata: Record<string, Typed> = {
      u8: ['u8', 255],
      i8: ['i8', -128],
      u16: ['u16', 65535],
      i16: ['i16', -2],
      u32: ['u32', 4294967295],
      i32: ['i32', -2147483648],
      f32: ['f32', 0.5],
      yes: ['bool', 1],
      no: ['bool', 0],
      text: ['text', 'Größe 名\n'],
      u64: ['u64', 2 ** 53 - 1],
      i64: ['i64', -7],
      huge: ['u64', 2n ** 64n - 1n],
      f64: ['f64', 0.1],
      texts: ['list', 'text', ['a', '', 'b']],
      numbers: ['list', 'i32', [1, -1]],
      truths: ['list', 'bool', [1, 0]],
      wide: ['list', 'u64', [2n ** 63n]],
      lists: [
        'list',
        'list',
        [
          ['u8', [1, 2]],
          ['text', ['x']],
        ],
      ],
      'general.alignment': ['u32', 64],
    };
    const tensors = [
      floats('a', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
      floats('empty', [0], Float32Array.of()),
      floats('b', [1], Float32Array.of(7)),
    ];
    for (const version of [2, 3]) {
      const file = open(ggufBytes(metadata, tensors, { version, alignment: 64 }));
      assert.deepEqual(Object.fromEntries(file.metadata), {
        u8: 255,
        i8: -128,
        u16: 65535,
        i16: -2,
        u32: 4294967295,
        i32: -2147483648,
        f32: 0.5,
        yes: true,
        no: false,
        text: 'Größe 名\n',
        u64: 2 ** 53 - 1,
        i64: -7,
        huge: 2n ** 64n - 1n,
        f64: 0.1,
        texts: ['a', '', 'b'],
        numbers: Int32Array.of(1, -1),
        truths: [true, false],
        wide: BigUint64Array.of(2n ** 63n),
        lists: [Uint8Array.of(1, 2), ['x']],
        'general.alignment': 64,
      });
      assert.deepEqual(file.tensors.get('a'), { dtype: 'F32', shape: [2, 3] });
      assert.deepEqual([...file.read('a')], [1, 2, 3, 4, 5, 6]);
      assert.deepEqual([...file.read('b')], [7]);
      assert.equal(file.read('empty').length, 0);
      assert.throws(() => file.read('c'), /Cannot read tensor c of .*: there is none/);
      file.close();
      assert.throws(() => file.read('a'), /it was closed/);
    }
  });

  it('names the file of one cut short at any point', () => {
    const whole = ggufBytes({ key: ['list', 'text', ['ab', 'c']] }, [floats('w', [8], new Float32Array(8))]);
    open(whole).close();
    for (let length = 0; length < whole.length; length++)
      assert.throws(() => open(whole.subarray(0, length)), {
        name: 'SyntaxError',
        message: /Cannot read (tensor w of )?.*a\.gguf: /,
      });
  });

  const one = (changed: Partial<TensorBytes>) =>
    ggufBytes({}, [{ ...floats('w', [8], new Float32Array(8)), ...changed }]);
  const two = (changed: Partial<TensorBytes>) =>
    ggufBytes({}, [
      floats('v', [8], new Float32Array(8)),
      { ...floats('w', [8], new Float32Array(8)), ...changed },
    ]);
  const raw = (...parts: Uint8Array[]) => Buffer.concat([Buffer.from('GGUF\x03\0\0\0', 'latin1'), ...parts]);
  const lies: readonly (readonly [what: string, bytes: Uint8Array, message: RegExp])[] = [
    ['another format', Buffer.from('PK\x03\x04 and so on, for some bytes more'), /it is not a GGUF file/],
    ['version 1', ggufBytes({}, [], { version: 1 }), /expected GGUF of version 2 or 3, got 1/],
    ['the other order of bytes', ggufBytes({}, [], { version: 0x03000000 }), /other order of bytes/],
    ['2^63 tensors', raw(u64(2n ** 63n), u64(0)), /expected the number of tensors to be at most/],
    ['2^40 keys', raw(u64(0), u64(2n ** 40n), Buffer.alloc(99)), /expected the number of keys to be at most/],
    [
      'a key of 2^62 bytes',
      raw(u64(0), u64(1), u64(2n ** 62n), Buffer.alloc(9)),
      /the length of the name of key 0/,
    ],
    [
      'a key twice',
      ggufBytes([
        ['a', ['u8', 1]],
        ['a', ['u8', 2]],
      ]),
      /expected key a to be there once/,
    ],
    [
      'a type that is none',
      raw(u64(0), u64(1), u64(1), Buffer.from('a\x0d\0\0\0\0\0', 'latin1')),
      /key a to have a type/,
    ],
    ['a truth of 2', ggufBytes({ a: ['bool', 2] }), /expected key a to be true \(1\) or false \(0\), got 2/],
    [
      'text that is not UTF-8',
      ggufBytes({ a: ['text', Buffer.of(0xff)] }),
      /expected key a to be text in UTF-8/,
    ],
    [
      'lists without end',
      ggufBytes({
        a: [
          'list',
          ...Array.from({ length: 9 }).reduce<unknown[]>((inner) => ['list', [inner]], ['u8', []]),
        ] as unknown as Typed,
      }),
      /key a to be at most 8 lists deep/,
    ],
    [
      'an alignment of 0',
      ggufBytes({ 'general.alignment': ['u32', 0] }),
      /general\.alignment to be a power of two/,
    ],
    ['an alignment of 24', ggufBytes({ 'general.alignment': ['u32', 24] }), /general\.alignment.*got 24/],
    ['an alignment in words', ggufBytes({ 'general.alignment': ['text', '32'] }), /general\.alignment/],
    ['five dimensions', one({ lengths: [8, 1, 1, 1, 1] }), /tensor w to have at most 4 dimensions, got 5/],
    ['2^60 numbers', one({ lengths: [2n ** 60n] }), /tensor w .*numbers below 2\^53/],
    [
      '2^64 numbers in all',
      one({ lengths: [2 ** 32, 2 ** 32] }),
      /tensor w of .*: the file ends after 32 of/,
    ],
    ['more numbers than it has', one({ lengths: [9] }), /tensor w of .*: the file ends after 32 of 36 bytes/],
    [
      'a type that is not read',
      one({ type: 10 }),
      /tensor w of .*: expected one of the types F32.*, got Q2_K/,
    ],
    ['a type that does not exist', one({ type: 4000 }), /tensor w of .*got number 4000/],
    [
      'rows that are no blocks',
      one({ type: 8, lengths: [8] }),
      /tensor w of .*rows of blocks of 32 numbers.*got 8/,
    ],
    ['a place beyond the file', one({ offset: 2n ** 40n }), /tensor w of .*: the file ends after 32 of/],
    ['a negative place', one({ offset: -32n }), /tensor w .*numbers below 2\^53/],
    ['two tensors in one place', two({ offset: 0n }), /tensor w of .*: expected it at byte 32, got 0/],
    ['tensors that overlap', two({ offset: 16n }), /tensor w of .*: expected it at byte 32, got 16/],
    [
      'a place off the grid',
      two({ offset: 33n, lengths: [7] }),
      /tensor w of .*: expected it at byte 32, got 33/,
    ],
    [
      'a gap',
      Buffer.concat([two({ offset: 64n }), Buffer.alloc(32)]),
      /tensor w of .*: expected it at byte 32, got 64/,
    ],
    ['one name for two tensors', two({ name: 'v' }), /tensor v of .*: its head names it twice/],
    [
      'bytes behind the end',
      Buffer.concat([one({}), Buffer.alloc(32)]),
      /expected 32 bytes of numbers, got 64/,
    ],
  ];
  for (const [what, bytes, message] of lies)
    it(`refuses a file with ${what}`, () => {
      assert.throws(
        () => open(bytes),
        (error: Error) => {
          assert.equal(error.name, 'SyntaxError');
          assert.match(error.message, message);
          assert.ok(error.message.includes(path), error.message);
          return true;
        },
      );
    });
});
