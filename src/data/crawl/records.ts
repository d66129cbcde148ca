/** What the stages of a run know when something is done. A record stands for work that is not done again. */
import { existsSync } from 'node:fs';
import type { Written } from '../../core/files.js';
import type { Stage } from '../funnel.js';
import { readRecord } from './crawlFile.js';
import type { Clustered, Finished, Matched, Signed } from './jobs.js';
import { type Layout, type ShardName, shardName } from './layout.js';
import type { Plan } from './plan.js';

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
  /** Sound records of the input without a document: a request, a picture. */
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
  whole<KeptRecord>(layout.kept(name));
export const signedRecord = (layout: Layout, name: ShardName): Signed | undefined =>
  whole<Signed>(layout.signatures(name));
export const matchedRecord = (layout: Layout, bucket: number): Matched | undefined =>
  whole<Matched>(layout.pairs(bucket));
export const clusteredRecord = (layout: Layout): Clustered | undefined => whole<Clustered>(layout.dropped);
export const finalRecord = (layout: Layout, name: ShardName): Finished | undefined =>
  whole<Finished>(layout.final(name));

/** A record whose file is there as well. */
const whole = <T>({ data, record }: { readonly data: string; readonly record: string }): T | undefined =>
  existsSync(data) ? readRecord<T>(record) : undefined;

/** All shards in order, or the first input that is not read to its end. */
export function shardsOf(plan: Plan, layout: Layout): Shard[] | { readonly missing: number } {
  const shards: Shard[] = [];
  let first = 0;
  for (const file of plan.inputs.keys()) {
    const record = fileRecord(layout, file);
    if (!record) return { missing: file };
    for (const [slice, kept] of record.shards.entries()) {
      shards.push({ ...kept, name: shardName(file, slice), file, first });
      first += kept.documents;
    }
  }
  return shards;
}
