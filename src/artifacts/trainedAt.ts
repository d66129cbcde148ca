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
  /** Drawn by a `Random` whose state is kept with each checkpoint. */
  readonly batches: (random: Random) => Iterable<Batch>;
}

/** Trains a model, or what is left of its training, with a checkpoint at every tenth part of the way. */
export async function trainedAt(
  path: string,
  training: Training,
  progress: ArtifactProgress,
): Promise<GptParams> {
  const { options } = training;
  const { params, optimizer, random } = startOf(path, training);
  const every = Math.ceil(options.steps / 10);
  try {
    for await (const { step } of pretrain(params, training.batches(random), { ...options, optimizer })) {
      progress(step, options.steps, 'steps');
      if (step % every === 0) saveCheckpoint(path, { params, step, optimizer, randomState: random.state() });
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
function startOf(path: string, { seed, start, options }: Training) {
  if (existsSync(path)) {
    const { params, optimizer, randomState } = loadCheckpoint(path, { adamW: options });
    if (optimizer && randomState) return { params, optimizer, random: createRandom(randomState) };
    disposeParams(params);
  }
  const random = createRandom(seed);
  const params = start(random);
  return { params, optimizer: createAdamW(params, options), random: random.fork('batches') };
}
