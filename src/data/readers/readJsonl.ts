/**
 * JSON Lines: one JSON object a line, UTF-8, plain or packed with gzip or Zstandard, as most data sets are handed
 * around. Blank lines are passed over.
 */
import { messageOf } from '../../core/errors.js';
import { contentBytes } from '../bytes/byteSource.js';
import { DamagedBytes } from '../bytes/gzip.js';
import { type Line, linesOf } from '../bytes/lines.js';
import { isRow, type Row, shown } from './fields.js';
import { type Item, type ItemOptions, noRecord, placeIn, type ReaderOptions, valuesOf } from './items.js';

/**
 * Reads the object of each line; memory holds one line and 128 KiB. See `readDocuments` for `onProblem`.
 *
 * @param path A `.jsonl` or `.ndjson` file, or one with `.gz` or `.zst` behind it, or the address of one.
 * @throws {Error} If the file cannot be opened or read.
 * @throws {SyntaxError} At the first damaged line, if there is no `onProblem`.
 *
 * @example
 * await writeJsonl('rows.jsonl', [{ word: 'whale' }, { word: 'sea' }]);
 * const rows = [];
 * for await (const row of readJsonl('rows.jsonl')) rows.push(row);
 * rows // [{ word: 'whale' }, { word: 'sea' }]
 */
export const readJsonl = (
  path: string,
  options: ReaderOptions & ItemOptions = {},
): AsyncGenerator<Row, void, undefined> => valuesOf(readJsonlItems(path, options), options);

/**
 * Reads a file line by line, as `readJsonl` does. Where compressed bytes are damaged, the last item says from which line
 * on.
 *
 * @example
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('words.jsonl', '{"word":"whale"}\n["sea"]\n');
 * const found = [];
 * for await (const item of readJsonlItems('words.jsonl')) found.push(item.kind === 'value' ? item.value : item.message);
 * found // [{ word: 'whale' }, 'words.jsonl, line 2: expected a JSON object, got a list of 1']
 */
export async function* readJsonlItems(
  path: string,
  { maxBytes = 2 ** 25, ...options }: ReaderOptions = {},
): AsyncGenerator<Item<Row>, void, undefined> {
  const where = placeIn(path, 'line');
  let record = 0;
  let isBlank = true;
  try {
    for await (const line of linesOf(contentBytes(path, options), maxBytes)) {
      record++;
      if (line?.text.trim() === '') continue;
      isBlank = false;
      yield itemOf(line, record, where(record), maxBytes);
    }
    if (record > 0 && isBlank) yield noRecord(path);
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error;
    record++;
    const message = `${where(record)}: ${error.message}; nothing can be read from here on`;
    yield { kind: 'problem', record, message };
  }
}

function itemOf(line: Line | undefined, record: number, place: string, maxBytes: number): Item<Row> {
  const problem = (what: string): Item<Row> => ({ kind: 'problem', record, message: `${place}: ${what}` });
  if (!line) return problem(`it is longer than ${maxBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    return problem(`it is not JSON (${messageOf(error)})`);
  }
  if (!isRow(value)) return problem(`expected a JSON object, got ${shown(value)}`);
  if (line.isUtf8) return { kind: 'value', record, value };
  return { kind: 'value', record, value, warning: `${place}: some of its bytes are not UTF-8` };
}
