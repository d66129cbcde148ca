/** Text to ids, given the merges: cut into words, look each one up, merge the bytes of those not seen before. */
import { mergeIds } from './merge.js';
import type { PairTable } from './pairTable.js';
import { createSplitter, type Split } from './split.js';

// Most words of a text were seen before; the bounds keep the memory of an encoder below about 30 MB.
const cachedWords = 2 ** 16;
const longestCached = 64; // UTF-16 units

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Makes an `encode` function. Half a surrogate pair, which no UTF-8 can express, is encoded as U+FFFD.
 *
 * @param byteIds The id of each of the 256 bytes.
 * @param merges The id that each mergeable pair becomes.
 */
export function createEncoder(split: Split, byteIds: ArrayLike<number>, merges: PairTable) {
  const forEachWord = createSplitter(split);
  const cache = new Map<string, Int32Array>();

  const encodeWord = (word: string): Int32Array => {
    const bytes = utf8.encode(word);
    const ids = Int32Array.from(bytes, (byte) => byteIds[byte]!);
    const merged = ids.slice(0, mergeIds(ids, ids.length, merges));
    if (word.length <= longestCached) {
      if (cache.size >= cachedWords) cache.clear();
      // A fresh string, because a piece of a text keeps the whole text in memory.
      cache.set(fromUtf8.decode(bytes), merged);
    }
    return merged;
  };

  return (text: string): number[] => {
    checkText(text);
    const ids: number[] = [];
    forEachWord(text, (word) => {
      const known = cache.get(word) ?? encodeWord(word);
      for (let at = 0; at < known.length; at++) ids.push(known[at]!);
    });
    return ids;
  };
}

/** Throws a `TypeError` unless it is handed text. */
export function checkText(text: unknown): asserts text is string {
  if (typeof text !== 'string') {
    throw new TypeError(`Cannot encode: expected text, got ${text === null ? 'null' : typeof text}`);
  }
}
