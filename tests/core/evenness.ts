/** How far numbers from 0 to 1 lie from being evenly spread, for the tests of random streams. */

/**
 * In standard deviations of chi-square over so many bins of one width. An even generator goes beyond five less often
 * than once in a hundred thousand.
 */
export function unevenness(values: Iterable<number>, bins: number): number {
  const counts = new Float64Array(bins);
  let total = 0;
  for (const value of values) {
    counts[Math.floor(value * bins)]!++;
    total++;
  }
  const expected = total / bins;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chiSquare - (bins - 1)) / Math.sqrt(2 * (bins - 1));
}
