/** How often each word occurs: all that training needs to know of a text, and far less than the text. */
import { namesPattern } from './names.js';
import { createSplitter, type Split } from './split.js';
import { writeUtf8 } from './utf8.js';
import { createWordTable } from './wordTable.js';

/** The different words of some texts as bytes of UTF-8, in the order in which they first occur. */
export interface WordCounts {
  readonly words: readonly Uint8Array[];
  /** How often each of them occurs. */
  readonly counts: readonly number[];
}

/** Takes in texts one by one and keeps only their different words, so that a corpus may be larger than memory. */
export interface WordCounter {
  readonly add: (text: string) => void;
  /** The counts so far; they change with the next text. */
  readonly counts: WordCounts;
}

/** Makes a counter that has seen nothing. */
function createWordCounter(split: Split, separators: readonly string[]): WordCounter {
  const separator = separators.length > 0 ? namesPattern(separators) : undefined;
  const forEachWord = createSplitter(split);
  const table = createWordTable();
  const words: Uint8Array[] = [];
  const counts: number[] = [];
  let texts = 0;
  const count = (units: Uint16Array, start: number, end: number) => {
    const word = table.numberOf(units, start, end);
    if (word < counts.length) counts[word]!++;
    else {
      const bytes = new Int32Array(3 * (end - start));
      words.push(Uint8Array.from(bytes.subarray(0, writeUtf8(units, start, end, bytes))));
      counts.push(1);
    }
  };
  return {
    counts: { words, counts },
    add: (text) => {
      if (typeof text !== 'string') {
        throw new TypeError(
          `Cannot train a tokenizer: expected text ${texts} to be a string, got ${typeof text}`,
        );
      }
      if (!separator) forEachWord(text, count);
      else for (const part of text.split(separator)) forEachWord(part, count);
      texts++;
    },
  };
}

/**
 * Counts the words of texts, which may be a generator that reads them one by one.
 *
 * @param separators Names that part a text wherever it spells one, and are no words.
 * @throws {TypeError} If `texts` is one string, or one of them is not text.
 *
 * @example
 * countWords(['to be or not to be'], 'gpt2').counts // [1, 2, 1, 1, 1]: 'to', ' be', ' or', ' not', ' to'
 */
export function countWords(
  texts: Iterable<string>,
  split: Split,
  separators: readonly string[] = [],
): WordCounts {
  checkTexts(texts, Symbol.iterator);
  const { add, counts } = createWordCounter(split, separators);
  for (const text of texts) add(text);
  return counts;
}

/** As `countWords`, of texts that come over time. */
export async function countWordsAsync(
  texts: AsyncIterable<string> | Iterable<string>,
  split: Split,
  separators: readonly string[] = [],
): Promise<WordCounts> {
  checkTexts(texts, Symbol.iterator, Symbol.asyncIterator);
  const { add, counts } = createWordCounter(split, separators);
  for await (const text of texts) add(text);
  return counts;
}

function checkTexts(texts: unknown, ...kinds: readonly symbol[]): void {
  const isOne = typeof texts === 'string';
  if (!isOne && kinds.some((kind) => typeof Object(texts)[kind] === 'function')) return;
  const got = isOne ? 'one string' : String(texts);
  throw new TypeError(`Cannot train a tokenizer: expected a list of texts, got ${got}`);
}
