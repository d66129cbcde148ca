/**
 * Which documents agree in all numbers of a bucket? The keys of all shards go through a table, shard by shard, that knows
 * the first document of each key; every later one is a pair with it. Where the keys are more than the table should hold,
 * they are taken in ranges, one after the other, which is easy since each shard's lie in order: memory does not grow with
 * the crawl, and each key is read about once.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { partFile } from '../../core/files.js';
import type { Matched, MatchJob, SignedShard } from './jobs.js';
import { recordWords } from './signShard.js';

/** Records of one range; with them the table takes at most 100 MB. */
const rangeRecords = 1 << 21;
/** Records read at a time. */
const block = 1 << 13;

/** Finds the pairs of a bucket and writes them as two numbers of 32 bits each, the first document before the later one. */
export function findPairs(
  { bucket, shards, out }: MatchJob,
  { most = rangeRecords }: { readonly most?: number } = {},
): Matched {
  const all = shards.reduce((sum, { signed }) => sum + signed, 0);
  const ranges = Math.max(1, Math.ceil(all / most));
  const table = createTable(ranges === 1 ? all : Math.ceil(1.25 * most));
  const done = new Uint32Array(shards.length); // records of each shard that are behind us
  const file = partFile(out);
  const pairs = pairWriter(file.write);
  try {
    for (let range = 0; range < ranges; range++) {
      const end = range + 1 === ranges ? Number.POSITIVE_INFINITY : ((range + 1) * 2 ** 32) / ranges;
      table.clear();
      for (const [nth, shard] of shards.entries()) {
        done[nth] = eachRecord(shard, bucket, done[nth]!, end, (record, at) => {
          const document = shard.first + record[at + 4]!;
          const first = table.firstOf(record, at, document);
          if (first !== document) pairs.add(first, document);
        });
      }
    }
    pairs.flush();
    return { pairs: pairs.count(), ...file.commit() };
  } finally {
    file.discard();
  }
}

/** Calls `take` with the records from the `from`th on whose key begins below `end`; returns the place of the first other. */
function eachRecord(
  { path, signed }: SignedShard,
  bucket: number,
  from: number,
  end: number,
  take: (records: Uint32Array, at: number) => void,
): number {
  if (from === signed) return from;
  const records = new Uint32Array(recordWords * Math.min(block, signed - from));
  const file = openSync(path, 'r');
  try {
    for (let at = from; at < signed; ) {
      const count = Math.min(block, signed - at);
      const bytes = 4 * recordWords * count;
      const position = 4 * recordWords * (bucket * signed + at);
      if (readSync(file, new Uint8Array(records.buffer), 0, bytes, position) !== bytes)
        throw new Error(`Cannot read ${path}: it is shorter than when it was written`);
      for (let nth = 0; nth < count; nth++) {
        if (records[recordWords * nth]! >= end) return at + nth;
        take(records, recordWords * nth);
      }
      at += count;
    }
    return signed;
  } finally {
    closeSync(file);
  }
}

/** Knows the first document of each key. */
function createTable(records: number) {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * records)));
  const keys = new Uint32Array(4 * size);
  const documents = new Uint32Array(size);
  const none = 2 ** 32 - 1;
  let free = 0;
  return {
    clear: () => {
      documents.fill(none);
      free = size;
    },
    firstOf: (words: Uint32Array, at: number, document: number): number => {
      // The first word says the range, so the second says the place.
      for (let slot = words[at + 1]! & (size - 1); ; slot = (slot + 1) & (size - 1)) {
        if (documents[slot] === none) {
          if (--free === 0)
            throw new Error('Cannot compare signatures: their keys are not spread as they should be');
          for (let word = 0; word < 4; word++) keys[4 * slot + word] = words[at + word]!;
          documents[slot] = document;
          return document;
        }
        if (isEqual(keys, 4 * slot, words, at)) return documents[slot]!;
      }
    },
  };
}

const isEqual = (one: Uint32Array, from: number, other: Uint32Array, at: number): boolean =>
  one[from] === other[at] &&
  one[from + 1] === other[at + 1] &&
  one[from + 2] === other[at + 2] &&
  one[from + 3] === other[at + 3];

function pairWriter(write: (bytes: Uint8Array) => void) {
  const buffer = new Uint32Array(1 << 14);
  let [used, count] = [0, 0];
  const flush = () => {
    write(new Uint8Array(buffer.buffer, 0, 4 * used));
    used = 0;
  };
  return {
    add: (first: number, later: number) => {
      buffer[used++] = first;
      buffer[used++] = later;
      count++;
      if (used === buffer.length) flush();
    },
    flush,
    count: () => count,
  };
}
