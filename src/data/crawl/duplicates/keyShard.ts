/** The keys of a shard's documents, or of their lines, sorted for the search for what came before. */
import { hash } from 'node:crypto';
import { partFile } from '../../../core/files.js';
import { comparedValue } from '../../dedup/exactDuplicates.js';
import { type LineDuplicatesOptions, lineDuplicatesOptions, pieceKeys } from '../../dedup/lineDuplicates.js';
import type { Keyed, KeyJob, LineKeyJob } from '../jobs.js';
import { shardDocuments } from '../shards/shardFile.js';
import { readAnyBit } from './bitSets.js';
import { sortedRecords } from './keyRuns.js';

/** Writes for each of `by` the keys of the documents that have such a thing. */
export async function keyShard({ shard, out }: KeyJob, by: readonly string[]): Promise<Keyed> {
  const lists = by.map(() => ({ keys: [] as Uint32Array[], places: [] as number[] }));
  let place = 0;
  for await (const document of shardDocuments(shard)) {
    for (const [nth, { keys, places }] of lists.entries()) {
      const value = comparedValue(document, by[nth]!);
      if (value === undefined) continue;
      keys.push(wordsOf(hash('sha256', value, 'buffer')));
      places.push(place);
    }
    place++;
  }
  return written(out, lists);
}

/** Writes the keys of the lines of the documents that are still there; their places count those lines alone. */
export async function keyLines(
  { shard, out, exact, near }: LineKeyJob,
  options: LineDuplicatesOptions,
): Promise<Keyed> {
  const isOut = [exact && readAnyBit(exact, exact.sets), near && readAnyBit(near, 1)];
  const all = lineDuplicatesOptions(options);
  const keys: Uint32Array[] = [];
  let place = 0;
  for await (const { text } of shardDocuments(shard)) {
    if (!isOut.some((isSet) => isSet?.(place)))
      for (const key of pieceKeys(text, all)) keys.push(wordsOf(Buffer.from(key, 'latin1')));
    place++;
  }
  return written(out, [{ keys, places: keys.map((_, nth) => nth) }]);
}

function wordsOf(digest: Buffer): Uint32Array {
  return Uint32Array.from({ length: 4 }, (_, word) => digest.readUInt32LE(4 * word));
}

function written(
  out: string,
  lists: readonly { readonly keys: readonly Uint32Array[]; readonly places: readonly number[] }[],
): Keyed {
  const file = partFile(out);
  try {
    for (const { keys, places } of lists) file.write(sortedRecords(keys, places));
    return { counts: lists.map(({ keys }) => keys.length), ...file.commit() };
  } finally {
    file.discard();
  }
}
