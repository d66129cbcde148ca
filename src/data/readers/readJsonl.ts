/**
 * JSON Lines: one JSON object a line, UTF-8, plain or packed with gzip or Zstandard. Most data sets are handed around
 * in it. Blank lines are passed over.
 */
import { messageOf } from '../../core/errors.js';
import { contentBytes } from '../bytes/byteSource.js';
import { DamagedBytes } from '../bytes/damage.js';
import { fileName, type HubOptions } from '../bytes/hub.js';
import { type Line, linesOf } from '../bytes/lines.js';
import type { Document } from '../document.js';
import { factsOf, isRow, optionalText, ownField, type Row, shown, textField } from './fields.js';
import { convertItems, type Item } from './items.js';

/** How much of a line is held, and how a server is asked. */
export interface JsonlOptions {
  /** Longest line, bytes; default 32 MiB. A longer one is a problem, and its bytes are not kept. */
  readonly maxBytes?: number;
  /** How a server is asked, where the file is on one. */
  readonly remote?: HubOptions;
}

/**
 * Reads a file line by line; memory holds one line and 64 KiB.
 *
 * @param path A `.jsonl` or `.ndjson` file, or one with `.gz` or `.zst` behind it, or the address of one.
 * @returns The object of each line. Where compressed bytes are damaged, the last item says from which line on.
 * @throws {Error} If the file cannot be opened or read.
 *
 * @example
 * await writeJsonl('rows.jsonl', [{ word: 'whale' }, { word: 'sea' }]);
 * const rows = [];
 * for await (const item of readJsonl('rows.jsonl')) if (item.kind === 'value') rows.push(item.value);
 * rows // [{ word: 'whale' }, { word: 'sea' }]
 */
export async function* readJsonl(
  path: string,
  { maxBytes = 2 ** 25, remote }: JsonlOptions = {},
): AsyncGenerator<Item<Row>, void, undefined> {
  let record = 0;
  try {
    for await (const line of linesOf(contentBytes(path, remote), maxBytes)) {
      record++;
      if (line?.text.trim() === '') continue;
      yield itemOf(line, record, path, maxBytes);
    }
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error;
    record++;
    yield {
      kind: 'problem',
      record,
      message: `${lineOf(path)(record)}: ${error.message}; nothing can be read from here on`,
    };
  }
}

/**
 * The documents of a JSON Lines file as datatrove writes and reads it: `text`, and where they are there `id`, `url` and
 * `metadata`. Other fields of a line join the metadata; what is no text, number or truth value is left out.
 */
export function jsonlDocuments(path: string, options: JsonlOptions = {}): AsyncGenerator<Item<Document>> {
  return convertItems(readJsonl(path, options), lineOf(path), (row, record) => [
    documentOf(row, `${fileName(path)}#${record}`),
  ]);
}

/** A row with a `text` as a document. */
export function documentOf(row: Row, otherwiseId: string): Document {
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

export const lineOf =
  (path: string) =>
  (record: number): string =>
    `${path}, line ${record}`;

function itemOf(line: Line | undefined, record: number, path: string, maxBytes: number): Item<Row> {
  const problem = (what: string): Item<Row> => ({
    kind: 'problem',
    record,
    message: `${lineOf(path)(record)}: ${what}`,
  });
  if (!line) return problem(`it is longer than ${maxBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    return problem(`it is not JSON (${messageOf(error)})`);
  }
  if (!isRow(value)) return problem(`expected a JSON object, got ${shown(value)}`);
  if (line.isSound) return { kind: 'value', record, value };
  return {
    kind: 'value',
    record,
    value,
    warning: `${lineOf(path)(record)}: some of its bytes are not UTF-8`,
  };
}
