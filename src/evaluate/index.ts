/** Bits per byte, baselines, ablations, pass rates. */

export { type AblationOptions, type AblationRun, ablation, type Variant } from './ablation.js';
export { type BigramModel, bigramModel } from './bigram.js';
export { bitsPerByte, evaluateLoss, targetBytes } from './bits.js';
export { type PassRates, passRates } from './passRates.js';
