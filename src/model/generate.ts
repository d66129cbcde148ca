/** Text from a model, one token at a time: one text, or many together. */
import { tf } from '../backend/tf.js';
import type { Random } from '../core/random.js';
import { cachedLogits, createCache, type KeyValueCache } from './cache.js';
import { checkIds, head, hiddenStates } from './gpt.js';
import type { InferenceParams } from './params.js';
import { checkSampleOptions, type SampleOptions, sampler, scoredSampler } from './sample.js';
import { checkStops, heldBack, stopLength } from './stops.js';

/** How much is generated, and how tokens are drawn; `repetitionPenalty` looks at the prompt and at all new tokens. */
export interface GenerateOptions extends Omit<SampleOptions, 'previous'> {
  readonly maxTokens: number;
  readonly random: Random;
  /** Ends the text; the token itself is not handed out. Default none. */
  readonly stopId?: number;
  /** Sequences of token ids, each of which ends the text as `stopId` does; default none. */
  readonly stop?: readonly (readonly number[])[];
  /**
   * The tokens that may come next, given the new tokens so far and which prompt they follow; `undefined` for all. The
   * others get no probability, before anything else, and log-probabilities are those among what is allowed.
   */
  readonly allowed?: (made: readonly number[], nth: number) => Iterable<number> | undefined;
  /**
   * Tokens that the model forgets at once when a text outgrows `blockSize`. What stays was read with what is forgotten
   * before it, so it has to be read again: with 1, the default, the model sees exactly the last `blockSize` tokens and
   * each further token costs the whole window; with more it sees at least the last `blockSize - slide + 1`, and the
   * window is read again only every `slide` tokens.
   */
  readonly slide?: number;
}

/**
 * Goes on with a text. The model sees the last `blockSize` tokens, unless `slide` says otherwise. What it has read is
 * kept in a cache, so the parameters must not change before the text ends. A token that may begin a stop sequence is
 * handed out once it is certain that it does not.
 *
 * @param promptIds At least one token.
 * @throws {RangeError} If the prompt is empty or holds an unknown id, or an option is out of range.
 *
 * @example
 * const prompt = tokenizer.encode('the ');
 * [...generate(params, prompt, { maxTokens: 5, random: createRandom(1) })].length // 5
 */
export function* generate(
  params: InferenceParams,
  promptIds: readonly number[],
  options: GenerateOptions,
): Generator<number, void, undefined> {
  const { maxTokens, random, allowed, slide = 1 } = options;
  const stops = checkedStops(params, options);
  const text: GrowingText = { slot: 0, ids: [...promptIds], first: 0 };
  const cache = createCache(params.config, 1, longest(params, [promptIds], maxTokens));
  const draw = sampler(options);
  const made: number[] = [];
  let shown = 0;
  while (made.length < maxTokens) {
    const [logits] = logitsAfter(params, cache, [text], slide);
    const scores = masked(logits!, allowed?.(made, 0));
    const id = draw(scores, text.ids, random);
    text.ids.push(id);
    made.push(id);
    const ended = stopLength(made, stops);
    const certain = made.length - (ended || heldBack(made, stops));
    while (shown < certain) yield made[shown++]!;
    if (ended > 0) return;
  }
  while (shown < made.length) yield made[shown++]!;
}

/** What a model made of one prompt. */
export interface GeneratedText {
  /** The new tokens; the stop token or sequence too where it was drawn, because a policy also learns to stop. */
  readonly ids: readonly number[];
  /** The logarithm of each new token's probability, among those allowed, whatever the options it was drawn with. */
  readonly logProbs: readonly number[];
  /** Whether the stop token or a stop sequence came; it is then the last. */
  readonly stopped: boolean;
}

/**
 * Goes on with many texts together, each as `generate` does it alone, to rounding. Prompts may differ in length, equal
 * ones are read once, and a text that has stopped costs nothing more. Each draws from a stream of its own, split from
 * `random`, so a text does not depend on what else is in the batch behind it.
 *
 * @param prompts At least one token each.
 * @returns One text for each prompt, in their order.
 * @throws {RangeError} If a prompt is empty or holds an unknown id, or an option is out of range.
 *
 * @example
 * const prompts = [tokenizer.encode('the '), tokenizer.encode('sea')];
 * const texts = generateBatch(params, prompts, { maxTokens: 5, random: createRandom(1) });
 * texts.map(({ ids, logProbs, stopped }) => [ids.length, logProbs.length, stopped])
 * // [[5, 5, false], [5, 5, false]]
 */
export function generateBatch(
  params: InferenceParams,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): GeneratedText[] {
  const { maxTokens, random, allowed, slide = 1 } = options;
  const stops = checkedStops(params, options);
  if (prompts.length === 0) return [];
  const randoms = random.split(prompts.length);
  const texts = prompts.map((prompt, slot) => ({
    slot,
    ids: [...prompt],
    first: 0,
    made: [] as number[],
    logProbs: [] as number[],
  }));
  const cache = createCache(params.config, texts.length, longest(params, prompts, maxTokens));
  const draw = scoredSampler(options);
  let growing = texts;
  for (let made = 0; made < maxTokens && growing.length > 0; made++) {
    const logits = logitsAfter(params, cache, growing, slide);
    growing = growing.filter(({ slot, ids, made, logProbs }, nth) => {
      const scores = masked(logits[nth]!, allowed?.(made, slot));
      const { id, logProb } = draw(scores, ids, randoms[slot]!);
      for (const list of [ids, made]) list.push(id);
      logProbs.push(logProb);
      return stopLength(made, stops) === 0;
    });
  }
  return texts.map(({ made, logProbs }) => ({ ids: made, logProbs, stopped: stopLength(made, stops) > 0 }));
}

/** A prompt and what was made of it so far. */
interface GrowingText {
  readonly slot: number;
  readonly ids: number[];
  /** Where in `ids` the cache begins. */
  first: number;
}

/** Reads what the cache does not hold yet, for texts that have outgrown the window from the start of a new one. */
function logitsAfter(
  params: InferenceParams,
  cache: KeyValueCache,
  texts: readonly GrowingText[],
  slide: number,
): Float32Array[] {
  const { blockSize } = params.config;
  const unread = texts.map((text) => {
    const { slot, ids } = text;
    if (ids.length - text.first > blockSize) {
      text.first = ids.length - (blockSize - slide + 1);
      cache.lengths[slot] = 0;
    }
    return { slot, ids: ids.slice(text.first + cache.lengths[slot]!) };
  });
  return cachedLogits(params, cache, unread);
}

/** The logits with `-Infinity` for what may not come. */
function masked(logits: Float32Array, allowed: Iterable<number> | undefined): Float32Array {
  if (!allowed) return logits;
  const masked = new Float32Array(logits.length).fill(Number.NEGATIVE_INFINITY);
  for (const id of allowed) {
    if (!(id in logits))
      throw new RangeError(`Cannot generate: expected allowed ids from 0 to ${logits.length - 1}, got ${id}`);
    masked[id] = logits[id]!;
  }
  return masked;
}

/** Tokens that a text's window can come to hold. */
function longest(
  { config }: InferenceParams,
  prompts: readonly (readonly number[])[],
  maxTokens: number,
): number {
  const prompt = prompts.reduce((most, { length }) => Math.max(most, length), 1);
  return Math.min(config.blockSize, prompt + Math.ceil(maxTokens));
}

/** All that ends a text, once every option has been looked at. */
function checkedStops(
  { config: { blockSize, vocabSize } }: InferenceParams,
  { maxTokens, slide = 1, stopId, stop = [], ...sampling }: GenerateOptions,
): readonly (readonly number[])[] {
  if (!(maxTokens >= 0)) throw new RangeError(`Cannot generate: maxTokens must be >= 0, got ${maxTokens}`);
  if (!(Number.isInteger(slide) && slide >= 1 && slide <= blockSize))
    throw new RangeError(
      `Cannot generate: slide must be a whole number from 1 to ${blockSize}, got ${slide}`,
    );
  checkSampleOptions(sampling);
  checkStops(stop);
  const stops = [...(stopId === undefined ? [] : [[stopId]]), ...stop];
  const stranger = stops.flat().find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
  if (stranger !== undefined)
    throw new RangeError(`Cannot generate: expected stop ids from 0 to ${vocabSize - 1}, got ${stranger}`);
  return stops;
}

/**
 * The model's logits for the token after a text, [V]. It reads the whole text; `cachedLogits` goes on where it was.
 *
 * @throws {RangeError} If the text is empty, too long, or holds an unknown id.
 *
 * @example
 * nextLogits(params, tokenizer.encode('the')).length // 257
 */
export function nextLogits(params: InferenceParams, ids: readonly number[]): Float32Array {
  const T = ids.length;
  checkIds(params.config, ids, T);
  const logits = tf.tidy(() => {
    const hidden = hiddenStates(params, tf.tensor2d([...ids], [1, T], 'int32')); // [1,T,C]
    return head(params, hidden.slice([0, T - 1, 0], [1, 1, -1]));
  });
  const numbers = logits.dataSync<'float32'>();
  logits.dispose();
  return numbers;
}
