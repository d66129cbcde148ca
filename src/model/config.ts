/** The shape of a GPT. It is saved with the weights. */

/** GPT-2's family of models, by their sizes alone. */
export interface GptConfig {
  /** Token ids that the model knows, V. */
  readonly vocabSize: number;
  /** Longest input in tokens. */
  readonly blockSize: number;
  readonly nLayer: number;
  /** Attention heads in each layer, H; divides `nEmbd`. */
  readonly nHead: number;
  /** Width of the residual stream, C. */
  readonly nEmbd: number;
}

/** The four models of GPT-2 (Radford et al. 2019). */
export const gpt2 = {
  small: { vocabSize: 50257, blockSize: 1024, nLayer: 12, nHead: 12, nEmbd: 768 },
  medium: { vocabSize: 50257, blockSize: 1024, nLayer: 24, nHead: 16, nEmbd: 1024 },
  large: { vocabSize: 50257, blockSize: 1024, nLayer: 36, nHead: 20, nEmbd: 1280 },
  xl: { vocabSize: 50257, blockSize: 1024, nLayer: 48, nHead: 25, nEmbd: 1600 },
} as const satisfies { readonly [name: string]: GptConfig };

/**
 * Throws unless a model can have this shape.
 *
 * @throws {RangeError} If a field is not a whole number above 0, or the heads do not divide the width.
 *
 * @example
 * checkGptConfig({ vocabSize: 257, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 32 });
 */
export function checkGptConfig(config: GptConfig): void {
  for (const field of ['vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd'] as const) {
    const value = config[field];
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot build a GPT: ${field} must be a whole number above 0: got ${value}`);
    }
  }
  if (config.nEmbd % config.nHead !== 0) {
    throw new RangeError(`Cannot build a GPT: nHead ${config.nHead} does not divide nEmbd ${config.nEmbd}`);
  }
}

/**
 * Counts the numbers that training changes. The output head is the token embedding again, and counts once.
 *
 * @example
 * parameterCount(gpt2.small) // 124439808
 */
export function parameterCount({ vocabSize: V, blockSize, nLayer, nEmbd: C }: GptConfig): number {
  const norm = 2 * C;
  const attention = C * 3 * C + 3 * C + (C * C + C);
  const feedForward = C * 4 * C + 4 * C + (4 * C * C + C);
  return V * C + blockSize * C + nLayer * (norm + attention + norm + feedForward) + norm;
}
