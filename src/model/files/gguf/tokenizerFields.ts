/** A tokenizer as the metadata of a GGUF file: byte-level BPE by a splitting rule that llama.cpp has a name for. */
import { toByteLetters } from '../../../tokenizer/files/byteLetters.js';
import { tokensOfModel } from '../../../tokenizer/files/ranks.js';
import type { VocabularyModel } from '../../../tokenizer/vocabularyTokenizer.js';
import type { ModelToWrite } from '../pretrained.js';
import { preOf } from './ggufTokenizer.js';
import { tokenTypes } from './tokenTypes.js';
import type { GgufField } from './writeGguf.js';

type Fields = readonly (readonly [key: string, field: GgufField])[];

/**
 * The tokenizer, the ids that belong to it and the chat template. Ids of the model that no token has are filled up.
 *
 * @throws {RangeError} If llama.cpp could not read texts, or end them, as we do.
 */
export function tokenizerFields(path: string, model: ModelToWrite): Fields {
  const fail = (expected: string, got: string): never => {
    throw new RangeError(`Cannot write ${path}: expected ${expected}, got ${got}`);
  };
  if (!('model' in model.tokenizer))
    fail('a tokenizer of byte-level BPE, as llama.cpp has no other of ours', 'one of symbols');
  const { tokenizer, chatTemplate } = model;
  const { split, wholeWords = false, prefixSpace } = tokenizer.model as VocabularyModel;
  if (prefixSpace) fail('texts to be read as they are', 'a blank before each');
  const got = `${split}${wholeWords ? ' with whole words' : ''}`;
  const pre = preOf(split, wholeWords) ?? fail('a splitting rule that llama.cpp has, too', got);
  const { names, types, merges } = vocabularyFields(path, model);
  return [
    ['tokenizer.ggml.model', ['text', 'gpt2']],
    ['tokenizer.ggml.pre', ['text', pre]],
    ['tokenizer.ggml.tokens', ['texts', names]],
    ['tokenizer.ggml.token_type', ['numbers', types]],
    ['tokenizer.ggml.merges', ['texts', merges]],
    ...idFields(model, fail),
    ...(chatTemplate === undefined ? [] : ([['tokenizer.chat_template', ['text', chatTemplate]]] as const)),
  ];
}

function vocabularyFields(path: string, { params, tokenizer: { model } }: ModelToWrite) {
  const tokens = 'tokens' in model ? model.tokens : tokensOfModel(model);
  const spelled = tokens.map(toByteLetters);
  const specials = new Map(Object.entries(model.specialTokens).map(([name, id]) => [id, name]));
  const idOf = new Map<string, number>();
  const types = new Int32Array(params.config.vocabSize);
  const add = (id: number, name: string, kind: number): string => {
    if (idOf.has(name))
      throw new RangeError(
        `Cannot write ${path}: expected tokens that are spelled differently, got ${JSON.stringify(name)} as ${idOf.get(name)} and ${id}`,
      );
    idOf.set(name, id);
    types[id] = kind;
    return name;
  };
  const names = Array.from(types, (_, id) => {
    const special = specials.get(id);
    if (special !== undefined) return add(id, special, tokenTypes.control);
    return spelled[id]
      ? add(id, spelled[id], tokenTypes.normal)
      : add(id, `[UNUSED ${id}]`, tokenTypes.unused);
  });
  return { names, types, merges: model.merges.map(([left, right]) => `${spelled[left]} ${spelled[right]}`) };
}

/** Where a file names no end of text, llama.cpp takes token 11 for it. */
function idFields(
  { params, startIds = [], stopIds = [] }: ModelToWrite,
  fail: (expected: string, got: string) => never,
): Fields {
  const { vocabSize } = params.config;
  const wrong = [...startIds, ...stopIds].find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
  if (wrong !== undefined) fail(`startIds and stopIds from 0 to ${vocabSize - 1}`, `${wrong}`);
  if (startIds.length > 1) fail('at most one id before every text', `${startIds.length}`);
  const ends = [...new Set(stopIds)];
  if (ends.length < 1 || ends.length > 3) fail('from 1 to 3 ids that end an answer', `${ends.length}`);
  const names = ['eos_token_id', 'eot_token_id', 'eom_token_id'];
  return [
    ['tokenizer.ggml.add_bos_token', ['bool', startIds.length > 0]],
    ['tokenizer.ggml.bos_token_id', ['u32', startIds[0] ?? ends[0]!]],
    ...ends.map((id, nth) => [`tokenizer.ggml.${names[nth]}`, ['u32', id]] as const),
  ];
}
