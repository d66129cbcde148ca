/** Batches, losses, the optimizer, schedules, the training loop, checkpoints, runs that go on by themselves. */

export { type AdamW, type AdamWOptions, createAdamW } from './adamW.js';
export {
  type BatchOptions,
  randomBatches,
  sequentialBatches,
  splitDocuments,
  tokenStream,
} from './batches.js';
export type { BatchSource, BatchState } from './batchSource.js';
export { type Checkpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
export type { DocumentBoundaries } from './documentWindows.js';
export { type EpochOptions, epochBatches } from './epochBatches.js';
export { type Batch, batchLogits, batchLoss, batchNats } from './loss.js';
export { type MixedSource, mixedBatches } from './mixedBatches.js';
export { pretrain, type StepReport, type TrainOptions } from './pretrain.js';
export { type RunCheckpoint, runCheckpoints } from './run/runFolder.js';
export { type SpikeDetector, type SpikeOptions, spikeDetector } from './run/spikeDetector.js';
export { type RunReport, readTrainLog } from './run/trainLog.js';
export { type TrainRunOptions, trainRun } from './run/trainRun.js';
export {
  cosineSchedule,
  linearSchedule,
  type Schedule,
  type ScheduleOptions,
  type StableScheduleOptions,
  warmupStableDecay,
} from './schedule.js';
export { openShards, type ShardOptions, type TokenShard, type TokenShards } from './shards/openShards.js';
export { type ShardSet, type ShardSetOptions, shardSet } from './shards/shardSet.js';
export { writeShard } from './shards/writeShards.js';
export { type StepMeasure, type StepOptions, trainStep, updateParams } from './step.js';
export type { StepRefused } from './stepRefused.js';
export type { TokenStream } from './tokenRow.js';
export type { TokenSource } from './windows.js';
