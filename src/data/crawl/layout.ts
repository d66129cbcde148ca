/**
 * Where a run keeps what. `shards` and `manifest.json` are the result, `plan.json` says what the run was started for, and
 * `work` holds what the stages hand to each other and may go once the manifest is there.
 */
import { join } from 'node:path';

/** The places below the output folder. Files count from 0 in the order of the inputs, and so do the shards of each. */
export interface Layout {
  readonly manifest: string;
  readonly shardFolder: string;
  readonly work: string;
  readonly plan: string;
  /** Folders that files are written to. */
  readonly folders: readonly string[];
  /** What one input file came to, once it is read to its end. */
  readonly file: (file: number) => string;
  /** Documents that the filters kept, and the record of them. */
  readonly kept: (shard: ShardName) => Place;
  readonly signatures: (shard: ShardName) => Place;
  readonly pairs: (bucket: number) => Place;
  readonly dropped: Place;
  readonly final: (shard: ShardName) => Place;
}

/** The name of a shard, `00012-0003`: the fourth of the thirteenth file. */
export type ShardName = string;

/** A file and the record that says that it is whole. */
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
      ...['files', 'kept', 'signatures', 'buckets', 'final'].map((folder) => join(work, folder)),
    ],
    file: (file) => join(work, 'files', `${String(file).padStart(5, '0')}.json`),
    kept: within('kept', 'jsonl.gz'),
    signatures: within('signatures', 'bin'),
    pairs: (bucket) => within('buckets', 'bin')(String(bucket).padStart(2, '0')),
    dropped: { data: join(work, 'dropped.bin'), record: join(work, 'dropped.json') },
    final: (name) => ({
      data: join(shardFolder, `${name}.jsonl.gz`),
      record: join(work, 'final', `${name}.json`),
    }),
  };
}

export const shardName = (file: number, slice: number): ShardName =>
  `${String(file).padStart(5, '0')}-${String(slice).padStart(4, '0')}`;
