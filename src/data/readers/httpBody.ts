/** The body of an HTTP answer as its server meant it: chunks put together, and unpacked as often as it was packed. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { AsyncIterReader } from 'warcio';
import { hasCode } from '../../core/errors.js';
import { unzstd } from '../bytes/zstd.js';
import { shown } from './fields.js';
import { fieldOf } from './warcRecords.js';

/** How bytes of a kind are unpacked: by the first of these that does not fail. */
type Unpacker = (bytes: Uint8Array, maxBytes: number) => Uint8Array | Promise<Uint8Array>;

const unpackers: ReadonlyMap<string, readonly Unpacker[]> = new Map([
  ['gzip', [within(gunzipSync)]],
  ['x-gzip', [within(gunzipSync)]],
  ['deflate', [within(inflateSync), within(inflateRawSync)]], // servers send either
  ['br', [within(brotliDecompressSync)]],
  ['zstd', [ofZstd]],
]);

/**
 * Reads a body.
 *
 * @param head The HTTP head that came with it.
 * @param maxBytes Most bytes of what it unpacks to.
 * @returns The bytes, or a sentence that says what is wrong with them.
 */
export async function bodyOf(head: string, stored: Buffer, maxBytes: number): Promise<Uint8Array | string> {
  const [content, transfer] = ['Content-Encoding', 'Transfer-Encoding'].map((name) => codingsOf(head, name));
  const isChunked = transfer!.includes('chunked');
  let bytes: Uint8Array = isChunked ? await new AsyncIterReader([stored], null, true).readFully() : stored;
  for (const coding of [...content!, ...transfer!.filter((name) => name !== 'chunked')].reverse()) {
    const unpacked = await unpackedBy(coding, bytes, maxBytes);
    if (typeof unpacked === 'string') return unpacked;
    bytes = unpacked;
  }
  return bytes;
}

/** The names in a field of the head, in the order in which the server packed by them. */
const codingsOf = (head: string, field: string): string[] =>
  (fieldOf(head, field) ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');

async function unpackedBy(coding: string, bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | string> {
  for (const unpack of unpackers.get(coding) ?? []) {
    try {
      return await unpack(bytes, maxBytes);
    } catch (error) {
      if (hasCode(error, 'ERR_BUFFER_TOO_LARGE')) break;
    }
  }
  if (isText(bytes)) return bytes; // crawlers store some unpacked, and some servers only say that they pack
  return unpackers.has(coding)
    ? `its ${coding} body is damaged or larger than ${maxBytes} bytes`
    : `its body is packed by ${shown(coding)}, which is not known here`;
}

/** Tabs, ends of lines and pages, and the escape that Japanese is switched on with. */
const inText = new Set([9, 10, 11, 12, 13, 27]);

/** Whether there is no control character that pages have not: packed bytes do not lack them for long. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 1024).every((byte) => byte >= 32 || inText.has(byte));
}

function within(
  unpack: (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array,
): Unpacker {
  return (bytes, maxOutputLength) => unpack(bytes, { maxOutputLength });
}

async function ofZstd(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of unzstd(only(bytes))) {
    length += piece.length;
    if (length > maxBytes) throw new RangeError('it is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
