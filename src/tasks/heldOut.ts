/** A split that needs no list: the text itself says on which side it lies. */
import { fnv64, splitMix64 } from '../core/splitMix.js';

/**
 * Whether a text is kept for evaluation. It depends on nothing but the text (its FNV-1a checksum, scrambled), so
 * every run, process and machine agrees, and what is held out once is held out for good. A larger share holds out the
 * same texts and more.
 *
 * @param share From 0 to 1; default 0.1.
 * @throws {RangeError} If the share is beyond.
 *
 * @example
 * const texts = Array.from({ length: 1000 }, (_, nth) => `${nth}+1=`);
 * const count = texts.filter((text) => heldOut(text)).length;
 * count > 60 && count < 140 // true
 */
export function heldOut(text: string, share = 0.1): boolean {
  if (!(share >= 0 && share <= 1))
    throw new RangeError(`Cannot hold out texts: expected a share from 0 to 1, got ${share}`);
  const [checksum] = splitMix64(fnv64(text), 1);
  return Number(checksum! >> 11n) / 2 ** 53 < share;
}
