/** One door to documents in a file of any kind that is known here; the name tells the kind. */
import { withoutCompression } from '../bytes/byteSource.js';
import { fileName } from '../bytes/hub.js';
import type { Document } from '../document.js';
import { factsOf, isRow, optionalText, ownField, type Row, textField } from './fields.js';
import { convertItems, type Item, type ItemOptions, type ReaderOptions, valuesOf } from './items.js';
import { readTextItems, type TextOptions } from './readText.js';
import { readWarcItems } from './readWarc.js';
import { readWetItems } from './readWet.js';
import { readRows } from './rows.js';

/** How documents are read. */
export interface DocumentOptions extends ReaderOptions, Pick<TextOptions, 'split'> {}

/**
 * Reads the documents of a file, whatever its kind, ready for a pipeline. Pages of a `.warc` come as HTML, those of a
 * `.wet` as text. What is damaged is named to `onProblem`, and the rest is read.
 *
 * @param path Ends in `.warc`, `.wet`, `.jsonl`, `.ndjson`, `.parquet`, `.txt` or `.md`; all but parquet with `.gz`
 *   behind it as well, and lines and texts with `.zst`. A web address, or `hf://datasets/OWNER/NAME/PATH`, is read from
 *   its server without being stored.
 * @param options.onProblem Called with each damaged record; without it the first one is thrown.
 * @throws {RangeError} If the name tells no kind.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If nothing in it is of its kind; at the first damaged record, if there is no `onProblem`.
 *
 * @example
 * await writeJsonl('b.jsonl', [{ id: 'one', text: 'The whale.' }, { id: 'two' }]);
 * let damaged = 0;
 * const ids = [];
 * for await (const { id } of readDocuments('b.jsonl', { onProblem: () => damaged++ })) ids.push(id);
 * [ids, damaged] // [['one'], 1]
 */
export const readDocuments = (
  path: string,
  options: DocumentOptions & ItemOptions = {},
): AsyncGenerator<Document, void, undefined> => valuesOf(readDocumentItems(path, options), options);

/**
 * Reads a file record by record, as `readDocuments` does: a document, a record that holds none, or what is wrong.
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

interface Reader {
  /** Of the name without its compression. */
  readonly pattern: RegExp;
  /** Of the whole name, where not every compression will do. */
  readonly packings?: RegExp;
  readonly read: (path: string, options: DocumentOptions) => AsyncGenerator<Item<Document>>;
}

/** Rows as datatrove writes and reads them: `text`, and where they are there `id`, `url` and `metadata`. */
function rowDocuments(path: string, options: DocumentOptions): AsyncGenerator<Item<Document>> {
  const { name = fileName(path), ...rest } = options;
  const { items, where } = readRows(path, rest);
  return convertItems(items, where, (row, record) => [documentOf(row, `${name}#${record}`)]);
}

/** Other fields of a row join the metadata; what is neither a text, a number nor a truth value is left out. */
function documentOf(row: Row, otherwiseId: string): Document {
  const text = textField(row, 'text');
  const inner = ownField(row, 'metadata');
  const facts = { ...(isRow(inner) ? factsOf(inner, []) : {}), ...factsOf(row, taken) };
  const { url: innerUrl, ...others } = facts;
  const url = optionalText(row, 'url') ?? innerUrl;
  const id = ownField(row, 'id');
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : otherwiseId,
    text,
    ...(typeof url === 'string' && { url }),
    metadata: others,
  };
}

const taken = ['text', 'id', 'url', 'metadata'];

const readers: readonly Reader[] = [
  { pattern: /\.warc$/, packings: /\.warc(\.gz)?$/, read: readWarcItems },
  { pattern: /\.wet$/, packings: /\.wet(\.gz)?$/, read: readWetItems },
  { pattern: /\.(jsonl|ndjson)$/, read: rowDocuments },
  { pattern: /\.parquet$/, packings: /\.parquet$/, read: rowDocuments },
  { pattern: /\.(txt|md)$/, read: readTextItems },
];
