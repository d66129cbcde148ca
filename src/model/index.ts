/** The model: configuration, parameters, forward pass, cache, generation, weights on disk. */

export { cachedLogits, createCache, type KeyValueCache, type NewTokens } from './cache.js';
export { checkGptConfig, type GptConfig, gpt2, parameterCount } from './config.js';
export {
  type GeneratedText,
  type GenerateOptions,
  generate,
  generateBatch,
  nextLogits,
} from './generate.js';
export { logits } from './gpt.js';
export { createParams, disposeParams, type GptParams, namedParams } from './params.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
export { type SampleOptions, sampleToken } from './sample.js';
