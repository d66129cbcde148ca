/**
 * The parameters of a GPT: a plain tree of variables, made, listed and freed here.
 *
 * C = channels (nEmbd), V = vocabulary, H = heads of queries, K = heads of keys and values, D = C / H, F = width of the
 * feed-forward network (nInner). Weights are [in,out].
 */
import { isPacked, type PackedMatrix } from '../backend/ops/packed.js';
import { tf } from '../backend/tf.js';
import type { Random } from '../core/random.js';
import { checkGptConfig, fullConfig, type GptConfig, type LoraConfig, qkvWidth } from './config.js';

/** A weight matrix that can be trained. */
type Trained = tf.Variable<tf.Rank.R2>;

/** A fully connected layer: `weight` is [in,out], packed [out,in]; `bias`, if it has one, is [out]. */
export interface Linear<Weight = Trained> {
  readonly weight: Weight;
  readonly bias?: tf.Variable<tf.Rank.R1>;
  readonly adapter?: Adapter;
}

/** What is added to a fully connected layer's result: scale x down up, with `down` [in,r] and `up` [r,out]. */
export interface Adapter {
  readonly down: tf.Variable<tf.Rank.R2>;
  readonly up: tf.Variable<tf.Rank.R2>;
  readonly scale: number;
}

/** A normalisation: scale of each channel, [C], and shift, [C], where it has one. */
export interface Norm {
  readonly gain: tf.Variable<tf.Rank.R1>;
  readonly shift?: tf.Variable<tf.Rank.R1>;
}

/** One layer of the transformer: attention, then a feed-forward network, each behind a normalisation. */
export interface Block<Weight = Trained> {
  readonly norm1: Norm;
  /** C -> (H + 2K) D: queries, keys and values. */
  readonly qkv: Linear<Weight>;
  readonly attentionOut: Linear<Weight>;
  readonly norm2: Norm;
  /** C -> F. */
  readonly up: Linear<Weight>;
  /** C -> F, of SwiGLU alone: what decides how much of `up` passes. */
  readonly gate?: Linear<Weight>;
  /** F -> C. */
  readonly down: Linear<Weight>;
}

/** All that a GPT has learned, and its shape. */
export interface GptParams<Weight = Trained> {
  readonly config: GptConfig;
  /** [V,C]; also the output head, if there is no other. */
  readonly tokenEmbedding: Weight;
  /** [blockSize,C], of learned positions alone. */
  readonly positionEmbedding?: tf.Variable<tf.Rank.R2>;
  readonly blocks: readonly Block<Weight>[];
  readonly finalNorm: Norm;
  /** The output head, [V,C], where it is not the token embedding again. */
  readonly head?: Weight;
}

/** Parameters to read and write text with: matrices may be packed, as `loadGguf` can leave them, and nothing is trained. */
export type InferenceParams = GptParams<Trained | PackedMatrix>;

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
  return paramsFrom(config, (name, shape) => initial(name, shape, config, random));
}

/** What a parameter is before any training. */
export function initial(
  name: string,
  shape: readonly number[],
  { nLayer }: GptConfig,
  random: Random,
): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const deviation = /\.lora_A$/.test(name)
    ? 1 / Math.sqrt(shape[0]!)
    : 0.02 / (name.endsWith('.c_proj.weight') ? Math.sqrt(2 * nLayer) : 1);
  if (shape.length === 1) return tf.fill([...shape], name.endsWith('.bias') ? 0 : 1);
  if (name.endsWith('.lora_B')) return tf.zeros([...shape]);
  return tf.tensor(
    Float32Array.from({ length: size }, () => deviation * random.normal()),
    [...shape],
  );
}

/**
 * Makes the parameters of a GPT one by one, from tensors that are disposed as soon as they are copied.
 *
 * @param tensorOf Gives each tensor, float32, or packed matrix by its name in `paramShapes`. Where it throws, what was
 *   made is freed.
 * @throws {RangeError} If the shape is impossible; see `checkGptConfig`.
 */
export function paramsFrom(
  config: GptConfig,
  tensorOf: (name: string, shape: readonly number[]) => tf.Tensor,
): GptParams;
export function paramsFrom(
  config: GptConfig,
  tensorOf: (name: string, shape: readonly number[]) => tf.Tensor | PackedMatrix,
): InferenceParams;
export function paramsFrom(
  config: GptConfig,
  tensorOf: (name: string, shape: readonly number[]) => tf.Tensor | PackedMatrix,
): InferenceParams {
  checkGptConfig(config);
  const made = new Map<string, tf.Variable | PackedMatrix>();
  try {
    for (const [name, shape] of paramShapes(config)) {
      const initial = tensorOf(name, shape);
      made.set(name, isPacked(initial) ? initial : variable(initial));
    }
  } catch (error) {
    for (const variable of made.values()) if (!isPacked(variable)) variable.dispose();
    throw error;
  }
  return treeOf(config, made);
}

/** Turns a fresh tensor into a variable and frees the tensor. */
function variable<R extends tf.Rank>(initial: tf.Tensor): tf.Variable<R> {
  const made = tf.variable(initial) as tf.Variable<R>;
  initial.dispose();
  return made;
}

/** Puts variables in the places that their names say. */
function treeOf(
  config: GptConfig,
  variables: ReadonlyMap<string, tf.Variable | PackedMatrix>,
): InferenceParams {
  const matrix = (name: string) => variables.get(name) as Trained | PackedMatrix;
  const vector = (name: string) => variables.get(name) as tf.Variable<tf.Rank.R1>;
  const bias = (name: string) => variables.has(`${name}.bias`);
  const norm = (name: string): Norm => ({
    gain: vector(`${name}.weight`),
    ...(bias(name) ? { shift: vector(`${name}.bias`) } : {}),
  });
  const adapter = (name: string, { rank, alpha }: LoraConfig): Adapter => ({
    down: matrix(`${name}.lora_A`) as Trained,
    up: matrix(`${name}.lora_B`) as Trained,
    scale: alpha / rank,
  });
  const linear = (name: string): Linear<Trained | PackedMatrix> => ({
    weight: matrix(`${name}.weight`),
    ...(bias(name) ? { bias: vector(`${name}.bias`) } : {}),
    ...(config.lora ? { adapter: adapter(name, config.lora) } : {}),
  });
  const block = (name: string): Block<Trained | PackedMatrix> => ({
    norm1: norm(`${name}.ln_1`),
    qkv: linear(`${name}.attn.c_attn`),
    attentionOut: linear(`${name}.attn.c_proj`),
    norm2: norm(`${name}.ln_2`),
    up: linear(`${name}.mlp.c_fc`),
    ...(variables.has(`${name}.mlp.c_gate.weight`) ? { gate: linear(`${name}.mlp.c_gate`) } : {}),
    down: linear(`${name}.mlp.c_proj`),
  });
  return {
    config,
    tokenEmbedding: matrix('wte.weight'),
    ...(variables.has('wpe.weight') ? { positionEmbedding: matrix('wpe.weight') as Trained } : {}),
    blocks: Array.from({ length: config.nLayer }, (_, nth) => block(`h.${nth}`)),
    finalNorm: norm('ln_f'),
    ...(variables.has('lm_head.weight') ? { head: matrix('lm_head.weight') } : {}),
  };
}

/** Variables by name: a model's, a head's, or both together. */
export type NamedVariables = ReadonlyMap<string, tf.Variable>;

/**
 * Lists the variables under the names that GPT-2's published files use. What GPT-2 does not have is called
 * `h.N.mlp.c_gate.weight`, the gate of SwiGLU, `lm_head.weight`, an output head of its own, and `….lora_A` and
 * `….lora_B`, an adapter's two matrices.
 *
 * @throws {TypeError} If a matrix is packed: such a model is neither trained nor copied nor saved.
 *
 * @example
 * [...namedParams(params).keys()].slice(0, 3) // ['wte.weight', 'wpe.weight', 'h.0.ln_1.weight']
 */
export function namedParams(params: GptParams): Map<string, tf.Variable> {
  const named = new Map<string, tf.Variable>();
  for (const [name, weight] of namedWeights(params)) {
    if (isPacked(weight))
      throw new TypeError(
        `Cannot train, copy or save ${name}: it is packed; load the model without { packed: true }`,
      );
    named.set(name, weight);
  }
  return named;
}

/** As `namedParams`, packed matrices too. */
export function namedWeights(params: InferenceParams): Map<string, tf.Variable | PackedMatrix> {
  const named = new Map<string, tf.Variable | PackedMatrix>();
  const add = (name: string, weight: tf.Variable | PackedMatrix | undefined) =>
    weight && named.set(name, weight);
  const norm = (name: string, { gain, shift }: Norm) => {
    add(`${name}.weight`, gain);
    add(`${name}.bias`, shift);
  };
  const linear = (name: string, layer: Linear<Trained | PackedMatrix> | undefined) => {
    add(`${name}.weight`, layer?.weight);
    add(`${name}.bias`, layer?.bias);
    add(`${name}.lora_A`, layer?.adapter?.down);
    add(`${name}.lora_B`, layer?.adapter?.up);
  };
  add('wte.weight', params.tokenEmbedding);
  add('wpe.weight', params.positionEmbedding);
  for (const [nth, block] of params.blocks.entries()) {
    norm(`h.${nth}.ln_1`, block.norm1);
    linear(`h.${nth}.attn.c_attn`, block.qkv);
    linear(`h.${nth}.attn.c_proj`, block.attentionOut);
    norm(`h.${nth}.ln_2`, block.norm2);
    linear(`h.${nth}.mlp.c_fc`, block.up);
    linear(`h.${nth}.mlp.c_gate`, block.gate);
    linear(`h.${nth}.mlp.c_proj`, block.down);
  }
  norm('ln_f', params.finalNorm);
  add('lm_head.weight', params.head);
  return named;
}

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
  const named = namedParams(params);
  return paramsFrom(params.config, (name) => named.get(name)!.add(0));
}

/**
 * The names of `namedParams`, in their order, with the shapes that a configuration asks for, one by one and without
 * making anything, so that a file's claims can be held against what it has.
 */
export function* paramShapes(config: GptConfig): Generator<[name: string, shape: readonly number[]]> {
  const full = fullConfig(config);
  const { vocabSize, blockSize, nLayer, nEmbd: C, nInner: F, bias, lora } = full;
  const weightAndBias = function* (
    name: string,
    shape: number[],
    hasBias = bias,
  ): Generator<[string, number[]]> {
    yield [`${name}.weight`, shape];
    if (hasBias) yield [`${name}.bias`, shape.slice(-1)];
  };
  const linear = function* (name: string, from: number, to: number): Generator<[string, number[]]> {
    yield* weightAndBias(name, [from, to]);
    if (!lora) return;
    yield [`${name}.lora_A`, [from, lora.rank]];
    yield [`${name}.lora_B`, [lora.rank, to]];
  };
  const norm = (name: string) => weightAndBias(name, [C], bias && full.norm === 'layer');
  yield ['wte.weight', [vocabSize, C]];
  if (full.position === 'learned') yield ['wpe.weight', [blockSize, C]];
  for (let nth = 0; nth < nLayer; nth++) {
    yield* norm(`h.${nth}.ln_1`);
    yield* linear(`h.${nth}.attn.c_attn`, C, qkvWidth(full));
    yield* linear(`h.${nth}.attn.c_proj`, C, C);
    yield* norm(`h.${nth}.ln_2`);
    yield* linear(`h.${nth}.mlp.c_fc`, C, F);
    if (full.feedForward === 'swiGlu') yield* linear(`h.${nth}.mlp.c_gate`, C, F);
    yield* linear(`h.${nth}.mlp.c_proj`, F, C);
  }
  yield* norm('ln_f');
  if (!full.tiedHead) yield ['lm_head.weight', [vocabSize, C]];
}

/**
 * Frees every variable of a model.
 *
 * @example
 * disposeParams(params);
 * params.tokenEmbedding.isDisposed // true
 */
export function disposeParams(params: InferenceParams): void {
  for (const weight of namedWeights(params).values()) if (!isPacked(weight)) weight.dispose();
}
