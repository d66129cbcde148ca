/** Batches, losses, the optimizer, the training loop, checkpoints. */

export { type AdamW, type AdamWOptions, createAdamW } from './adamW.js';
export {
  randomBatches,
  sequentialBatches,
  splitDocuments,
  type TokenStream,
  tokenStream,
} from './batches.js';
export { type Checkpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
export { type Batch, batchLogits, batchLoss, batchNats } from './loss.js';
export { pretrain, type StepReport, type TrainOptions } from './pretrain.js';
export { learningRateAt, type Schedule } from './schedule.js';
export { type StepMeasure, trainStep, updateParams } from './step.js';
