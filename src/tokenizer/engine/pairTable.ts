/**
 * A hash table from pairs of token ids to numbers. The one hot lookup of training and encoding: a `Map` would need
 * a string or a bigger number as key for every pair, and took several times as long.
 */

/** What is known about pairs of ids. */
export interface PairTable {
  /** The value of a pair; -1 where there is none. */
  readonly get: (left: number, right: number) => number;
  /** Sets the value, at least 0, of a pair. */
  readonly set: (left: number, right: number, value: number) => void;
}

/** Makes an empty table; it grows as needed. */
export function createPairTable(): PairTable {
  let capacity = 1024; // a power of two, never more than half full
  let entries = new Int32Array(3 * capacity).fill(-1); // left, right, value
  let count = 0;

  /** Where the pair is, or the empty place where it belongs. */
  const slotOf = (left: number, right: number): number => {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const found = entries[3 * slot];
      if (found === -1 || (found === left && entries[3 * slot + 1] === right)) return 3 * slot;
    }
  };

  const grow = () => {
    const old = entries;
    capacity *= 2;
    entries = new Int32Array(3 * capacity).fill(-1);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at] !== -1) entries.set(old.subarray(at, at + 3), slotOf(old[at]!, old[at + 1]!));
    }
  };

  return {
    get: (left, right) => entries[slotOf(left, right) + 2]!,
    set: (left, right, value) => {
      let slot = slotOf(left, right);
      if (entries[slot] === -1 && 2 * ++count > capacity) {
        grow();
        slot = slotOf(left, right);
      }
      entries[slot] = left;
      entries[slot + 1] = right;
      entries[slot + 2] = value;
    },
  };
}
