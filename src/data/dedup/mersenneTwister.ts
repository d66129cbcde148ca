/**
 * The random numbers of `numpy.random.RandomState`: MT19937 (Matsumoto and Nishimura 1998) and numpy's way from there
 * to whole numbers of 64 bits. Published MinHash signatures depend on them to the last bit; all else in this library
 * draws from `createRandom`.
 */

const [size, shift] = [624, 397];

/** The generator's next whole number of 32 bits. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let nth = 1; nth < size; nth++) {
    const last = state[nth - 1]! ^ (state[nth - 1]! >>> 30);
    state[nth] = Math.imul(last, 1812433253) + nth;
  }
  let next = size;
  return () => {
    if (next === size) {
      twist(state);
      next = 0;
    }
    let bits = state[next++]!;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let nth = 0; nth < size; nth++) {
    const bits = (state[nth]! & 0x80000000) | (state[(nth + 1) % size]! & 0x7fffffff);
    state[nth] = state[(nth + shift) % size]! ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
  }
}

/** Draws numbers as `RandomState(seed).randint(low, high, dtype=uint64)` does; one state for all calls. */
export type DrawIntegers = (low: bigint, high: bigint, count: number) => BigUint64Array;

/**
 * Starts numpy's generator.
 *
 * @param seed A whole number from 0 up to 2^32.
 */
export function numpyRandom(seed: number): DrawIntegers {
  const word = mersenneTwister(seed);
  const below = (range: bigint): bigint => {
    const mask = (1n << BigInt(range.toString(2).length)) - 1n;
    for (;;) {
      const high = BigInt(word());
      const value = ((high << 32n) | BigInt(word())) & mask;
      if (value <= range) return value; // numpy throws away what is too large and draws again
    }
  };
  return (low, high, count) => BigUint64Array.from({ length: count }, () => low + below(high - 1n - low));
}
