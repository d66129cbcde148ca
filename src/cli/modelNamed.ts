/** A model by the path of its folder or file. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadModel } from '../model/files/loadModel.js';
import type { GptParams } from '../model/params.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { loadCheckpoint } from '../train/checkpoint.js';
import { runCheckpoints, runFolder } from '../train/run/runFolder.js';
import { tokenizerNamed } from './tokenizerNamed.js';

/** A model and what it reads. */
export interface NamedModel {
  /** The caller frees them. */
  readonly params: GptParams;
  readonly tokenizer: Tokenizer;
  /** What stands before every text, and what ends one; of ours the token between documents is both. */
  readonly startIds: readonly number[];
  readonly stopIds: readonly number[];
}

/**
 * Loads what a run in a folder is for, or else its newest checkpoint; a checkpoint by its file; or a model of other
 * people's, a GGUF file or a Hugging Face folder.
 *
 * @throws {Error} If there is no model, or no tokenizer beside it.
 */
export function modelNamed(path: string): NamedModel {
  if (isPretrained(path)) return loadModel(path);
  const file = modelFile(path);
  const tokenizer = tokenizerBeside(path, file);
  const { params, optimizer } = loadCheckpoint(file);
  optimizer?.dispose();
  const end = tokenizer.specialTokens.get('<|endoftext|>');
  const ends = end === undefined ? [] : [end];
  return { params, tokenizer, startIds: ends, stopIds: ends };
}

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

function tokenizerBeside(path: string, file: string): Tokenizer {
  const beside = [path, dirname(file)]
    .map((folder) => join(folder, 'tokenizer.json'))
    .find((one) => existsSync(one));
  if (beside) return tokenizerNamed(beside);
  if (!existsSync(file)) throw new Error(`Cannot load a model: there is no ${file}`);
  throw new Error(`Cannot load a model: there is no tokenizer.json beside ${file}`);
}
