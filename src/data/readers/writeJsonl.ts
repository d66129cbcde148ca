/**
 * Writes JSON Lines as a stream. The file has its name only once it is complete, and the same rows give the same bytes,
 * gzipped ones with the same zlib. A gzip file is a row of members of about a megabyte, each of whole lines: every
 * gunzip joins them, and damage in one does not reach into the next.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { partFile } from '../../core/files.js';

/** A file that was written, as a manifest lists it. */
export interface WrittenFile {
  readonly path: string;
  readonly rows: number;
  /** On the disk. */
  readonly bytes: number;
  /** Of the bytes on the disk, in hexadecimal digits. */
  readonly sha256: string;
}

/** A file that rows are added to. */
export interface JsonlWriter {
  /** Adds a row; wait for it before the next one. */
  readonly write: (row: object) => Promise<void>;
  /** Ends the file and gives it its name. */
  readonly close: () => Promise<WrittenFile>;
  /** Leaves nothing behind, not even a part. */
  readonly discard: () => Promise<void>;
}

const memberSize = 1 << 20;
const zipped = promisify(gzip);

/**
 * Opens a file for rows, under a temporary name until it is closed. Folders on the way are made.
 *
 * @param path Gzipped where it ends in `.gz`.
 * @throws {Error} From `write` or `close`, if the disk is full; the part is then removed.
 *
 * @example
 * const file = await openJsonl('shard.jsonl.gz');
 * await file.write({ id: 'a', text: 'The whale.' });
 * (await file.close()).rows // 1
 */
export async function openJsonl(path: string): Promise<JsonlWriter> {
  const file = partFile(path);
  let [rows, bytes] = [0, 0];
  let [lines, length] = [[] as string[], 0];
  const flush = async (): Promise<void> => {
    const text = Buffer.from(lines.join(''));
    [lines, length] = [[], 0];
    const data = path.endsWith('.gz') ? await zipped(text) : text;
    bytes += data.length;
    file.write(data);
  };
  const orDiscard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      file.discard();
      throw error;
    }
  };
  return {
    write: async (row) => {
      const line = `${JSON.stringify(row)}\n`;
      lines.push(line);
      length += line.length;
      rows++;
      if (length >= memberSize) await orDiscard(flush);
    },
    close: () =>
      orDiscard(async () => {
        if (length > 0 || bytes === 0) await flush(); // an empty gzip file is one empty member
        return { path, rows, ...file.commit() };
      }),
    discard: async () => file.discard(),
  };
}

/**
 * Writes rows as they come.
 *
 * @param path Gzipped where it ends in `.gz`.
 * @throws {Error} If `rows` throws or the disk is full; no file is left then.
 *
 * @example
 * const { rows, sha256 } = await writeJsonl('two.jsonl', [{ id: 'a', text: 'one' }, { id: 'b', text: 'two' }]);
 * rows // 2
 * sha256 // '…'
 */
export async function writeJsonl(
  path: string,
  rows: Iterable<object> | AsyncIterable<object>,
): Promise<WrittenFile> {
  const file = await openJsonl(path);
  try {
    for await (const row of rows) await file.write(row);
  } catch (error) {
    await file.discard();
    throw error;
  }
  return file.close();
}
