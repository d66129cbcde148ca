/** Text from the model of a run. */
import { selectBackend } from '../../backend/select.js';
import { createRandom } from '../../core/random.js';
import { disposeParams } from '../../model/params.js';
import { type StreamTextOptions, streamText } from '../../model/streamText.js';
import { modelNamed } from '../modelNamed.js';

/** What is generated. */
export interface GeneratingOptions extends Omit<StreamTextOptions, 'random' | 'stopId'> {
  readonly prompt: string;
  readonly seed: number;
  /** How many texts. */
  readonly samples: number;
  /** Whether the matrices of a GGUF file stay as they are stored; default no. */
  readonly packed?: boolean;
}

/**
 * The prompt and what the model makes of it, piece by piece, with a line feed behind each text.
 *
 * @throws {Error} If there is no model, or no tokenizer beside it.
 */
export async function* textsFrom(
  path: string,
  { prompt, seed, samples, packed = false, ...options }: GeneratingOptions,
): AsyncGenerator<string> {
  await selectBackend();
  const { params, tokenizer, startIds, stopIds } = modelNamed(path, { packed });
  const ids = [...startIds, ...tokenizer.encode(prompt)];
  if (ids.length === 0) throw new Error('Cannot generate: this tokenizer needs a --prompt to begin with');
  const [stopId, ...others] = stopIds;
  const stop = [...(options.stop ?? []), ...others.map((id) => tokenizer.decode([id]))];
  const ends = { stop, ...(stopId !== undefined && { stopId }) };
  for (const random of createRandom(seed).split(samples)) {
    yield prompt;
    yield* streamText(params, tokenizer, ids, { ...options, ...ends, random });
    yield '\n';
  }
  disposeParams(params);
}
