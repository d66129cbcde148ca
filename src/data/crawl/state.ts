/** How far a run has come, as its records say. */
import { minHashOptions } from '../dedup/minHash.js';
import type { Layout } from './layout.js';
import { readManifest } from './manifest.js';
import { type CrawlStage, crawlStages } from './meter.js';
import type { Plan } from './plan.js';
import {
  clusteredRecord,
  fileRecord,
  finalRecord,
  matchedRecord,
  shardsOf,
  signedRecord,
} from './records.js';

/** What is done of a stage. */
export interface StageState {
  readonly stage: CrawlStage;
  /** Pieces of work that are done: files, shards or buckets. */
  readonly done: number;
  /** Pieces of work in all; `undefined` where a stage before has to say. */
  readonly total: number | undefined;
  /** Ranks, of as many tasks as were asked about, that have something left to do. */
  readonly open: readonly number[];
}

/** A piece of work: the number that says whose it is, and whether it is done. */
interface Piece {
  readonly number: number;
  readonly isDone: boolean;
}

/** The state of all stages when the work is shared by so many tasks. */
export function stateOf(plan: Plan, layout: Layout, tasks: number): StageState[] {
  if (readManifest(layout)) return crawlStages.map((stage) => ({ stage, done: 1, total: 1, open: [] }));
  const files = [...plan.inputs.keys()].map((file) => ({ number: file, isDone: !!fileRecord(layout, file) }));
  const filter = stateOfStage('filter', files, tasks);
  const shards = shardsOf(plan, layout);
  if ('missing' in shards)
    return [filter, ...crawlStages.slice(1).map((stage) => ({ stage, done: 0, total: undefined, open: [] }))];
  const ofShards = (isDone: (name: string) => boolean): Piece[] =>
    shards.map(({ name, file }) => ({ number: file, isDone: isDone(name) }));
  const { minHash } = plan.parameters;
  const buckets = minHash ? [...Array(minHashOptions(minHash).buckets).keys()] : [];
  return [
    filter,
    stateOfStage('signatures', minHash ? ofShards((name) => !!signedRecord(layout, name)) : [], tasks),
    stateOfStage(
      'buckets',
      buckets.map((bucket) => ({ number: bucket, isDone: !!matchedRecord(layout, bucket) })),
      tasks,
    ),
    stateOfStage('clusters', minHash ? [{ number: 0, isDone: !!clusteredRecord(layout) }] : [], tasks),
    stateOfStage(
      'finish',
      ofShards((name) => !!finalRecord(layout, name)),
      tasks,
    ),
  ];
}

function stateOfStage(stage: CrawlStage, pieces: readonly Piece[], tasks: number): StageState {
  const left = pieces.filter(({ isDone }) => !isDone);
  const open = [...new Set(left.map(({ number }) => number % tasks))].sort((a, b) => a - b);
  return { stage, done: pieces.length - left.length, total: pieces.length, open };
}

/** The first stage that is not done, or the last. */
export function firstOpen(plan: Plan, layout: Layout): CrawlStage {
  const open = stateOf(plan, layout, 1).find(({ done, total }) => total === undefined || done < total);
  return open?.stage ?? 'finish';
}
