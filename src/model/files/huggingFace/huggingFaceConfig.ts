/**
 * `config.json` of a Hugging Face folder, for GPT-2 and Llama. A setting that would change what the model gives, and that
 * our models do not have, is refused by its key; what only concerns training or speed is passed over.
 */
import { type FullConfig, fullConfig, type GptConfig, llamaConfig } from '../../config.js';
import type { Family } from '../family.js';
import { numberIn, only, refuse, type Settings, sizeIn } from '../fields.js';
import { checkConfig } from '../pretrained.js';

/** Settings from an object that was JSON. */
export const settingsOf = (path: string, fields: { readonly [key: string]: unknown }): Settings => ({
  path,
  get: (key) => (Object.hasOwn(fields, key) ? fields[key] : undefined),
});

/**
 * Reads a configuration.
 *
 * @throws {SyntaxError} If it is of another model, or lacks something; the message names the key.
 */
export function readHuggingFaceConfig(settings: Settings): {
  readonly family: Family;
  readonly config: GptConfig;
} {
  only(settings, 'model_type', 'gpt2', 'llama');
  const family = settings.get('model_type') as Family;
  const config = family === 'gpt2' ? gpt2Config(settings) : llama(settings);
  checkConfig(settings.path, config);
  return { family, config };
}

function gpt2Config(settings: Settings): GptConfig {
  only(settings, 'activation_function', undefined, 'gelu_new', 'gelu_pytorch_tanh');
  only(settings, 'scale_attn_weights', undefined, true);
  only(settings, 'scale_attn_by_inverse_layer_idx', undefined, false);
  only(settings, 'add_cross_attention', undefined, false);
  only(settings, 'tie_word_embeddings', undefined, true, false);
  const nEmbd = sizeIn(settings, 'n_embd');
  return {
    vocabSize: sizeIn(settings, 'vocab_size'),
    blockSize: sizeIn(settings, 'n_positions'),
    nLayer: sizeIn(settings, 'n_layer'),
    nHead: sizeIn(settings, 'n_head'),
    nEmbd,
    nInner: sizeIn(settings, 'n_inner', 4 * nEmbd),
    normEpsilon: numberIn(settings, 'layer_norm_epsilon', 1e-5),
    tiedHead: settings.get('tie_word_embeddings') !== false,
  };
}

function llama(settings: Settings): GptConfig {
  only(settings, 'hidden_act', undefined, 'silu');
  for (const key of ['attention_bias', 'mlp_bias', 'rope_interleaved']) only(settings, key, undefined, false);
  only(settings, 'tie_word_embeddings', undefined, true, false);
  const [nEmbd, nHead] = [sizeIn(settings, 'hidden_size'), sizeIn(settings, 'num_attention_heads')];
  only(settings, 'head_dim', undefined, nEmbd / nHead);
  return llamaConfig({
    vocabSize: sizeIn(settings, 'vocab_size'),
    blockSize: sizeIn(settings, 'max_position_embeddings'),
    nLayer: sizeIn(settings, 'num_hidden_layers'),
    nHead,
    nEmbd,
    nKvHead: sizeIn(settings, 'num_key_value_heads', nHead),
    nInner: sizeIn(settings, 'intermediate_size'),
    normEpsilon: numberIn(settings, 'rms_norm_eps', 1e-6),
    ...rotaryIn(settings),
    tiedHead: settings.get('tie_word_embeddings') === true,
  });
}

/** Rotary positions: under `rope_parameters` since transformers 5, before that in two settings. */
function rotaryIn(settings: Settings): Pick<GptConfig, 'rotaryBase' | 'rotaryScaling'> {
  const own = settings.get('rope_parameters') ?? undefined;
  const key = own === undefined ? 'rope_scaling' : 'rope_parameters';
  const value = own ?? settings.get('rope_scaling') ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) refuse(settings, key, 'to have keys', value);
  const rope = settingsOf(`${settings.path}, ${key}`, value as { readonly [key: string]: unknown });
  const rotaryBase = numberIn(own === undefined ? settings : rope, 'rope_theta', 10_000);
  const type = rope.get('rope_type') ?? rope.get('type') ?? 'default';
  if (type === 'default') return { rotaryBase };
  only(rope, 'rope_type', undefined, 'default', 'llama3');
  only(rope, 'type', undefined, 'default', 'llama3');
  return {
    rotaryBase,
    rotaryScaling: {
      factor: numberIn(rope, 'factor'),
      lowFrequencyFactor: numberIn(rope, 'low_freq_factor'),
      highFrequencyFactor: numberIn(rope, 'high_freq_factor'),
      originalBlockSize: sizeIn(rope, 'original_max_position_embeddings'),
    },
  };
}

/** The content of `config.json`. */
export function huggingFaceConfig(family: Family, config: GptConfig): { readonly [key: string]: unknown } {
  const full = fullConfig(config);
  return family === 'gpt2' ? gpt2Fields(full) : llamaFields(full);
}

const gpt2Fields = (full: FullConfig) => ({
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  activation_function: 'gelu_new',
  vocab_size: full.vocabSize,
  n_positions: full.blockSize,
  n_layer: full.nLayer,
  n_head: full.nHead,
  n_embd: full.nEmbd,
  n_inner: full.nInner,
  layer_norm_epsilon: full.normEpsilon,
  tie_word_embeddings: full.tiedHead,
  attn_pdrop: 0,
  embd_pdrop: 0,
  resid_pdrop: 0,
});

const llamaFields = (full: FullConfig) => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_act: 'silu',
  vocab_size: full.vocabSize,
  max_position_embeddings: full.blockSize,
  num_hidden_layers: full.nLayer,
  num_attention_heads: full.nHead,
  num_key_value_heads: full.nKvHead,
  hidden_size: full.nEmbd,
  intermediate_size: full.nInner,
  rms_norm_eps: full.normEpsilon,
  rope_theta: full.rotaryBase,
  rope_scaling: full.rotaryScaling
    ? {
        rope_type: 'llama3',
        factor: full.rotaryScaling.factor,
        low_freq_factor: full.rotaryScaling.lowFrequencyFactor,
        high_freq_factor: full.rotaryScaling.highFrequencyFactor,
        original_max_position_embeddings: full.rotaryScaling.originalBlockSize,
      }
    : null,
  attention_bias: false,
  mlp_bias: false,
  tie_word_embeddings: full.tiedHead,
});
