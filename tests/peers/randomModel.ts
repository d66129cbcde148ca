/** A GPT in which every number counts: weights, biases, gains and shifts are all drawn, and far from 0. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { createParams, type GptParams, namedParams } from '../../src/model/params.js';

export const config = { vocabSize: 97, blockSize: 24, nLayer: 3, nHead: 4, nEmbd: 48 };

/** As many tokens and layers, of Llama's parts: heads that share keys, and a window stretched by Llama 3.1's rule. */
export const llama = llamaConfig({
  ...config,
  nHead: 6,
  nKvHead: 2,
  nInner: 112,
  rotaryBase: 100,
  rotaryScaling: { factor: 4, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalBlockSize: 40 },
});

/** The same parameters each time. */
export function randomParams(shape: GptConfig = config): GptParams {
  const random = createRandom(72);
  const params = createParams(shape, random);
  for (const [name, variable] of namedParams(params)) {
    const middle = name.includes('ln_') && name.endsWith('weight') ? 1 : 0;
    const values = Float32Array.from({ length: variable.size }, () => middle + 0.2 * random.normal());
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  return params;
}

const random = createRandom(73);
const draw = (length: number) => Array.from({ length }, () => random.integer(config.vocabSize));

/** Three texts of 17 tokens. */
export const ids = Array.from({ length: 3 }, () => draw(17));

/** What follows each of their tokens; -1 counts for nothing. */
export const targets = ids.map((text) => [...text.slice(1), -1]);

/** A folder for the questions and answers of a test file. */
export function answers(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  after(() => rmSync(folder, { recursive: true }));
  return (name) => join(folder, `${name}.safetensors`);
}
