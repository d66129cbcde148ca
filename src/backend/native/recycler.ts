/**
 * Arrays that are done with, kept for the next of about their length: a training step asks for the same ones every
 * time, and the system takes as long to hand out fresh memory as a kernel takes to fill it. Lengths are rounded up to
 * four classes a doubling, so that batches of differing lengths share arrays too.
 */

/** Where arrays come from and go to. */
export interface RecyclerOptions {
  /** Bytes that are kept at most. */
  readonly limit: number;
  /** Gives an array's memory back to the system, at once. */
  readonly release: (array: Float32Array) => void;
  /** Makes memory; throws a RangeError where there is none. */
  readonly allocate?: (bytes: number) => ArrayBuffer;
}

interface Shelf {
  readonly arrays: Float32Array[];
  lastTake: number;
}

const spare = 1.1; // arrays in use and kept, by what was in use at most: not all lengths peak at the same time
const small = 32 * 2 ** 20; // bytes that are not worth letting go
const period = 2 ** 16; // takes after which an earlier peak is forgotten

/** Elements of the class that an array of this many elements belongs to: at most a quarter more. */
export function classOf(size: number): number {
  if (size <= 8 || size > 2 ** 31) return size;
  const step = 2 ** (29 - Math.clz32(size - 1)); // a quarter of the power of two below
  return Math.ceil(size / step) * step;
}

/** Hands out arrays of any content, and takes them back. */
export class Recycler {
  readonly #options: Required<RecyclerOptions>;
  readonly #shelves = new Map<number, Shelf>();
  #takes = 0;
  #used = 0;
  #kept = 0;
  #peak = 0;
  #earlierPeak = 0;

  constructor(options: RecyclerOptions) {
    this.#options = { allocate: (bytes) => new ArrayBuffer(bytes), ...options };
  }

  /** Bytes that lie here. */
  get kept(): number {
    return this.#kept;
  }

  /** An array of this many elements, with anything in it. It may be the front part of a longer buffer. */
  take(size: number): Float32Array {
    const length = classOf(size);
    const shelf = this.#shelfOf(length);
    const array = shelf.arrays.pop();
    shelf.lastTake = ++this.#takes;
    if (array) this.#kept -= 4 * length;
    this.#used += 4 * length;
    if (this.#takes % period === 0) [this.#earlierPeak, this.#peak] = [this.#peak, 0];
    if (this.#used > this.#peak) this.#peak = this.#used;
    if (!array) return this.#make(length, size);
    return array.length === size ? array : new Float32Array(array.buffer, 0, size);
  }

  /** Takes an array back. Nobody else may hold it. */
  give(array: Float32Array): void {
    const length = classOf(array.length);
    this.#shelfOf(length).arrays.push(array);
    this.#kept += 4 * length;
    this.#used -= 4 * length;
    this.#trim();
  }

  /** Says that an array will not come back. */
  lose(array: Float32Array): void {
    this.#used -= 4 * classOf(array.length);
  }

  /** Lets everything go that is kept. */
  clear(): void {
    for (const { arrays } of this.#shelves.values()) for (const array of arrays) this.#options.release(array);
    this.#shelves.clear();
    this.#kept = 0;
  }

  #shelfOf(length: number): Shelf {
    const known = this.#shelves.get(length);
    if (known) return known;
    const shelf = { arrays: [], lastTake: 0 };
    this.#shelves.set(length, shelf);
    return shelf;
  }

  #make(length: number, size: number): Float32Array {
    this.#trim();
    try {
      return new Float32Array(this.#options.allocate(4 * length), 0, size);
    } catch {
      this.clear();
    }
    try {
      return new Float32Array(this.#options.allocate(4 * length), 0, size);
    } catch {
      this.#used -= 4 * length;
      const [wanted, used] = [4 * length, this.#used].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`);
      throw new RangeError(
        `Cannot make a tensor of ${size} numbers: no memory for ${wanted} beside ${used} in use`,
      );
    }
  }

  /** Lets go of the arrays of those lengths that were not asked for for the longest time. */
  #trim(): void {
    const allowed = Math.max(small, spare * Math.max(this.#peak, this.#earlierPeak));
    while (this.#kept > this.#options.limit || (this.#kept > 0 && this.#kept + this.#used > allowed)) {
      const [length, { arrays }] = this.#oldest();
      this.#options.release(arrays.pop()!);
      this.#kept -= 4 * length;
    }
  }

  #oldest(): [number, Shelf] {
    let oldest: [number, Shelf] | undefined;
    for (const entry of this.#shelves) {
      const [, shelf] = entry;
      if (shelf.arrays.length > 0 && !(oldest && oldest[1].lastTake <= shelf.lastTake)) oldest = entry;
    }
    return oldest!;
  }
}
