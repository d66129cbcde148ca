/**
 * Numbers pairs in the order in which they first come, and counts how often each comes. An n-gram is such a pair: the
 * number of the n-gram without its last token, and that token. Plain typed arrays, about 26 bytes a pair.
 */

/** A hash table with open addressing; grows by itself. */
export class PairTable {
  /** Different pairs so far. */
  size = 0;
  /** How often each pair came, by its number. */
  counts = new Uint32Array(1024);
  /** The two halves of each pair, side by side: one look into memory finds both. */
  #pairs = new Int32Array(2048);
  /** A pair's number plus 1; 0 where nothing is. */
  #slots = new Int32Array(2048);

  /** The number of a pair, or -1. */
  find(parent: number, token: number): number {
    return this.#slots[this.#slotOf(parent, token)]! - 1;
  }

  /** Counts a pair once more and returns its number, which is `size - 1` if it is new. */
  count(parent: number, token: number): number {
    const slot = this.#slotOf(parent, token);
    const nth = this.#slots[slot]! - 1;
    if (nth >= 0) {
      this.counts[nth]!++;
      return nth;
    }
    const added = this.size++;
    if (added === this.counts.length) this.#setRoom(2 * added);
    this.#pairs[2 * added] = parent;
    this.#pairs[2 * added + 1] = token;
    this.counts[added] = 1;
    this.#slots[slot] = added + 1;
    if (3 * this.size > 2 * this.#slots.length) this.#rehash();
    return added;
  }

  /** The first half of a pair. */
  parent(nth: number): number {
    return this.#pairs[2 * nth]!;
  }

  /** Gives back what was kept free for further pairs. */
  trim(): void {
    this.#setRoom(this.size);
  }

  /** In bytes. */
  get memory(): number {
    return this.counts.byteLength + this.#pairs.byteLength + this.#slots.byteLength;
  }

  /** Where a pair is, or where it would go. */
  #slotOf(parent: number, token: number): number {
    const slots = this.#slots;
    const pairs = this.#pairs;
    const mask = slots.length - 1;
    let at = hashOf(parent, token) & mask;
    for (let nth = slots[at]! - 1; nth >= 0; nth = slots[at]! - 1) {
      if (pairs[2 * nth] === parent && pairs[2 * nth + 1] === token) return at;
      at = (at + 1) & mask;
    }
    return at;
  }

  #setRoom(room: number): void {
    const [counts, pairs] = [new Uint32Array(room), new Int32Array(2 * room)];
    counts.set(this.counts.subarray(0, room));
    pairs.set(this.#pairs.subarray(0, 2 * room));
    this.counts = counts;
    this.#pairs = pairs;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let nth = 0; nth < this.size; nth++) {
      this.#slots[this.#slotOf(this.#pairs[2 * nth]!, this.#pairs[2 * nth + 1]!)] = nth + 1;
    }
  }
}

function hashOf(parent: number, token: number): number {
  let hash = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
