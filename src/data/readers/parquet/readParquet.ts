/**
 * Parquet, the format in which hubs keep data sets: columns of values in groups of rows. Unpacked with hyparquet, a
 * group at a time and made into rows a slice at a time, so that memory follows the group and not the file.
 */
import { open } from 'node:fs/promises';
import { messageOf } from '../../../core/errors.js';
import { cannotRead } from '../../../core/files.js';
import { type HubOptions, isRemote, remoteSource } from '../../bytes/hub.js';
import { type PartialFile, urlFile } from '../../bytes/urlFile.js';
import type { Row } from '../fields.js';
import { type Item, type ItemOptions, noRecord, type ReaderOptions, valuesOf } from '../items.js';
import { type ParquetHost, startParquetHost } from './parquetHost.js';
import type { ParquetAnswer, RowGroup } from './parquetMessages.js';

/** What is read of a file, and within which bounds. */
export interface ParquetOptions extends Omit<ReaderOptions, 'onBytes'> {
  /** The columns to read; default all. A server is asked for the part of each group where these lie. */
  readonly columns?: readonly string[];
  /** Most bytes of unpacked values that are made into rows at a time; default 32 MiB. One row may be larger. */
  readonly maxBytes?: number;
  /** Most bytes of a group of rows as it is stored; default 256 MiB. FineWeb's groups have about 3. */
  readonly maxGroupBytes?: number;
  /** Longest time to unpack a slice, seconds; default 60. What takes longer is damaged. */
  readonly seconds?: number;
}

const maxFooter = 2 ** 26;
const mostRows = 10_000;
/** Most values of rows that are unpacked together, and of those inside of lists and structs. */
const [mostValues, mostNested] = [2 ** 20, 2 ** 16];
/** What hyparquet needs for a value inside of a list or a struct, bytes, as measured; and the most it is given for them. */
const [nestedBytes, mostNestedBytes] = [512, 2 ** 32];

/**
 * Reads the rows of a file. Whole numbers of 64 bits come as `bigint`, missing values as `null`. See `readDocuments` for
 * `onProblem`.
 *
 * @param path A `.parquet` file, or the address of one, of which each group of rows is fetched when it is its turn.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If it is no parquet file; at the first damaged group of rows, if there is no `onProblem`.
 *
 * @example
 * const { parquetWriteFile } = await import('hyparquet-writer');
 * const text = { name: 'text', data: ['The whale.', 'The sea.'], type: 'STRING' } as const;
 * await parquetWriteFile({ filename: 'two.parquet', columnData: [text] });
 * const rows = [];
 * for await (const row of readParquet('two.parquet')) rows.push(row);
 * rows // [{ text: 'The whale.' }, { text: 'The sea.' }]
 */
export const readParquet = (
  path: string,
  options: ParquetOptions & ItemOptions = {},
): AsyncGenerator<Row, void, undefined> => valuesOf(readParquetItems(path, options), options);

/**
 * Reads a file row by row, as `readParquet` does. A group with rows that cannot be read is one problem, at the first such
 * row.
 *
 * @example
 * const { parquetWriteFile } = await import('hyparquet-writer');
 * const text = { name: 'text', data: ['The whale.'], type: 'STRING' } as const;
 * await parquetWriteFile({ filename: 'one.parquet', columnData: [text] });
 * const found = [];
 * for await (const { kind, record } of readParquetItems('one.parquet')) found.push([kind, record]);
 * found // [['value', 1]]
 */
export async function* readParquetItems(
  path: string,
  options: ParquetOptions = {},
): AsyncGenerator<Item<Row>, void, undefined> {
  const { columns, maxBytes = 2 ** 25, maxGroupBytes = 2 ** 28, seconds = 60, remote } = options;
  const file = await openedFile(path, remote);
  let host: ParquetHost | undefined;
  try {
    const footer = await footerOf(file, path);
    const openedWith = async (bytes: number): Promise<readonly RowGroup[]> => {
      host = await startParquetHost(Math.ceil(bytes / 2 ** 20));
      const request = { kind: 'footer', footer, bytes: file.byteLength, columns } as const;
      return groupsOf(() => host!.ask(request, seconds), path);
    };
    const opened = async (): Promise<readonly RowGroup[]> => {
      const memory = 8 * maxBytes + maxGroupBytes;
      const found = await openedWith(memory);
      const nested = Math.max(0, ...found.map((group) => ('nested' in group ? group.nested : 0)));
      const needed = Math.min(nestedBytes * nested, mostNestedBytes);
      if (needed < memory / 4) return found;
      await host?.close();
      return openedWith(memory + needed);
    };
    const groups = await opened();
    let record = 0;
    for (const group of groups) {
      if (!host?.isAlive()) await opened();
      const first = record;
      try {
        if ('problem' in group) throw new SyntaxError(group.problem);
        if (group.end - group.start > maxGroupBytes)
          throw new SyntaxError(`it is larger than ${maxGroupBytes} bytes`);
        if (group.rows > 0) {
          const stored = await file.slice(group.start, group.end);
          await host!.ask({ kind: 'group', stored, start: group.start }, seconds);
        }
        const { step, span } = stepsIn(group, maxBytes);
        while (record < first + group.rows) {
          const end = first + group.rows;
          const rowEnd = Math.min(end, record + step);
          const spanEnd = Math.min(end, first + span * (1 + Math.floor((record - first) / span)));
          const answer = await host!.ask({ kind: 'rows', rowStart: record, rowEnd, spanEnd }, seconds);
          const rows = answer.kind === 'rows' ? answer.rows : [];
          if (rows.length === 0) throw new SyntaxError(`row ${record + 1} is not there`);
          for (const value of rows) yield { kind: 'value', record: ++record, value };
        }
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const last = Math.max(record + 1, first + group.rows);
        const message = `${path}, rows ${record + 1} to ${last}: they cannot be read (${messageOf(error)})`;
        yield { kind: 'problem', record: record + 1, message };
      }
      record = first + Math.max(0, group.rows); // a damaged count may be below 0
    }
    if (groups.every((group) => !('problem' in group) && group.rows === 0)) yield noRecord(path);
  } finally {
    await host?.close();
    await file.close();
  }
}

/** How many rows of a group are handed over at a time, and how many, in such steps, are unpacked together. */
function stepsIn(
  { rows, unpacked, values, nested }: Extract<RowGroup, { readonly unpacked: number }>,
  maxBytes: number,
): { readonly step: number; readonly span: number } {
  const rowsIn = (most: number, all: number) => (rows * most) / Math.max(1, all);
  const step = Math.max(1, Math.floor(Math.min(mostRows, rowsIn(maxBytes, unpacked))));
  const most = Math.min(
    rowsIn(2 * maxBytes, unpacked),
    rowsIn(mostValues, values),
    rowsIn(mostNested, nested),
  );
  return { step, span: step * Math.max(1, Math.floor(most / step)) };
}

async function openedFile(path: string, remote: HubOptions | undefined): Promise<PartialFile> {
  if (isRemote(path)) {
    const { url, options } = remoteSource(path, remote);
    return urlFile(url, options);
  }
  try {
    const handle = await open(path);
    const { size } = await handle.stat();
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new Error(`it ends at byte ${start + bytesRead}`);
      return bytes.buffer;
    };
    return { byteLength: size, slice, close: () => handle.close() };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** The bytes that say where everything is, with the eight at the end of the file. */
async function footerOf(file: PartialFile, path: string): Promise<ArrayBuffer> {
  const tail = file.byteLength >= 12 ? Buffer.from(await file.slice(file.byteLength - 8)) : undefined;
  const length = tail?.toString('latin1', 4) === 'PAR1' ? tail.readUInt32LE(0) + 8 : undefined;
  if (length === undefined || length > file.byteLength || length > maxFooter)
    throw notParquet(path, 'its end is not that of one');
  return file.slice(file.byteLength - length);
}

async function groupsOf(ask: () => Promise<ParquetAnswer>, path: string): Promise<readonly RowGroup[]> {
  try {
    const answer = await ask();
    return answer.kind === 'groups' ? answer.groups : [];
  } catch (error) {
    throw notParquet(path, messageOf(error));
  }
}

const notParquet = (path: string, why: string): SyntaxError =>
  new SyntaxError(`Cannot read ${path}: expected a parquet file (${why})`);
