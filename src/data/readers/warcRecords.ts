/**
 * Cuts a web archive into its records (ISO 28500), gzipped record by record, as a whole, or not at all, or
 * packed with Zstandard. Where a record is
 * damaged it says so and goes on at the next that begins as a record should. A record whose length is given wrongly
 * ends where the next one begins, and comes with a warning.
 */
import { storedBytes } from '../bytes/byteSource.js';
import { type ByteWindow, byteWindow } from '../bytes/byteWindow.js';
import { beginsWith, DamagedBytes, readMember, seekMember, skipPadding } from '../bytes/gzip.js';
import { fileName } from '../bytes/hub.js';
import { unzstd } from '../bytes/zstd.js';
import type { ReaderOptions } from './items.js';

/** One record. */
export interface WarcRecord {
  readonly header: string;
  readonly block: Buffer;
  /** What is not as it should be. */
  readonly warning?: string | undefined;
}

/** A record, or the sentence of what is wrong with it. */
export type Frame = WarcRecord | { readonly problem: string };

const prefix = 'WARC/';
const nextStart = Buffer.from('\nWARC/1.');
const blankLine = Buffer.from('\r\n\r\n');
const maxHeader = 1 << 16;

/**
 * Reads the records of an archive as a stream.
 *
 * @param path A file, or the address of one on a server, which is then read without being stored.
 * @param options.maxBytes Largest record; a larger one is a problem. Default 32 MiB.
 * @throws {Error} If the file cannot be opened, or the server not be read, with one sentence that names it.
 * @throws {SyntaxError} If nothing in it is a WARC record.
 */
export async function* warcRecords(
  path: string,
  { maxBytes = 2 ** 25, ...options }: ReaderOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  const stored = storedBytes(path, options);
  const damage: { message?: string } = {};
  const isZstd = fileName(path).endsWith('.zst');
  const window = byteWindow(isZstd ? untilDamage(unzstd(stored), damage) : stored);
  try {
    await window.more();
    const isZipped = window.view()[0] === 0x1f || fileName(path).endsWith('.gz');
    const isValid = isZipped ? beginsWith(window.view(), prefix) : startsRecord(window.view());
    if (!isValid) {
      const isFound = isZipped ? await seekMember(window, prefix) : await seekRecord(window);
      if (!isFound)
        throw new SyntaxError(
          damage.message
            ? `Cannot read ${path}: ${damage.message}`
            : `Cannot read ${path}: expected a .warc or .warc.gz file, got no WARC record in it`,
        );
      yield { problem: 'the file does not begin with a WARC record' };
    }
    yield* isZipped ? zippedFrames(window, maxBytes) : plainFrames(window, maxBytes);
    if (damage.message) yield { problem: `${damage.message}; nothing can be read from here on` };
  } finally {
    await window.close();
  }
}

/** The bytes before damage; what it is goes into `damage`. */
async function* untilDamage(
  chunks: AsyncIterable<Uint8Array>,
  damage: { message?: string },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error;
    damage.message = error.message;
  }
}

/** A field of a record's header or of an HTTP head; several lines of one name are joined by commas. */
export function fieldOf(header: string, name: string): string | undefined {
  const line = new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)$`, 'gim');
  const values = [...header.matchAll(line)].map(([, value]) => value!.replace(/\s*\n\s*/g, ' ').trim());
  return values.join(', ') || undefined;
}

async function* zippedFrames(window: ByteWindow, maxBytes: number): AsyncGenerator<Frame, void, undefined> {
  while (await skipPadding(window)) {
    const member = await readMember(window, maxBytes);
    if ('bytes' in member) yield* plainFrames(byteWindow([member.bytes]), maxBytes, true);
    else {
      yield member;
      if (!(await seekMember(window, prefix))) return;
    }
  }
}

/** @param isMember Whether the bytes are a gzip member, which ends where its last record does. */
async function* plainFrames(
  window: ByteWindow,
  maxBytes: number,
  isMember = false,
): AsyncGenerator<Frame, void, undefined> {
  while (await skipLineEnds(window)) {
    const frame = await readRecord(window, maxBytes, isMember);
    yield frame;
    if ('problem' in frame && !(await seekRecord(window))) return;
  }
}

/** Reads the record that the window begins with and moves the window behind it. */
async function readRecord(window: ByteWindow, maxBytes: number, isMember: boolean): Promise<Frame> {
  const start = startsRecord(window.view()) ? await headerLength(window) : undefined;
  if (start === undefined) return { problem: 'its header is damaged' };
  const header = window.view().toString('utf8', 0, start);
  const length = Number(/^content-length:[ \t]*(\d+)[ \t]*\r?$/im.exec(header)?.[1] ?? Number.NaN);
  if (length > maxBytes) return { problem: `it is larger than ${maxBytes} bytes` };
  const taken = (end: number, warning?: string): Frame => {
    const block = Buffer.from(window.view().subarray(start, end));
    window.skip(end);
    return { header, block, warning };
  };
  const end = start + length;
  const isThere = !Number.isNaN(length) && (await window.has(end));
  if (isThere) {
    await window.has(end + 2 * blankLine.length + prefix.length);
    const after = window.view().subarray(end, end + blankLine.length);
    if (blankLine.subarray(0, after.length).equals(after)) return taken(end);
    if (beginsBehindLineEnds(window.view(), end)) return taken(end, 'no blank line ends it');
  }
  const isWrong = Number.isNaN(length)
    ? 'its header has no Content-Length'
    : `its Content-Length is wrong, ${length}`;
  const next = await nextRecord(window, start, maxBytes);
  if (next === 'too far') return { problem: isWrong };
  if (next !== undefined) return taken(withoutBlankLine(window.view(), start, next), isWrong);
  if (isMember) return taken(withoutBlankLine(window.view(), start, window.view().length), isWrong);
  if (Number.isNaN(length)) return { problem: isWrong };
  return isThere
    ? taken(end, 'bytes of no record follow it')
    : { problem: 'the file ends in the middle of it' };
}

/** Length of the header that the window begins with, its blank line included. */
async function headerLength(window: ByteWindow): Promise<number | undefined> {
  for (;;) {
    const length = headLength(window.view());
    if (length !== undefined) return length;
    if (window.view().length > maxHeader || !(await window.more())) return undefined;
  }
}

/** Length of a header or an HTTP head, its blank line included; its lines end in CRLF or in LF alone. */
export function headLength(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(10); at >= 0 && at < maxHeader; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1] === 13 ? at + 2 : at + 1;
    if (bytes[next] === 10) return next + 1;
  }
  return undefined;
}

/** Where the next record begins; `undefined` where none does, `too far` where the record would be too large. */
async function nextRecord(
  window: ByteWindow,
  start: number,
  maxBytes: number,
): Promise<number | 'too far' | undefined> {
  for (let from = start - 1; ; ) {
    const at = window.view().indexOf(nextStart, from);
    if (at >= 0) return at + 1;
    from = Math.max(from, window.view().length - nextStart.length + 1);
    if (from - start > maxBytes + blankLine.length) return 'too far';
    if (!(await window.more())) return undefined;
  }
}

/** Where a record ends of which the next begins at `next`. */
function withoutBlankLine(bytes: Buffer, start: number, next: number): number {
  let end = next;
  for (let lines = 0; lines < 2 && end > start && bytes[end - 1] === 10; lines++)
    end -= end - 1 > start && bytes[end - 2] === 13 ? 2 : 1;
  return end;
}

const isLineEnd = (byte: number | undefined): boolean => byte === 13 || byte === 10;

/** Whether nothing but ends of lines stands between `end` and the next record, or the end of the file. */
function beginsBehindLineEnds(bytes: Buffer, end: number): boolean {
  let at = end;
  while (isLineEnd(bytes[at])) at++;
  return at === bytes.length || startsRecord(bytes.subarray(at));
}

/** Moves the window behind ends of lines; false at the end of the file. */
async function skipLineEnds(window: ByteWindow): Promise<boolean> {
  while (await window.has(1)) {
    if (!isLineEnd(window.view()[0])) return window.has(prefix.length).then(() => true);
    window.skip(1);
  }
  return false;
}

const startsRecord = (bytes: Buffer): boolean => bytes.toString('latin1', 0, prefix.length) === prefix;

/** Moves the window to the next line that begins as a record does; false, and at the end, where there is none. */
async function seekRecord(window: ByteWindow): Promise<boolean> {
  for (;;) {
    const at = window.view().indexOf(nextStart);
    if (at >= 0) {
      window.skip(at + 1);
      return true;
    }
    window.skip(Math.max(0, window.view().length - nextStart.length + 1));
    if (!(await window.more())) return false;
  }
}
