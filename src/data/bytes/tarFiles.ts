/**
 * The files of a tar archive as a stream (POSIX ustar, with GNU's and pax's long names). Only the files that are wanted
 * are held, one at a time. Left out: sparse files and files above 8 GB, which lists of addresses are not.
 */

/** One file of an archive. */
export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
}

const blockSize = 512;

/**
 * Reads the wanted files of an archive.
 *
 * @param chunks The archive's bytes, already unpacked where it was gzipped.
 * @param isWanted Asked with each file's whole name.
 * @throws {SyntaxError} If the bytes are no tar archive, or end too early.
 */
export async function* tarFiles(
  chunks: AsyncIterable<Uint8Array>,
  isWanted: (name: string) => boolean,
): AsyncGenerator<TarFile, void, undefined> {
  const source = byteSource(chunks);
  let longName: string | undefined;
  for (;;) {
    const header = await source.take(blockSize, true);
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    const { name, size, type } = entryOf(header);
    const padded = Math.ceil(size / blockSize) * blockSize;
    const isName = type === 'L' || type === 'x';
    const full = longName ?? name;
    if (!isName) longName = undefined;
    const isFile = type === '0' || type === '\0';
    if (!isName && !(isFile && isWanted(full))) {
      await source.take(padded, false);
      continue;
    }
    const content = (await source.take(padded, true)).subarray(0, size);
    if (isName) longName = type === 'L' ? textOf(content) : (paxPath(content) ?? longName);
    else yield { name: full, content };
  }
}

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

function entryOf(header: Buffer): Entry {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  const size = octal(header.subarray(124, 136));
  if (header.length < blockSize || octal(header.subarray(148, 156)) !== sum || !(size >= 0))
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

/** Bytes on demand: `take` hands out the next ones, or, where they are not kept, steps over them. */
function byteSource(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  const take = async (count: number, keep: boolean): Promise<Buffer> => {
    const parts: Buffer[] = [];
    let missing = count;
    for (;;) {
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.length);
      missing -= part.length;
      if (keep) parts.push(part);
      if (missing === 0) return Buffer.concat(parts);
      const { value, done } = await iterator.next();
      if (done && missing === count) return Buffer.alloc(0);
      if (done) throw new SyntaxError(`expected ${missing} bytes more`);
      rest = Buffer.from(value);
    }
  };
  return { take };
}
