/**
 * The members of a gzip file, one at a time. Web archives compress each record for itself, so that one can be read
 * alone; Node's own gunzip joins them all and gives up at the first damaged byte. This goes on at the next good one.
 */
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { hasCode } from '../../core/errors.js';
import { type ByteWindow, indexOfBytes } from './byteWindow.js';

/** One member's content, or the sentence of what is wrong with it. */
export type Member = { readonly bytes: Uint8Array } | { readonly problem: string };

const magic = Uint8Array.of(0x1f, 0x8b, 0x08);

/**
 * Reads the member that the window begins with and moves the window behind it.
 *
 * @param maxBytes Largest content; a larger one is a problem, not a full memory.
 */
export async function readMember(window: ByteWindow, maxBytes: number): Promise<Member> {
  for (;;) {
    const result = inflateMember(window.view(), maxBytes);
    if (result === 'incomplete') {
      // Damage can make a member look endless; no sound one is much longer than its content.
      if (window.view().length > maxBytes + 65_536) return { problem: 'its compressed bytes are damaged' };
      if (await window.more()) continue;
      return { problem: 'the file ends in the middle of it' };
    }
    if ('problem' in result) return result;
    window.skip(result.length);
    return { bytes: result.bytes };
  }
}

/** Moves the window forward to the next member that holds a WARC record; false, and at the end, where there is none. */
export async function seekMember(window: ByteWindow, prefix: string): Promise<boolean> {
  window.skip(Math.min(1, window.view().length));
  for (;;) {
    const at = indexOfBytes(window.view(), magic);
    if (at < 0) {
      window.skip(Math.max(0, window.view().length - magic.length + 1));
      if (!(await window.more())) return false;
      continue;
    }
    window.skip(at);
    while (window.view().length < 8192 && (await window.more())) {
      // Enough to look at its beginning.
    }
    if (beginsWith(window.view(), prefix)) return true;
    window.skip(1);
  }
}

/** Tells a member by its first inflated bytes. */
export function beginsWith(bytes: Uint8Array, prefix: string): boolean {
  const header = headerLength(bytes);
  if (header === undefined) return false;
  try {
    const start = bytes.subarray(header, header + 4096);
    const text = inflateRawSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
    return text.toString('latin1', 0, prefix.length) === prefix;
  } catch {
    return false;
  }
}

function inflateMember(
  bytes: Uint8Array,
  maxBytes: number,
): 'incomplete' | { problem: string } | { bytes: Uint8Array; length: number } {
  if (bytes.length < 18) return 'incomplete';
  const header = headerLength(bytes);
  if (header === undefined) return { problem: 'its compressed bytes are damaged' };
  try {
    const { buffer, engine } = inflateRawSync(bytes.subarray(header), {
      info: true,
      maxOutputLength: maxBytes,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const end = header + engine.bytesWritten;
    if (bytes.length < end + 8) return 'incomplete';
    const checksum = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0, true);
    if (checksum !== crc32(buffer)) return { problem: 'its compressed bytes are damaged (checksum differs)' };
    return { bytes: buffer, length: end + 8 };
  } catch (error) {
    if (hasCode(error, 'Z_BUF_ERROR')) return 'incomplete';
    if (hasCode(error, 'ERR_BUFFER_TOO_LARGE'))
      return { problem: `it is larger than ${maxBytes} bytes; is the archive compressed record by record?` };
    return { problem: 'its compressed bytes are damaged' };
  }
}

/** Length of a gzip header (RFC 1952): ten bytes and what the flags announce; `undefined` where it is none. */
function headerLength(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 0x08) return undefined;
  const flags = bytes[3]!;
  let at = 10;
  if (flags & 0x04) at += 2 + bytes[at]! + 256 * bytes[at + 1]!;
  for (const flag of [0x08, 0x10]) if (flags & flag) at = bytes.indexOf(0, at) + 1 || bytes.length;
  return flags & 0x02 ? at + 2 : at;
}
