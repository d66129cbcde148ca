/** One door to documents in a file of any kind that is known here; the name tells the kind. */

import { withoutCompression } from '../bytes/byteSource.js';
import { fileName, type HubOptions } from '../bytes/hub.js';
import type { Document } from '../document.js';
import { type Item, type ItemOptions, valuesOf } from './items.js';
import { parquetDocuments } from './parquet/readParquet.js';
import { jsonlDocuments } from './readJsonl.js';
import { readTexts, type TextOptions } from './readText.js';
import { readWarc, type WarcItem } from './readWarc.js';
import { readWet } from './readWet.js';

/** How documents are read. */
export interface DocumentOptions extends Pick<TextOptions, 'split'> {
  /** Largest record, line or document, bytes; default 32 MiB. */
  readonly maxBytes?: number;
  /** How a server is asked, where the file is on one. */
  readonly remote?: HubOptions;
}

/**
 * Reads the documents of a file, whatever its kind, a record at a time. Pages of a `.warc` come as HTML, those of a
 * `.wet` as text.
 *
 * @param path Ends in `.warc`, `.wet`, `.jsonl`, `.ndjson`, `.parquet`, `.txt` or `.md`; all but parquet with `.gz`
 *   behind it as well, and lines and texts with `.zst`. A web address, or `hf://datasets/OWNER/NAME/PATH`, is read from
 *   its server without being stored.
 * @returns One item for each record: a document, a record that holds none, or what is wrong with it.
 * @throws {RangeError} If the name tells no kind.
 * @throws {Error} If the file cannot be opened, or nothing in it is of its kind.
 *
 * @example
 * await writeJsonl('a.jsonl.gz', [{ id: 'one', text: 'The whale.' }, { id: 'two' }]);
 * const found = [];
 * for await (const item of readDocumentItems('a.jsonl.gz')) {
 *   found.push(item.kind === 'value' ? item.value.text : item.message);
 * }
 * found // ['The whale.', 'a.jsonl.gz, line 2: expected a text as "text", got nothing']
 */
export function readDocumentItems(
  path: string,
  options: DocumentOptions = {},
): AsyncGenerator<Item<Document>> {
  const reader = readers.find(({ pattern }) => pattern.test(withoutCompression(fileName(path))));
  if (!reader || (reader.packings && !reader.packings.test(fileName(path)))) {
    throw new RangeError(
      `Cannot read ${path}: expected a name that ends in .warc, .wet, .jsonl, .ndjson, .parquet, .txt or .md, or .gz or .zst behind it`,
    );
  }
  return reader.read(path, options);
}

/**
 * The documents alone, ready for a pipeline. What is damaged is named to `onProblem`, and the rest is read.
 *
 * @param options.onProblem Hears of each damaged record; without it the first one is thrown.
 * @throws {SyntaxError} At the first damaged record, if there is no `onProblem`.
 *
 * @example
 * await writeJsonl('b.jsonl', [{ id: 'one', text: 'The whale.' }, { id: 'two' }]);
 * let damaged = 0;
 * const ids = [];
 * for await (const { id } of readDocuments('b.jsonl', { onProblem: () => damaged++ })) ids.push(id);
 * [ids, damaged] // [['one'], 1]
 */
export function readDocuments(
  path: string,
  options: DocumentOptions & ItemOptions = {},
): AsyncGenerator<Document, void, undefined> {
  return valuesOf(readDocumentItems(path, options), options);
}

interface Reader {
  /** Of the name without its compression. */
  readonly pattern: RegExp;
  /** Of the whole name, where not every compression will do. */
  readonly packings?: RegExp;
  readonly read: (path: string, options: DocumentOptions) => AsyncGenerator<Item<Document>>;
}

const readers: readonly Reader[] = [
  {
    pattern: /\.warc$/,
    packings: /\.warc(\.gz)?$/,
    read: (path, options) => pagesOf(readWarc(path, options)),
  },
  { pattern: /\.wet$/, packings: /\.wet(\.gz)?$/, read: readWet },
  { pattern: /\.(jsonl|ndjson)$/, read: jsonlDocuments },
  { pattern: /\.parquet$/, packings: /\.parquet$/, read: parquetDocuments },
  { pattern: /\.(txt|md)$/, read: readTexts },
];

async function* pagesOf(items: AsyncIterable<WarcItem>): AsyncGenerator<Item<Document>, void, undefined> {
  for await (const item of items) {
    if (item.kind !== 'page') yield item;
    else {
      const { record, document, warning } = item;
      yield { kind: 'value', record, value: document, ...(warning && { warning }) };
    }
  }
}
