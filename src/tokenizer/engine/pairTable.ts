/**
 * A hash table from pairs of token ids to numbers. The one hot lookup of training and encoding: a `Map` would need
 * a string or a bigger number as key for every pair, and took several times as long.
 *
 * Most pairs that are asked for are not there. A bit for each hash says so without a look into megabytes of entries, and
 * pairs of the first 256 ids, which are bytes in most vocabularies, have places of their own.
 */

/** What is known about pairs of ids. */
export interface PairTable {
  /** The value of a pair; -1 where there is none. */
  readonly get: (left: number, right: number) => number;
  /** Sets the value, at least 0, of a pair. */
  readonly set: (left: number, right: number, value: number) => void;
}

const bitsEach = 4; // bits of the filter for one place of the table, so that at most every eighth is set

/** Makes an empty table; it grows as needed. */
export function createPairTable(): PairTable {
  const ofBytes = new Int32Array(2 ** 16).fill(-1);
  let capacity = 1024; // a power of two, never more than half full
  let entries = new Int32Array(4 * capacity).fill(-1); // left, right, value, and a place to keep them in one cache line
  let filter = new Int32Array((bitsEach * capacity) >> 5);
  let count = 0;

  const hashOf = (left: number, right: number): number => {
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    return hash ^ (hash >>> 15);
  };

  /** Where the pair is, or the empty place where it belongs. */
  const slotOf = (hash: number, left: number, right: number): number => {
    for (let slot = hash & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const found = entries[4 * slot];
      if (found === -1 || (found === left && entries[4 * slot + 1] === right)) return 4 * slot;
    }
  };

  const insert = (left: number, right: number, value: number) => {
    const hash = hashOf(left, right);
    const slot = slotOf(hash, left, right);
    entries[slot] = left;
    entries[slot + 1] = right;
    entries[slot + 2] = value;
    const bit = hash & (bitsEach * capacity - 1);
    filter[bit >> 5]! |= 1 << (bit & 31);
  };

  const grow = () => {
    const old = entries;
    capacity *= 2;
    entries = new Int32Array(4 * capacity).fill(-1);
    filter = new Int32Array((bitsEach * capacity) >> 5);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] !== -1) insert(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  };

  return {
    get: (left, right) => {
      if ((left | right) < 256) return ofBytes[(left << 8) | right]!;
      const hash = hashOf(left, right);
      const bit = hash & (bitsEach * capacity - 1);
      if ((filter[bit >> 5]! & (1 << (bit & 31))) === 0) return -1;
      return entries[slotOf(hash, left, right) + 2]!;
    },
    set: (left, right, value) => {
      if ((left | right) < 256) {
        ofBytes[(left << 8) | right] = value;
        return;
      }
      const isNew = entries[slotOf(hashOf(left, right), left, right)] === -1;
      if (isNew && 2 * ++count > capacity) grow();
      insert(left, right, value);
    },
  };
}
