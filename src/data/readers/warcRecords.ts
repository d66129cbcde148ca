/**
 * Cuts a web archive into the bytes of its records, gzipped record by record, as a whole, or not at all. Where a
 * record is damaged it says so and goes on at the next one that begins as a record should.
 */
import { hasCode, messageOf } from '../../core/errors.js';
import { storedBytes } from '../bytes/byteSource.js';
import {
  type ByteWindow,
  fileWindow,
  indexOfBytes,
  memoryWindow,
  streamWindow,
} from '../bytes/byteWindow.js';
import { beginsWith, readMember, seekMember } from '../bytes/gzipMembers.js';
import { fileName, type HubOptions, isRemote } from '../bytes/hub.js';

/** The bytes of one record, headers and all, or what is wrong with it. */
export type Frame = { readonly bytes: Uint8Array } | { readonly problem: string };

const prefix = 'WARC/';
const [blankLine, startAfterBreak] = [Buffer.from('\r\n\r\n'), Buffer.from('\nWARC/1.')];
const maxHeader = 1 << 16;

/** How an archive is read. */
export interface FrameOptions {
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly remote?: HubOptions | undefined;
}

/**
 * Reads the records of an archive as a stream.
 *
 * @param path A file, or the address of one on a server, which is then read without being stored.
 * @param maxBytes Largest record; a larger one is a problem.
 * @param options.onBytes Called with how many bytes of a file were read, each time that some were.
 * @throws {Error} If the file cannot be opened, or the server not be read, with one sentence that names it.
 * @throws {SyntaxError} If nothing in it is a WARC record.
 */
export async function* warcFrames(
  path: string,
  maxBytes: number,
  { onBytes, remote }: FrameOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  const window = isRemote(path) ? streamWindow(storedBytes(path, remote)) : await openedWindow(path, onBytes);
  try {
    if (isRemote(path)) await window.more();
    const zipped = window.view()[0] === 0x1f || fileName(path).endsWith('.gz');
    const sound = zipped ? beginsWith(window.view(), prefix) : startsRecord(window.view());
    if (!sound) {
      const found = zipped ? await seekMember(window, prefix) : await seekRecord(window);
      if (!found) throw notAnArchive(path);
      yield { problem: 'the file does not begin with a WARC record' };
    }
    yield* zipped ? zippedFrames(window, maxBytes) : plainFrames(window, maxBytes);
  } finally {
    await window.close();
  }
}

async function openedWindow(path: string, onBytes: FrameOptions['onBytes']): Promise<ByteWindow> {
  let window: ByteWindow | undefined;
  try {
    window = await fileWindow(path, onBytes);
    await window.more();
    return window;
  } catch (error) {
    await window?.close();
    const why = hasCode(error, 'ENOENT')
      ? 'there is no such file'
      : hasCode(error, 'EISDIR')
        ? 'it is a folder'
        : messageOf(error);
    throw new Error(`Cannot read web archive "${path}": ${why}`, { cause: error });
  }
}

const notAnArchive = (path: string): SyntaxError =>
  new SyntaxError(
    `Cannot read web archive "${path}": expected a .warc or .warc.gz file, got no WARC record in it`,
  );

async function* zippedFrames(window: ByteWindow, maxBytes: number): AsyncGenerator<Frame, void, undefined> {
  while (window.view().length > 0 || (await window.more())) {
    const member = await readMember(window, maxBytes);
    if ('bytes' in member) yield* plainFrames(memoryWindow(member.bytes), maxBytes);
    else {
      yield member;
      if (!(await seekMember(window, prefix))) return;
    }
  }
}

async function* plainFrames(window: ByteWindow, maxBytes: number): AsyncGenerator<Frame, void, undefined> {
  while (window.view().length > 0 || (await window.more())) {
    const frame = await readRecord(window, maxBytes);
    yield frame;
    if ('problem' in frame && !(await seekRecord(window))) return;
  }
}

/** Reads the record that the window begins with and moves the window behind it. */
async function readRecord(window: ByteWindow, maxBytes: number): Promise<Frame> {
  const header = await headerEnd(window);
  if (header === undefined || !startsRecord(window.view())) return { problem: 'its header is damaged' };
  const text = Buffer.from(window.view().subarray(0, header)).toString('latin1');
  const length = Number(/^content-length:[ \t]*(\d+)[ \t]*\r?$/im.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) return { problem: 'its header has no Content-Length' };
  if (length > maxBytes) return { problem: `it is larger than ${maxBytes} bytes` };
  const end = header + length;
  while (window.view().length < end + blankLine.length && (await window.more())) {
    // The record and the blank line that ends it.
  }
  if (window.view().length < end) return { problem: 'the file ends in the middle of it' };
  const after = Buffer.from(window.view().subarray(end, end + blankLine.length));
  if (after.length > 0 && !blankLine.subarray(0, after.length).equals(after))
    return { problem: 'its Content-Length is wrong' };
  const bytes = window.view().slice(0, end);
  window.skip(end + after.length);
  return { bytes };
}

/** Where the header that the window begins with ends, its blank line included. */
async function headerEnd(window: ByteWindow): Promise<number | undefined> {
  for (;;) {
    const at = indexOfBytes(window.view(), blankLine);
    if (at >= 0) return at + blankLine.length;
    if (window.view().length > maxHeader || !(await window.more())) return undefined;
  }
}

const startsRecord = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, prefix.length)).toString('latin1') === prefix;

/** Moves the window to the next line that begins as a record does; false, and at the end, where there is none. */
async function seekRecord(window: ByteWindow): Promise<boolean> {
  for (;;) {
    const at = indexOfBytes(window.view(), startAfterBreak);
    if (at >= 0) {
      window.skip(at + 1);
      return true;
    }
    window.skip(Math.max(0, window.view().length - startAfterBreak.length + 1));
    if (!(await window.more())) return false;
  }
}
