/**
 * Numbers as files store them, one behind the other, little-endian as the processors that Node runs on: float32 and
 * int32 as they are, and the 16-bit types, which are read into float32 without loss and written rounded to the nearest,
 * to the even one of two that are equally near (IEEE 754).
 */
import type { StoredType } from './tensorFile.js';

/** Types of one number each that are read. */
export const plainTypes: { readonly [dtype in 'F32' | 'F16' | 'BF16' | 'I32' | 'I64']: StoredType } = {
  F32: { count: 1, bytes: 4, decode: copyBytes },
  I32: { count: 1, bytes: 4, isInteger: true, decode: copyBytes },
  F16: {
    count: 1,
    bytes: 2,
    decode: (bytes, into, at) => {
      const table = halfTable();
      for (let from = 0; from < bytes.length; from += 2) into[at++] = table[bytes.readUInt16LE(from)]!;
    },
  },
  BF16: {
    count: 1,
    bytes: 2,
    decode: (bytes, into, at) => {
      const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
      for (let from = 0; from < bytes.length; from += 2) bits[at++] = bytes.readUInt16LE(from) << 16;
    },
  },
  I64: {
    count: 1,
    bytes: 8,
    isInteger: true,
    decode: (bytes, into, at) => {
      for (let from = 0; from < bytes.length; from += 8) {
        const value = bytes.readBigInt64LE(from);
        if (BigInt.asIntN(32, value) !== value)
          throw new RangeError(`expected whole numbers of 32 bits, got ${value}`);
        into[at++] = Number(value);
      }
    },
  },
};

function copyBytes(bytes: Buffer, into: Float32Array | Int32Array, at: number): void {
  new Uint8Array(into.buffer, into.byteOffset).set(bytes, 4 * at);
}

let halves: Float32Array | undefined;

/** The value of each of the 65,536 half-precision numbers. */
export function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size =
      exponent === 31
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25);
    return bits & 0x8000 ? -size : size;
  });
  return halves;
}

/** Types in which float32 can be written. */
export type WrittenFloat = 'F32' | 'F16' | 'BF16';

/** The bytes of some numbers in a type. F16 ends at 65,504; larger numbers become infinite. */
export function encodeFloats(numbers: Float32Array, dtype: WrittenFloat): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const rounded = new Uint16Array(bits.length);
  const round = dtype === 'F16' ? halfBits : brainBits;
  for (let at = 0; at < bits.length; at++) rounded[at] = round(bits[at]!);
  return new Uint8Array(rounded.buffer);
}

const isNaNBits = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000;

/** From float32's bits to bfloat16's, which are the upper half. */
function brainBits(bits: number): number {
  if (isNaNBits(bits)) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** From float32's bits to half precision's: a smaller exponent, and 10 of 23 digits. */
function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (isNaNBits(bits)) return sign | 0x7e00;
  if (size >= 0x47800000) return sign | 0x7c00; // 2^16 and more
  if (size >= 0x38800000) return sign | roundedShift(size - 0x38000000, 13); // 2^-14 and more
  const exponent = size >>> 23;
  if (exponent < 102) return sign; // less than half of the smallest
  return sign | roundedShift((size & 0x7fffff) | 0x800000, 126 - exponent);
}

/** Shifts digits out, rounding to the nearest and to even. */
function roundedShift(bits: number, by: number): number {
  const half = 2 ** (by - 1);
  const down = bits >>> by;
  const left = bits & (2 * half - 1);
  return left > half || (left === half && (down & 1) === 1) ? down + 1 : down;
}
