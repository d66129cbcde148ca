/**
 * Numbers words in the order in which they first come up. A `Map` would do the same with strings as keys, but the
 * string for every word of a text, most of them seen before, took longer than everything else in encoding.
 */

/** Different words, numbered from 0. */
export interface WordTable {
  /** How many different words there are, which is the number that the next new one gets. */
  readonly size: () => number;
  /** The number of the word that `units` holds from `start` to `end`. */
  readonly numberOf: (units: Uint16Array, start: number, end: number) => number;
  /** Forgets all words. */
  readonly clear: () => void;
}

const firstCapacity = 1024;

/** Makes an empty table; it grows as needed. */
export function createWordTable(): WordTable {
  let capacity = firstCapacity; // a power of two, never more than half full
  let slots = new Int32Array(4 * capacity); // hash, start and end in `letters`, 1 + number; or four zeros
  let letters = new Uint16Array(8 * capacity); // of all words, one behind the other
  let used = 0;
  let size = 0;

  const grow = () => {
    const old = slots;
    capacity *= 2;
    slots = new Int32Array(4 * capacity);
    for (let from = 0; from < old.length; from += 4) {
      if (old[from + 3] === 0) continue;
      let slot = 4 * (old[from]! & (capacity - 1));
      while (slots[slot + 3] !== 0) slot = (slot + 4) & (4 * capacity - 1);
      for (let part = 0; part < 4; part++) slots[slot + part] = old[from + part]!;
    }
  };

  const insert = (slot: number, hash: number, units: Uint16Array, start: number, end: number): number => {
    if (used + end - start > letters.length) {
      const more = new Uint16Array(2 * (used + end - start));
      more.set(letters.subarray(0, used));
      letters = more;
    }
    slots[slot] = hash;
    slots[slot + 1] = used;
    for (let at = start; at < end; at++) letters[used++] = units[at]!;
    slots[slot + 2] = used;
    slots[slot + 3] = ++size;
    if (2 * size > capacity) grow();
    return size - 1;
  };

  return {
    size: () => size,
    numberOf: (units, start, end) => {
      const hash = hashOf(units, start, end);
      let slot = 4 * (hash & (capacity - 1));
      for (; slots[slot + 3] !== 0; slot = (slot + 4) & (4 * capacity - 1)) {
        if (slots[slot] !== hash) continue;
        let letter = slots[slot + 1]!;
        if (slots[slot + 2]! - letter !== end - start) continue;
        let at = start;
        while (at < end && letters[letter] === units[at]) {
          at++;
          letter++;
        }
        if (at === end) return slots[slot + 3]! - 1;
      }
      return insert(slot, hash, units, start, end);
    },
    clear: () => {
      slots.fill(0);
      used = 0;
      size = 0;
    },
  };
}

function hashOf(units: Uint16Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ units[at]!, 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12);
}
