/** The names and shapes of tensors in Hugging Face's files of GPT-2 and Llama. */
import { fullConfig, type GptConfig } from '../../config.js';
import type { Family } from '../family.js';
import type { Layout } from '../layout.js';

/** What stands before the names of a model that has a head; a file of the model without one lacks it. */
export const prefixOf: { readonly [family in Family]: string } = { gpt2: 'transformer.', llama: 'model.' };

/** The name of the token embedding behind the prefix. */
export const embeddingOf: { readonly [family in Family]: string } = {
  gpt2: 'wte.weight',
  llama: 'embed_tokens.weight',
};

/** Buffers that older versions wrote beside the parameters, and the head where it is the embedding again. */
export const isBuffer = (name: string, { tiedHead = true }: GptConfig): boolean =>
  /(^|\.)attn\.(masked_)?bias$|(^|\.)rotary_emb\.inv_freq$/.test(name) ||
  (name === 'lm_head.weight' && tiedHead);

/** The layout of a family's files. */
export function huggingFaceLayout(family: Family, config: GptConfig, prefix = prefixOf[family]): Layout {
  return family === 'gpt2' ? gpt2Layout(prefix) : llamaLayout(prefix, config);
}

/** Ours are GPT-2's own names, and its matrices are [in,out] too. */
const gpt2Layout =
  (prefix: string): Layout =>
  (name, shape) => [{ name: name === 'lm_head.weight' ? name : `${prefix}${name}`, shape }];

const llamaParts: { readonly [ours: string]: string } = {
  ln_1: 'input_layernorm',
  'attn.c_proj': 'self_attn.o_proj',
  ln_2: 'post_attention_layernorm',
  'mlp.c_fc': 'mlp.up_proj',
  'mlp.c_gate': 'mlp.gate_proj',
  'mlp.c_proj': 'mlp.down_proj',
};

const llamaLayout = (prefix: string, config: GptConfig): Layout => {
  const { nEmbd, nHead, nKvHead } = fullConfig(config);
  return (name, shape) => {
    if (name === 'lm_head.weight') return [{ name, shape }];
    if (name === 'wte.weight') return [{ name: `${prefix}embed_tokens.weight`, shape }];
    if (name === 'ln_f.weight') return [{ name: `${prefix}norm.weight`, shape }];
    const [, layer, part] = /^h\.(\d+)\.(.+)\.weight$/.exec(name)!;
    const inLayer = (theirs: string) => `${prefix}layers.${layer}.${theirs}.weight`;
    if (part !== 'attn.c_attn') {
      const isTurned = shape.length === 2;
      return [
        { name: inLayer(llamaParts[part!]!), shape: isTurned ? [...shape].reverse() : shape, isTurned },
      ];
    }
    return (['q', 'k', 'v'] as const).map((letter) => ({
      name: inLayer(`self_attn.${letter}_proj`),
      shape: [((letter === 'q' ? nHead : nKvHead) * nEmbd) / nHead, nEmbd],
      isTurned: true,
    }));
  };
};
