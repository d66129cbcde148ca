/** Inputs of a run, cut into the batches that threads judge and the shards that files are made of. */
import { sep } from 'node:path';
import type { Document } from '../document.js';
import type { Filter } from '../filter.js';
import { funnelOf, type Stage } from '../funnel.js';
import { judgeAll, type Outcome } from '../pipeline.js';
import type { Item } from '../readers/items.js';
import { type DocumentOptions, readDocumentItems } from '../readers/readDocuments.js';
import { type Dropped, droppedOf } from './dropped.js';
import type { Problem } from './layout.js';
import type { ReadParameters } from './parameters.js';

/** Documents of one shard that are judged together. */
export interface Batch {
  readonly file: number;
  readonly slice: number;
  /** Those that the filter of addresses let through. */
  readonly documents: readonly Document[];
  readonly arePages: boolean;
  readonly read: number;
  /** What the filter of addresses did. */
  readonly stages: readonly Stage[];
  readonly dropped: readonly Dropped[];
  readonly skipped: number;
  readonly problems: readonly Problem[];
  /** The last of its shard. */
  readonly endsShard: boolean;
  /** The last of its file. */
  readonly endsFile: boolean;
  /** Bytes of the file that were read. */
  readonly bytes: number;
}

/** How an input is read. */
export interface ReadOptions {
  readonly file: number;
  /** What the ids of its documents begin with. */
  readonly name: string;
  readonly read: ReadParameters;
  /** Documents of a shard. */
  readonly shardDocuments: number;
  /** Shards that are there already and are passed over. */
  readonly done: number;
  readonly filters: readonly Filter[];
  readonly signal: AbortSignal | undefined;
}

/** A batch is full with so many documents, or so many characters. */
const [batchDocuments, batchCharacters] = [64, 1 << 20];

/** The name of each input, with as many folders in front as tell it from others of its name: ids begin with it. */
export function inputNames(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) => path.split(sep));
  const lastOf = (nth: number, count: number): string => parts[nth]!.slice(-count).join('/');
  const alike = new Map<string, number[]>();
  for (const nth of paths.keys()) {
    const name = lastOf(nth, 1);
    alike.set(name, [...(alike.get(name) ?? []), nth]);
  }
  return paths.map((_, nth) => {
    const group = alike.get(lastOf(nth, 1))!;
    let count = 1; // paths differ, so an end of them does
    while (new Set(group.map((one) => lastOf(one, count))).size < group.length) count++;
    return lastOf(nth, count);
  });
}

/** Whether a file holds pages, with articles to extract. */
const holdsPages = (path: string): boolean => /\.(warc(\.(gz|zst))?|arc(\.gz)?)$/.test(path);

/**
 * Reads a file. The same file gives the same batches, but for those of shards that are there already. What is damaged
 * belongs to the shard of the document before it. A shard ends when a document comes that has no place in it, so that
 * none is empty but that of an empty file.
 */
export async function* readBatches(
  path: string,
  { file, name, shardDocuments, read, done, filters, signal }: ReadOptions,
): AsyncGenerator<Batch, void, undefined> {
  let bytes = 0;
  let [slice, inShard] = [0, 0];
  let batch = newBatch();
  const closed = async (endsShard: boolean, endsFile: boolean): Promise<Batch> => {
    const { outcomes, read: count, skipped, problems } = batch;
    batch = newBatch();
    const documents = outcomes.filter(({ dropped }) => !dropped).map(({ document }) => document);
    const stages = await funnelOf(filters, outcomes);
    const dropped = droppedOf(outcomes);
    const counts = { read: count, stages, dropped, skipped, problems, bytes };
    return { file, slice, documents, arePages: holdsPages(path), ...counts, endsShard, endsFile };
  };
  const onBytes = (count: number) => {
    bytes += count;
  };
  const { textField, idField, urlField, ids } = read;
  const fields = Object.entries({ textField, idField, urlField }).filter(([, field]) => field !== '');
  const items = readItems(path, { name, onBytes, ids, ...Object.fromEntries(fields) });
  for await (const item of items) {
    signal?.throwIfAborted();
    if (item.kind === 'value' && inShard === shardDocuments) {
      if (slice >= done) yield await closed(true, false);
      [slice, inShard] = [slice + 1, 0];
    }
    if (item.kind === 'value') inShard++;
    if (slice < done) continue;
    if (item.kind === 'skipped') batch.skipped++;
    else if (item.kind === 'problem') batch.problems.push({ record: item.record, message: item.message });
    else {
      batch.read++;
      batch.outcomes.push(judgeAll(item.value, filters));
      batch.characters += item.value.text.length;
    }
    if (batch.read + batch.problems.length >= batchDocuments || batch.characters >= batchCharacters)
      yield await closed(false, false);
  }
  yield await closed(slice >= done, true);
}

const newBatch = () => ({
  outcomes: [] as Outcome[],
  read: 0,
  characters: 0,
  skipped: 0,
  problems: [] as Problem[],
});

async function* readItems(
  path: string,
  options: DocumentOptions,
): AsyncGenerator<Item<Document>, void, undefined> {
  try {
    yield* readDocumentItems(path, options);
  } catch (error) {
    // Nothing in the file is of its kind: that is a problem of this input, not of the others.
    if (!(error instanceof SyntaxError)) throw error;
    yield { kind: 'problem', record: 0, message: error.message };
  }
}
