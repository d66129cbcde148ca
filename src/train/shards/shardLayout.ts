/**
 * How tokens lie in a file. llm.c's layout (`dev/data/data_common.py`) begins with 256 whole numbers of four bytes: a magic
 * number, a version, how many tokens follow, and zeros; then the ids. nanoGPT's (`data/openwebtext/prepare.py`) is the
 * ids alone, two bytes each. All numbers are little-endian.
 */

/** Bytes in front of the ids. */
export const headerBytes = 1024;

/** Most tokens that the header can count. */
export const mostTokens = 2 ** 31 - 1;

/** The two kinds of llm.c's files. */
const kinds = [
  { magic: 20240520, version: 1, idBytes: 2 }, // GPT-2's
  { magic: 20240801, version: 7, idBytes: 4 }, // Llama 3's
] as const;

/** Where the ids of a file lie. */
export interface ShardLayout {
  /** In tokens. */
  readonly length: number;
  readonly idBytes: 2 | 4;
  /** Where the first is, in bytes. */
  readonly start: number;
}

/** How wide the ids of a vocabulary are. */
export const idBytesOf = (vocabSize: number): 2 | 4 => (vocabSize <= 65_536 ? 2 : 4);

/** What stands in front of so many ids of this width. */
export function shardHeader(length: number, idBytes: 2 | 4): Buffer {
  const { magic, version } = kinds.find((kind) => kind.idBytes === idBytes)!;
  const header = Buffer.alloc(headerBytes);
  for (const [nth, number] of [magic, version, length].entries()) header.writeInt32LE(number, 4 * nth);
  return header;
}

/**
 * What a file's first bytes say, held against its length.
 *
 * @param start The first `headerBytes`, or fewer where the file is shorter.
 * @param fileBytes All that it has.
 * @throws {SyntaxError} If it is no such file, or has more or fewer ids than it says.
 */
export function readLayout(path: string, start: Buffer, fileBytes: number): ShardLayout {
  if (start.length < headerBytes)
    throw new SyntaxError(
      `Cannot read tokens of ${path}: it has ${fileBytes} bytes, and a header of ${headerBytes} comes first`,
    );
  const [magic, version, length] = [0, 4, 8].map((at) => start.readInt32LE(at)) as [number, number, number];
  const kind = kinds.find((one) => one.magic === magic);
  if (!kind) {
    const known = kinds.map((one) => one.magic).join(' or ');
    throw new SyntaxError(
      `Cannot read tokens of ${path}: expected it to begin with ${known}, got ${magic}; ids alone need \`headerless\``,
    );
  }
  const { idBytes } = kind;
  if (version !== kind.version)
    throw new SyntaxError(`Cannot read tokens of ${path}: expected version ${kind.version}, got ${version}`);
  const there = (fileBytes - headerBytes) / idBytes;
  if (length !== there || length < 1)
    throw new SyntaxError(
      `Cannot read tokens of ${path}: its header says ${length} tokens of ${idBytes} bytes, the file has room for ${there}`,
    );
  return { length, idBytes, start: headerBytes };
}

/**
 * The layout of a file of ids alone.
 *
 * @throws {SyntaxError} If it is empty or ends within an id.
 */
export function headerlessLayout(path: string, fileBytes: number): ShardLayout {
  if (fileBytes > 0 && fileBytes % 2 === 0) return { length: fileBytes / 2, idBytes: 2, start: 0 };
  throw new SyntaxError(
    `Cannot read tokens of ${path}: expected ids of 2 bytes each, got ${fileBytes} bytes`,
  );
}
