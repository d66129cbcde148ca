/** What the threads of a run are asked to do, and what they answer. */
import type { Written } from '../../core/files.js';
import type { Document } from '../document.js';
import type { Stage } from '../funnel.js';

/** Sends documents through the filters of texts. */
export interface JudgeJob {
  readonly kind: 'judge';
  /** Whether the documents are pages, with an article to extract. */
  readonly arePages: boolean;
  readonly documents: readonly Document[];
}

export interface Judged {
  /** The documents that were kept, as lines of JSON in one gzip member; empty where there is none. */
  readonly member: Uint8Array;
  readonly kept: number;
  readonly stages: readonly Stage[];
  /** Documents that a filter of the caller's own broke on. */
  readonly failed: readonly { readonly id: string; readonly message: string }[];
}

/** Signs the documents of a shard. */
export interface SignJob {
  readonly kind: 'sign';
  readonly shard: string;
  readonly out: string;
}

export interface Signed extends Written {
  /** Documents that are long enough for a signature. */
  readonly signed: number;
}

/** Finds the documents that agree in all numbers of one bucket. */
export interface MatchJob {
  readonly kind: 'match';
  readonly bucket: number;
  readonly shards: readonly SignedShard[];
  readonly out: string;
}

/** A file of signatures; its documents count from `first`. */
export interface SignedShard {
  readonly path: string;
  readonly signed: number;
  readonly first: number;
}

export interface Matched extends Written {
  readonly pairs: number;
}

/** Joins the pairs of all buckets and says which documents are dropped. */
export interface ClusterJob {
  readonly kind: 'cluster';
  /** How many documents there are. */
  readonly documents: number;
  readonly pairs: readonly string[];
  readonly out: string;
}

export interface Clustered extends Written {
  /** Groups of near-duplicates with two documents or more. */
  readonly clusters: number;
  /** Documents that are dropped, all but the first of each group. */
  readonly dropped: number;
}

/** Writes the final shard. */
export interface FinishJob {
  readonly kind: 'finish';
  readonly shard: string;
  /** The number of the shard's first document. */
  readonly first: number;
  readonly documents: number;
  /** One bit a document; none where no near-duplicates were looked for. */
  readonly dropped?: string;
  readonly out: string;
}

export interface Finished extends Written {
  readonly documents: number;
  readonly characters: number;
  readonly stages: readonly Stage[];
}

/** Every job and its answer. */
export interface Answers {
  readonly judge: Judged;
  readonly sign: Signed;
  readonly match: Matched;
  readonly cluster: Clustered;
  readonly finish: Finished;
}

export type Job = JudgeJob | SignJob | MatchJob | ClusterJob | FinishJob;

/** What comes back from a thread. */
export type Reply = { readonly answer: unknown } | { readonly problem: string };
