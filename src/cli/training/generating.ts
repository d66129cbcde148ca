/** Text from the model of a run. */
import { selectBackend } from '../../backend/select.js';
import { createRandom } from '../../core/random.js';
import { generate } from '../../model/generate.js';
import { disposeParams } from '../../model/params.js';
import { decodeStream } from '../../tokenizer/streamDecoder.js';
import { modelNamed } from '../modelNamed.js';

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
  const { params, tokenizer, startIds, stopIds } = modelNamed(path);
  const end = tokenizer.specialTokens.get('<|endoftext|>');
  const start = startIds.length > 0 || end === undefined ? startIds : [end];
  const ids = [...start, ...tokenizer.encode(prompt)];
  if (ids.length === 0) throw new Error('Cannot generate: this tokenizer needs a --prompt to begin with');
  const options = {
    maxTokens: tokens,
    temperature,
    ...(topK && { topK }),
    stop: stopIds.map((id) => [id]),
  };
  for (const random of createRandom(seed).split(samples)) {
    yield prompt;
    yield* decodeStream(tokenizer, generate(params, ids, { ...options, random }));
    yield '\n';
  }
  disposeParams(params);
}
