/** Where tensors live, which kernels run, and the operations of a GPT on them. */

export { causalAttention } from './ops/attention.js';
export { type CrossEntropyOptions, crossEntropy, tokenLogProbs } from './ops/crossEntropy.js';
export { embedding } from './ops/embedding.js';
export { gelu } from './ops/gelu.js';
export { layerNorm } from './ops/layerNorm.js';
export { linear } from './ops/linear.js';
export type { PackedMatrix } from './ops/packed.js';
export { rmsNorm } from './ops/rmsNorm.js';
export { type RotaryOptions, rotary } from './ops/rotary.js';
export { stopGradient } from './ops/stopGradient.js';
export { swiGlu } from './ops/swiGlu.js';
export { type BackendChoice, selectBackend } from './select.js';
