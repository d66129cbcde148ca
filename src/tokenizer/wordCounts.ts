/** How often each word occurs: all that training needs to know of a text, and far less than the text. */
import { createSplitter, type Split } from './split.js';
import { writeUtf8 } from './utf8.js';
import { createWordTable } from './wordTable.js';

/** The different words of some texts as bytes, in the order in which they first occur. */
export interface WordCounts {
  readonly words: readonly Uint8Array[];
  /** How often each of them occurs. */
  readonly counts: readonly number[];
}

/**
 * Counts words. The texts may be a generator that reads them one by one; only different words are kept.
 *
 * @throws {TypeError} If `texts` is one string, or one of them is not text.
 *
 * @example
 * countWords(['to be or not to be'], 'gpt2').counts // [1, 2, 1, 1, 1]: 'to', ' be', ' or', ' not', ' to'
 */
export function countWords(texts: Iterable<string>, split: Split): WordCounts {
  if (typeof texts === 'string' || typeof texts?.[Symbol.iterator] !== 'function') {
    const got = typeof texts === 'string' ? 'one string' : String(texts);
    throw new TypeError(`Cannot train a tokenizer: expected a list of texts, got ${got}`);
  }
  const forEachWord = createSplitter(split);
  const table = createWordTable();
  const words: Uint8Array[] = [];
  const counts: number[] = [];
  const count = (units: Uint16Array, start: number, end: number) => {
    const word = table.numberOf(units, start, end);
    if (word < counts.length) counts[word]!++;
    else {
      const bytes = new Int32Array(3 * (end - start));
      words.push(Uint8Array.from(bytes.subarray(0, writeUtf8(units, start, end, bytes))));
      counts.push(1);
    }
  };
  let nth = 0;
  for (const text of texts) {
    if (typeof text !== 'string') {
      throw new TypeError(
        `Cannot train a tokenizer: expected text ${nth} to be a string, got ${typeof text}`,
      );
    }
    forEachWord(text, count);
    nth++;
  }
  return { words, counts };
}
