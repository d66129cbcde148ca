/**
 * From pairs to what is dropped: pairs that touch are a cluster, and of it all but the first document. Memory is 4 bytes
 * and two bits for each document, whatever the number of pairs: 4.3 GB for a thousand million.
 */
import { createReadStream } from 'node:fs';
import { partFile } from '../../../core/files.js';
import { createUnionFind } from '../../../core/unionFind.js';
import type { Clustered, ClusterJob } from '../jobs.js';

/** Most documents of a run, as they are numbered with 32 bits. */
const mostDocuments = 2 ** 32 - 2;

/** Joins the pairs and writes one bit a document, set where it is dropped; the first document is the lowest bit. */
export async function findClusters({ documents, pairs, out }: ClusterJob): Promise<Clustered> {
  if (documents > mostDocuments)
    throw new RangeError(
      `Cannot look for near-duplicates: expected at most ${mostDocuments} documents, got ${documents}`,
    );
  const groups = createUnionFind(documents);
  for (const path of pairs)
    for await (const words of numbersOf(path))
      for (let at = 0; at < words.length; at += 2) groups.join(words[at]!, words[at + 1]!);
  const isDropped = new Uint8Array(Math.ceil(documents / 8));
  const isFirst = new Uint8Array(isDropped.length); // first of a cluster of two or more
  let [dropped, clusters] = [0, 0];
  for (let nth = 0; nth < documents; nth++) {
    const first = groups.firstOf(nth);
    if (first === nth) continue;
    dropped++;
    isDropped[nth >> 3]! |= 1 << (nth & 7);
    if (!(isFirst[first >> 3]! & (1 << (first & 7)))) clusters++;
    isFirst[first >> 3]! |= 1 << (first & 7);
  }
  const file = partFile(out);
  try {
    file.write(isDropped);
    return { clusters, dropped, ...file.commit() };
  } finally {
    file.discard();
  }
}

/** A file of pairs as numbers, piece by piece, never with half a pair. */
async function* numbersOf(path: string): AsyncGenerator<Uint32Array, void, undefined> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 8);
    yield new Uint32Array(new Uint8Array(bytes.subarray(0, whole)).buffer);
    rest = Buffer.from(bytes.subarray(whole));
  }
}
