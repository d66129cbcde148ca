/** The names and shapes of tensors in GGUF files of GPT-2 and Llama, as llama.cpp has them. */
import { fullConfig, type GptConfig } from '../../config.js';
import type { Layout } from '../layout.js';

const partNames: { readonly [ours: string]: string } = {
  ln_1: 'attn_norm',
  'attn.c_attn': 'attn_qkv',
  'attn.c_proj': 'attn_output',
  ln_2: 'ffn_norm',
  'mlp.c_fc': 'ffn_up',
  'mlp.c_gate': 'ffn_gate',
  'mlp.c_proj': 'ffn_down',
};

/** The name in the file of a parameter, whose last part, `weight` or `bias`, is the same. */
function ggufName(name: string): string {
  if (name === 'wte.weight') return 'token_embd.weight';
  if (name === 'wpe.weight') return 'position_embd.weight';
  if (name === 'lm_head.weight') return 'output.weight';
  if (name.startsWith('ln_f.')) return name.replace('ln_f', 'output_norm');
  const [, layer, part, kind] = /^h\.(\d+)\.(.+)\.(weight|bias)$/.exec(name)!;
  return `blk.${layer}.${partNames[part!]}.${kind}`;
}

const isTurned = (name: string, shape: readonly number[]): boolean =>
  shape.length === 2 && /\.c_\w+\.weight$/.test(name);

const gpt2Layout: Layout = (name, shape) => {
  const turned = isTurned(name, shape);
  return [{ name: ggufName(name), shape: turned ? [...shape].reverse() : shape, isTurned: turned }];
};

/** The layout of an architecture's files. */
export function ggufLayout(architecture: 'gpt2' | 'llama', config: GptConfig): Layout {
  if (architecture === 'gpt2') return gpt2Layout;
  const { nEmbd, nHead, nKvHead } = fullConfig(config);
  return (name, shape) => {
    if (!name.endsWith('attn.c_attn.weight')) return gpt2Layout(name, shape);
    return (['q', 'k', 'v'] as const).map((letter) => {
      const heads = letter === 'q' ? nHead : nKvHead;
      return {
        name: ggufName(name).replace('attn_qkv', `attn_${letter}`),
        shape: [(heads * nEmbd) / nHead, nEmbd],
        isTurned: true,
        ...(letter !== 'v' && { pairedHeads: heads }),
      };
    });
  };
}
