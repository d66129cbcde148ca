/** Reads the shards that a run has written: one document a line. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Document } from '../document.js';

/**
 * The documents of a shard, one after the other.
 *
 * @throws {Error} If the file is gone or was changed, with its name.
 */
export async function* shardDocuments(path: string): AsyncGenerator<Document, void, undefined> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of file.pipe(unpacked) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield JSON.parse(bytes.toString('utf8', from, end)) as Document;
        from = end + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
    }
  } finally {
    file.destroy();
  }
}
