/**
 * SplitMix64 (Steele, Lea and Flood, 2014): from any 64 bits to as many well-mixed 64 bits as are wanted. It is what
 * the authors of xoroshiro recommend for making a starting state of a seed: seeds that differ in one bit give states
 * that differ in half of them.
 */

const mask = (1n << 64n) - 1n;

/**
 * The first `count` outputs.
 *
 * @param seed Of it the lowest 64 bits count; a negative number is its two's complement.
 */
export function splitMix64(seed: bigint, count: number): bigint[] {
  let state = seed & mask;
  return Array.from({ length: count }, () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  });
}

/** FNV-1a: 64 bits of a text, so that a name can be a seed. */
export function fnv64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask;
  return hash;
}
