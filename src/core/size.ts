/**
 * The one dial of the workbook. Every chapter asks `sized` for its numbers, so one word changes how much is
 * read, how large the model is and how long it trains.
 */

/** `smoke` only proves that a chapter runs; `nano` suits two CPU cores, `small` an evening, `gpu` a card. */
export type Size = (typeof sizes)[number];

/** The sizes, smallest first. */
export const sizes = ['smoke', 'nano', 'small', 'gpu'] as const;

/**
 * Picks the settings for a size.
 *
 * @throws {RangeError} If the size is not one of `sizes`.
 *
 * @example
 * sized('nano', { smoke: 10, nano: 500, small: 5000, gpu: 20000 }) // 500
 */
export function sized<T>(size: Size, settings: { readonly [name in Size]: T }): T {
  checkSize(size);
  return settings[size];
}

/** Throws unless `size` is one of `sizes`; narrows the type of a word that came from outside. */
export function checkSize(size: string): asserts size is Size {
  if (!(sizes as readonly string[]).includes(size)) {
    throw new RangeError(`Cannot use size "${size}": expected one of ${sizes.join(', ')}`);
  }
}
