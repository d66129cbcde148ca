/** The models whose training is measured, with random batches. */
import { createRandom } from '../../dist/core/random.js';
import type { GptConfig } from '../../dist/model/config.js';
import { createParams, disposeParams } from '../../dist/model/params.js';
import { createAdamW } from '../../dist/train/adamW.js';
import type { Batch } from '../../dist/train/loss.js';
import { trainStep } from '../../dist/train/step.js';

export interface TrainingSize {
  readonly name: string;
  readonly config: GptConfig;
  readonly batchSize: number;
}

export const small: TrainingSize = {
  name: 'small',
  config: { vocabSize: 65, blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 },
  batchSize: 12,
};

/** nanoGPT's for Shakespeare's characters, at a batch of 16. */
export const nano: TrainingSize = {
  name: 'nanoGPT',
  config: { vocabSize: 65, blockSize: 256, nLayer: 6, nHead: 6, nEmbd: 384 },
  batchSize: 16,
};

export const gpt2: TrainingSize = {
  name: 'GPT-2 124M',
  config: { vocabSize: 50257, blockSize: 256, nLayer: 12, nHead: 12, nEmbd: 768 },
  batchSize: 1,
};

/** A model that can be trained by one step at a time, on the current backend. */
export function createStepper({ config, batchSize }: TrainingSize): {
  /** Milliseconds of one step. */
  readonly step: () => number;
  readonly dispose: () => void;
} {
  const params = createParams(config, createRandom(1));
  const optimizer = createAdamW(params);
  const random = createRandom(2);
  const length = config.blockSize;
  const ids = () =>
    Int32Array.from({ length: batchSize * length }, () => Math.floor(random.uniform() * config.vocabSize));
  return {
    step: () => {
      const batch: Batch = { batchSize, length, inputs: ids(), targets: ids() };
      const start = performance.now();
      trainStep(params, batch, optimizer, 1e-3);
      return performance.now() - start;
    },
    dispose: () => {
      optimizer.dispose();
      disposeParams(params);
    },
  };
}

/** Floating-point operations of a step: 6 for each weight and token, and attention's 12 L C T, halved by causality. */
export function stepFlops({ config, batchSize }: TrainingSize): number {
  const { vocabSize: V, blockSize: T, nLayer: L, nEmbd: C } = config;
  return batchSize * T * (6 * (12 * L * C * C + V * C) + 6 * L * C * T);
}
