/** Finds rows of n numbers in other rows, all of them in one walk, by a hash that rolls along. */

/** The different runs of n units of some rows, and which of them were met. */
export class RunIndex {
  /** Runs of all rows, equal ones counted each. */
  readonly runs: number;
  readonly #n: number;
  /** All rows, one behind the other, and where each begins. */
  readonly #units: Int32Array;
  readonly #starts: readonly number[];
  /** The number of the run that starts at each place, -1 where none does. */
  readonly #numbers: Int32Array;
  /** Of each different run: its hash, the place where it is first, and whether it was met. */
  readonly #hashes: Int32Array;
  readonly #places: Int32Array;
  readonly #met: Uint8Array;
  /** A run's number plus 1, by its hash; 0 where nothing is. */
  readonly #slots: Int32Array;
  #different = 0;

  /** @param n Units of a run. */
  constructor(rows: readonly Int32Array[], n: number) {
    let length = 0;
    const starts: number[] = [];
    for (const row of rows) {
      starts.push(length);
      length += row.length;
    }
    this.#n = n;
    this.#starts = starts;
    this.#units = new Int32Array(length);
    for (const [nth, row] of rows.entries()) this.#units.set(row, this.#starts[nth]!);
    this.runs = rows.reduce((sum, row) => sum + Math.max(0, row.length - n + 1), 0);
    this.#numbers = new Int32Array(length).fill(-1);
    this.#hashes = new Int32Array(this.runs);
    this.#places = new Int32Array(this.runs);
    this.#met = new Uint8Array(this.runs);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.runs + 2)));
    for (const [nth, row] of rows.entries()) {
      eachRun(row, n, (hash, at) => {
        this.#numbers[this.#starts[nth]! + at] = this.#add(hash, this.#starts[nth]! + at);
      });
    }
  }

  /** Marks the runs that stand in a row. */
  mark(row: Int32Array): void {
    const [slots, hashes, met, places] = [this.#slots, this.#hashes, this.#met, this.#places];
    const mask = slots.length - 1;
    eachRun(row, this.#n, (hash, at) => {
      let slot = slotOf(hash, mask);
      for (let nth = slots[slot]! - 1; nth >= 0; nth = slots[slot]! - 1) {
        if (hashes[nth] === hash && met[nth] === 0 && this.#isAt(places[nth]!, row, at)) met[nth] = 1;
        slot = (slot + 1) & mask;
      }
    });
  }

  /** The first place of a row where one of the runs stands; -1 where none does. */
  find(row: Int32Array): number {
    const [slots, hashes, places] = [this.#slots, this.#hashes, this.#places];
    const mask = slots.length - 1;
    let first = -1;
    eachRun(row, this.#n, (hash, at) => {
      if (first >= 0) return;
      let slot = slotOf(hash, mask);
      for (let nth = slots[slot]! - 1; nth >= 0; nth = slots[slot]! - 1) {
        if (hashes[nth] === hash && this.#isAt(places[nth]!, row, at)) first = at;
        slot = (slot + 1) & mask;
      }
    });
    return first;
  }

  /** Whether each run of a row was met, by where it starts. */
  marks(nth: number): boolean[] {
    const end = this.#starts[nth + 1] ?? this.#units.length;
    const numbers = this.#numbers.subarray(this.#starts[nth], end).filter((number) => number >= 0);
    return Array.from(numbers, (number) => this.#met[number] === 1);
  }

  /** The number of the run at a place. */
  #add(hash: number, place: number): number {
    const mask = this.#slots.length - 1;
    let slot = slotOf(hash, mask);
    for (let nth = this.#slots[slot]! - 1; nth >= 0; nth = this.#slots[slot]! - 1) {
      if (this.#hashes[nth] === hash && this.#isAt(this.#places[nth]!, this.#units, place)) return nth;
      slot = (slot + 1) & mask;
    }
    const added = this.#different++;
    this.#hashes[added] = hash;
    this.#places[added] = place;
    this.#slots[slot] = added + 1;
    return added;
  }

  /** Whether the run at a place of ours also stands at a place of another row. */
  #isAt(place: number, row: Int32Array, at: number): boolean {
    for (let nth = 0; nth < this.#n; nth++) if (this.#units[place + nth] !== row[at + nth]) return false;
    return true;
  }
}

const base = 0x01000193;

/** Visits every run of n units with its hash: the sum of unit * base^(places after it), in 32 bits. */
function eachRun(row: Int32Array, n: number, visit: (hash: number, at: number) => void): void {
  let leaving = 1; // base^n
  for (let nth = 0; nth < n; nth++) leaving = Math.imul(leaving, base);
  let hash = 0;
  for (let at = 0; at < row.length; at++) {
    hash = (Math.imul(hash, base) + row[at]!) | 0;
    if (at >= n) hash = (hash - Math.imul(leaving, row[at - n]!)) | 0;
    if (at >= n - 1) visit(hash, at - n + 1);
  }
}

function slotOf(hash: number, mask: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & mask;
}
