/** A model by the path of its folder or file. */

import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadModel } from '../model/files/loadModel.js';
import type { PretrainedModel } from '../model/files/pretrained.js';
import { loadCheckpoint } from '../train/checkpoint.js';
import { runCheckpoints, runFolder } from '../train/run/runFolder.js';
import { tokenizerNamed } from './tokenizerNamed.js';

/** A model and what it reads. The caller frees its parameters. */
export type NamedModel = Pick<PretrainedModel, 'params' | 'tokenizer' | 'startIds' | 'stopIds'>;

/**
 * Loads what `loadModel` does, or of a run that has no model yet its newest checkpoint.
 *
 * @throws {Error} If there is no model, or no tokenizer beside it.
 */
export function modelNamed(path: string): NamedModel {
  const checkpoint = newestCheckpoint(path);
  if (checkpoint === undefined) return loadModel(path);
  const tokenizer = tokenizerBeside(path, checkpoint);
  const { params, optimizer } = loadCheckpoint(checkpoint);
  optimizer?.dispose();
  const end = tokenizer.specialTokens.get('<|endoftext|>');
  return { params, tokenizer, startIds: [], stopIds: end === undefined ? [] : [end] };
}

function newestCheckpoint(path: string): string | undefined {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder || existsSync(runFolder(path).model)) return undefined;
  return runCheckpoints(path)[0]?.path;
}

function tokenizerBeside(path: string, file: string) {
  const beside = [path, dirname(file)]
    .map((folder) => join(folder, 'tokenizer.json'))
    .find((one) => existsSync(one));
  if (beside) return tokenizerNamed(beside);
  throw new Error(`Cannot load a model: there is no tokenizer.json beside ${file}`);
}
