/** The model: configuration, parameters, forward pass, cache, generation, weights on disk. */

export { attentionWeights } from './attentionWeights.js';
export { cachedLogits, createCache, type KeyValueCache, type NewTokens } from './cache.js';
export { cachedLogProbs, type ScoredTokens } from './cachedLogProbs.js';
export {
  checkGptConfig,
  type GptConfig,
  gpt2,
  type LoraConfig,
  llama3,
  llamaConfig,
  smolLm2,
} from './config.js';
export { forwardFlops, type ModelPart, parameterCount, parameterParts } from './counts.js';
export { logitsOfEmbeddings, tokenEmbeddings } from './embeddings.js';
export type { WrittenFloat } from './files/floatTypes.js';
export type { GgufArray, GgufValue } from './files/gguf/ggufHead.js';
export { type LoadGgufOptions, loadGguf } from './files/gguf/loadGguf.js';
export { openGguf } from './files/gguf/openGguf.js';
export { type SaveGgufOptions, saveGguf } from './files/gguf/saveGguf.js';
export type { GgufFloat } from './files/gguf/writeGguf.js';
export { loadHuggingFace } from './files/huggingFace/loadHuggingFace.js';
export { type SaveHuggingFaceOptions, saveHuggingFace } from './files/huggingFace/saveHuggingFace.js';
export { loadModel } from './files/loadModel.js';
export { loadLora, saveLora } from './files/loraFile.js';
export type { ModelToWrite, PretrainedModel } from './files/pretrained.js';
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
export { growContext } from './growContext.js';
export { growVocabulary } from './growVocabulary.js';
export { addLora, type LoraOptions, loraParams, mergeLora } from './lora.js';
export {
  copyParams,
  createParams,
  disposeParams,
  type GptParams,
  type InferenceParams,
  type NamedVariables,
  namedParams,
} from './params.js';
export { type SampleOptions, sampleDistribution, sampleToken } from './sample.js';
export { type StreamTextOptions, streamText } from './streamText.js';
