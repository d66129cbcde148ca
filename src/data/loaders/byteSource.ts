/** The bytes of a file, piece by piece, unpacked where its name ends in `.gz` or `.zst`. */
import { createReadStream } from 'node:fs';
import { hasCode, messageOf } from '../../core/errors.js';
import { gunzipped } from './gunzip.js';
import { unzstd } from './zstd.js';

/** A file as it lies on the disk, 64 KiB at a time. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/**
 * The content of a file.
 *
 * @throws {Error} If the file cannot be read, or its compressed bytes are damaged; what came before is handed out.
 */
export function contentBytes(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = fileBytes(path);
  if (path.endsWith('.gz')) return gunzipped(bytes);
  return path.endsWith('.zst') ? unzstd(bytes) : bytes;
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
