/**
 * The random numbers of `numpy.random.RandomState`: MT19937 (Matsumoto and Nishimura 1998), which is pure-rand's, and numpy's
 * way from there to whole numbers of 64 bits. Published MinHash signatures depend on them to the last bit; all else in
 * this library draws from `createRandom`.
 */
import { mersenne } from 'pure-rand/generator/mersenne';

/** Draws numbers as `RandomState(seed).randint(low, high, dtype=uint64)` does; one state for all calls. */
export type DrawIntegers = (low: bigint, high: bigint, count: number) => BigUint64Array;

/**
 * Starts numpy's generator.
 *
 * @param seed A whole number from 0 up to 2^32.
 */
export function numpyRandom(seed: number): DrawIntegers {
  const generator = mersenne(seed);
  const word = () => BigInt(generator.next() >>> 0);
  const below = (range: bigint): bigint => {
    const mask = (1n << BigInt(range.toString(2).length)) - 1n;
    for (;;) {
      const high = word();
      const value = ((high << 32n) | word()) & mask;
      if (value <= range) return value; // numpy throws away what is too large and draws again
    }
  };
  return (low, high, count) => BigUint64Array.from({ length: count }, () => low + below(high - 1n - low));
}
