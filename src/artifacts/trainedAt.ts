/** Training that leaves checkpoints and goes on at the last one. */
import { existsSync } from 'node:fs';
import { createRandom, type Random } from '../core/random.js';
import { disposeParams, type GptParams } from '../model/params.js';
import { createAdamW } from '../train/adamW.js';
import { loadCheckpoint, saveCheckpoint } from '../train/checkpoint.js';
import type { Batch } from '../train/loss.js';
import { pretrain, type TrainOptions } from '../train/pretrain.js';
import type { ArtifactProgress } from './artifact.js';

/** What is trained, and on what. */
interface Training {
  readonly seed: number;
  readonly options: TrainOptions;
  /** The parameters of step 0. */
  readonly start: (random: Random) => GptParams;
  /** The same for the same `Random`: whoever goes on draws those that were seen already once more, and skips them. */
  readonly batches: (random: Random) => Iterable<Batch>;
}

/** Trains a model, or what is left of its training, with a checkpoint at every tenth part of the way. */
export async function trainedAt(
  path: string,
  training: Training,
  progress: ArtifactProgress,
): Promise<GptParams> {
  const { options } = training;
  const random = createRandom(training.seed);
  const { params, optimizer, step: seen } = startOf(path, training, random);
  const batches = training.batches(random.fork('batches'));
  const every = Math.ceil(options.steps / 10);
  try {
    for await (const { step } of pretrain(params, rest(batches, seen), { ...options, optimizer })) {
      progress(step, options.steps, 'steps');
      if (step % every === 0) saveCheckpoint(path, { params, step, optimizer });
    }
  } catch (error) {
    disposeParams(params);
    throw error;
  } finally {
    optimizer.dispose();
  }
  return params;
}

/** From a checkpoint where one was left; from the beginning otherwise. */
function startOf(path: string, { start, options }: Training, random: Random) {
  if (existsSync(path)) {
    const { params, optimizer, step } = loadCheckpoint(path, { adamW: options });
    if (optimizer) return { params, optimizer, step };
    disposeParams(params);
  }
  const params = start(random);
  return { params, optimizer: createAdamW(params, options), step: 0 };
}

/** What comes behind the first `count`. */
function* rest<T>(items: Iterable<T>, count: number): Generator<T, void, undefined> {
  let nth = 0;
  for (const item of items) if (nth++ >= count) yield item;
}
