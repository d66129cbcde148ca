/** What the threads of a run are asked to do, and what they answer. */
import type { Written } from '../../core/files.js';
import type { Document } from '../document.js';
import type { Stage } from '../funnel.js';
import type { Dropped } from './dropped.js';
import type { BitRange } from './duplicates/bitSets.js';
import type { KeyRun } from './duplicates/keyRuns.js';
import type { PhraseShard } from './duplicates/phraseFile.js';

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
  readonly dropped: readonly Dropped[];
  /** Documents that a filter of the caller's own broke on. */
  readonly failed: readonly { readonly id: string; readonly message: string }[];
}

/** The bits of exact duplicates: a set for each thing that is compared. */
export interface ExactBits extends BitRange {
  readonly sets: number;
}

/** Writes the keys of the documents of a shard. */
export interface KeyJob {
  readonly kind: 'key';
  readonly shard: string;
  readonly out: string;
}

/** Writes the keys of the lines of those documents of a shard that are no duplicates. */
export interface LineKeyJob {
  readonly kind: 'lineKey';
  readonly shard: string;
  readonly exact?: ExactBits;
  readonly near?: BitRange;
  readonly out: string;
}

export interface Keyed extends Written {
  /** Keys of each kind, one kind behind the other in the file. */
  readonly counts: readonly number[];
}

/** Finds the things whose key came before, by one kind of key after the other. */
export interface RepeatsJob {
  readonly kind: 'repeats';
  readonly runs: readonly (readonly KeyRun[])[];
  readonly things: number;
  readonly out: string;
}

export interface Repeated extends Written {
  /** Things that came before, by each kind of key. */
  readonly repeats: readonly number[];
}

/** Signs the documents of a shard. */
export interface SignJob {
  readonly kind: 'sign';
  readonly shard: string;
  /** Documents that are exact duplicates get no signature. */
  readonly exact?: ExactBits;
  /** Where the phrases go, where pairs are checked. */
  readonly phrases?: string;
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
  /** Where pairs are checked: the phrases, and which share of them two documents have in common at least. */
  readonly check?: { readonly phrases: readonly PhraseShard[]; readonly minSimilarity: number };
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
  /** The bits of documents, where such duplicates were looked for. */
  readonly exact?: ExactBits;
  readonly near?: BitRange;
  /** The bits of lines of documents that are no duplicates. */
  readonly lines?: BitRange;
  readonly out: string;
}

export interface Finished extends Written {
  readonly documents: number;
  readonly characters: number;
  readonly stages: readonly Stage[];
  readonly dropped: readonly Dropped[];
}

/** Every job and its answer. */
export interface Answers {
  readonly judge: Judged;
  readonly key: Keyed;
  readonly lineKey: Keyed;
  readonly repeats: Repeated;
  readonly sign: Signed;
  readonly match: Matched;
  readonly cluster: Clustered;
  readonly finish: Finished;
}

export type Job = JudgeJob | KeyJob | LineKeyJob | RepeatsJob | SignJob | MatchJob | ClusterJob | FinishJob;

/** What comes back from a thread. */
export type Reply = { readonly answer: unknown } | { readonly problem: string };
