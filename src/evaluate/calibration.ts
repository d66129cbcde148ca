/** Whether probabilities mean what they say: of what is given 80 %, 80 % should come true. */

/** What was said with about the same probability, and what came of it. */
export interface CalibrationRow {
  /** Probabilities from here, */
  readonly from: number;
  /** up to here; the last row includes 1. */
  readonly to: number;
  /** Predictions in this row. */
  readonly count: number;
  /** Their mean probability. */
  readonly predicted: number;
  /** The share that came true. */
  readonly observed: number;
}

/**
 * Sorts predictions into rows of equal width; rows without any are left out.
 *
 * @param probabilities What was predicted, from 0 to 1, [N].
 * @param outcomes Whether it came true, [N].
 * @param options.rows How many; default 10.
 * @throws {RangeError} If there are no predictions, not as many outcomes, or one is no probability.
 *
 * @example
 * calibrationRows([0.1, 0.3, 0.9], [false, true, true], { rows: 2 })
 * // [{ from: 0, to: 0.5, count: 2, predicted: 0.2, observed: 0.5 },
 * //  { from: 0.5, to: 1, count: 1, predicted: 0.9, observed: 1 }]
 */
export function calibrationRows(
  probabilities: ArrayLike<number>,
  outcomes: readonly boolean[],
  { rows = 10 }: { readonly rows?: number } = {},
): CalibrationRow[] {
  const all = Array.from(probabilities);
  if (all.length === 0 || all.length !== outcomes.length)
    throw new RangeError(
      `Cannot calibrate: expected an outcome for each probability, got ${outcomes.length} for ${all.length}`,
    );
  const odd = all.find((one) => !(one >= 0 && one <= 1));
  if (odd !== undefined) throw new RangeError(`Cannot calibrate: expected probabilities, got ${odd}`);
  const rowOf = all.map((one) => Math.min(Math.floor(one * rows), rows - 1));
  return Array.from({ length: rows }, (_, row) => {
    const places = [...all.keys()].filter((nth) => rowOf[nth] === row);
    const count = places.length;
    const predicted = places.reduce((sum, nth) => sum + all[nth]!, 0) / count;
    const observed = places.filter((nth) => outcomes[nth]).length / count;
    return { from: row / rows, to: (row + 1) / rows, count, predicted, observed };
  }).filter(({ count }) => count > 0);
}
