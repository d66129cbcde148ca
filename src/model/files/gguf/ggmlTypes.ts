/**
 * The types in which ggml, the library behind llama.cpp, stores numbers, and how each is read into float32. A quantised
 * type cuts a row into blocks of 32 or 256 numbers: whole numbers of 4 to 8 bits, and a scale that they have in common,
 * with a minimum that is added (`_1`, `_K` of 4 and 5 bits) or without. The products are exact in double precision, so
 * that only the last sum is rounded, as in ggml's own reference.
 */
import { packedTypes } from '../../../backend/ops/packedTypes.js';
import { halfTable } from '../../../core/half.js';
import { plainTypes } from '../floatTypes.js';
import type { StoredType } from '../tensorFile.js';

/** Reads one block, `bytes` from `from` on, into `into` from `at` on; `half` are the values of half precision. */
type ReadBlock = (bytes: Buffer, from: number, into: Float32Array | Int32Array, at: number) => void;

const quantised = (count: number, bytes: number, read: ReadBlock): StoredType => ({
  count,
  bytes,
  decode: (blocks, into, at) => {
    for (let from = 0; from < blocks.length; from += bytes, at += count) read(blocks, from, into, at);
  },
});

/** A number in half precision. */
const halfAt = (bytes: Buffer, at: number): number => halfTable()[bytes.readUInt16LE(at)]!;

// The fifth bits of 32 numbers lie together, in front of the others.

const q5_0 = quantised(32, 22, (bytes, from, into, at) => {
  const [scale, fifth] = [halfAt(bytes, from), bytes.readUInt32LE(from + 2)];
  for (let nth = 0; nth < 16; nth++) {
    const two = bytes[from + 6 + nth]!;
    into[at + nth] = scale * (((two & 15) | (((fifth >>> nth) & 1) << 4)) - 16);
    into[at + nth + 16] = scale * (((two >> 4) | (((fifth >>> (nth + 16)) & 1) << 4)) - 16);
  }
});

const q5_1 = quantised(32, 24, (bytes, from, into, at) => {
  const [scale, least] = [halfAt(bytes, from), halfAt(bytes, from + 2)];
  const fifth = bytes.readUInt32LE(from + 4);
  for (let nth = 0; nth < 16; nth++) {
    const two = bytes[from + 8 + nth]!;
    into[at + nth] = scale * ((two & 15) | (((fifth >>> nth) & 1) << 4)) + least;
    into[at + nth + 16] = scale * ((two >> 4) | (((fifth >>> (nth + 16)) & 1) << 4)) + least;
  }
});

/**
 * The scale or the minimum, 6 bits each, of one of eight sub-blocks: 12 bytes hold those of the first four in their
 * lower 6 bits, and those of the last four in their last 4 bytes and in what is left of the first 8.
 */
function sixBits(bytes: Buffer, from: number, part: number, isMinimum: boolean): number {
  const place = from + part + (isMinimum ? 4 : 0);
  if (part < 4) return bytes[place]! & 63;
  const four = bytes[from + part + 4]!;
  return (isMinimum ? four >> 4 : four & 15) | ((bytes[place - 4]! >> 6) << 4);
}

/** Q4_K and, with a fifth bit for each number, Q5_K: eight sub-blocks of 32 numbers. */
const withMinima = (hasFifth: boolean): ReadBlock => {
  const digits = 16 + (hasFifth ? 32 : 0); // where the 4 lower bits lie
  return (bytes, from, into, at) => {
    const [scale, least] = [halfAt(bytes, from), halfAt(bytes, from + 2)];
    for (let part = 0; part < 8; part++) {
      const partScale = scale * sixBits(bytes, from + 4, part, false);
      const partLeast = least * sixBits(bytes, from + 4, part, true);
      const [row, shift] = [from + digits + 32 * (part >> 1), 4 * (part & 1)];
      for (let nth = 0; nth < 32; nth++) {
        const four = (bytes[row + nth]! >> shift) & 15;
        const fifth = hasFifth ? (bytes[from + 16 + nth]! >> part) & 1 : 0;
        into[at + 32 * part + nth] = partScale * (four | (fifth << 4)) - partLeast;
      }
    }
  };
};

/** Sixteen sub-blocks of 16 numbers of 6 bits: 4 of them in one place, 2 in another, scales of 8 bits behind both. */
const q6_K = quantised(256, 210, (bytes, from, into, at) => {
  const scale = halfAt(bytes, from + 208);
  for (let nth = 0; nth < 256; nth++) {
    const half = nth >> 7;
    const quarter = (nth >> 5) & 3;
    const column = nth & 31;
    const four = bytes[from + 64 * half + 32 * (quarter & 1) + column]! >> (4 * (quarter >> 1));
    const two = bytes[from + 128 + 32 * half + column]! >> (2 * quarter);
    const partScale = scale * bytes.readInt8(from + 192 + (nth >> 4));
    into[at + nth] = partScale * (((four & 15) | ((two & 3) << 4)) - 32);
  }
});

/** The types that are read, by the numbers that stand for them in files. */
export const ggmlTypes: ReadonlyMap<number, { readonly dtype: string; readonly stored: StoredType }> =
  new Map([
    [0, { dtype: 'F32', stored: plainTypes.F32 }],
    [1, { dtype: 'F16', stored: plainTypes.F16 }],
    [2, { dtype: 'Q4_0', stored: packedTypes.Q4_0 }],
    [3, { dtype: 'Q4_1', stored: packedTypes.Q4_1 }],
    [6, { dtype: 'Q5_0', stored: q5_0 }],
    [7, { dtype: 'Q5_1', stored: q5_1 }],
    [8, { dtype: 'Q8_0', stored: packedTypes.Q8_0 }],
    [12, { dtype: 'Q4_K', stored: quantised(256, 144, withMinima(false)) }],
    [13, { dtype: 'Q5_K', stored: quantised(256, 176, withMinima(true)) }],
    [14, { dtype: 'Q6_K', stored: q6_K }],
    [30, { dtype: 'BF16', stored: plainTypes.BF16 }],
  ]);

const others: { readonly [type: number]: string } = {
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};

/** The name of a type that is not read, or its number. */
export const otherType = (type: number): string => others[type] ?? `number ${type}`;
