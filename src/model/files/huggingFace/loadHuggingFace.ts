/** A Hugging Face folder as a model: config.json, weights as safetensors in one file or several, tokenizer.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannotRead } from '../../../core/files.js';
import { readTokenizerFile } from '../../../tokenizer/files/huggingFaceRead.js';
import type { GptConfig } from '../../config.js';
import type { SampleOptions } from '../../sample.js';
import type { Family } from '../family.js';
import { idsIn, numberIn, refuse, type Settings } from '../fields.js';
import { readJsonFile } from '../jsonFile.js';
import { readParams } from '../layout.js';
import { checkVocabulary, type PretrainedModel } from '../pretrained.js';
import type { TensorFile } from '../tensorFile.js';
import { readHuggingFaceConfig, settingsOf } from './huggingFaceConfig.js';
import { embeddingOf, huggingFaceLayout, isBuffer, prefixOf } from './huggingFaceLayout.js';
import { openWeights } from './shards.js';

/**
 * Loads a model of the family of GPT-2 or Llama from a folder as Hugging Face's tools write it. Weights in F32, F16 or
 * BF16 become float32 on the backend that runs now, a tensor at a time.
 *
 * @param folder With `config.json`, `tokenizer.json` and `model.safetensors`, or its parts and their index;
 *   `generation_config.json`, `tokenizer_config.json` and `chat_template.jinja` are read where they are.
 * @throws {Error} If a file is missing.
 * @throws {SyntaxError} If a file is damaged, or asks for something that is not known here, such as another model; the
 *   message names the file and the key or the tensor.
 *
 * @example
 * saveHuggingFace('tiny', { params, tokenizer, stopIds: [256] });
 * const loaded = loadHuggingFace('tiny');
 * loaded.stopIds // [256]
 * disposeParams(loaded.params);
 */
export function loadHuggingFace(folder: string): PretrainedModel {
  const settings = fileSettings(folder, 'config.json');
  const { family, config } = readHuggingFaceConfig(settings);
  const { tokenizer, startIds } = readTokenizerFile(join(folder, 'tokenizer.json'));
  checkVocabulary(folder, config.vocabSize, tokenizer);
  const use = usageOf(folder, settings, config);
  const file = openWeights(folder);
  try {
    const layout = huggingFaceLayout(family, config, prefixIn(file, family));
    const params = readParams(file, config, layout, (name) => isBuffer(name, config));
    return { params, tokenizer, startIds, ...use };
  } finally {
    file.close();
  }
}

const fileSettings = (folder: string, name: string): Settings => {
  const path = join(folder, name);
  return settingsOf(path, readJsonFile(path));
};

/** The settings of a file that need not be there. */
const optionalSettings = (folder: string, name: string): Settings =>
  existsSync(join(folder, name)) ? fileSettings(folder, name) : settingsOf(join(folder, name), {});

/** A file of the model without its head has names without the prefix. */
const prefixIn = (file: TensorFile, family: Family): string =>
  file.tensors.has(embeddingOf[family]) ? '' : prefixOf[family];

/** What the makers say of its use. */
function usageOf(
  folder: string,
  config: Settings,
  { vocabSize }: GptConfig,
): Pick<PretrainedModel, 'chatTemplate' | 'stopIds' | 'sampling'> {
  const generation = optionalSettings(folder, 'generation_config.json');
  const named = [generation, config].find((settings) => (settings.get('eos_token_id') ?? null) !== null);
  const chatTemplate = chatTemplateOf(folder);
  const sampling = samplingOf(generation);
  return {
    stopIds: named ? idsIn(named, 'eos_token_id', vocabSize) : [],
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(sampling && { sampling }),
  };
}

const samplingKeys = {
  temperature: 'temperature',
  top_k: 'topK',
  top_p: 'topP',
  min_p: 'minP',
  repetition_penalty: 'repetitionPenalty',
} as const;

/** How tokens are drawn, where they are drawn at all. */
function samplingOf(settings: Settings): SampleOptions | undefined {
  if (settings.get('do_sample') !== true) return undefined;
  const entries = Object.entries(samplingKeys).flatMap(([key, name]) =>
    (settings.get(key) ?? null) === null ? [] : [[name, numberIn(settings, key)]],
  );
  return Object.fromEntries(entries);
}

function chatTemplateOf(folder: string): string | undefined {
  const path = join(folder, 'chat_template.jinja');
  if (existsSync(path)) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw cannotRead(path, error);
    }
  }
  const settings = optionalSettings(folder, 'tokenizer_config.json');
  const value = settings.get('chat_template') ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  // Several, by name.
  const list = Array.isArray(value) ? (value as readonly { name?: unknown; template?: unknown }[]) : [];
  const template = list.find((one) => one?.name === 'default')?.template;
  return typeof template === 'string'
    ? template
    : refuse(settings, 'chat_template', 'to be text, or to have one of the name "default"', value);
}
