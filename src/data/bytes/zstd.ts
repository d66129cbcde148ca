/**
 * Unpacks Zstandard as a stream (RFC 8878), block by block, so that a small file can neither unpack to a full memory
 * nor ask for a huge window. fzstd does the decoding; it trusts the sizes in the file, so they are checked here.
 * Left out: dictionaries, and the frames' checksums, which fzstd skips.
 */
import { Decompress } from 'fzstd';
import { messageOf } from '../../core/errors.js';
import { type ByteWindow, byteWindow } from './byteWindow.js';
import { DamageBehind, DamagedBytes } from './gzip.js';

/** Largest window, bytes: 128 MiB, what `zstd --long` uses. Level 19 and below stay within 8 MiB. */
const maxWindow = 2 ** 27;
const maxBlock = 2 ** 17;
const endsTooEarly = 'the Zstandard file ends too early';

/**
 * Unpacks all frames of a Zstandard file.
 *
 * @throws {DamagedBytes} If the bytes are no Zstandard, are damaged, ask for too large a window, or end too early.
 */
export async function* unzstd(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const window = byteWindow(chunks);
  try {
    if (!(await window.has(1))) throw new DamagedBytes('the Zstandard file is empty');
    for (let isFirst = true; await window.has(1); isFirst = false) {
      const magic = (await need(window, 4)).readUInt32LE();
      if ((magic & ~0xf) >>> 0 === 0x184d2a50) await skipFrame(window);
      else if (magic === 0xfd2fb528) yield* frameContent(window);
      else if (isFirst) throw new DamagedBytes('expected a Zstandard frame, got other bytes');
      else throw new DamageBehind('other bytes follow its compressed ones');
    }
  } finally {
    await window.close();
  }
}

async function skipFrame(window: ByteWindow): Promise<void> {
  const length = (await need(window, 8)).readUInt32LE(4);
  if (!(await window.pass(8 + length))) throw new DamagedBytes(endsTooEarly);
}

async function* frameContent(window: ByteWindow): AsyncGenerator<Uint8Array, void, undefined> {
  const { length, hasChecksum } = await headerOf(window);
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((data) => {
    if (data.length > 0) ready.push(data);
  });
  let pending = [Buffer.from(window.take(length))];
  for (let isLast = false; !isLast; ) {
    const block = (await need(window, 3)).readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const [type, size] = [(block >> 1) & 3, block >> 3];
    if (type === 3 || size > maxBlock) throw new DamagedBytes('its compressed bytes are damaged (bad block)');
    const bytes = 3 + (type === 1 ? 1 : size);
    await need(window, bytes);
    pending.push(Buffer.from(window.take(bytes)));
    // fzstd wants 18 bytes before it looks at a frame, so the first blocks may come together.
    if (isLast && hasChecksum) {
      await need(window, 4);
      pending.push(Buffer.from(window.take(4)));
    }
    decode(decoder, Buffer.concat(pending), isLast);
    pending = [];
    yield* ready;
    ready = [];
  }
}

function decode(decoder: Decompress, bytes: Uint8Array, isLast: boolean): void {
  try {
    decoder.push(bytes, isLast);
  } catch (error) {
    throw new DamagedBytes(`its compressed bytes are damaged (${messageOf(error)})`);
  }
}

/** Where a frame's header ends, once its sizes are known to be within bounds. */
async function headerOf(window: ByteWindow): Promise<{ length: number; hasChecksum: boolean }> {
  const flags = (await need(window, 6))[4]!;
  const isSingle = (flags & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3]!;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6]!;
  const length = 5 + (isSingle ? 0 : 1) + dictionary + sizeBytes;
  const header = await need(window, length);
  if (flags & 0x08) throw new DamagedBytes('its compressed bytes are damaged (bad frame header)');
  if (dictionary > 0) throw new DamagedBytes('it needs a Zstandard dictionary');
  const size = isSingle ? contentSize(header, length - sizeBytes, sizeBytes) : windowSize(header[5]!);
  if (size > maxWindow) throw new DamagedBytes(`it needs a window of ${size} bytes, more than ${maxWindow}`);
  return { length, hasChecksum: (flags & 0x04) !== 0 };
}

const windowSize = (byte: number): number => 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);

function contentSize(header: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(header.readBigUInt64LE(at));
  return header.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

async function need(window: ByteWindow, count: number): Promise<Buffer> {
  if (!(await window.has(count))) throw new DamagedBytes(endsTooEarly);
  return window.view().subarray(0, count);
}
