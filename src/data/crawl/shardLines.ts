/** Reads the shards that a run has written: one document a line, exactly as it was. */
import { messageOf } from '../../core/errors.js';
import { contentBytes } from '../bytes/byteSource.js';
import { linesOf } from '../bytes/lines.js';
import type { Document } from '../document.js';

/**
 * The documents of a shard, one after the other.
 *
 * @throws {Error} If the file is gone or was changed, with its name.
 */
export async function* shardDocuments(path: string): AsyncGenerator<Document, void, undefined> {
  try {
    for await (const line of linesOf(contentBytes(path), Number.POSITIVE_INFINITY))
      yield JSON.parse(line!.text) as Document;
  } catch (error) {
    throw new Error(`Cannot go on from ${path}: ${messageOf(error)}; was it changed?`, { cause: error });
  }
}
