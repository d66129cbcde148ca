/** Plain text: one file a document, or many in one file with a mark between them. */
import { contentBytes } from '../bytes/byteSource.js';
import { DamagedBytes } from '../bytes/gzip.js';
import { fileName } from '../bytes/hub.js';
import { linesOf } from '../bytes/lines.js';
import type { Document } from '../document.js';
import { type Item, type ItemOptions, noRecord, type ReaderOptions, valuesOf } from './items.js';

/** How a file of text is cut. */
export interface TextOptions extends ReaderOptions {
  /**
   * What ends a document: the `file`, a `blank line`, or a `mark` of GPT-2's data, `<|endoftext|>`, on a line or within
   * one. Default `file`.
   */
  readonly split?: 'file' | 'blank line' | 'mark';
}

const mark = '<|endoftext|>';

/**
 * Reads a text file in UTF-8; memory holds one document. Line ends become `\n`, and blank space around a document is
 * dropped; a document of blank space alone is none. See `readDocuments` for `onProblem`.
 *
 * @throws {Error} If the file cannot be opened or read.
 * @throws {SyntaxError} At the first damaged document, if there is no `onProblem`.
 *
 * @example
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('poems.txt', 'A whale\nswims.\n\nA ship\nsails.\n');
 * const texts = [];
 * for await (const { text } of readTexts('poems.txt', { split: 'blank line' })) texts.push(text);
 * texts // ['A whale\nswims.', 'A ship\nsails.']
 */
export const readTexts = (
  path: string,
  options: TextOptions & ItemOptions = {},
): AsyncGenerator<Document, void, undefined> => valuesOf(readTextItems(path, options), options);

/**
 * Reads a file document by document, as `readTexts` does.
 *
 * @example
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('long.txt', 'A ship\n\nA very long poem about a whale\n');
 * const found = [];
 * for await (const item of readTextItems('long.txt', { split: 'blank line', maxBytes: 20 })) {
 *   found.push(item.kind === 'value' ? item.value.text : item.message);
 * }
 * found // ['A ship', 'long.txt, document 2: it is larger than 20 bytes']
 */
export async function* readTextItems(
  path: string,
  { split = 'file', maxBytes = 2 ** 25, name = fileName(path), ...options }: TextOptions = {},
): AsyncGenerator<Item<Document>, void, undefined> {
  let record = 1;
  let [lines, length, isTooLong, isUtf8] = [[] as string[], 0, false, true];
  let isEmpty = true;
  const place = () => `${path}${split === 'file' ? '' : `, document ${record}`}`;
  function* take(): Generator<Item<Document>> {
    const text = lines.join('\n').trim();
    if (isTooLong)
      yield { kind: 'problem', record, message: `${place()}: it is larger than ${maxBytes} bytes` };
    else if (text) yield documentItem(text, isUtf8);
    if (isTooLong || text) record++;
    [lines, length, isTooLong, isUtf8] = [[], 0, false, true];
  }
  const documentItem = (text: string, isAllUtf8: boolean): Item<Document> => {
    const id = split === 'file' ? name : `${name}#${record}`;
    const value = { id, text, metadata: {} };
    return isAllUtf8
      ? { kind: 'value', record, value }
      : { kind: 'value', record, value, warning: `${place()}: some of its bytes are not UTF-8` };
  };
  const add = (text: string): void => {
    length += text.length + 1;
    if (length > maxBytes) isTooLong = true;
    if (isTooLong) lines = [];
    else lines.push(text);
  };
  try {
    for await (const line of linesOf(contentBytes(path, options), maxBytes)) {
      isEmpty = false;
      if (!line) {
        isTooLong = true;
        continue;
      }
      const text = line.text.endsWith('\r') ? line.text.slice(0, -1) : line.text;
      isUtf8 &&= line.isUtf8;
      if (split === 'blank line' && text.trim() === '') yield* take();
      else if (split === 'mark' && text.includes(mark)) {
        const [first, ...others] = text.split(mark);
        add(first!);
        for (const part of others) {
          yield* take();
          add(part);
        }
      } else add(text);
    }
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error;
    yield* take();
    yield {
      kind: 'problem',
      record,
      message: `${place()}: ${error.message}; nothing can be read from here on`,
    };
    return;
  }
  yield* take();
  if (record === 1 && !isEmpty) yield noRecord(path);
}
