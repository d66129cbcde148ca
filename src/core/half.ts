/** Numbers in half precision, 16 bits each (IEEE 754). */

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

/** Whether the bits of a float32 are those of no number. */
export const isNaNBits = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000;

/** From float32's bits to half precision's, rounded to the nearest and to even: a smaller exponent, 10 of 23 digits. */
export function halfBits(bits: number): number {
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
