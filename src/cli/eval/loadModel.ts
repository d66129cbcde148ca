/** A checkpoint of ours, with its tokenizer beside it. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cannotRead } from '../../core/files.js';
import type { GptParams } from '../../model/params.js';
import { loadTokenizer } from '../../tokenizer/files/bpeFile.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import { loadCheckpoint } from '../../train/checkpoint.js';

export interface LoadedModel {
  readonly params: GptParams;
  readonly tokenizer: Tokenizer;
  readonly startIds: readonly number[];
}

export function loadModel(path: string): LoadedModel {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
  const file = isFolder ? join(path, 'model.safetensors') : path;
  return {
    tokenizer: loadTokenizer(join(dirname(file), 'tokenizer.json')),
    params: loadCheckpoint(file).params,
    startIds: [],
  };
}
