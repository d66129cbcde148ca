/** Arrays that are done with, kept for the next of their length: a training step asks for the same ones every time. */

type Kept = Float32Array[];

/** Hands out arrays of any content, and takes them back. */
export class Recycler {
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;

  /** @param limit Bytes kept at most; when there would be more, all are let go. */
  constructor(readonly limit: number) {}

  /** An array of this many elements, with anything in it. */
  take(size: number): Float32Array {
    const array = this.#kept.get(size)?.pop();
    if (!array) return new Float32Array(size);
    this.#bytes -= array.byteLength;
    return array;
  }

  /** Takes an array back. Nobody else may hold it. */
  give(array: Float32Array): void {
    if (this.#bytes + array.byteLength > this.limit) this.clear();
    if (array.byteLength > this.limit) return;
    this.#bytes += array.byteLength;
    const same = this.#kept.get(array.length);
    if (same) same.push(array);
    else this.#kept.set(array.length, [array]);
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
