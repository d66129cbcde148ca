/** An order of many things that takes no memory. */
import type { Random } from '../core/random.js';

const rounds = 8;

/**
 * A random order of 0 to `count - 1`, as a function of the place: each number comes once. It is a Feistel network over a
 * square of numbers, walked on until it lands below `count` (Black and Rogaway 2002), so there is no list: an order of
 * 2^50 windows costs as much as one of a hundred.
 *
 * @param random Decides the order; eight numbers are drawn.
 */
export function permutation(count: number, random: Random): (place: number) => number {
  let side = 16; // small squares have few orders
  while (side * side < count) side *= 2;
  const keys = Array.from({ length: rounds }, () => random.integer(2 ** 32));
  const once = (number: number) => {
    let [left, right] = [Math.floor(number / side), number % side];
    for (const key of keys) [left, right] = [right, left ^ (mixed(right, key) & (side - 1))];
    return left * side + right;
  };
  return (place) => {
    let number = once(place);
    while (number >= count) number = once(number);
    return number;
  };
}

/** Bits of a number that look like chance: the finish of MurmurHash3 (Appleby), from a key on. */
function mixed(number: number, key: number): number {
  let bits = number ^ key;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
