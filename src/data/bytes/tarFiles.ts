/**
 * The files of a tar archive as a stream (POSIX ustar, with GNU's and pax's long names). Only the files that are wanted
 * are held, one at a time, and no size in the archive is believed beyond a bound. Left out: sparse files, and sizes
 * above 8 GiB.
 */
import { type ByteWindow, byteWindow } from './byteWindow.js';

/** One file of an archive. */
export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
}

const blockSize = 512;
/** Longest header that holds a long name, bytes. */
const maxName = 1 << 20;

/**
 * Reads the wanted files of an archive.
 *
 * @param chunks The archive's bytes, already unpacked where it was gzipped.
 * @param isWanted Called with the full name of each file.
 * @param maxBytes Largest wanted file; default 1 GiB. UT1's largest list has about 100 MB.
 * @throws {SyntaxError} If the bytes are no tar archive, end too early, or hold a larger file or a name above 1 MiB.
 */
export async function* tarFiles(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  isWanted: (name: string) => boolean,
  maxBytes = 2 ** 30,
): AsyncGenerator<TarFile, void, undefined> {
  const window = byteWindow(chunks);
  try {
    let longName: string | undefined;
    while (await window.has(1)) {
      const header = await taken(window, blockSize);
      if (header.every((byte) => byte === 0)) return;
      const { name, size, type } = entryOf(header);
      const padded = Math.ceil(size / blockSize) * blockSize;
      const isName = type === 'L' || type === 'x';
      const full = longName ?? name;
      if (!isName) longName = undefined;
      const isFile = type === '0' || type === '\0';
      if (!isName && !(isFile && isWanted(full))) {
        if (!(await window.pass(padded))) throw endsTooEarly(full);
        continue;
      }
      const most = isName ? maxName : maxBytes;
      if (size > most)
        throw new SyntaxError(`expected at most ${most} bytes in ${isName ? 'a name' : full}, got ${size}`);
      const content = (await taken(window, padded, full)).subarray(0, size);
      if (isName) longName = type === 'L' ? textOf(content) : (paxPath(content) ?? longName);
      else yield { name: full, content };
    }
  } finally {
    await window.close();
  }
}

async function taken(window: ByteWindow, count: number, name = 'a header'): Promise<Buffer> {
  if (!(await window.has(count))) throw endsTooEarly(name);
  return window.take(count);
}

const endsTooEarly = (name: string): SyntaxError => new SyntaxError(`it ends in the middle of ${name}`);

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

function entryOf(header: Buffer): Entry {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  const size = octal(header.subarray(124, 136));
  if (octal(header.subarray(148, 156)) !== sum || !(size >= 0))
    throw new SyntaxError('expected the header of a file in a tar archive');
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? textOf(header.subarray(345, 500)) : '';
  const name = textOf(header.subarray(0, 100));
  return { name: prefix ? `${prefix}/${name}` : name, size, type: String.fromCharCode(header[156]!) };
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8').split('\0', 1)[0]!;

const octal = (bytes: Buffer): number => {
  const digits = textOf(bytes).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
};

/** The name in a pax header, whose records are `length key=value\n`. */
const paxPath = (content: Buffer): string | undefined =>
  /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1];
