/** A model as a GGUF file, which llama.cpp and what is built on it load. */
import { rotaryFrequencies } from '../../../backend/ops/rotary.js';
import { peek } from '../../../backend/peek.js';
import { type FullConfig, fullConfig } from '../../config.js';
import { namedParams } from '../../params.js';
import { type Family, familyOf } from '../family.js';
import { partOf } from '../layout.js';
import { checkVocabulary, type ModelToWrite } from '../pretrained.js';
import { ggufLayout } from './ggufLayout.js';
import { scalingKey } from './loadGguf.js';
import { tokenizerFields } from './tokenizerFields.js';
import { type GgufField, type GgufFloat, type GgufTensorToWrite, writeGguf } from './writeGguf.js';

/** How weights are stored. */
export interface SaveGgufOptions {
  /**
   * Default `F32`, without loss. `F16` and `BF16` take half the room, `Q8_0` about a quarter. Vectors (biases,
   * normalisations) and learned positions stay F32, as llama.cpp's converter leaves them, and where rows are no
   * multiple of 32 numbers, which is a block of Q8_0, it takes F16.
   */
  readonly type?: GgufFloat;
}

/**
 * Writes a model with its tokenizer into one file for llama.cpp, a tensor at a time: of the parts of GPT-2 or of Llama,
 * with byte-level BPE. It is under a temporary name until all is there.
 *
 * @throws {RangeError} If llama.cpp could not run the model as we do: it has parts of both families, or adapters, or a
 *   tokenizer of symbols, or no id that ends a text; or if a number is too large for the type.
 * @throws {Error} If the disk refuses.
 *
 * @example
 * saveGguf('tiny.gguf', { params, tokenizer, stopIds: [256] }, { type: 'BF16' });
 * const loaded = loadGguf('tiny.gguf');
 * [loaded.params.config.nEmbd, loaded.stopIds] // [4, [256]]
 * disposeParams(loaded.params);
 */
export function saveGguf(path: string, model: ModelToWrite, { type = 'F32' }: SaveGgufOptions = {}): void {
  if (!(type in fileTypes))
    throw new RangeError(
      `Cannot write ${path}: expected type ${Object.keys(fileTypes).join(', ')}, got ${String(type)}`,
    );
  const { config } = model.params;
  const family = familyOf(path, config);
  checkVocabulary(path, config.vocabSize, model.tokenizer, 'write');
  const metadata = new Map<string, GgufField>([
    ['general.architecture', ['text', family]],
    ['general.file_type', ['u32', fileTypes[type]]],
    ['general.quantization_version', ['u32', 2]],
    ...configFields(family, fullConfig(config)),
    ...tokenizerFields(path, model),
  ]);
  writeGguf(path, metadata, [...tensorsOf(family, model, type), ...slowedPairs(family, fullConfig(config))]);
}

/** llama.cpp's numbers for the type that most weights of a file have. */
const fileTypes: { readonly [type in GgufFloat]: number } = { F32: 0, F16: 1, Q8_0: 7, BF16: 32 };

function configFields(family: Family, full: FullConfig): [key: string, field: GgufField][] {
  const fields: [name: string, field: GgufField][] = [
    ['vocab_size', ['u32', full.vocabSize]],
    ['context_length', ['u32', full.blockSize]],
    ['embedding_length', ['u32', full.nEmbd]],
    ['block_count', ['u32', full.nLayer]],
    ['feed_forward_length', ['u32', full.nInner]],
    ['attention.head_count', ['u32', full.nHead]],
  ];
  if (family === 'gpt2') fields.push(['attention.layer_norm_epsilon', ['f32', full.normEpsilon]]);
  else
    fields.push(
      ['attention.head_count_kv', ['u32', full.nKvHead]],
      ['attention.layer_norm_rms_epsilon', ['f32', full.normEpsilon]],
      ['rope.dimension_count', ['u32', full.nEmbd / full.nHead]],
      ['rope.freq_base', ['f32', full.rotaryBase]],
    );
  const named = fields.map(([name, field]): [string, GgufField] => [`${family}.${name}`, field]);
  const { rotaryScaling: scaling } = full;
  if (family === 'gpt2' || !scaling) return named;
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalBlockSize } = scaling;
  const rule = Float64Array.of(factor, lowFrequencyFactor, highFrequencyFactor, originalBlockSize);
  return [...named, [scalingKey, ['numbers', rule]]];
}

function tensorsOf(family: Family, { params }: ModelToWrite, type: GgufFloat): GgufTensorToWrite[] {
  const layout = ggufLayout(family, params.config);
  return [...namedParams(params)].flatMap(([name, variable]) => {
    const parts = layout(name, variable.shape);
    return parts.map((part, nth) => ({
      name: part.name,
      shape: part.shape,
      dtype: name === 'wpe.weight' ? 'F32' : typeFor(part.shape, type),
      data: () => partOf(peek(variable), parts, nth, variable.shape),
    }));
  });
}

function typeFor(shape: readonly number[], type: GgufFloat): GgufFloat {
  if (shape.length === 1) return 'F32';
  return type === 'Q8_0' && shape[1]! % 32 !== 0 ? 'F16' : type;
}

/** By how much each pair of rotary positions is slowed, where it is. */
function slowedPairs(
  family: Family,
  { nEmbd, nHead, rotaryBase: base, rotaryScaling: scaling }: FullConfig,
): GgufTensorToWrite[] {
  if (family === 'gpt2' || !scaling) return [];
  const [before, after] = [{ base }, { base, scaling }].map((speed) =>
    rotaryFrequencies(nEmbd / nHead, speed),
  );
  const data = () => Float32Array.from(before!, (frequency, pair) => frequency / after![pair]!);
  return [{ name: 'rope_freqs.weight', shape: [before!.length], dtype: 'F32', data }];
}
