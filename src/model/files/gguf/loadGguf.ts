/** A GGUF file as a model: its settings as a configuration, its tensors as parameters. */
import { type RotaryScaling, rotaryFrequencies } from '../../../backend/ops/rotary.js';
import { type GptConfig, llamaConfig } from '../../config.js';
import type { InferenceParams } from '../../params.js';
import type { Family } from '../family.js';
import { numberIn, only, refuse, type Settings, sizeIn } from '../fields.js';
import { readParams, type StoredPart } from '../layout.js';
import { checkConfig, checkVocabulary, type PretrainedModel } from '../pretrained.js';
import type { TensorFile } from '../tensorFile.js';
import type { GgufValue } from './ggufHead.js';
import { ggufLayout } from './ggufLayout.js';
import { ggufTokenizer } from './ggufTokenizer.js';
import { openGguf } from './openGguf.js';
import { packedParam } from './packedParam.js';

/** How a GGUF file is loaded. */
export interface LoadGgufOptions {
  /**
   * Keeps matrices of Q8_0, Q4_0 and Q4_1 as they are stored, for reading and writing text alone: the model takes about
   * its file's room in memory, and a token costs the reading of so many bytes. The results are those of float32 weights to
   * four digits. The backend `native` is made for that; on others it is slow. Default false.
   */
  readonly packed?: boolean;
}

/**
 * Loads a model from a GGUF file: of the architectures `llama` and `gpt2`, with weights of the types F32, F16, BF16, Q8_0,
 * Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K or Q6_K, which become float32 on the backend that runs now, unless they are to stay
 * packed.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If it is damaged, or of a model that is not known here; the message names the key or the tensor.
 *
 * @example
 * const { writeFileSync } = await import('node:fs');
 * writeFileSync('model.gguf', 'GGUF, or not');
 * let problem = '';
 * try {
 *   loadGguf('model.gguf');
 * } catch (error) {
 *   problem = String(error);
 * }
 * problem // 'SyntaxError: Cannot read model.gguf: it is not a GGUF file, or its head is cut short'
 */
export function loadGguf(path: string): PretrainedModel;
export function loadGguf(path: string, options: LoadGgufOptions): PretrainedModel<InferenceParams>;
export function loadGguf(
  path: string,
  { packed = false }: LoadGgufOptions = {},
): PretrainedModel<InferenceParams> {
  const file = openGguf(path);
  try {
    const settings: Settings = { path, get: (key) => file.metadata.get(key) };
    const config = configOf(file, settings);
    checkConfig(path, config);
    const reading = ggufTokenizer(settings);
    checkVocabulary(path, config.vocabSize, reading.tokenizer);
    const layout = ggufLayout(file.metadata.get('general.architecture') as Family, config);
    const keep = (name: string, parts: readonly StoredPart[]) =>
      packed ? packedParam(file, name, parts) : undefined;
    const params = readParams(file, config, layout, (name) => isKnown(name, config), keep);
    return { params, ...reading };
  } finally {
    file.close();
  }
}

/** What is no parameter: speeds of rotary positions, which the configuration has, and a head that is the embedding. */
const isKnown = (name: string, { tiedHead = true }: GptConfig): boolean =>
  name === 'rope_freqs.weight' || (name === 'output.weight' && tiedHead);

function configOf(file: TensorFile<GgufValue>, settings: Settings): GptConfig {
  only(settings, 'general.architecture', 'llama', 'gpt2');
  only(settings, 'split.count', undefined, 0, 1); // the first of several files has all of the settings
  const architecture = settings.get('general.architecture') as Family;
  const key = (name: string) => `${architecture}.${name}`;
  const size = (name: string, otherwise?: number) => sizeIn(settings, key(name), otherwise);
  const nHead = size('attention.head_count');
  const nEmbd = size('embedding_length');
  const sizes = {
    vocabSize: file.tensors.get('token_embd.weight')?.shape[0] ?? size('vocab_size'),
    blockSize: size('context_length'),
    nLayer: size('block_count'),
    nHead,
    nEmbd,
    nInner: size('feed_forward_length'),
  };
  if (architecture === 'gpt2') {
    const normEpsilon = shortest(numberIn(settings, key('attention.layer_norm_epsilon'), 1e-5));
    return { ...sizes, normEpsilon, tiedHead: hasTiedHead(file) };
  }
  only(settings, key('expert_count'), undefined, 0);
  only(settings, key('rope.scaling.type'), undefined, 'none');
  for (const name of ['rope.dimension_count', 'attention.key_length', 'attention.value_length'])
    only(settings, key(name), undefined, nEmbd / nHead);
  const rotaryBase = shortest(numberIn(settings, key('rope.freq_base'), 10_000));
  const rotaryScaling = scalingOf(file, settings, { base: rotaryBase, depth: nEmbd / nHead });
  return llamaConfig({
    ...sizes,
    nKvHead: size('attention.head_count_kv', nHead),
    rotaryBase,
    ...(rotaryScaling && { rotaryScaling }),
    normEpsilon: shortest(numberIn(settings, key('attention.layer_norm_rms_epsilon'))),
    tiedHead: !file.tensors.has('output.weight'),
  });
}

/** Whether the head is the embedding, of which files of GPT-2 have a copy in its place. */
function hasTiedHead(file: TensorFile): boolean {
  const [head, embedding] = [file.tensors.get('output.weight'), file.tensors.get('token_embd.weight')];
  if (!head) return true;
  if (head.dtype !== embedding?.dtype || head.shape.join() !== embedding.shape.join()) return false;
  const numbers = file.read('output.weight');
  return file.read('token_embd.weight').every((number, at) => number === numbers[at]);
}

/** A number that was stored as float32, in the fewest digits that say the same. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === Math.fround(value)) return rounded;
  }
  return value;
}

/** Where our own files say by which rule pairs of rotary positions are slowed: the four numbers of the rule. */
export const scalingKey = 'llm-workbook.rotary_scaling';

/** The rules of Llama 3.1 and 3.2, whose files have the result of the rule for each pair and not the rule. */
const knownScalings = [8, 32].map((factor) => [factor, 1, 4, 8192]);

function scalingOf(
  file: TensorFile<GgufValue>,
  settings: Settings,
  { base, depth }: { readonly base: number; readonly depth: number },
): GptConfig['rotaryScaling'] {
  if (!file.tensors.has('rope_freqs.weight')) return undefined;
  const slowed = file.read('rope_freqs.weight');
  const said = settings.get(scalingKey);
  const own = said instanceof Float64Array ? [[...said]] : [];
  if (own.length === 0 && slowed.every((by) => by === 1)) return undefined;
  const before = rotaryFrequencies(depth, { base });
  const found = [...own, ...knownScalings].map(scalingFrom).find((scaling) => {
    const after = rotaryFrequencies(depth, { base, scaling });
    const isSame = (by: number, pair: number) =>
      Math.abs(by * after[pair]! - before[pair]!) < 1e-4 * before[pair]!;
    return slowed.length === before.length && slowed.every(isSame);
  });
  return found ?? refuse(settings, 'tensor rope_freqs.weight', 'to be as in Llama 3.1 or 3.2', [...slowed]);
}

const scalingFrom = ([factor, low, high, size]: readonly number[]): RotaryScaling => ({
  factor: factor!,
  lowFrequencyFactor: low!,
  highFrequencyFactor: high!,
  originalBlockSize: size!,
});
