/** Float32 written as ggml's type Q8_0: blocks of 32 whole numbers from -127 to 127 behind their scale. */
import { packedTypes } from '../../../backend/ops/packedTypes.js';
import { halfBits } from '../../../core/half.js';

const { count, bytes } = packedTypes.Q8_0;

/**
 * The bytes of some numbers, as many as fill whole blocks. The scale is a 127th of the largest; numbers are divided by
 * it before it is rounded to half precision, and halves are rounded away from zero, as ggml's reference does it, in
 * float32.
 */
export function encodeQ8_0(numbers: Float32Array): Uint8Array {
  const blocks = Buffer.alloc((numbers.length / count) * bytes);
  const scale = new Float32Array(1);
  const scaleBits = new Uint32Array(scale.buffer);
  for (let at = 0, to = 0; at < numbers.length; at += count, to += bytes) {
    let largest = 0;
    for (let nth = at; nth < at + count; nth++) largest = Math.max(largest, Math.abs(numbers[nth]!));
    scale[0] = largest / 127;
    const by = scale[0] === 0 ? 0 : Math.fround(1 / scale[0]!);
    blocks.writeUInt16LE(halfBits(scaleBits[0]!), to);
    for (let nth = 0; nth < count; nth++) {
      const value = Math.fround(numbers[at + nth]! * by);
      blocks[to + 2 + nth] = Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
    }
  }
  return blocks;
}
