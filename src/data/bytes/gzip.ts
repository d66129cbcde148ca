/**
 * Unpacks gzip (RFC 1952), member by member. Node's own stream joins the members of a file, does not say where one
 * ends, and never answers when zeros follow the last; this says what is wrong and where. Web archives compress each
 * record for itself: behind a damaged member, reading goes on at the next one.
 */
import { constants, crc32, createInflateRaw, type InflateRaw, inflateRawSync } from 'node:zlib';
import { hasCode, messageOf } from '../../core/errors.js';
import { type ByteWindow, byteWindow } from './byteWindow.js';

/** Damage in the bytes of a stream. Who meets it first does not know yet into which record it falls. */
export class DamagedBytes extends Error {}

/** What is damaged follows a complete part, so the bytes before it are complete as well. */
export class DamageBehind extends DamagedBytes {}

const endsTooEarly = 'the gzip file ends too early';

/**
 * Unpacks all members of a gzip file as a stream. Zeros behind a member are padding, as gzip itself has it.
 *
 * @throws {DamagedBytes} If the bytes are not gzip, are damaged, or end too early. What was unpacked before is handed
 *   out; within a damaged member, all but the last 64 KiB.
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const window = byteWindow(chunks);
  try {
    if (!(await window.has(1))) throw new DamagedBytes(endsTooEarly);
    for (let isFirst = true; isFirst || (await skipPadding(window)); isFirst = false) {
      const other = isFirst
        ? new DamagedBytes('expected gzip, got other bytes')
        : new DamageBehind('other bytes follow its compressed ones');
      yield* memberContent(window, other);
    }
  } finally {
    await window.close();
  }
}

/** Moves the window behind zeros; false at the end of the file. */
export async function skipPadding(window: ByteWindow): Promise<boolean> {
  while (await window.has(1)) {
    const bytes = window.view();
    const end = bytes.findIndex((byte) => byte !== 0);
    window.skip(end < 0 ? bytes.length : end);
    if (end >= 0) return true;
  }
  return false;
}

/** The content of the member that the window begins with, in pieces; moves the window behind it. */
async function* memberContent(
  window: ByteWindow,
  notGzip: DamagedBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  let header = headerLength(window.view());
  for (; header === 'incomplete'; header = headerLength(window.view()))
    if (!(await window.more())) throw new DamagedBytes(endsTooEarly);
  if (header === undefined) throw notGzip;
  window.skip(header);
  const inflate = createInflateRaw({ chunkSize: 1 << 16 });
  let ready: Uint8Array[] = [];
  inflate.on('data', (chunk: Uint8Array) => ready.push(chunk));
  inflate.on('error', () => {}); // heard in `fed`; here so that no later one ends the process
  let [checksum, length] = [0, 0];
  try {
    for (let isOpen = true; isOpen; ready = []) {
      if (!(await window.has(1))) throw new DamagedBytes(endsTooEarly);
      const piece = window.view();
      const { used, problem } = await fed(inflate, piece);
      for (const chunk of ready) {
        checksum = crc32(chunk, checksum);
        length += chunk.length;
        yield chunk;
      }
      if (problem) throw new DamagedBytes(`its compressed bytes are damaged (${problem})`);
      window.skip(used);
      isOpen = used === piece.length;
    }
  } finally {
    inflate.destroy();
  }
  if (!(await window.has(8))) throw new DamagedBytes(endsTooEarly);
  const trailer = window.take(8);
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length % 2 ** 32)
    throw new DamagedBytes('its compressed bytes are damaged (checksum differs)');
}

/** Hands bytes to the stream; answers how many it used, fewer than all where its content ends, or what is wrong. */
function fed(
  inflate: InflateRaw,
  bytes: Uint8Array,
): Promise<{ used: number; problem?: string | undefined }> {
  const before = inflate.bytesWritten;
  return new Promise((resolve) => {
    const settle = (error?: Error | null) => {
      inflate.off('error', settle).off('end', settle);
      resolve({ used: inflate.bytesWritten - before, problem: error ? messageOf(error) : undefined });
    };
    inflate.on('error', settle).on('end', settle);
    inflate.write(bytes, settle);
  });
}

/** One member's content, or the sentence of what is wrong with it. */
export type Member = { readonly bytes: Buffer } | { readonly problem: string };

const magic = Uint8Array.of(0x1f, 0x8b, 0x08);

/**
 * Reads the member that the window begins with, at once, and moves the window behind it.
 *
 * @param maxBytes Largest content; a larger one is a problem, not a full memory.
 */
export async function readMember(window: ByteWindow, maxBytes: number): Promise<Member> {
  for (;;) {
    const result = inflateMember(window.view(), maxBytes);
    if (result === 'incomplete') {
      // Damage can make a member look endless; a valid one is hardly longer than its content.
      if (window.view().length > maxBytes + 65_536) return { problem: 'its compressed bytes are damaged' };
      if (await window.more()) continue;
      return { problem: 'the file ends in the middle of it' };
    }
    if ('problem' in result) return result;
    window.skip(result.length);
    return { bytes: result.bytes };
  }
}

/** Moves the window to the next member whose content begins so; false, and at the end, where there is none. */
export async function seekMember(window: ByteWindow, prefix: string): Promise<boolean> {
  window.skip(Math.min(1, window.view().length));
  for (;;) {
    const at = window.view().indexOf(magic);
    if (at < 0) {
      window.skip(Math.max(0, window.view().length - magic.length + 1));
      if (!(await window.more())) return false;
      continue;
    }
    window.skip(at);
    await window.has(8192); // enough to look at its beginning
    if (beginsWith(window.view(), prefix)) return true;
    window.skip(1);
  }
}

/** Tells a member by its first inflated bytes. */
export function beginsWith(bytes: Buffer, prefix: string): boolean {
  const header = headerLength(bytes);
  if (typeof header !== 'number') return false;
  try {
    const start = bytes.subarray(header, header + 4096);
    const text = inflateRawSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
    return text.toString('latin1', 0, prefix.length) === prefix;
  } catch {
    return false;
  }
}

function inflateMember(
  bytes: Buffer,
  maxBytes: number,
): 'incomplete' | { problem: string } | { bytes: Buffer; length: number } {
  const header = headerLength(bytes);
  if (header === 'incomplete') return header;
  if (header === undefined) return { problem: 'its compressed bytes are damaged' };
  try {
    const { buffer, engine } = inflateRawSync(bytes.subarray(header), {
      info: true,
      maxOutputLength: maxBytes,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const end = header + engine.bytesWritten;
    if (bytes.length < end + 8) return 'incomplete';
    if (bytes.readUInt32LE(end) !== crc32(buffer))
      return { problem: 'its compressed bytes are damaged (checksum differs)' };
    return { bytes: buffer, length: end + 8 };
  } catch (error) {
    if (hasCode(error, 'Z_BUF_ERROR')) return 'incomplete';
    if (hasCode(error, 'ERR_BUFFER_TOO_LARGE'))
      return { problem: `it is larger than ${maxBytes} bytes; is the archive compressed record by record?` };
    return { problem: 'its compressed bytes are damaged' };
  }
}

/** Longest name or comment in a header. */
const maxName = 1 << 16;

/** Length of a member's header: ten bytes and what the flags announce; `undefined` where it is none. */
function headerLength(bytes: Buffer): number | 'incomplete' | undefined {
  if (!magic.subarray(0, bytes.length).every((byte, at) => byte === bytes[at])) return undefined;
  if (bytes.length < 10) return 'incomplete';
  const flags = bytes[3]!;
  if (flags & 0xe0) return undefined;
  let at = 10;
  if (flags & 0x04) {
    if (bytes.length < at + 2) return 'incomplete';
    at += 2 + bytes.readUInt16LE(at);
  }
  for (const flag of [0x08, 0x10]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return bytes.length < at + maxName ? 'incomplete' : undefined;
    at = end + 1;
  }
  if (flags & 0x02) at += 2;
  return at <= bytes.length ? at : 'incomplete';
}
