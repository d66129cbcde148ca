/** Text to ids: cut into words, look each one up, merge the bytes of those not seen before. */
import { createSplitter, type Split } from './split.js';
import { utf8Length } from './utf8.js';
import { createWordTable } from './wordTable.js';

// Most words of a text were seen before; the bounds keep the memory of an encoder below about 30 MB.
const cachedWords = 2 ** 17;
const longestCached = 64; // UTF-16 units

/** Sees a word as `units` from `start` to `end`. */
type EncodeWord = (units: Uint16Array, start: number, end: number, ids: Int32Array) => number;

/**
 * Makes an `encode` function. Half a surrogate pair, which no UTF-8 can express, is encoded as U+FFFD.
 *
 * @param encodeWord Puts the ids of a word into `ids`, which has room for one for each byte, and gives how many they are.
 */
export function createEncoder(split: Split, encodeWord: EncodeWord) {
  const forEachWord = createSplitter(split);
  const words = createWordTable();
  let ids = new Int32Array(1024); // of all words in the table, one behind the other
  let ends = new Int32Array(1024); // where those of word n end, under n + 1
  let scratch = new Int32Array(3 * longestCached);

  /** Leaves the ids of a word in `scratch`, and gives their number. */
  const mergeWord = (units: Uint16Array, start: number, end: number): number => {
    if (scratch.length < 3 * (end - start)) {
      const length = utf8Length(units, start, end);
      if (scratch.length < length) scratch = new Int32Array(length);
    }
    return encodeWord(units, start, end, scratch);
  };

  const remember = (word: number, count: number) => {
    const end = ends[word]! + count;
    if (end > ids.length) ids = grown(ids, end);
    if (word + 1 >= ends.length) ends = grown(ends, word + 2);
    for (let nth = 0, at = ends[word]!; nth < count; nth++) ids[at++] = scratch[nth]!;
    ends[word + 1] = end;
  };

  return (text: string): number[] => {
    checkText(text);
    const out: number[] = [];
    forEachWord(text, (units, start, end) => {
      if (end - start > longestCached) {
        const count = mergeWord(units, start, end);
        for (let at = 0; at < count; at++) out.push(scratch[at]!);
        if (scratch.length > 2 ** 16) scratch = new Int32Array(3 * longestCached);
        return;
      }
      if (words.size() === cachedWords) words.clear();
      const size = words.size();
      const word = words.numberOf(units, start, end);
      if (word === size) remember(word, mergeWord(units, start, end));
      for (let at = ends[word]!; at < ends[word + 1]!; at++) out.push(ids[at]!);
    });
    return out;
  };
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * length);
  larger.set(array);
  return larger;
}

/** Throws a `TypeError` unless it is handed text. */
export function checkText(text: unknown): asserts text is string {
  if (typeof text !== 'string') {
    throw new TypeError(`Cannot encode: expected text, got ${text === null ? 'null' : typeof text}`);
  }
}
