/** Writes small web archives, for chapters and tests. The same pages give the same bytes. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { WARCRecord, WARCSerializer } from 'warcio';
import { writeFileAtomic } from '../../core/files.js';

/** A page as a server would answer it. */
export interface WebPage {
  readonly url: string;
  /** Text is written as UTF-8; bytes as they are. */
  readonly html: string | Uint8Array;
  /** Default `text/html; charset=utf-8`. */
  readonly contentType?: string;
  /** Default `200 OK`. */
  readonly status?: string;
  /** When it was fetched, ISO 8601; default 2024-01-01T00:00:00Z. */
  readonly date?: string;
}

const firstDay = '2024-01-01T00:00:00Z';

/**
 * Writes a web archive: a `warcinfo` record, then one response a page, each gzipped for itself where the name ends in
 * `.gz`. All of it is held in memory until it is written.
 *
 * @example
 * await writeWarc('crawl.warc.gz', [{ url: 'https://example.com/', html: '<html>…</html>' }]);
 */
export async function writeWarc(path: string, pages: Iterable<WebPage>): Promise<void> {
  const parts = [await packed(infoRecord(), path)];
  let nth = 0;
  for (const page of pages) parts.push(await packed(responseRecord(page, nth++), path));
  writeFileAtomic(path, Buffer.concat(parts));
}

function infoRecord(): WARCRecord {
  const warcHeaders = { 'WARC-Record-ID': recordId('warcinfo', 0) };
  const facts = { software: 'llm-workbook', format: 'WARC File Format 1.0' };
  return WARCRecord.createWARCInfo({ filename: 'crawl', date: firstDay, warcHeaders }, facts);
}

function responseRecord(
  { url, html, contentType = 'text/html; charset=utf-8', status = '200 OK', date = firstDay }: WebPage,
  nth: number,
): WARCRecord {
  const body = typeof html === 'string' ? new TextEncoder().encode(html) : html;
  return WARCRecord.create(
    {
      url,
      date,
      type: 'response',
      statusline: `HTTP/1.1 ${status}`,
      httpHeaders: { 'Content-Type': contentType, 'Content-Length': String(body.length) },
      warcHeaders: { 'WARC-Record-ID': recordId(url, nth) },
    },
    [body],
  );
}

/** A name-based identifier in place of a random one, so that the archive is the same each time. */
function recordId(name: string, nth: number): string {
  const hex = createHash('sha256').update(`${nth} ${name}`).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return `<urn:uuid:${parts.join('-')}-${hex.slice(20, 32)}>`;
}

async function packed(record: WARCRecord, path: string): Promise<Uint8Array> {
  const bytes = await WARCSerializer.serialize(record);
  return path.endsWith('.gz') ? gzipSync(bytes) : bytes;
}
