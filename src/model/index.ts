/** The model: configuration, parameters, forward pass, cache, generation, weights on disk. */

export { attentionWeights } from './attentionWeights.js';
export { cachedLogits, createCache, type KeyValueCache, type NewTokens } from './cache.js';
export { cachedLogProbs, type ScoredTokens } from './cachedLogProbs.js';
export { checkGptConfig, type GptConfig, gpt2, llama3, llamaConfig, smolLm2 } from './config.js';
export { forwardFlops, type ModelPart, parameterCount, parameterParts } from './counts.js';
export {
  type GeneratedText,
  type GenerateOptions,
  generate,
  generateBatch,
  nextLogits,
} from './generate.js';
export { hiddenStates, logits } from './gpt.js';
export { growVocabulary } from './growVocabulary.js';
export {
  copyParams,
  createParams,
  disposeParams,
  type GptParams,
  type NamedVariables,
  namedParams,
} from './params.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
export { type SampleOptions, sampleDistribution, sampleToken } from './sample.js';
export { type StreamTextOptions, streamText } from './streamText.js';
