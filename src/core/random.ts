/**
 * Seeded random numbers. Every function of this library that draws at random takes a `Random`, so the same
 * seed gives the same run. The generator is pure-rand's xoroshiro128+; what is added here is the handful of
 * draws that a language model needs, and a state that can be saved with a checkpoint.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A source of random numbers; made by `createRandom`. */
export interface Random {
  /** A number from [0, 1). */
  readonly uniform: () => number;
  /** A whole number from 0 up to, not including, `n`. */
  readonly integer: (n: number) => number;
  /** A draw from the normal distribution of mean 0 and standard deviation 1. */
  readonly normal: () => number;
  /** A copy of `items` in random order (Fisher-Yates). */
  readonly shuffle: <T>(items: readonly T[]) => T[];
  /** What `createRandom` needs to go on from here. */
  readonly state: () => readonly number[];
}

/**
 * Starts a stream of random numbers.
 *
 * @param seed A whole number, or the `state()` of another `Random`, whose stream is then continued.
 * @throws {TypeError} If the seed is neither.
 *
 * @example
 * const random = createRandom(42);
 * random.integer(6) === createRandom(42).integer(6) // true
 */
export function createRandom(seed: number | readonly number[]): Random {
  if (typeof seed === 'number' && !Number.isInteger(seed)) {
    throw new TypeError(`Cannot start random numbers: expected a whole number as seed, got ${seed}`);
  }
  const generator = typeof seed === 'number' ? xoroshiro128plus(seed) : xoroshiro128plusFromState(seed);
  const uniform = () => uniformFloat64(generator);
  const integer = (n: number) => uniformInt(generator, 0, n - 1);
  return {
    uniform,
    integer,
    // Box-Muller; the second value is not kept, so that `state()` is the generator's alone.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [copy[last], copy[other]] = [copy[other]!, copy[last]!];
      }
      return copy;
    },
    state: () => generator.getState(),
  };
}
