/**
 * Text from a model, one token at a time. No cache of keys and values: every token runs the whole context again,
 * which is easy to read and quick enough for short samples.
 */
import * as tf from '@tensorflow/tfjs';
import type { Random } from '../core/random.js';
import { checkIds, head, hiddenStates } from './gpt.js';
import type { GptParams } from './params.js';
import { type SampleConfig, sampleToken } from './sample.js';

/** How much is generated, and how tokens are drawn. */
export interface GenerateConfig extends SampleConfig {
  readonly maxTokens: number;
  readonly random: Random;
  /** Ends the text; the token itself is not handed out. Default none. */
  readonly stopId?: number;
}

/**
 * Goes on with a text. The model sees the last `blockSize` tokens.
 *
 * @param promptIds At least one token.
 * @throws {RangeError} If the prompt is empty or holds an unknown id.
 *
 * @example
 * const prompt = tokenizer.encode('the ');
 * [...generate(params, prompt, { maxTokens: 5, random: createRandom(1) })].length // 5
 */
export function* generate(
  params: GptParams,
  promptIds: readonly number[],
  { maxTokens, random, stopId, ...sampling }: GenerateConfig,
): Generator<number, void, undefined> {
  const ids = [...promptIds];
  for (let made = 0; made < maxTokens; made++) {
    const id = sampleToken(nextScores(params, ids.slice(-params.config.blockSize)), sampling, random);
    if (id === stopId) return;
    ids.push(id);
    yield id;
  }
}

/**
 * The model's scores for the token after a text, [V].
 *
 * @throws {RangeError} If the text is empty, too long, or holds an unknown id.
 *
 * @example
 * nextScores(params, tokenizer.encode('the')).length // 257
 */
export function nextScores(params: GptParams, ids: readonly number[]): Float32Array {
  const T = ids.length;
  checkIds(params.config, ids, T);
  return tf.tidy(() => {
    const hidden = hiddenStates(params, tf.tensor2d([...ids], [1, T], 'int32')); // [1,T,C]
    return head(params, hidden.slice([0, T - 1, 0], [1, 1, -1])).dataSync<'float32'>();
  });
}
