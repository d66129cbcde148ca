/** The process that unpacks parquet. Started by `parquetHost.ts`, which ends it where damage sends it astray. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetRead,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { messageOf } from '../../../core/errors.js';
import type { Row } from '../fields.js';
import type { ParquetAnswer, ParquetRequest, RowGroup } from './parquetMessages.js';

const answer = (answer: ParquetAnswer): void => {
  process.send?.(answer);
};

/** Largest page, unpacked. Writers make pages of about a megabyte, and a value is never cut. */
const maxPage = 2 ** 28;
/** More rows than any writer puts into a group. */
const maxRows = 2 ** 26;

let metadata: FileMetaData | undefined;
let columns: string[] | undefined;
let file: AsyncBuffer = { byteLength: 0, slice: () => new ArrayBuffer(0) };
/** Rows that were unpacked together, not all of which were asked for yet. */
let span: { readonly start: number; readonly rows: readonly Row[] } | undefined;

process.on('message', async (request: ParquetRequest) => {
  try {
    answer(await answerTo(request));
  } catch (error) {
    answer({ kind: 'problem', problem: sentenceOf(error) });
  }
});
answer({ kind: 'ready' });

/** Where hyparquet runs into bytes that make no sense, JavaScript's own message says nothing about the file. */
const sentenceOf = (error: unknown): string =>
  error instanceof TypeError || error instanceof RangeError ? 'its bytes are damaged' : messageOf(error);

async function answerTo(request: ParquetRequest): Promise<ParquetAnswer> {
  if (request.kind === 'rows') return { kind: 'rows', rows: await heldRows(request) };
  span = undefined;
  if (request.kind === 'footer') {
    metadata = parquetMetadata(request.footer, { geoparquet: false });
    columns = request.columns && [...request.columns];
    return { kind: 'groups', groups: groupsOf(metadata, request.bytes) };
  }
  const { stored, start } = request;
  file = {
    byteLength: start + stored.byteLength,
    slice: (from, to) => stored.slice(from - start, to && to - start),
  };
  return { kind: 'rows', rows: [] };
}

/** Rows out of the span that is held, or of the next one; where that cannot be read, the rows by themselves. */
async function heldRows({
  rowStart,
  rowEnd,
  spanEnd,
}: ParquetRequest & { readonly kind: 'rows' }): Promise<readonly Row[]> {
  if (!span || rowStart < span.start || rowEnd > span.start + span.rows.length) {
    span = undefined; // its memory goes first
    try {
      span = { start: rowStart, rows: await rowsOf(rowStart, spanEnd) };
    } catch (error) {
      if (spanEnd === rowEnd) throw error;
      span = { start: rowStart, rows: await rowsOf(rowStart, rowEnd) };
    }
  }
  return span.rows.slice(rowStart - span.start, rowEnd - span.start);
}

/**
 * Reads rows of the group that is held. hyparquet takes `undefined` for a value that is null and for one that is not
 * there; how far each column reaches tells them apart.
 */
async function rowsOf(rowStart: number, rowEnd: number): Promise<Row[]> {
  if (!metadata) throw new Error('the footer was not read');
  const reach = new Map<string, number>();
  let rows: Row[] = [];
  await parquetRead({
    file,
    metadata,
    compressors: bounded,
    geoparquet: false,
    rowStart,
    rowEnd,
    ...(columns && { columns }),
    rowFormat: 'object',
    onChunk: ({ columnName, rowEnd: end }) => {
      reach.set(columnName, Math.max(end, reach.get(columnName) ?? 0));
    },
    onComplete: (found) => {
      rows = found as Row[];
    },
  });
  const missing = Math.min(...reach.values(), rowStart + rows.length);
  if (missing < rowEnd) throw new Error(`row ${missing + 1} is not there`);
  return rows.map(withNulls);
}

/** A row in which each missing value is `null`. */
const withNulls = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]));

/** Checks what the footer says before it is believed. */
function groupsOf({ row_groups, schema }: FileMetaData, bytes: number): RowGroup[] {
  const names = new Set(schema.map(({ name }) => name));
  const unknown = columns?.find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`it has no column "${unknown}"`);
  return row_groups.map((group) => {
    const rows = Number(group.num_rows);
    const chunks = group.columns.flatMap(({ meta_data }) => {
      if (!meta_data || (columns && !columns.includes(meta_data.path_in_schema[0] ?? ''))) return [];
      const start = Number(meta_data.dictionary_page_offset || meta_data.data_page_offset);
      const end = start + Number(meta_data.total_compressed_size);
      const values = Number(meta_data.num_values) || 0;
      const nested = meta_data.path_in_schema.length > 1 ? values : 0;
      return [{ start, end, unpacked: Number(meta_data.total_uncompressed_size), values, nested }];
    });
    if (!(rows >= 0 && rows <= maxRows)) return { rows: 0, problem: `it says that it has ${rows} rows` };
    if (chunks.length === 0) return { rows, problem: 'it has no columns' };
    if (
      chunks.some(
        ({ start, end, unpacked }) => !(start >= 0 && start <= end && end <= bytes && unpacked >= 0),
      )
    )
      return { rows, problem: 'its columns lie outside the file' };
    return {
      rows,
      start: Math.min(...chunks.map(({ start }) => start)),
      end: Math.max(...chunks.map(({ end }) => end)),
      unpacked: chunks.reduce((sum, { unpacked }) => sum + unpacked, 0),
      values: chunks.reduce((sum, { values }) => sum + values, 0),
      nested: chunks.reduce((sum, { nested }) => sum + nested, 0),
    };
  });
}

/** Node knows no limit of 0 bytes, which is what the values of a column of nothing but nulls come to. */
const most = (length: number) => ({ maxOutputLength: Math.max(1, length) });

/** The package's own, with Node's where it has them, none of which unpacks to more than the page says it holds. */
const bounded: Compressors = Object.fromEntries(
  Object.entries({
    ...compressors,
    GZIP: (input: Uint8Array, length: number) => gunzipSync(input, most(length)),
    BROTLI: (input: Uint8Array, length: number) => brotliDecompressSync(input, most(length)),
    ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)),
  }).map(([name, unpack]) => [
    name,
    (input: Uint8Array, length: number) => {
      if (!(length >= 0 && length <= maxPage)) throw new Error(`a page says that it has ${length} bytes`);
      return unpack?.(input, length) ?? input;
    },
  ]),
);
