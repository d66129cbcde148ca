/** The bytes of a file, on the disk or on a server, piece by piece, unpacked where its name ends in `.gz` or `.zst`. */
import { createReadStream } from 'node:fs';
import { cannotRead } from '../../core/files.js';
import { gunzipped } from './gzip.js';
import { fileName, type HubOptions, isRemote, remoteSource } from './hub.js';
import { urlBytes } from './urlBytes.js';
import { unzstd } from './zstd.js';

/** How bytes are read. */
export interface ByteOptions {
  /** Called with how many stored bytes were read, each time that some were: for a progress display. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** How a server is asked, where the file is on one. */
  readonly remote?: HubOptions | undefined;
}

/**
 * The content of a file.
 *
 * @throws {DamagedBytes} If its compressed bytes are damaged; what came before is handed out.
 * @throws {Error} If the file cannot be read.
 */
export function contentBytes(
  source: string,
  options?: ByteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = storedBytes(source, options);
  const name = fileName(source);
  if (name.endsWith('.gz')) return gunzipped(bytes);
  return name.endsWith('.zst') ? unzstd(bytes) : bytes;
}

/**
 * The bytes of a file as they are stored.
 *
 * @throws {Error} If the file cannot be read.
 */
export async function* storedBytes(
  source: string,
  { onBytes, remote }: ByteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of isRemote(source) ? serverBytes(source, remote) : fileBytes(source)) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

function serverBytes(source: string, remote: HubOptions | undefined): AsyncIterable<Uint8Array> {
  const { url, options } = remoteSource(source, remote);
  return urlBytes(url, options);
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 17 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** The name without what tells how it is compressed. */
export const withoutCompression = (path: string): string => path.replace(/\.(gz|zst)$/, '');
