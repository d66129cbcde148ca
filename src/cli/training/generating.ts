/** Text from the model of a run. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { selectBackend } from '../../backend/select.js';
import { createRandom } from '../../core/random.js';
import { generate } from '../../model/generate.js';
import { disposeParams } from '../../model/params.js';
import { decodeStream } from '../../tokenizer/streamDecoder.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import { loadCheckpoint } from '../../train/checkpoint.js';
import { runCheckpoints, runFolder } from '../../train/run/runFolder.js';
import { tokenizerNamed } from '../tokenizerNamed.js';

/** What is generated. */
export interface GeneratingOptions {
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly 'top-k': number | undefined;
  readonly seed: number;
  readonly samples: number;
}

/**
 * The prompt and what the model makes of it, piece by piece, with a line feed behind each text.
 *
 * @throws {Error} If there is no model, or no tokenizer beside it.
 */
export async function* textsFrom(
  path: string,
  { prompt, tokens, temperature, 'top-k': topK, seed, samples }: GeneratingOptions,
): AsyncGenerator<string> {
  await selectBackend();
  const file = modelFile(path);
  const tokenizer = tokenizerBeside(path, file);
  const { params, optimizer } = loadCheckpoint(file);
  optimizer?.dispose();
  const end = tokenizer.specialTokens.get('<|endoftext|>');
  const ids = [...(end === undefined ? [] : [end]), ...tokenizer.encode(prompt)];
  if (ids.length === 0) throw new Error('Cannot generate: this tokenizer needs a --prompt to begin with');
  const options = {
    maxTokens: tokens,
    temperature,
    ...(topK && { topK }),
    ...(end !== undefined && { stopId: end }),
  };
  for (const random of createRandom(seed).split(samples)) {
    yield prompt;
    yield* decodeStream(tokenizer, generate(params, ids, { ...options, random }));
    yield '\n';
  }
  disposeParams(params);
}

/** The model of a folder: what its run is for, or else its newest checkpoint. */
function modelFile(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  const { model } = runFolder(path);
  if (existsSync(model)) return model;
  const [newest] = runCheckpoints(path);
  if (newest) return newest.path;
  throw new Error(`Cannot generate: ${path} has no model and no checkpoint`);
}

function tokenizerBeside(path: string, file: string): Tokenizer {
  const beside = [path, dirname(file)]
    .map((folder) => join(folder, 'tokenizer.json'))
    .find((one) => existsSync(one));
  if (beside) return tokenizerNamed(beside);
  throw new Error(`Cannot generate: there is no tokenizer.json beside ${file}`);
}
