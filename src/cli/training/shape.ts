/** The shape of a model in one word, and what is different about this one. */
import { checkGptConfig, type GptConfig, gpt2, llama3, llamaConfig, smolLm2 } from '../../model/config.js';
import { nearest } from '../nearest.js';

/** nanoGPT's for a CPU. */
const small = { blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 };

type Shape = { readonly [Field in keyof GptConfig]?: GptConfig[Field] };

const { vocabSize: _, ...smallLlama } = llamaConfig({ ...small, vocabSize: 1 });

/** Shapes by name; those that were published bring their vocabulary. */
const named: { readonly [name: string]: Shape } = {
  gpt2: small,
  llama: smallLlama,
  'gpt2-small': gpt2.small,
  'gpt2-medium': gpt2.medium,
  'gpt2-large': gpt2.large,
  'gpt2-xl': gpt2.xl,
  'llama3-8b': llama3['8b'],
  'smollm2-135m': smolLm2['135m'],
};

/**
 * Reads a shape: `gpt2`, `llama,nLayer=2,nKvHead=2`, or fields alone.
 *
 * @param vocabSize Of the tokenizer, if there is one; a vocabulary that the text names itself goes before.
 * @throws {Error} If a name or a field is unknown, or nothing says how large the vocabulary is.
 */
export function shapeOf(text: string, vocabSize: number | undefined): GptConfig {
  const [first = '', ...rest] = text.split(',').map((word) => word.trim());
  const isName = !first.includes('=');
  const base = isName ? (Object.hasOwn(named, first) ? named[first] : undefined) : small;
  if (!base) throw new Error(`Cannot use shape "${first}": ${guess(first, Object.keys(named))}`);
  const own = Object.fromEntries((isName ? rest : [first, ...rest]).map(fieldOf));
  const config = { ...base, ...(vocabSize !== undefined && { vocabSize }), ...own } as GptConfig;
  if (config.vocabSize === undefined)
    throw new Error('Cannot shape the model: name a --tokenizer, or say vocabSize=N in --shape');
  if (config.vocabSize < (vocabSize ?? 0))
    throw new Error(
      `Cannot shape the model: its tokenizer has ${vocabSize} ids, vocabSize is ${config.vocabSize}`,
    );
  checkGptConfig(config);
  return config;
}

const fields = [
  ...['vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd', 'nKvHead', 'nInner', 'position', 'rotaryBase'],
  ...['norm', 'normEpsilon', 'feedForward', 'bias', 'tiedHead'],
];

function fieldOf(word: string): [string, unknown] {
  const [name = '', value = ''] = word.split('=');
  if (!fields.includes(name))
    throw new Error(`Cannot use field "${name}" of --shape: ${guess(name, fields)}`);
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value)];
}

function guess(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${near ? `did you mean ${near}? ` : ''}expected one of ${known.join(', ')}`;
}
