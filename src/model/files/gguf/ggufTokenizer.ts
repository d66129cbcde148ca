/** The tokenizer in the metadata of a GGUF file: byte-level BPE by one of our splitting rules, and no other. */
import { messageOf } from '../../../core/errors.js';
import type { Split } from '../../../tokenizer/engine/split.js';
import { fromByteLetters } from '../../../tokenizer/files/byteLetters.js';
import { tokenizerOfVocabulary, type VocabularyModel } from '../../../tokenizer/vocabularyTokenizer.js';
import { idsIn, only, refuse, type Settings, textIn } from '../fields.js';
import type { PretrainedModel } from '../pretrained.js';
import { tokenTypes } from './tokenTypes.js';

const key = (name: string): string => `tokenizer.ggml.${name}`;

/** A splitting rule, and whether words that are tokens stay whole. */
interface Rule {
  readonly split: Split;
  readonly wholeWords?: boolean;
}

/** llama.cpp's names of splitting rules; DBRX's is Llama 3's, but for whole words. */
const rules: { readonly [pre: string]: Rule } = {
  'gpt-2': { split: 'gpt2' },
  'gpt-4o': { split: 'gpt4o' },
  dbrx: { split: 'gpt4' },
  'llama-bpe': { split: 'gpt4', wholeWords: true },
  'llama-v3': { split: 'gpt4', wholeWords: true },
  llama3: { split: 'gpt4', wholeWords: true },
  qwen2: { split: 'qwen2' },
  smollm: { split: 'smolLm' },
};

const { normal, unknown, control, ofUser, unused } = tokenTypes;

/**
 * The name of a rule by which llama.cpp cuts every text as we do, if it has one. Its GPT-4o tells capital letters from
 * others in ASCII alone.
 */
export const preOf = (split: Split, wholeWords: boolean): string | undefined =>
  Object.keys(rules).find((pre) => {
    const rule = rules[pre]!;
    return pre !== 'gpt-4o' && rule.split === split && (rule.wholeWords ?? false) === wholeWords;
  });

/**
 * Reads the tokenizer and what belongs to it.
 *
 * @throws {SyntaxError} If it is damaged or of a kind that is not known here; the message names the key.
 */
export function ggufTokenizer(settings: Settings): Omit<PretrainedModel, 'params' | 'sampling'> {
  only(settings, key('model'), 'gpt2'); // byte-level BPE; `llama` would be SentencePiece
  only(settings, key('pre'), ...Object.keys(rules));
  for (const name of ['add_space_prefix', 'add_eos_token']) only(settings, key(name), undefined, false);
  only(settings, key('add_bos_token'), undefined, false, true);
  const rule = rules[settings.get(key('pre')) as string]!;
  const vocabulary = vocabularyOf(settings);
  const model: VocabularyModel = { ...rule, ...vocabulary, merges: mergesOf(settings, vocabulary) };
  const size = vocabulary.tokens.length;
  const ids = (name: string) => idsIn(settings, key(name), size);
  const hasStart = settings.get(key('add_bos_token')) ?? rule.wholeWords;
  const chatTemplate = textIn(settings, 'tokenizer.chat_template');
  return {
    tokenizer: withTokens(settings, model),
    ...(chatTemplate !== undefined && { chatTemplate }),
    startIds: hasStart ? ids('bos_token_id') : [],
    stopIds: [...new Set(['eos_token_id', 'eot_token_id', 'eom_token_id'].flatMap(ids))],
  };
}

function withTokens({ path }: Settings, model: VocabularyModel): PretrainedModel['tokenizer'] {
  try {
    return tokenizerOfVocabulary(model);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: its tokenizer: ${messageOf(error)}`);
  }
}

function textsIn(settings: Settings, name: string): readonly string[] {
  const value = settings.get(key(name));
  const isTexts = Array.isArray(value) && value.every((text) => typeof text === 'string');
  return isTexts ? value : refuse(settings, key(name), 'to be a list of texts', value);
}

function vocabularyOf(settings: Settings): Pick<VocabularyModel, 'tokens' | 'specialTokens'> {
  const names = textsIn(settings, 'tokens');
  const kinds = settings.get(key('token_type')) ?? new Int32Array(names.length).fill(normal);
  if (!(kinds instanceof Int32Array && kinds.length === names.length))
    refuse(settings, key('token_type'), `to be ${names.length} whole numbers, as there are tokens`, kinds);
  const none = new Uint8Array(0);
  const specials = new Map<string, number>();
  const tokens = names.map((name, id) => {
    const at = key(`tokens[${id}]`);
    const kind = kinds[id]!;
    if (kind === unused) return none;
    if (kind === unknown || kind === control || kind === ofUser) {
      if (specials.has(name)) refuse(settings, at, 'to have a name of its own', name);
      specials.set(name, id);
      return none;
    }
    if (kind !== normal) refuse(settings, key(`token_type[${id}]`), 'to be from 1 to 5', kind);
    const bytes = fromByteLetters(name);
    return bytes?.length ? bytes : refuse(settings, at, 'to be spelled in the letters of bytes', name);
  });
  return { tokens, specialTokens: Object.fromEntries(specials) };
}

function mergesOf(
  settings: Settings,
  { tokens }: Pick<VocabularyModel, 'tokens'>,
): VocabularyModel['merges'] {
  const names = textsIn(settings, 'tokens');
  const ids = new Map(names.flatMap((name, id) => (tokens[id]!.length > 0 ? [[name, id] as const] : [])));
  return textsIn(settings, 'merges').map((merge, nth) => {
    const [left = '', right = '', third] = merge.split(' ');
    const pair = [ids.get(left), ids.get(right)] as const;
    return pair[0] !== undefined && pair[1] !== undefined && third === undefined
      ? [pair[0], pair[1]]
      : refuse(settings, key(`merges[${nth}]`), 'to be two tokens and a blank', merge);
  });
}
