/**
 * The phrases of a shard's documents as hashes, for who wants to know how many two documents really have in common: of each
 * document the place where its hashes begin, then all hashes. Only the hashes of two documents are in memory at a time.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { partFile } from '../../../core/files.js';
import { sharedPart } from '../../dedup/phraseSimilarity.js';

/** A file of phrases, and the number of its first document. */
export interface PhraseShard {
  readonly path: string;
  readonly first: number;
  readonly documents: number;
}

/** Writes the phrases of documents; those of one without a signature are none. */
export function writePhrases(path: string, phrases: readonly BigUint64Array[]): void {
  const starts = new Float64Array(phrases.length + 1);
  for (const [nth, { length }] of phrases.entries()) starts[nth + 1] = starts[nth]! + length;
  const file = partFile(path);
  try {
    file.write(new Uint8Array(starts.buffer));
    for (const some of phrases) file.write(new Uint8Array(some.buffer, some.byteOffset, some.byteLength));
    file.commit();
  } finally {
    file.discard();
  }
}

/** Files at most that are open at once. */
const mostOpen = 64;

/** Opens the phrases of all shards, in order. */
export function openPhrases(shards: readonly PhraseShard[]) {
  const open = new Map<string, number>();
  const fileOf = (path: string): number => {
    const known = open.get(path);
    if (known !== undefined) return known;
    if (open.size >= mostOpen) {
      const [oldest, file] = open.entries().next().value!;
      closeSync(file);
      open.delete(oldest);
    }
    const file = openSync(path, 'r');
    open.set(path, file);
    return file;
  };
  const shardOf = (document: number): PhraseShard => {
    let [low, high] = [0, shards.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (shards[middle]!.first <= document) low = middle;
      else high = middle - 1;
    }
    return shards[low]!;
  };
  const read = (path: string, into: Uint8Array, position: number): void => {
    if (readSync(fileOf(path), into, 0, into.length, position) !== into.length)
      throw new Error(`Cannot read ${path}: it is shorter than when it was written`);
  };
  const phrasesOf = (document: number): BigUint64Array => {
    const { path, first, documents } = shardOf(document);
    const bounds = new Float64Array(2);
    read(path, new Uint8Array(bounds.buffer), 8 * (document - first));
    const phrases = new BigUint64Array(bounds[1]! - bounds[0]!);
    read(path, new Uint8Array(phrases.buffer), 8 * (documents + 1 + bounds[0]!));
    return phrases;
  };
  return {
    similarity: (one: number, other: number): number => sharedPart(phrasesOf(one), phrasesOf(other)),
    close: () => {
      for (const file of open.values()) closeSync(file);
    },
  };
}
