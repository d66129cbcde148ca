/** Several measurements of one thing as two numbers: where they lie, and how far apart. */

/** Where values lie and how far they scatter. */
export interface Spread {
  readonly mean: number;
  /** The standard deviation, with n - 1 below, in the unit of the values; NaN for fewer than two. */
  readonly deviation: number;
  readonly count: number;
}

/**
 * The mean of some values and their standard deviation around it.
 *
 * @example
 * spreadOf([2, 4, 6]) // { mean: 4, deviation: 2, count: 3 }
 */
export function spreadOf(values: ArrayLike<number>): Spread {
  const list = Array.from(values);
  const count = list.length;
  const mean = list.reduce((sum, value) => sum + value, 0) / count;
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)), count };
}
