/**
 * Keys on the disk, sorted for what comes next: 16 bytes that stand for something (of its SHA-256, so that two that differ
 * are never taken for equal) and the place of what has it in its shard. Which things of all shards have the same key? The
 * keys go through a table, shard by shard, that knows the first thing of each; every later one is a repeat. Where the keys
 * are more than the table should hold, they are taken in ranges, one after the other, which is easy since each shard's lie
 * in order: memory does not grow with the crawl, and each key is read about once.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** A record as words of 32 bits: four of the key and the place. */
export const recordWords = 5;

/** Some sorted records of a file. */
export interface KeyRun {
  readonly path: string;
  /** Records before them in the file. */
  readonly start: number;
  readonly count: number;
  /** The number of the thing at place 0; those of later runs are higher. */
  readonly first: number;
}

/** Records of one range; with them the table takes at most 100 MB. */
const rangeRecords = 1 << 21;
/** Records read at a time. */
const block = 1 << 13;

/**
 * Records in rising order of their keys, and of places where keys are equal.
 *
 * @param keys Of things, one behind the other.
 * @param from Which words of each are the key, the first of four.
 */
export function sortedRecords(keys: readonly Uint32Array[], places: readonly number[], from = 0): Uint8Array {
  const order = keys.map((_, nth) => nth);
  order.sort((one, other) => {
    for (let word = from; word < from + 4; word++) {
      const difference = keys[one]![word]! - keys[other]![word]!;
      if (difference !== 0) return difference;
    }
    return one - other;
  });
  const records = new Uint32Array(recordWords * order.length);
  for (const [nth, which] of order.entries()) {
    records.set(keys[which]!.subarray(from, from + 4), recordWords * nth);
    records[recordWords * nth + 4] = places[which]!;
  }
  return new Uint8Array(records.buffer);
}

/** How repeats are looked for. */
export interface RepeatOptions {
  /** Records of one range. */
  readonly most?: number | undefined;
  /** Things that are passed over; default none. */
  readonly isOut?: ((thing: number) => boolean) | undefined;
}

/** Calls `visit` with the first thing of a key and each later one. */
export function eachRepeat(
  runs: readonly KeyRun[],
  visit: (first: number, later: number) => void,
  { most = rangeRecords, isOut }: RepeatOptions = {},
): void {
  const all = runs.reduce((sum, { count }) => sum + count, 0);
  const ranges = Math.max(1, Math.ceil(all / most));
  const table = createTable(ranges === 1 ? all : Math.ceil(1.25 * most));
  const done = new Uint32Array(runs.length); // records of each run that are behind us
  for (let range = 0; range < ranges; range++) {
    const end = range + 1 === ranges ? Number.POSITIVE_INFINITY : ((range + 1) * 2 ** 32) / ranges;
    table.clear();
    for (const [nth, run] of runs.entries()) {
      done[nth] = eachRecord(run, done[nth]!, end, (record, at) => {
        const thing = run.first + record[at + 4]!;
        if (isOut?.(thing)) return;
        const first = table.firstOf(record, at, thing);
        if (first !== thing) visit(first, thing);
      });
    }
  }
}

/** Calls `take` with the records from the `from`th on whose key begins below `end`; returns the place of the first other. */
function eachRecord(
  { path, start, count }: KeyRun,
  from: number,
  end: number,
  take: (records: Uint32Array, at: number) => void,
): number {
  if (from === count) return from;
  const records = new Uint32Array(recordWords * Math.min(block, count - from));
  const file = openSync(path, 'r');
  try {
    for (let at = from; at < count; ) {
      const some = Math.min(block, count - at);
      const bytes = 4 * recordWords * some;
      const position = 4 * recordWords * (start + at);
      if (readSync(file, new Uint8Array(records.buffer), 0, bytes, position) !== bytes)
        throw new Error(`Cannot read ${path}: it is shorter than when it was written`);
      for (let nth = 0; nth < some; nth++) {
        if (records[recordWords * nth]! >= end) return at + nth;
        take(records, recordWords * nth);
      }
      at += some;
    }
    return count;
  } finally {
    closeSync(file);
  }
}

/** Knows the first thing of each key. */
function createTable(records: number) {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * records)));
  const keys = new Uint32Array(4 * size);
  const things = new Uint32Array(size);
  const none = 2 ** 32 - 1;
  let free = 0;
  return {
    clear: () => {
      things.fill(none);
      free = size;
    },
    firstOf: (words: Uint32Array, at: number, thing: number): number => {
      // The first word says the range, so the second says the place.
      for (let slot = words[at + 1]! & (size - 1); ; slot = (slot + 1) & (size - 1)) {
        if (things[slot] === none) {
          if (--free === 0) throw new Error('Cannot compare keys: they are not spread as they should be');
          for (let word = 0; word < 4; word++) keys[4 * slot + word] = words[at + word]!;
          things[slot] = thing;
          return thing;
        }
        if (isEqual(keys, 4 * slot, words, at)) return things[slot]!;
      }
    },
  };
}

const isEqual = (one: Uint32Array, from: number, other: Uint32Array, at: number): boolean =>
  one[from] === other[at] &&
  one[from + 1] === other[at + 1] &&
  one[from + 2] === other[at + 2] &&
  one[from + 3] === other[at + 3];
