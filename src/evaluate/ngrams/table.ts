/**
 * Numbers pairs in the order in which they first come, and counts how often each comes. An n-gram is such a pair: the
 * number of the n-gram without its last token, and that token.
 */

/**
 * A hash table with open addressing that grows by itself. What is known of a pair lies side by side, since nearly all of
 * the time goes into waiting for memory: 21 to 43 bytes a pair.
 */
export class PairTable {
  /** Different pairs so far. */
  size = 0;
  /** Four numbers a slot: the two halves of a pair, its number plus 1 (0 where nothing is), and its count. */
  #slots = new Int32Array(4 * 2048);

  /** The number of a pair, or -1. */
  find(parent: number, token: number): number {
    return this.#slots[this.#slotOf(parent, token) + 2]! - 1;
  }

  /** Counts a pair once more and returns its number, which is `size - 1` if it is new. */
  count(parent: number, token: number): number {
    const at = this.#slotOf(parent, token);
    const slots = this.#slots;
    slots[at + 3]!++;
    if (slots[at + 2]! > 0) return slots[at + 2]! - 1;
    slots[at] = parent;
    slots[at + 1] = token;
    slots[at + 2] = ++this.size;
    if (16 * this.size > 3 * slots.length) this.#grow(); // three slots of four are taken
    return this.size - 1;
  }

  /** In bytes. */
  get memory(): number {
    return this.#slots.byteLength;
  }

  /** The first half of each pair and how often it came, by its number: [size] both. */
  columns(): { readonly parents: Int32Array; readonly counts: Uint32Array } {
    const [parents, counts] = [new Int32Array(this.size), new Uint32Array(this.size)];
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += 4) {
      const nth = slots[at + 2]! - 1;
      if (nth < 0) continue;
      parents[nth] = slots[at]!;
      counts[nth] = slots[at + 3]!;
    }
    return { parents, counts };
  }

  /** Where a pair is, or where it would go. */
  #slotOf(parent: number, token: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = (hashOf(parent, token) << 2) & mask;
    while (slots[at + 2]! > 0 && (slots[at] !== parent || slots[at + 1] !== token)) at = (at + 4) & mask;
    return at;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] === 0) continue;
      this.#slots.set(old.subarray(at, at + 4), this.#slotOf(old[at]!, old[at + 1]!));
    }
  }
}

function hashOf(parent: number, token: number): number {
  let hash = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
