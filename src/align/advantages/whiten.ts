/** Numbers of mean 0 and variance 1, whatever they were before. */

const epsilon = 1e-8;

/**
 * Whitens the numbers of all rows together, as Ziegler et al. 2019 do with rewards and advantages: less the mean,
 * divided by the root of the variance (with n below) plus 1e-8.
 *
 * @param rows Of any lengths: the tokens of each answer.
 * @param options.shiftMean Whether the mean becomes 0 (the default, for advantages) or stays (for rewards).
 * @returns Rows of the same lengths.
 *
 * @example
 * whiten([[1, 3], [1, 3]]) // [Float32Array.of(-1, 1), Float32Array.of(-1, 1)]
 * whiten([[1, 3], [1, 3]], { shiftMean: false }) // [Float32Array.of(1, 3), Float32Array.of(1, 3)]
 */
export function whiten(
  rows: readonly ArrayLike<number>[],
  { shiftMean = true }: { readonly shiftMean?: boolean } = {},
): Float32Array[] {
  const all = rows.flatMap((row) => Array.from(row));
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  const variance = all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length;
  const scale = 1 / Math.sqrt(variance + epsilon);
  const shift = shiftMean ? 0 : mean;
  return rows.map((row) => Float32Array.from(row, (one) => (one - mean) * scale + shift));
}
