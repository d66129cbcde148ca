/**
 * Numbers as files store them, one behind the other, little-endian as the processors that Node runs on: float32 and
 * int32 as they are, and the 16-bit types, which are read into float32 without loss and written rounded to the nearest,
 * to the even one of two that are equally near (IEEE 754).
 */
import { halfBits, halfTable, isNaNBits } from '../../core/half.js';
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

/** From float32's bits to bfloat16's, which are the upper half. */
function brainBits(bits: number): number {
  if (isNaNBits(bits)) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
