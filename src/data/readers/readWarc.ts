/**
 * Reads a web archive, the format in which crawlers keep what servers answered (ISO 28500). Every record comes out as
 * exactly one item: a page, a record that holds none, or the sentence of what is wrong. Nothing that was read is lost
 * because of what comes after it. Left out: revisits are not followed to the record they repeat.
 */
import { messageOf } from '../../core/errors.js';
import { fileName } from '../bytes/hub.js';
import type { Document } from '../document.js';
import { arcRecords } from './arcRecords.js';
import { decodeHtml } from './charset.js';
import { bodyOf } from './httpBody.js';
import { type Item, type ItemOptions, type ReaderOptions, valuesOf } from './items.js';
import { fieldOf, headLength, type WarcRecord, warcRecords } from './warcRecords.js';

/** How an archive is read. */
export interface WarcOptions extends ReaderOptions {
  /**
   * What documents are called by: their place in the `file`, `crawl.warc.gz#12` (default), or their `record`'s own
   * WARC-Record-ID, as in FineWeb. The metadata have the record's id in either case.
   */
  readonly ids?: 'file' | 'record' | undefined;
}

/**
 * Reads the pages of an archive, ready for a pipeline; memory holds one record at a time. A page's HTML is the
 * document's text. See `readDocuments` for `onProblem`.
 *
 * @param path A `.warc`, `.warc.gz` or `.warc.zst` file, or an `.arc` or `.arc.gz` of the years before WARC, or the
 *   address of one, which is read as it comes, without being stored; a connection that drops is resumed at the byte
 *   where it dropped.
 * @param options.maxBytes Largest record and largest page, bytes; default 32 MiB. Common Crawl cuts pages at 1 MiB.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If no WARC record is in it; at the first damaged record, if there is no `onProblem`.
 *
 * @example
 * await writeWarc('crawl.warc.gz', [{ url: 'https://example.com/', html: '<p>Hi</p>' }]);
 * const texts = [];
 * for await (const { text } of readWarc('crawl.warc.gz')) texts.push(text);
 * texts // ['<p>Hi</p>']
 */
export const readWarc = (
  path: string,
  options: WarcOptions & ItemOptions = {},
): AsyncGenerator<Document, void, undefined> => valuesOf(readWarcItems(path, options), options);

/**
 * Reads an archive record by record, as `readWarc` does: a page is a value; a request, a picture or an error of the
 * server is skipped.
 *
 * @example
 * await writeWarc('crawl.warc.gz', [{ url: 'https://example.com/', html: '<p>Hi</p>' }]);
 * const found = [];
 * for await (const item of readWarcItems('crawl.warc.gz')) {
 *   found.push(item.kind === 'value' ? item.value.text : item.message);
 * }
 * found // ['crawl.warc.gz, record 1: it is a warcinfo record, not a response', '<p>Hi</p>']
 */
export async function* readWarcItems(
  path: string,
  { maxBytes = 2 ** 25, name = fileName(path), ids, ...options }: WarcOptions = {},
): AsyncGenerator<Item<Document>, void, undefined> {
  let record = 0;
  const records = /\.arc(\.gz)?$/.test(fileName(path)) ? arcRecords : warcRecords;
  for await (const frame of records(path, { maxBytes, ...options })) {
    record++;
    const found = 'problem' in frame ? frame : await pageOf(frame, maxBytes);
    const sentence = (what: string): string => `${path}, record ${record}: ${what}`;
    if ('problem' in found) yield { kind: 'problem', record, message: sentence(found.problem) };
    else if ('skipped' in found) yield { kind: 'skipped', record, message: sentence(found.skipped) };
    else {
      const value = { id: warcId(found.page, `${name}#${record}`, ids), ...found.page };
      const warning = found.warnings.length > 0 ? sentence(found.warnings.join('; ')) : undefined;
      yield { kind: 'value', record, value, ...(warning && { warning }) };
    }
  }
}

/** The id of a document from an archive. */
export function warcId(
  { metadata }: Pick<Document, 'metadata'>,
  place: string,
  ids: WarcOptions['ids'],
): string {
  return ids === 'record' && typeof metadata.recordId === 'string' ? metadata.recordId : place;
}

/** What the header of a record says of itself. */
export function recordFacts(header: string): { readonly recordId?: string; readonly date?: string } {
  const [recordId, date] = [fieldOf(header, 'WARC-Record-ID'), fieldOf(header, 'WARC-Date')];
  return { ...(date && { date }), ...(recordId && { recordId }) };
}

/** What a record turned out to be. */
type Found =
  | { readonly page: Omit<Document, 'id'>; readonly warnings: readonly string[] }
  | { readonly skipped: string }
  | { readonly problem: string };

async function pageOf({ header, block, warning }: WarcRecord, maxBytes: number): Promise<Found> {
  const type = fieldOf(header, 'WARC-Type');
  if (type !== 'response') return { skipped: `it is a ${type ?? 'nameless'} record, not a response` };
  const status = Number(/^HTTP\/\S+[ \t]+(\d{3})(?!\d)/.exec(block.toString('latin1', 0, 100))?.[1]);
  if (Number.isNaN(status)) return { problem: 'it holds no HTTP response' };
  const length = headLength(block);
  if (length === undefined) return { problem: 'no blank line ends its HTTP head' };
  const head = block.toString('utf8', 0, length);
  if (status < 200 || status > 299) return { skipped: `the server answered ${status}` };
  const contentType = fieldOf(head, 'Content-Type') ?? '';
  if (contentType && !/html/i.test(contentType)) return { skipped: `it is ${contentType}, not a page` };
  let body: Uint8Array | string;
  try {
    body = await bodyOf(head, block.subarray(length), maxBytes);
  } catch (error) {
    return { problem: `it cannot be read (${messageOf(error)})` };
  }
  if (typeof body === 'string') return { problem: body };
  const { text, charset, warning: doubt } = decodeHtml(body, contentType);
  const url = fieldOf(header, 'WARC-Target-URI');
  return {
    page: { text, ...(url && { url }), metadata: { charset, ...recordFacts(header) } },
    warnings: [warning, doubt].flatMap((sentence) => sentence ?? []),
  };
}
