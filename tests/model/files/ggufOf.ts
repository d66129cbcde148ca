/** A model as a GGUF file, laid out as llama.cpp's converter does it, which was written here from its description. */
import type { tf } from '../../../src/backend/tf.js';
import { fullConfig } from '../../../src/model/config.js';
import { type GptParams, namedParams } from '../../../src/model/params.js';
import type { BpeTokenizer } from '../../../src/tokenizer/bpe.js';
import { toByteLetters } from '../../../src/tokenizer/files/byteLetters.js';
import { tokensOfModel } from '../../../src/tokenizer/files/ranks.js';
import { floats, type TensorBytes, type Typed } from './ggufBytes.js';

const names: Readonly<Record<string, string>> = {
  ln_1: 'attn_norm',
  'attn.c_proj': 'attn_output',
  'attn.c_attn': 'attn_qkv',
  ln_2: 'ffn_norm',
  'mlp.c_fc': 'ffn_up',
  'mlp.c_gate': 'ffn_gate',
  'mlp.c_proj': 'ffn_down',
};

/** Rows [heads, 2, D/2] of a matrix [out][in] as [heads, D/2, 2]. */
function paired(rows: readonly number[][], heads: number): number[][] {
  const depth = rows.length / heads;
  return Array.from({ length: heads }, (_, head) =>
    Array.from({ length: depth / 2 }, (_, pair) =>
      [0, 1].map((half) => rows[head * depth + half * (depth / 2) + pair]!),
    ).flat(),
  ).flat();
}

const tensor = (name: string, rows: readonly number[][]): TensorBytes =>
  floats(name, [rows[0]!.length, rows.length], Float32Array.from(rows.flat()));

/** The tensors of a model. */
export function ggufTensors(params: GptParams): TensorBytes[] {
  const { nHead, nKvHead, nEmbd, position } = fullConfig(params.config);
  return [...namedParams(params)].flatMap(([name, variable]) => {
    const [, layer, part, kind] = /^h\.(\d+)\.(.+)\.(\w+)$/.exec(name) ?? [];
    const theirs =
      layer === undefined
        ? name
            .replace('wte', 'token_embd')
            .replace('wpe', 'position_embd')
            .replace('ln_f', 'output_norm')
            .replace('lm_head', 'output')
        : `blk.${layer}.${names[part!]}.${kind}`;
    if (variable.rank === 1) return [floats(theirs, variable.shape, variable.dataSync<'float32'>())];
    const matrix = (layer === undefined ? variable : variable.transpose()) as tf.Tensor2D; // [out][in]
    const rows = matrix.arraySync();
    if (part !== 'attn.c_attn' || position === 'learned') return [tensor(theirs, rows)];
    const depth = nEmbd / nHead;
    const [ends, q, k, v] = [
      [nHead * depth, (nHead + nKvHead) * depth],
      'attn_q',
      'attn_k',
      'attn_v',
    ] as const;
    return [
      tensor(theirs.replace('attn_qkv', q), paired(rows.slice(0, ends[0]), nHead)),
      tensor(theirs.replace('attn_qkv', k), paired(rows.slice(ends[0], ends[1]), nKvHead)),
      tensor(theirs.replace('attn_qkv', v), rows.slice(ends[1])),
    ];
  });
}

/** The metadata of a model and its tokenizer. */
export function ggufMetadata({ config }: GptParams, { model }: BpeTokenizer): Record<string, Typed> {
  const full = fullConfig(config);
  const name = full.position === 'learned' ? 'gpt2' : 'llama';
  const spelled = tokensOfModel(model).map(toByteLetters);
  const specials = Object.keys(model.specialTokens);
  const epsilon: Record<string, Typed> =
    name === 'gpt2'
      ? { 'gpt2.attention.layer_norm_epsilon': ['f32', full.normEpsilon] }
      : {
          'llama.attention.layer_norm_rms_epsilon': ['f32', full.normEpsilon],
          'llama.attention.head_count_kv': ['u32', full.nKvHead],
          'llama.rope.freq_base': ['f32', full.rotaryBase],
          'llama.rope.dimension_count': ['u32', full.nEmbd / full.nHead],
        };
  return {
    'general.architecture': ['text', name],
    [`${name}.context_length`]: ['u32', full.blockSize],
    [`${name}.embedding_length`]: ['u32', full.nEmbd],
    [`${name}.block_count`]: ['u32', full.nLayer],
    [`${name}.feed_forward_length`]: ['u32', full.nInner],
    [`${name}.attention.head_count`]: ['u32', full.nHead],
    ...epsilon,
    'tokenizer.ggml.model': ['text', 'gpt2'],
    'tokenizer.ggml.pre': ['text', 'gpt-2'],
    'tokenizer.ggml.tokens': ['list', 'text', [...spelled, ...specials]],
    'tokenizer.ggml.token_type': ['list', 'i32', [...spelled.map(() => 1), ...specials.map(() => 3)]],
    'tokenizer.ggml.merges': [
      'list',
      'text',
      model.merges.map(([left, right]) => `${spelled[left]} ${spelled[right]}`),
    ],
    'tokenizer.ggml.eos_token_id': ['u32', spelled.length],
    'tokenizer.ggml.bos_token_id': ['u32', spelled.length],
    'tokenizer.chat_template': ['text', '{{ messages }}'],
  };
}
