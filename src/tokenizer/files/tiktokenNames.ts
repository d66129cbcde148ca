/** OpenAI's encodings by their names, and by those of the models that use them, as tiktoken's `model.py` has them. */
import type { SplitName } from '../engine/split.js';

/** OpenAI's encodings: those of GPT-2, GPT-3 (`r50k_base`), GPT-4, GPT-4o, and gpt-oss (`o200k_harmony`). */
export type TiktokenName = 'gpt2' | 'r50k_base' | 'cl100k_base' | 'o200k_base' | 'o200k_harmony';

/** An encoding's rule, and the ranks that it has. */
export const encodings: { readonly [name in TiktokenName]: { split: SplitName; ranks: string } } = {
  gpt2: { split: 'gpt2', ranks: 'gpt2' },
  r50k_base: { split: 'gpt2', ranks: 'r50k_base' },
  cl100k_base: { split: 'gpt4', ranks: 'cl100k_base' },
  o200k_base: { split: 'gpt4o', ranks: 'o200k_base' },
  o200k_harmony: { split: 'gpt4o', ranks: 'o200k_base' },
};

const models: readonly (readonly [encoding: TiktokenName, names: readonly string[]])[] = [
  ['o200k_harmony', ['gpt-oss']],
  ['o200k_base', ['gpt-4o', 'chatgpt-4o', 'gpt-4.1', 'gpt-4.5', 'gpt-5', 'o1', 'o3', 'o4-mini']],
  [
    'cl100k_base',
    [
      'gpt-4',
      'gpt-3.5',
      'gpt-35',
      'text-embedding-ada-002',
      'text-embedding-3',
      'davinci-002',
      'babbage-002',
    ],
  ],
  ['r50k_base', ['text-davinci-001', 'davinci', 'curie', 'babbage', 'ada']],
  ['gpt2', ['gpt-2']],
];

/** The encoding that is meant by its own name or that of a model, with or without what follows a dash; if there is one. */
export function encodingOf(name: string): TiktokenName | undefined {
  if (Object.hasOwn(encodings, name)) return name as TiktokenName;
  const isOf = (model: string) => name === model || name.startsWith(`${model}-`);
  return models.find(([, names]) => names.some(isOf))?.[0];
}

const harmony: readonly string[] = [
  'return',
  'constrain',
  '',
  'channel',
  'start',
  'end',
  'message',
  '',
  '',
  '',
  'call',
];

/** The special tokens of gpt-oss: 200,018 has two names there, of which the older one is kept. */
export function harmonySpecials(): Record<string, number> {
  const specials: Record<string, number> = { '<|startoftext|>': 199_998, '<|endoftext|>': 199_999 };
  for (let id = 200_000; id < 201_088; id++) {
    const name = id === 200_018 ? 'endofprompt' : harmony[id - 200_002] || `reserved_${id}`;
    specials[`<|${name}|>`] = id;
  }
  return specials;
}
