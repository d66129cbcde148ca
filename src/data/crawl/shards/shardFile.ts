/** What a shard is on the disk: documents as lines of JSON, in gzip members one after the other. */
import { gzipSync } from 'node:zlib';
import { messageOf } from '../../../core/errors.js';
import { contentBytes } from '../../bytes/byteSource.js';
import { linesOf } from '../../bytes/lines.js';
import type { Document } from '../../document.js';

/**
 * Documents as lines of JSON in one gzip member. A file of such members is one gzip file, and its bytes do not depend on
 * which thread packed which member.
 */
export function packed(documents: readonly Document[]): Uint8Array {
  if (documents.length === 0) return new Uint8Array(0);
  return gzipSync(documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
}

/** What a shard without a document holds, since a file of no bytes is not a gzip file. */
export const emptyMember: Uint8Array = gzipSync('');

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
