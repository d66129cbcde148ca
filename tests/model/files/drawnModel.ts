/** Small models of both families in which every number counts: weights, biases, gains and shifts are drawn. */
import { tf } from '../../../src/backend/tf.js';
import { createRandom } from '../../../src/core/random.js';
import { type GptConfig, llamaConfig } from '../../../src/model/config.js';
import { type GptParams, namedParams, paramsFrom } from '../../../src/model/params.js';

const gpt2 = { vocabSize: 290, blockSize: 24, nLayer: 2, nHead: 4, nEmbd: 32 };
const llama = { ...gpt2, nKvHead: 2, nInner: 80 };

/** Configurations, by what is notable in them. */
export const configs: Readonly<Record<string, GptConfig>> = {
  'GPT-2': gpt2,
  'GPT-2 with a head of its own, another width and epsilon': {
    ...gpt2,
    nInner: 48,
    normEpsilon: 1e-4,
    tiedHead: false,
  },
  Llama: llamaConfig({ ...llama, normEpsilon: 1e-6 }),
  'Llama with a tied head and scaled positions': llamaConfig({
    ...llama,
    rotaryBase: 10_000,
    tiedHead: true,
    rotaryScaling: { factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalBlockSize: 8192 },
  }),
};

/** The same parameters each time. */
export function drawnParams(config: GptConfig): GptParams {
  const random = createRandom(72);
  return paramsFrom(config, (name, shape) => {
    const middle = /(ln_\w+)\.weight$/.test(name) ? 1 : 0;
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => middle + 0.2 * random.normal()),
      [...shape],
    );
  });
}

/** All numbers, by name. */
export const numbersOf = (params: GptParams): Map<string, Float32Array> =>
  new Map([...namedParams(params)].map(([name, variable]) => [name, variable.dataSync<'float32'>()]));
