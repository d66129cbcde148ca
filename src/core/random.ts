/**
 * Seeded random numbers. Every function of this library that draws at random takes a `Random`, so the same
 * seed gives the same run. The generator is pure-rand's xoroshiro128+, started from a seed that SplitMix64 has
 * scrambled; what is added here is the handful of draws that a language model needs, streams that are independent of
 * each other, and a state that can be saved with a checkpoint.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { fnv64, splitMix64 } from './splitMix.js';

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
  /** One of `items`, each as likely as any other; a RangeError where there are none. */
  readonly pick: <T>(items: readonly T[]) => T;
  /**
   * This many streams that have nothing in common, drawn from this one, which moves on. One for each text of a batch:
   * the first few are the same however many more are asked for.
   */
  readonly split: (count: number) => Random[];
  /** Another stream, decided by where this one stands and by the name; this one does not move. */
  readonly fork: (name: string) => Random;
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
  if (typeof seed !== 'number') {
    if (seed.length === 4 && seed.every(Number.isInteger) && seed.some((word) => word !== 0))
      return randomFrom(seed);
    throw new TypeError(`Cannot start random numbers: expected the state of a \`Random\`, got [${seed}]`);
  }
  if (Number.isSafeInteger(seed)) return randomFrom(scrambled(BigInt(seed)));
  throw new TypeError(`Cannot start random numbers: expected a whole number as seed, got ${seed}`);
}

/** A state for the generator, four times 32 bits, of which 64 bits decide. */
function scrambled(seed: bigint): number[] {
  return splitMix64(seed, 2).flatMap((word) => [
    Number(BigInt.asIntN(32, word)),
    Number(BigInt.asIntN(32, word >> 32n)),
  ]);
}

function randomFrom(state: readonly number[]): Random {
  const generator = xoroshiro128plusFromState(state);
  const uniform = () => uniformFloat64(generator);
  const integer = (n: number) => uniformInt(generator, 0, n - 1);
  const word = () => (BigInt(generator.next()) << 32n) ^ BigInt(generator.next() >>> 0);
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
    pick: (items) => {
      if (items.length === 0) throw new RangeError('Cannot pick one of no items');
      return items[integer(items.length)]!;
    },
    split: (count) => Array.from({ length: count }, () => randomFrom(scrambled(word()))),
    fork: (name) => randomFrom(scrambled(fnv64(`${generator.getState().join()} ${name}`))),
    state: () => generator.getState(),
  };
}
