/**
 * Reads a web archive, the format in which crawlers keep what servers answered (ISO 28500). Every record comes out as
 * exactly one item: a page, a record that holds none, or the sentence of what is wrong. Nothing that was read is lost
 * because of what comes after it. Left out: revisits are not followed to the record they repeat.
 */
import { brotliDecompressSync, gunzipSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { AsyncIterReader, WARCParser, type WARCRecord } from 'warcio';
import { messageOf } from '../../core/errors.js';
import { fileName, type HubOptions } from '../bytes/hub.js';
import type { Document } from '../document.js';
import { decodeHtml } from './charset.js';
import { warcFrames } from './warcRecords.js';

/** What one record of an archive turned out to be; records count from 1. */
export type WarcItem =
  /** A page. Its HTML is the document's text; `warning` where it was not what it says it is. */
  | { readonly kind: 'page'; readonly record: number; readonly document: Document; readonly warning?: string }
  /** A sound record without a page: a request, a picture, an error of the server. */
  | { readonly kind: 'skipped'; readonly record: number; readonly message: string }
  /** A record that cannot be read. */
  | { readonly kind: 'problem'; readonly record: number; readonly message: string };

/**
 * Reads an archive record by record; memory holds one at a time.
 *
 * @param path A `.warc.gz` or `.warc` file, or the address of one, which is read as it comes, without being stored; a
 *   connection that drops is taken up again at the byte where it dropped.
 * @param options.maxBytes Largest record and largest page, bytes; default 32 MiB. Common Crawl cuts pages at 1 MiB.
 * @param options.onBytes Called with how many bytes of the file were read, each time that some were: for a progress display.
 * @param options.remote How a server is asked.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If no WARC record is in it.
 *
 * @example
 * await writeWarc('crawl.warc.gz', [{ url: 'https://example.com/', html: '<p>Hi</p>' }]);
 * const found = [];
 * for await (const item of readWarc('crawl.warc.gz')) {
 *   found.push(item.kind === 'page' ? item.document.text : item.message);
 * }
 * found // ['crawl.warc.gz, record 1: it is a warcinfo record, not a response', '<p>Hi</p>']
 */
export async function* readWarc(
  path: string,
  {
    maxBytes = 32 * 1024 * 1024,
    onBytes,
    remote,
  }: {
    readonly maxBytes?: number;
    readonly onBytes?: (count: number) => void;
    readonly remote?: HubOptions;
  } = {},
): AsyncGenerator<WarcItem, void, undefined> {
  let record = 0;
  for await (const frame of warcFrames(path, maxBytes, { onBytes, remote })) {
    const where: Place = { path, record: ++record };
    yield 'problem' in frame ? problem(where, frame.problem) : await itemOf(frame.bytes, where, maxBytes);
  }
}

/**
 * The pages alone, ready for a pipeline.
 *
 * @example
 * await writeWarc('crawl.warc.gz', [{ url: 'https://example.com/', html: '<p>Hi</p>' }]);
 * const texts = [];
 * for await (const { text } of warcPages('crawl.warc.gz')) texts.push(text);
 * texts // ['<p>Hi</p>']
 */
export async function* warcPages(path: string): AsyncGenerator<Document, void, undefined> {
  for await (const item of readWarc(path)) if (item.kind === 'page') yield item.document;
}

interface Place {
  readonly path: string;
  readonly record: number;
}

const sentence = ({ path, record }: Place, what: string): string => `${path}, record ${record}: ${what}`;
const problem = (place: Place, what: string): WarcItem => ({
  kind: 'problem',
  record: place.record,
  message: sentence(place, what),
});
const skipped = (place: Place, what: string): WarcItem => ({
  kind: 'skipped',
  record: place.record,
  message: sentence(place, what),
});

async function itemOf(bytes: Uint8Array, place: Place, maxBytes: number): Promise<WarcItem> {
  try {
    const record = await new WARCParser(new AsyncIterReader([bytes], null)).parse();
    if (!record) return problem(place, 'its header is damaged');
    if (record.warcType !== 'response')
      return skipped(place, `it is a ${record.warcType ?? 'nameless'} record, not a response`);
    const http = record.httpHeaders;
    const status = Number(http?.statusCode);
    if (!http || Number.isNaN(status)) return problem(place, 'it holds no HTTP response');
    if (status < 200 || status > 299) return skipped(place, `the server answered ${status}`);
    const contentType = http.headers.get('Content-Type') ?? '';
    if (contentType && !/html/i.test(contentType)) return skipped(place, `it is ${contentType}, not a page`);
    return await pageOf(record, contentType, place, maxBytes);
  } catch (error) {
    return problem(place, `it cannot be read (${messageOf(error)})`);
  }
}

async function pageOf(
  record: WARCRecord,
  contentType: string,
  place: Place,
  maxBytes: number,
): Promise<WarcItem> {
  const body = await bodyOf(record, maxBytes);
  if (typeof body === 'string') return problem(place, body);
  const { text, charset, warning } = decodeHtml(body, contentType);
  const url = record.warcTargetURI;
  const date = record.warcDate;
  const document = {
    id: `${fileName(place.path)}#${place.record}`,
    text,
    ...(url ? { url } : {}),
    metadata: { charset, ...(date ? { date } : {}) },
  };
  const page = { kind: 'page', record: place.record, document } as const;
  return warning ? { ...page, warning: sentence(place, warning) } : page;
}

/** The body as the server meant it, put together and unpacked; a sentence where that fails. */
async function bodyOf(record: WARCRecord, maxBytes: number): Promise<Uint8Array | string> {
  const headers = record.httpHeaders!.headers;
  const isChunked = /chunked/i.test(headers.get('Transfer-Encoding') ?? '');
  const raw = await new AsyncIterReader(record.reader, null, isChunked).readFully();
  const encoding = (headers.get('Content-Encoding') ?? '').trim().toLowerCase();
  const unpack = unpackers[encoding];
  if (!unpack || (encoding.endsWith('gzip') && raw[0] !== 0x1f)) return raw; // crawlers store some unpacked
  try {
    return unpack(raw, { maxOutputLength: maxBytes });
  } catch {
    return `its ${encoding} body is damaged or larger than ${maxBytes} bytes`;
  }
}

const unpackers: { readonly [encoding: string]: (bytes: Uint8Array, options: ZlibOptions) => Uint8Array } = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};
