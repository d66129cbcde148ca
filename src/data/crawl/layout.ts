/**
 * The folder of a run. `shards` and `manifest.json` are the result, `plan.json` says what the run was started for, and
 * `work` holds what the stages hand to each other and may be removed once the manifest is there. Beside each file of a
 * stage lies a record of it, and what has a record is not done again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from '../../core/files.js';
import type { Stage } from '../funnel.js';
import { readRecord } from './crawlFile.js';
import type { Dropped } from './dropped.js';
import type { Clustered, Finished, Keyed, Matched, Repeated, Signed } from './jobs.js';

/** The places below the output folder. Files count from 0 in the order of the inputs, and so do the shards of each. */
export interface Layout {
  readonly manifest: string;
  readonly shardFolder: string;
  readonly work: string;
  readonly plan: string;
  /** Folders that files are written to. */
  readonly folders: readonly string[];
  /** The record of an input file that was read to its end. */
  readonly file: (file: number) => string;
  /** Documents that the filters kept, and the record of them. */
  readonly kept: (shard: ShardName) => Place;
  /** Keys of documents, for exact duplicates. */
  readonly keys: (shard: ShardName) => Place;
  readonly exact: Place;
  readonly signatures: (shard: ShardName) => Place;
  /** Phrases of documents, where pairs are checked. */
  readonly phrases: (shard: ShardName) => string;
  readonly pairs: (bucket: number) => Place;
  readonly dropped: Place;
  readonly lineKeys: (shard: ShardName) => Place;
  readonly lines: Place;
  readonly final: (shard: ShardName, format: OutputFormat) => Place;
}

/** What the shards of the result are. */
export type OutputFormat = 'jsonl' | 'parquet';

/** The name of a shard, `00012-0003`: the fourth of the thirteenth file. */
export type ShardName = string;

/** A file and its record, which says that it is complete. */
export interface Place {
  readonly data: string;
  readonly record: string;
}

/** The places of a run that writes to `out`. */
export function layoutOf(out: string): Layout {
  const work = join(out, 'work');
  const shardFolder = join(out, 'shards');
  const within = (folder: string, ending: string) => (name: string) => ({
    data: join(work, folder, `${name}.${ending}`),
    record: join(work, folder, `${name}.json`),
  });
  return {
    manifest: join(out, 'manifest.json'),
    shardFolder,
    work,
    plan: join(out, 'plan.json'),
    folders: [
      ...[out, work, shardFolder],
      ...['files', 'kept', 'keys', 'signatures', 'buckets', 'line-keys', 'final'].map((folder) =>
        join(work, folder),
      ),
    ],
    file: (file) => join(work, 'files', `${String(file).padStart(5, '0')}.json`),
    kept: within('kept', 'jsonl.gz'),
    keys: within('keys', 'bin'),
    exact: { data: join(work, 'exact.bin'), record: join(work, 'exact.json') },
    signatures: within('signatures', 'bin'),
    phrases: (name) => join(work, 'signatures', `${name}.phrases`),
    pairs: (bucket) => within('buckets', 'bin')(String(bucket).padStart(2, '0')),
    dropped: { data: join(work, 'dropped.bin'), record: join(work, 'dropped.json') },
    lineKeys: within('line-keys', 'bin'),
    lines: { data: join(work, 'lines.bin'), record: join(work, 'lines.json') },
    final: (name, format) => ({
      data: join(shardFolder, `${name}.${format === 'parquet' ? 'parquet' : 'jsonl.gz'}`),
      record: join(work, 'final', `${name}.json`),
    }),
  };
}

export const shardName = (file: number, slice: number): ShardName =>
  `${String(file).padStart(5, '0')}-${String(slice).padStart(4, '0')}`;

/** A damaged record of an input. */
export interface Problem {
  /** Counted from 1; 0 where it is the file as a whole. */
  readonly record: number;
  readonly message: string;
}

/** What the filters made of one part of an input. */
export interface KeptRecord extends Written {
  /** Documents read. */
  readonly read: number;
  /** Documents kept. */
  readonly documents: number;
  readonly stages: readonly Stage[];
  readonly dropped: readonly Dropped[];
  /** Valid records of the input without a document: a request, a picture. */
  readonly skipped: number;
  readonly problems: number;
  /** The first of them. */
  readonly listed: readonly Problem[];
}

/** An input that was read to its end. */
export interface FileRecord {
  readonly sha256: string;
  readonly shards: readonly KeptRecord[];
}

/** A shard, and which documents it holds in the order of all. */
export interface Shard extends KeptRecord {
  readonly name: ShardName;
  readonly file: number;
  /** The number of its first document. */
  readonly first: number;
}

export const fileRecord = (layout: Layout, file: number): FileRecord | undefined =>
  readRecord<FileRecord>(layout.file(file));
export const keptRecord = (layout: Layout, name: ShardName): KeptRecord | undefined =>
  recordAt<KeptRecord>(layout.kept(name));
export const keyedRecord = (place: Place): Keyed | undefined => recordAt<Keyed>(place);
export const repeatedRecord = (place: Place): Repeated | undefined => recordAt<Repeated>(place);
export const signedRecord = (layout: Layout, name: ShardName): Signed | undefined =>
  recordAt<Signed>(layout.signatures(name));
export const matchedRecord = (layout: Layout, bucket: number): Matched | undefined =>
  recordAt<Matched>(layout.pairs(bucket));
export const clusteredRecord = (layout: Layout): Clustered | undefined => recordAt<Clustered>(layout.dropped);
export const finalRecord = (place: Place): Finished | undefined => recordAt<Finished>(place);

/** A record whose file is there as well. */
const recordAt = <T>({ data, record }: { readonly data: string; readonly record: string }): T | undefined =>
  existsSync(data) ? readRecord<T>(record) : undefined;

/** All shards of so many inputs, in order; `undefined` where one is not read to its end. */
export function shardsOf(layout: Layout, files: number): Shard[] | undefined {
  const shards: Shard[] = [];
  let first = 0;
  for (let file = 0; file < files; file++) {
    const record = fileRecord(layout, file);
    if (!record) return undefined;
    for (const [slice, kept] of record.shards.entries()) {
      shards.push({ ...kept, name: shardName(file, slice), file, first });
      first += kept.documents;
    }
  }
  return shards;
}
