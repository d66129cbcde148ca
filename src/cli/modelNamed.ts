/** A model by the path of its folder or file, or by its name where it was downloaded or imported. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workbookHome } from '../artifacts/home.js';
import { downloadedModels } from '../artifacts/models.js';
import { type LoadGgufOptions, loadGguf } from '../model/files/gguf/loadGguf.js';
import { loadModel } from '../model/files/loadModel.js';
import type { PretrainedModel } from '../model/files/pretrained.js';
import type { InferenceParams } from '../model/params.js';
import { loadCheckpoint } from '../train/checkpoint.js';
import { runCheckpoints, runFolder } from '../train/run/runFolder.js';
import { tokenizerNamed } from './tokenizerNamed.js';

/**
 * A model and what it reads; the caller frees its parameters. What stands before every text of ours, and what ends one,
 * is the token between documents.
 */
export type NamedModel = PretrainedModel;

/**
 * Loads what a run in a folder is for, or else its newest checkpoint; a checkpoint by its file; or a model of other
 * people's, a GGUF file or a Hugging Face folder. What is no path may be a name in `workbook model list`.
 *
 * @throws {Error} If there is no model, or no tokenizer beside it.
 */
export function modelNamed(path: string): NamedModel;
/** The same; packed, the matrices of a GGUF file stay as they are stored. */
export function modelNamed(path: string, options: LoadGgufOptions): PretrainedModel<InferenceParams>;
export function modelNamed(
  named: string,
  { packed = false }: LoadGgufOptions = {},
): PretrainedModel<InferenceParams> {
  const path = existsSync(named) ? named : (keptModel(named) ?? named);
  if (packed && !path.endsWith('.gguf')) throw new Error(`Cannot load ${path} packed: expected a .gguf file`);
  if (packed) return loadGguf(path, { packed });
  if (isPretrained(path)) return loadModel(path);
  const file = modelFile(path);
  const tokenizer = tokenizerBeside(path, file);
  const { params, optimizer } = loadCheckpoint(file);
  optimizer?.dispose();
  const end = tokenizer.specialTokens.get('<|endoftext|>');
  const ends = end === undefined ? [] : [end];
  return { params, tokenizer, startIds: ends, stopIds: ends };
}

/** Where a model is that was downloaded or imported. */
const keptModel = (name: string): string | undefined =>
  downloadedModels(workbookHome()).find((one) => one.name === name || one.name === `imported/${name}`)?.path;

const isPretrained = (path: string): boolean =>
  path.endsWith('.gguf') || existsSync(join(path, 'config.json'));

function modelFile(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  const { model } = runFolder(path);
  if (existsSync(model)) return model;
  const [newest] = runCheckpoints(path);
  if (newest) return newest.path;
  throw new Error(`Cannot load a model: ${path} has no model and no checkpoint`);
}

function tokenizerBeside(path: string, file: string): PretrainedModel['tokenizer'] {
  const beside = [path, dirname(file)]
    .map((folder) => join(folder, 'tokenizer.json'))
    .find((one) => existsSync(one));
  if (beside) return tokenizerNamed(beside);
  if (!existsSync(file)) throw new Error(`Cannot load a model: there is no ${file}`);
  throw new Error(`Cannot load a model: there is no tokenizer.json beside ${file}`);
}
