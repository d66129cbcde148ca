/**
 * The parameters of a GPT: a plain tree of variables, made, listed and freed here.
 *
 * C = channels (nEmbd), V = vocabulary. Weights are [in,out].
 */
import * as tf from '@tensorflow/tfjs';
import type { Random } from '../core/random.js';
import { checkGptConfig, type GptConfig } from './config.js';

/** A fully connected layer: `weight` is [in,out], `bias` is [out]. */
export interface Linear {
  readonly weight: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

/** A layer normalisation: scale and shift of each channel, [C] both. */
export interface Norm {
  readonly gain: tf.Variable<tf.Rank.R1>;
  readonly shift: tf.Variable<tf.Rank.R1>;
}

/** One layer of the transformer: attention, then a feed-forward network, each behind a normalisation. */
export interface Block {
  readonly norm1: Norm;
  /** C -> 3C: queries, keys and values. */
  readonly qkv: Linear;
  readonly attentionOut: Linear;
  readonly norm2: Norm;
  /** C -> 4C. */
  readonly up: Linear;
  /** 4C -> C. */
  readonly down: Linear;
}

/** All that a GPT has learned, and its shape. */
export interface GptParams {
  readonly config: GptConfig;
  /** [V,C]; also the output head. */
  readonly tokenEmbedding: tf.Variable<tf.Rank.R2>;
  /** [blockSize,C]. */
  readonly positionEmbedding: tf.Variable<tf.Rank.R2>;
  readonly blocks: readonly Block[];
  readonly finalNorm: Norm;
}

/**
 * Makes the parameters of an untrained GPT, as GPT-2 does: weights from a normal distribution of standard deviation
 * 0.02, those that write into the residual stream divided by sqrt(2 nLayer), biases 0. `disposeParams` frees them.
 *
 * @throws {RangeError} If the shape is impossible; see `checkGptConfig`.
 *
 * @example
 * const params = createParams({ vocabSize: 65, blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 32 }, createRandom(1));
 * params.tokenEmbedding.shape // [65, 32]
 */
export function createParams(config: GptConfig, random: Random): GptParams {
  checkGptConfig(config);
  const { vocabSize, blockSize, nLayer, nEmbd: C } = config;
  const matrix = (rows: number, columns: number, deviation = 0.02) => {
    const values = Float32Array.from({ length: rows * columns }, () => deviation * random.normal());
    return variable<tf.Rank.R2>(tf.tensor2d(values, [rows, columns]));
  };
  const vector = (length: number, value: number) => variable<tf.Rank.R1>(tf.fill([length], value));
  const norm = (): Norm => ({ gain: vector(C, 1), shift: vector(C, 0) });
  const linear = (from: number, to: number, deviation?: number): Linear => ({
    weight: matrix(from, to, deviation),
    bias: vector(to, 0),
  });
  const small = 0.02 / Math.sqrt(2 * nLayer);
  return {
    config,
    tokenEmbedding: matrix(vocabSize, C),
    positionEmbedding: matrix(blockSize, C),
    blocks: Array.from({ length: nLayer }, () => ({
      norm1: norm(),
      qkv: linear(C, 3 * C),
      attentionOut: linear(C, C, small),
      norm2: norm(),
      up: linear(C, 4 * C),
      down: linear(4 * C, C, small),
    })),
    finalNorm: norm(),
  };
}

/** Turns a fresh tensor into a variable and frees the tensor. */
function variable<R extends tf.Rank>(initial: tf.Tensor): tf.Variable<R> {
  const made = tf.variable(initial) as tf.Variable<R>;
  initial.dispose();
  return made;
}

/**
 * Lists the variables under the names that GPT-2's published files use.
 *
 * @example
 * [...namedParams(params).keys()].slice(0, 3) // ['wte.weight', 'wpe.weight', 'h.0.ln_1.weight']
 */
export function namedParams(params: GptParams): Map<string, tf.Variable> {
  const named = new Map<string, tf.Variable>([
    ['wte.weight', params.tokenEmbedding],
    ['wpe.weight', params.positionEmbedding],
  ]);
  const norm = (name: string, { gain, shift }: Norm) =>
    named.set(`${name}.weight`, gain).set(`${name}.bias`, shift);
  const linear = (name: string, { weight, bias }: Linear) =>
    named.set(`${name}.weight`, weight).set(`${name}.bias`, bias);
  for (const [nth, block] of params.blocks.entries()) {
    norm(`h.${nth}.ln_1`, block.norm1);
    linear(`h.${nth}.attn.c_attn`, block.qkv);
    linear(`h.${nth}.attn.c_proj`, block.attentionOut);
    norm(`h.${nth}.ln_2`, block.norm2);
    linear(`h.${nth}.mlp.c_fc`, block.up);
    linear(`h.${nth}.mlp.c_proj`, block.down);
  }
  norm('ln_f', params.finalNorm);
  return named;
}

/** Variables by name: a model's, a head's, or both together. */
export type NamedVariables = ReadonlyMap<string, tf.Variable>;

/**
 * A copy of a model that nothing will change: a frozen reference, a past self, a start for another run. The caller
 * frees it with `disposeParams`.
 *
 * @example
 * const reference = copyParams(params);
 * reference.tokenEmbedding.shape // params.tokenEmbedding.shape
 * disposeParams(reference);
 */
export function copyParams(params: GptParams): GptParams {
  const copy = <T>(part: T): T => {
    if (part instanceof tf.Variable) return variable(tf.tidy(() => part.add(0))) as T;
    if (Array.isArray(part)) return part.map(copy) as T;
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, copy(inner)])) as T;
  };
  return copy(params);
}

/**
 * The names of `namedParams` with the shapes that a configuration asks for, one by one and without making anything, so
 * that a file's claims can be held against what it has.
 */
export function* paramShapes({
  vocabSize,
  blockSize,
  nLayer,
  nEmbd: C,
}: GptConfig): Generator<[name: string, shape: readonly number[]]> {
  const weightAndBias = function* (name: string, ...shape: number[]): Generator<[string, number[]]> {
    yield [`${name}.weight`, shape];
    yield [`${name}.bias`, shape.slice(-1)];
  };
  yield ['wte.weight', [vocabSize, C]];
  yield ['wpe.weight', [blockSize, C]];
  for (let nth = 0; nth < nLayer; nth++) {
    yield* weightAndBias(`h.${nth}.ln_1`, C);
    yield* weightAndBias(`h.${nth}.attn.c_attn`, C, 3 * C);
    yield* weightAndBias(`h.${nth}.attn.c_proj`, C, C);
    yield* weightAndBias(`h.${nth}.ln_2`, C);
    yield* weightAndBias(`h.${nth}.mlp.c_fc`, C, 4 * C);
    yield* weightAndBias(`h.${nth}.mlp.c_proj`, 4 * C, C);
  }
  yield* weightAndBias('ln_f', C);
}

/**
 * Frees every variable of a model.
 *
 * @example
 * disposeParams(params);
 * params.tokenEmbedding.isDisposed // true
 */
export function disposeParams(params: GptParams): void {
  for (const variable of namedParams(params).values()) variable.dispose();
}
