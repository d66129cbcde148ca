/** The tiny GPT-2 that PyTorch computed: fixtures/tinyGpt2.py made the numbers, and its formula is repeated here. */
import { readFileSync } from 'node:fs';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import type { GptConfig } from '../../src/model/config.js';
import { createParams, type GptParams, namedParams } from '../../src/model/params.js';
import type { Batch } from '../../src/train/loss.js';

/** What PyTorch says. */
export interface Truth {
  readonly config: GptConfig;
  readonly ids: number[][];
  readonly targets: number[];
  readonly logits: number[];
  readonly loss: number;
  readonly gradients: { readonly [name: string]: number[] };
  readonly steps: readonly { readonly loss: number; readonly gradNorm: number }[];
  readonly after: { readonly [name: string]: number[] };
}

export const truth = JSON.parse(
  readFileSync(new URL('./fixtures/tinyGpt2.json', import.meta.url), 'utf8'),
) as Truth;

/** The parameters that PyTorch started from. */
export function tinyParams(): GptParams {
  const params = createParams(truth.config, createRandom(0));
  for (const [k, [name, variable]] of [...namedParams(params)].entries()) {
    const offset = name.includes('ln_') && name.endsWith('weight') ? 1 : 0;
    const value = (at: number) => offset + 0.3 * Math.sin(0.7 * at + 1.3 * k);
    const values = Float32Array.from({ length: variable.size }, (_, at) => value(at));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  return params;
}

/** The batch that PyTorch saw. */
export const tinyBatch: Batch = {
  batchSize: 2,
  length: 5,
  inputs: truth.ids.flat(),
  targets: truth.targets,
};
