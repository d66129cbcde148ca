/** The model: configuration, parameters, forward pass, cache, generation, weights on disk. */

export {
  cachedLogits,
  cachedLogProbs,
  createCache,
  type KeyValueCache,
  type NewTokens,
  type ScoredTokens,
} from './cache.js';
export { checkGptConfig, type GptConfig, gpt2, parameterCount } from './config.js';
export {
  type GeneratedText,
  type GenerateOptions,
  generate,
  generateBatch,
  nextLogits,
} from './generate.js';
export { hiddenStates, logits } from './gpt.js';
export {
  copyParams,
  createParams,
  disposeParams,
  type GptParams,
  type NamedVariables,
  namedParams,
} from './params.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
export { type SampleOptions, sampleToken } from './sample.js';
