/** The bytes of a file, here or on a server, piece by piece, unpacked where its name ends in `.gz` or `.zst`. */
import { createReadStream } from 'node:fs';
import { hasCode, messageOf } from '../../core/errors.js';
import { gunzipped } from './gunzip.js';
import { fileName, type HubOptions, isRemote, remoteSource } from './hub.js';
import { urlBytes } from './urlBytes.js';
import { unzstd } from './zstd.js';

/** A file as it lies on the disk, 64 KiB at a time. */
async function* fileBytes(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/**
 * The content of a file, here or on a server.
 *
 * @throws {Error} If the file cannot be read, or its compressed bytes are damaged; what came before is handed out.
 */
export function contentBytes(
  source: string,
  remote?: HubOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = storedBytes(source, remote);
  const name = fileName(source);
  if (name.endsWith('.gz')) return gunzipped(bytes);
  return name.endsWith('.zst') ? unzstd(bytes) : bytes;
}

/** The bytes of a file as they are stored, here or on a server. */
export function storedBytes(
  source: string,
  remote?: HubOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!isRemote(source)) return fileBytes(source);
  const { url, options } = remoteSource(source, remote);
  return urlBytes(url, options);
}

/** The name without what tells how it is compressed. */
export const withoutCompression = (path: string): string => path.replace(/\.(gz|zst)$/, '');

/** One sentence for a file that cannot be opened or read. */
export function cannotRead(path: string, error: unknown): Error {
  const why = hasCode(error, 'ENOENT')
    ? 'there is no such file'
    : hasCode(error, 'EISDIR')
      ? 'it is a folder'
      : messageOf(error);
  return new Error(`Cannot read ${path}: ${why}`, { cause: error });
}
