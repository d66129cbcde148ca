/** The shape of a GPT. It is saved with the weights. */
import type { RotaryScaling } from '../backend/ops/rotary.js';

/**
 * A decoder-only transformer. The first five fields alone are GPT-2 (Radford et al. 2019); the others exchange one part
 * each, and all of them together make Llama (Touvron et al. 2023). `llamaConfig` fills those in.
 */
export interface GptConfig {
  /** Token ids that the model knows, V. */
  readonly vocabSize: number;
  /** Longest input in tokens. */
  readonly blockSize: number;
  readonly nLayer: number;
  /** Attention heads in each layer, H; divides `nEmbd`. A head has D = C / H channels. */
  readonly nHead: number;
  /** Width of the residual stream, C. */
  readonly nEmbd: number;
  /** Heads of keys and values, K, each shared by H / K heads of queries (Ainslie et al. 2023); default `nHead`. */
  readonly nKvHead?: number;
  /** Width of the feed-forward network, F; default 4 C. */
  readonly nInner?: number;
  /** Where a token stands: a learned vector for each position, or queries and keys that turn; default `learned`. */
  readonly position?: 'learned' | 'rotary';
  /** Of rotary positions; default 10,000, as in the paper (Su et al. 2021). Llama 3: 500,000. */
  readonly rotaryBase?: number;
  /** Of rotary positions; default none. Llama 3.1 stretches its window by it. */
  readonly rotaryScaling?: RotaryScaling;
  /** Layer normalisation or root mean square normalisation; default `layer`. */
  readonly norm?: 'layer' | 'rms';
  /** Added to the variance or the mean square; default 1e-5, as GPT-2 and Llama. */
  readonly normEpsilon?: number;
  /** How the feed-forward network bends: GELU, or a second matrix as a gate (Shazeer 2020); default `gelu`. */
  readonly feedForward?: 'gelu' | 'swiGlu';
  /** Whether linear layers and layer normalisations add something learned; default true. */
  readonly bias?: boolean;
  /** Whether the output head is the token embedding again; default true. */
  readonly tiedHead?: boolean;
  /** Adapters beside every matrix of the layers; default none. See `addLora`. */
  readonly lora?: LoraConfig;
}

/** The adapters of a model (Hu et al. 2021). */
export interface LoraConfig {
  /** Columns of the narrow matrix, r. */
  readonly rank: number;
  /** What an adapter says is multiplied by alpha / rank. */
  readonly alpha: number;
}

/** A configuration with its defaults filled in. */
export type FullConfig = Required<Omit<GptConfig, 'rotaryScaling' | 'lora'>> &
  Pick<GptConfig, 'rotaryScaling' | 'lora'>;

/** Fills in what a configuration leaves to its defaults. */
export function fullConfig(config: GptConfig): FullConfig {
  return {
    nKvHead: config.nHead,
    nInner: 4 * config.nEmbd,
    position: 'learned',
    rotaryBase: 10_000,
    norm: 'layer',
    normEpsilon: 1e-5,
    feedForward: 'gelu',
    bias: true,
    tiedHead: true,
    ...config,
  };
}

/** Channels of queries, keys and values together: (H + 2K) D. */
export const qkvWidth = ({ nEmbd, nHead, nKvHead }: FullConfig): number =>
  (nHead + 2 * nKvHead) * (nEmbd / nHead);

/** The four models of GPT-2 (Radford et al. 2019). */
export const gpt2 = {
  small: { vocabSize: 50257, blockSize: 1024, nLayer: 12, nHead: 12, nEmbd: 768 },
  medium: { vocabSize: 50257, blockSize: 1024, nLayer: 24, nHead: 16, nEmbd: 1024 },
  large: { vocabSize: 50257, blockSize: 1024, nLayer: 36, nHead: 20, nEmbd: 1280 },
  xl: { vocabSize: 50257, blockSize: 1024, nLayer: 48, nHead: 25, nEmbd: 1600 },
} as const satisfies { readonly [name: string]: GptConfig };

/**
 * Makes a configuration of the Llama family from sizes: rotary positions, root mean square normalisation, SwiGLU, no
 * biases, and, as Llama 3, base 500,000 and a head of its own. What the sizes say themselves is kept.
 *
 * @example
 * const config = llamaConfig({ vocabSize: 257, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 32, nKvHead: 2 });
 * [config.position, config.norm, config.feedForward, config.bias] // ['rotary', 'rms', 'swiGlu', false]
 */
export function llamaConfig(sizes: GptConfig): GptConfig {
  return {
    position: 'rotary',
    rotaryBase: 500_000,
    norm: 'rms',
    feedForward: 'swiGlu',
    bias: false,
    tiedHead: false,
    ...sizes,
  };
}

/** Llama 3 (Grattafiori et al. 2024). */
export const llama3: { readonly '8b': GptConfig } = {
  '8b': llamaConfig({
    vocabSize: 128256,
    blockSize: 8192,
    nLayer: 32,
    nHead: 32,
    nEmbd: 4096,
    nKvHead: 8,
    nInner: 14336,
  }),
};

/** SmolLM2 (Allal et al. 2025): small models of Llama's family. */
export const smolLm2: { readonly '135m': GptConfig } = {
  '135m': llamaConfig({
    vocabSize: 49152,
    blockSize: 8192,
    nLayer: 30,
    nHead: 9,
    nEmbd: 576,
    nKvHead: 3,
    nInner: 1536,
    rotaryBase: 100_000,
    tiedHead: true,
  }),
};

/**
 * Throws unless a model can have this shape.
 *
 * @throws {RangeError} Naming the field: a size that is no whole number above 0, heads that do not divide what they
 *   share, a word or a truth value that is none of those known, a constant that is out of range.
 *
 * @example
 * checkGptConfig({ vocabSize: 257, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 32 });
 */
export function checkGptConfig(config: GptConfig): void {
  const full = fullConfig(config);
  for (const field of sizes) {
    if (!(Number.isSafeInteger(full[field]) && full[field] >= 1))
      refuse(`${field} must be a whole number above 0: got ${shown(full[field])}`);
  }
  for (const [field, ...known] of choices) {
    if (!known.some((value) => value === full[field]))
      refuse(`${field} must be ${known.join(' or ')}: got ${shown(full[field])}`);
  }
  const { nEmbd, nHead, nKvHead, position, rotaryBase, normEpsilon } = full;
  if (nEmbd % nHead !== 0) refuse(`nHead ${nHead} does not divide nEmbd ${nEmbd}`);
  if (nHead % nKvHead !== 0) refuse(`nKvHead ${nKvHead} does not divide nHead ${nHead}`);
  if (!(Number.isFinite(normEpsilon) && normEpsilon >= 0))
    refuse(`normEpsilon must be 0 or more: got ${shown(normEpsilon)}`);
  if (!(Number.isFinite(rotaryBase) && rotaryBase > 0))
    refuse(`rotaryBase must be above 0: got ${shown(rotaryBase)}`);
  if (position === 'rotary' && (nEmbd / nHead) % 2 !== 0)
    refuse(`a head of ${nEmbd / nHead} channels, nEmbd / nHead, cannot turn in pairs`);
  if (full.rotaryScaling !== undefined) checkScaling(full.rotaryScaling);
  if (full.lora !== undefined) checkLora(full.lora);
}

const sizes = ['vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd', 'nKvHead', 'nInner'] as const;

const choices: readonly (readonly [field: keyof FullConfig, ...known: (string | boolean)[]])[] = [
  ['position', 'learned', 'rotary'],
  ['norm', 'layer', 'rms'],
  ['feedForward', 'gelu', 'swiGlu'],
  ['bias', true, false],
  ['tiedHead', true, false],
];

function checkScaling(scaling: RotaryScaling): void {
  for (const field of ['factor', 'lowFrequencyFactor', 'highFrequencyFactor', 'originalBlockSize'] as const) {
    const value: unknown = scaling?.[field];
    if (!(Number.isFinite(value) && (value as number) > 0))
      refuse(`rotaryScaling.${field} must be above 0: got ${shown(value)}`);
  }
  const { lowFrequencyFactor: low, highFrequencyFactor: high } = scaling;
  if (high <= low) refuse(`rotaryScaling.highFrequencyFactor must be above the low one, ${low}: got ${high}`);
}

function checkLora({ rank, alpha }: LoraConfig): void {
  if (!(Number.isSafeInteger(rank) && rank >= 1))
    refuse(`lora.rank must be a whole number above 0: got ${shown(rank)}`);
  if (!(Number.isFinite(alpha) && alpha > 0)) refuse(`lora.alpha must be above 0: got ${shown(alpha)}`);
}

function refuse(what: string): never {
  throw new RangeError(`Cannot build a GPT: ${what}`);
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : `${value}`);
