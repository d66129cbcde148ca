/**
 * Parquet, the format in which hubs keep data sets: columns of values in groups of rows. Read with hyparquet, a slice
 * of a group at a time, so that memory follows the slice and not the file.
 */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { messageOf } from '../../core/errors.js';
import type { Document } from '../document.js';
import { cannotRead } from './byteSource.js';
import type { Row } from './fields.js';
import { convertItems, type Item } from './items.js';
import { documentOf } from './readJsonl.js';

/** What is read of a file. */
export interface ParquetOptions {
  /** The columns to read; default all. */
  readonly columns?: readonly string[];
  /** Most bytes of unpacked values that are held at a time; default 32 MiB. One row may be larger. */
  readonly maxBytes?: number;
}

/**
 * Reads a file row by row. Whole numbers of 64 bits come as `bigint`, missing values as `undefined`.
 *
 * @returns The row of each record. Rows that cannot be read are one problem for each slice of them.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If it is no parquet file.
 *
 * @example
 * const { parquetWriteFile } = await import('hyparquet-writer');
 * const text = { name: 'text', data: ['The whale.', 'The sea.'], type: 'STRING' } as const;
 * await parquetWriteFile({ filename: 'two.parquet', columnData: [text] });
 * const rows = [];
 * for await (const item of readParquet('two.parquet')) if (item.kind === 'value') rows.push(item.value);
 * rows // [{ text: 'The whale.' }, { text: 'The sea.' }]
 */
export async function* readParquet(
  path: string,
  { columns, maxBytes = 2 ** 25 }: ParquetOptions = {},
): AsyncGenerator<Item<Row>, void, undefined> {
  const { file, close } = await openedFile(path);
  try {
    const metadata = await metadataOf(file, path);
    for (const { rowStart, rowEnd } of slicesOf(metadata, maxBytes)) {
      let rows: Row[];
      try {
        rows = await parquetReadObjects({
          file,
          metadata,
          compressors,
          rowStart,
          rowEnd,
          ...(columns && { columns: [...columns] }),
        });
      } catch (error) {
        const message = `${path}, rows ${rowStart + 1} to ${rowEnd}: they cannot be read (${messageOf(error)})`;
        yield { kind: 'problem', record: rowStart + 1, message };
        continue;
      }
      for (const [nth, value] of rows.entries()) yield { kind: 'value', record: rowStart + nth + 1, value };
    }
  } finally {
    await close();
  }
}

/** The documents of a parquet file with a column `text`, such as FineWeb's. */
export function parquetDocuments(path: string, options: ParquetOptions = {}): AsyncGenerator<Item<Document>> {
  return convertItems(readParquet(path, options), rowOf(path), (row, record) => [
    documentOf(row, `${basename(path)}#${record}`),
  ]);
}

export const rowOf =
  (path: string) =>
  (record: number): string =>
    `${path}, row ${record}`;

async function openedFile(path: string): Promise<{ file: AsyncBuffer; close: () => Promise<void> }> {
  try {
    const handle = await open(path);
    const { size } = await handle.stat();
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer.slice(0, bytesRead);
    };
    return { file: { byteLength: size, slice }, close: () => handle.close() };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function metadataOf(file: AsyncBuffer, path: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: expected a parquet file (${messageOf(error)})`, {
      cause: error,
    });
  }
}

/** Ranges of rows, none across two groups, each of about `maxBytes` unpacked. */
function* slicesOf(
  metadata: FileMetaData,
  maxBytes: number,
): Generator<{ rowStart: number; rowEnd: number }> {
  let start = 0;
  for (const { num_rows, total_byte_size } of metadata.row_groups) {
    const rows = Number(num_rows);
    const step = Math.max(1, Math.floor((rows * maxBytes) / Math.max(1, Number(total_byte_size))));
    for (let row = 0; row < rows; row += step)
      yield { rowStart: start + row, rowEnd: start + Math.min(rows, row + step) };
    start += rows;
  }
}
