/** The model: configuration, parameters, forward pass, cache, generation, weights on disk. */

export { cachedLogits, createCache, type KeyValueCache, type NewTokens } from './cache.js';
export { checkGptConfig, type GptConfig, gpt2, llama3, llamaConfig, smolLm2 } from './config.js';
export { forwardFlops, type ModelPart, parameterCount, parameterParts } from './counts.js';
export {
  openSafetensors,
  readSafetensors,
  type SafetensorsFile,
  type SafetensorsToWrite,
  type TensorToWrite,
  writeSafetensors,
} from './files/safetensors.js';
export type { TensorFile, TensorInfo } from './files/tensorFile.js';
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
export { type SampleOptions, sampleToken } from './sample.js';
