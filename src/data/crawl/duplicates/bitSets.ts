/** One bit a thing in a file, set where the thing is dropped; where there are several sets, one behind the other. */
import { closeSync, openSync, readSync } from 'node:fs';

/** The bits of some things that stand together. */
export interface BitRange {
  readonly path: string;
  /** How many things a set is about. */
  readonly all: number;
  /** Those of interest: the first, and how many. */
  readonly first: number;
  readonly count: number;
}

/** The bits of a range, as a function of the place in it. */
export function readBits({ path, all, first, count }: BitRange, set = 0): (place: number) => boolean {
  const start = Math.floor(first / 8);
  const bytes = new Uint8Array(Math.ceil((first + count) / 8) - start);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, bytes, 0, bytes.length, set * Math.ceil(all / 8) + start) !== bytes.length)
      throw new Error(`Cannot read ${path}: it is shorter than when it was written`);
  } finally {
    closeSync(file);
  }
  return (place) => {
    const bit = first - 8 * start + place;
    return (bytes[bit >> 3]! & (1 << (bit & 7))) !== 0;
  };
}

/** Whether a place is set in one of several sets. */
export function readAnyBit(range: BitRange, sets: number): (place: number) => boolean {
  const all = Array.from({ length: sets }, (_, set) => readBits(range, set));
  return (place) => all.some((isSet) => isSet(place));
}
