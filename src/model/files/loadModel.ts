/** A pretrained model from whatever a path names. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cannotRead } from '../../core/files.js';
import { loadTokenizer } from '../../tokenizer/files/bpeFile.js';
import { readTokenizerFile } from '../../tokenizer/files/huggingFaceRead.js';
import { configIn, paramsIn } from './checkpointFile.js';
import { loadGguf } from './gguf/loadGguf.js';
import { loadHuggingFace } from './huggingFace/loadHuggingFace.js';
import { readJsonFile } from './jsonFile.js';
import { checkVocabulary, type PretrainedModel } from './pretrained.js';
import { openSafetensors } from './safetensors.js';

/**
 * Loads a model: a GGUF file, a Hugging Face folder, or a checkpoint of ours with `tokenizer.json` beside it, such as the
 * folder of a base model.
 *
 * @param path A file, or a folder with one model in it.
 * @throws {Error} If there is nothing of the kind.
 * @throws {SyntaxError} If a file is damaged, or asks for something that is not known here.
 *
 * @example
 * saveHuggingFace('tiny', { params, tokenizer });
 * const loaded = loadModel('tiny');
 * loaded.params.config.nEmbd // 4
 * disposeParams(loaded.params);
 */
export function loadModel(path: string): PretrainedModel {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
  if (!isFolder) {
    if (path.endsWith('.gguf')) return loadGguf(path);
    if (path.endsWith('.safetensors')) return loadOwn(path);
    throw new Error(`Cannot load ${path}: expected a .gguf or .safetensors file, or a folder`);
  }
  if (existsSync(join(path, 'config.json'))) return loadHuggingFace(path);
  const own = join(path, 'model.safetensors');
  if (existsSync(own)) return loadOwn(own);
  const ggufs = readdirSync(path).filter((name) => name.endsWith('.gguf'));
  if (ggufs.length === 1) return loadGguf(join(path, ggufs[0]!));
  const got = ggufs.length > 1 ? `${ggufs.length} .gguf files` : 'none of them';
  throw new Error(
    `Cannot load ${path}: expected config.json, model.safetensors or one .gguf file, got ${got}`,
  );
}

/** A checkpoint of ours, or the weights of a Hugging Face folder, which its neighbours tell. */
function loadOwn(path: string): PretrainedModel {
  const folder = dirname(path);
  const file = openSafetensors(path);
  try {
    if (!file.metadata.has('config') && existsSync(join(folder, 'config.json')))
      return loadHuggingFace(folder);
    const config = configIn(file);
    const { tokenizer, startIds } = tokenizerBeside(join(folder, 'tokenizer.json'));
    checkVocabulary(path, config.vocabSize, tokenizer);
    const end = tokenizer.specialTokens.get('<|endoftext|>');
    return { params: paramsIn(file, config), tokenizer, startIds, stopIds: end === undefined ? [] : [end] };
  } finally {
    file.close();
  }
}

/** One of ours, or Hugging Face's. */
const tokenizerBeside = (path: string) =>
  'format' in readJsonFile(path) ? { tokenizer: loadTokenizer(path), startIds: [] } : readTokenizerFile(path);
