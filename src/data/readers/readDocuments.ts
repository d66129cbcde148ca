/** One door to documents in a file of any kind that is known here; the name tells the kind. */
import { withoutCompression } from '../bytes/byteSource.js';
import { fileName } from '../bytes/hub.js';
import type { Document } from '../document.js';
import { factsOf, fieldAt, isRow, ownField, type Row, refuse, shown, shownRow } from './fields.js';
import { convertItems, type Item, type ItemOptions, valuesOf } from './items.js';
import { readTextItems, type TextOptions } from './readText.js';
import { readWarcItems, type WarcOptions } from './readWarc.js';
import { readWetItems } from './readWet.js';
import { readRows } from './rows.js';

/** Where the documents of JSON lines and parquet lie in their rows; dots lead into fields of fields, `meta.source`. */
export interface FieldOptions {
  /** The field of the text; default `text`. */
  readonly textField?: string | undefined;
  /** The field of the id, a text or a number, or `null`, which every row has to have where it is named; default `id`, if there. */
  readonly idField?: string | undefined;
  /** The field of the address, a text or `null`, which every row has to have where it is named; default `url`, if there. */
  readonly urlField?: string | undefined;
}

/** How documents are read. */
export interface DocumentOptions extends WarcOptions, FieldOptions, Pick<TextOptions, 'split'> {}

/**
 * Reads the documents of a file, whatever its kind, ready for a pipeline. Pages of a `.warc` come as HTML, those of a
 * `.wet` as text. What is damaged is named to `onProblem`, and the rest is read.
 *
 * @param path Ends in `.warc`, `.arc`, `.wet`, `.jsonl`, `.ndjson`, `.parquet`, `.txt` or `.md`; all but parquet with
 *   `.gz` behind it as well, and all but parquet and `.arc` with `.zst`. A web address, or `hf://datasets/OWNER/NAME/PATH`, is read from
 *   its server without being stored.
 * @param options.textField The field of the text, of JSON lines and parquet; see `FieldOptions`.
 * @param options.ids What the pages of an archive are called by: their place in the file, or the id of their record.
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
 * found // ['The whale.', 'a.jsonl.gz, line 2: expected a text as "text", got nothing in {"id":"two"}']
 */
export function readDocumentItems(
  path: string,
  options: DocumentOptions = {},
): AsyncGenerator<Item<Document>> {
  const reader = readers.find(({ pattern }) => pattern.test(withoutCompression(fileName(path))));
  if (!reader || (reader.packings && !reader.packings.test(fileName(path)))) {
    throw new RangeError(
      `Cannot read ${path}: expected a name that ends in .warc, .arc, .wet, .jsonl, .ndjson, .parquet, .txt or .md, or .gz or .zst behind it`,
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
  const { name = fileName(path), textField, idField, urlField, ...rest } = options;
  const fields = { textField, idField, urlField };
  const { items, where } = readRows(path, rest);
  return convertItems(items, where, (row, record) => [documentOf(row, `${name}#${record}`, fields)]);
}

type Fields = { readonly [Name in keyof FieldOptions]-?: FieldOptions[Name] | undefined };

/** Other fields of a row join the metadata; what is neither a text, a number nor a truth value is left out. */
function documentOf(
  row: Row,
  otherwiseId: string,
  { textField = 'text', idField, urlField }: Fields,
): Document {
  const text = fieldAt(row, textField);
  if (typeof text !== 'string') refuse(`a text as "${textField}"`, `${shown(text)} in ${shownRow(row)}`);
  const inner = ownField(row, 'metadata');
  const leftOut = [textField, idField ?? 'id', urlField ?? 'url', 'metadata'];
  const facts = { ...(isRow(inner) ? factsOf(inner, []) : {}), ...factsOf(row, leftOut) };
  const id = named(row, idField, 'id');
  const given = named(row, urlField, 'url');
  if (urlField !== undefined)
    return { id: id ?? otherwiseId, text, ...(given && { url: given }), metadata: facts };
  const { url: innerUrl, ...others } = facts;
  const url = given ?? innerUrl;
  return { id: id ?? otherwiseId, text, ...(typeof url === 'string' && { url }), metadata: others };
}

/** A field that names the document: where the caller has said which it is, it has to be there, though it may be `null`. */
function named(row: Row, field: string | undefined, usual: 'id' | 'url'): string | undefined {
  const value = field === undefined ? ownField(row, usual) : fieldAt(row, field);
  const isName = typeof value === 'string' || (usual === 'id' && /^(number|bigint)$/.test(typeof value));
  if (isName) return String(value);
  if (field === undefined || value === null) return undefined;
  const expected = `a text${usual === 'id' ? ' or a number' : ''} as "${field}"`;
  return refuse(expected, `${shown(value)} in ${shownRow(row)}`);
}

const readers: readonly Reader[] = [
  { pattern: /\.warc$/, read: readWarcItems },
  { pattern: /\.arc$/, packings: /\.arc(\.gz)?$/, read: readWarcItems },
  { pattern: /\.wet$/, read: readWetItems },
  { pattern: /\.(jsonl|ndjson)$/, read: rowDocuments },
  { pattern: /\.parquet$/, packings: /\.parquet$/, read: rowDocuments },
  { pattern: /\.(txt|md)$/, read: readTextItems },
];
