/** Plain text: one file a document, or many in one file with a mark between them. */

import { contentBytes } from '../bytes/byteSource.js';
import { DamagedBytes } from '../bytes/damage.js';
import { fileName, type HubOptions } from '../bytes/hub.js';
import { linesOf } from '../bytes/lines.js';
import type { Document } from '../document.js';
import type { Item } from './items.js';

/** How a file of text is cut. */
export interface TextOptions {
  /**
   * What ends a document: the `file`, a `blank line`, or a `mark` of GPT-2's data, `<|endoftext|>`, on a line or within
   * one. Default `file`.
   */
  readonly split?: 'file' | 'blank line' | 'mark';
  /** Largest document, bytes; default 32 MiB. */
  readonly maxBytes?: number;
  /** How a server is asked, where the file is on one. */
  readonly remote?: HubOptions;
}

const mark = '<|endoftext|>';

/**
 * Reads a text file in UTF-8; memory holds one document. Line ends become `\n`, and blank space around a document is
 * dropped; a document of blank space alone is none.
 *
 * @throws {Error} If the file cannot be opened or read.
 *
 * @example
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('poems.txt', 'A whale\nswims.\n\nA ship\nsails.\n');
 * const texts = [];
 * for await (const item of readTexts('poems.txt', { split: 'blank line' })) {
 *   if (item.kind === 'value') texts.push(item.value.text);
 * }
 * texts // ['A whale\nswims.', 'A ship\nsails.']
 */
export async function* readTexts(
  path: string,
  { split = 'file', maxBytes = 2 ** 25, remote }: TextOptions = {},
): AsyncGenerator<Item<Document>, void, undefined> {
  let record = 1;
  let [lines, length, isTooLong, isSound] = [[] as string[], 0, false, true];
  const place = () => `${path}${split === 'file' ? '' : `, document ${record}`}`;
  function* take(): Generator<Item<Document>> {
    const text = lines.join('\n').trim();
    if (isTooLong)
      yield { kind: 'problem', record, message: `${place()}: it is larger than ${maxBytes} bytes` };
    else if (text) yield documentItem(text, isSound);
    if (isTooLong || text) record++;
    [lines, length, isTooLong, isSound] = [[], 0, false, true];
  }
  const documentItem = (text: string, sound: boolean): Item<Document> => {
    const id = split === 'file' ? fileName(path) : `${fileName(path)}#${record}`;
    const value = { id, text, metadata: {} };
    return sound
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
    for await (const line of linesOf(contentBytes(path, remote), maxBytes)) {
      if (!line) {
        isTooLong = true;
        continue;
      }
      const text = line.text.endsWith('\r') ? line.text.slice(0, -1) : line.text;
      isSound &&= line.isSound;
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
}
