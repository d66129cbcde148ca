/**
 * Reading texts bit by bit. The keys and values of what was read stay in a cache, so one more token costs one position
 * of the model, however long the text is; only attention itself grows with it.
 *
 * B = texts read together, T = new tokens of the longest, C = channels, V = vocabulary.
 */
import { type CachePlaces, cachedAttention, type LayerCache } from '../backend/ops/cachedAttention.js';
import { isPacked } from '../backend/ops/packed.js';
import { tf } from '../backend/tf.js';
import { fullConfig, type GptConfig } from './config.js';
import { checkIds, head, headTable, throughLayers } from './gpt.js';
import type { InferenceParams } from './params.js';
import { plannedLogits } from './plan.js';

/** What a model remembers of some texts, each in a slot of its own. Plain arrays: nothing to dispose. */
export interface KeyValueCache {
  readonly layers: readonly LayerCache[];
  /** Tokens that a slot has room for. */
  readonly capacity: number;
  /** Tokens read so far, by slot. A smaller number forgets the tokens behind it, and 0 all of them. */
  readonly lengths: Int32Array;
}

/** Tokens that a text goes on with. */
export interface NewTokens {
  readonly slot: number;
  /** At least one. */
  readonly ids: readonly number[];
}

/**
 * Makes an empty cache: 8 * nLayer * nKvHead * D bytes for each token that it has room for, where D = nEmbd / nHead is
 * the width of a head. GPT-2 keeps the keys and values of all its heads, Llama those of its few key-value heads, 4 times
 * fewer in Llama 3 8B; keys of rotary positions are kept turned.
 *
 * @param slots Texts that it holds; default 1.
 * @param capacity Longest text, in tokens; default `blockSize`.
 * @throws {RangeError} If it would hold no text, or longer ones than the model can read.
 *
 * @example
 * createCache(gpt2.small, 2, 100).lengths // Int32Array.of(0, 0)
 */
export function createCache(config: GptConfig, slots = 1, capacity = config.blockSize): KeyValueCache {
  const { blockSize, nLayer, nEmbd, nHead, nKvHead } = fullConfig(config);
  if (!(Number.isInteger(slots) && slots >= 1))
    throw new RangeError(`Cannot make a cache: expected 1 slot or more, got ${slots}`);
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= blockSize))
    throw new RangeError(`Cannot make a cache: expected room for 1 to ${blockSize} tokens, got ${capacity}`);
  const numbers = () => new Float32Array((slots * capacity * nKvHead * nEmbd) / nHead);
  const layers = Array.from({ length: nLayer }, () => ({ keys: numbers(), values: numbers() }));
  return { layers, capacity, lengths: new Int32Array(slots) };
}

/**
 * Reads on in some texts and gives the logits of the token that follows each: what `nextLogits` gives for the whole text,
 * to rounding, for the cost of its new tokens. Texts that begin with the same tokens here are read once.
 *
 * @param texts Slots, each at most once, and their new tokens; they may differ in length.
 * @returns The logits after each text, [V] each, in the order of `texts`.
 * @throws {RangeError} If a slot is missing, named twice or too full, or an id is not in the vocabulary.
 *
 * @example
 * const cache = createCache(params.config);
 * cachedLogits(params, cache, [{ slot: 0, ids: tokenizer.encode('the') }]);
 * cachedLogits(params, cache, [{ slot: 0, ids: tokenizer.encode(' sea') }])[0].length // 257
 * cache.lengths // Int32Array.of(7)
 */
export function cachedLogits(
  params: InferenceParams,
  cache: KeyValueCache,
  texts: readonly NewTokens[],
): Float32Array[] {
  checkTexts(params.config, cache, texts);
  const readers = readersOf(cache, texts);
  const logits = new Map<NewTokens, Float32Array>();
  for (const together of portions(texts.filter((text, nth) => readers[nth] === text))) {
    for (const [nth, row] of readTogether(params, cache, together).entries()) logits.set(together[nth]!, row);
  }
  return texts.map((text, nth) => {
    const reader = readers[nth]!;
    if (reader !== text) copySlot(cache, reader.slot, text.slot, fullConfig(params.config).nKvHead);
    return logits.get(reader)!;
  });
}

/** The texts themselves, but for those that begin here: the first of those that are equal. */
function readersOf({ lengths }: KeyValueCache, texts: readonly NewTokens[]): NewTokens[] {
  const firsts = new Map<string, NewTokens>();
  return texts.map((text) => {
    if (lengths[text.slot] !== 0) return text;
    const key = text.ids.join();
    if (!firsts.has(key)) firsts.set(key, text);
    return firsts.get(key)!;
  });
}

/**
 * As `cachedLogits` for one text, with what the model says behind each of its new tokens, not the last alone. It takes
 * 4 * V bytes for each.
 *
 * @returns The logits after each new token, [V] each.
 * @throws {RangeError} As `cachedLogits`.
 */
export function cachedLogitsOfEach(
  params: InferenceParams,
  cache: KeyValueCache,
  text: NewTokens,
): Float32Array[] {
  checkTexts(params.config, cache, [text]);
  return rowsOf(logitsOfRows(params, cache, [text], everyRow([text])));
}

/** The rows of a matrix, [N,V], which is disposed. */
function rowsOf(matrix: tf.Tensor2D): Float32Array[] {
  const [N, V] = matrix.shape;
  const numbers = matrix.dataSync<'float32'>(); // not in a tidy, which would look for tensors in every number
  matrix.dispose();
  return Array.from({ length: N }, (_, row) => numbers.subarray(row * V, (row + 1) * V));
}

/** Throws unless the texts can be read into the cache. */
export function checkTexts(
  config: GptConfig,
  { lengths, capacity }: KeyValueCache,
  texts: readonly NewTokens[],
): void {
  const named = new Set<number>();
  for (const { slot, ids } of texts) {
    if (!(slot in lengths) || named.has(slot)) {
      const wrong = named.has(slot) ? 'twice' : `of ${lengths.length}`;
      throw new RangeError(`Cannot read on: expected each slot once, got slot ${slot} ${wrong}`);
    }
    named.add(slot);
    checkIds(config, ids, ids.length);
    const room = capacity - lengths[slot]!;
    if (ids.length > room)
      throw new RangeError(`Cannot read on: slot ${slot} has room for ${room} tokens, got ${ids.length}`);
  }
}

/** Most tokens that run through the model at once, padding included: it bounds the memory for reading prompts. */
const mostTokens = 4096;

/**
 * Puts texts together that are about equally long, so that no more than half of what runs is padding.
 *
 * @param most Tokens that run through the model at once, padding included; a longer text runs alone.
 */
export function portions<Text extends NewTokens>(texts: readonly Text[], most = mostTokens): Text[][] {
  const portions: Text[][] = [];
  for (const text of [...texts].sort((a, b) => a.ids.length - b.ids.length)) {
    const last = portions.at(-1);
    const fits = last && text.ids.length <= 2 * last[0]!.ids.length;
    if (fits && (last.length + 1) * text.ids.length <= most) last.push(text);
    else portions.push([text]);
  }
  return portions;
}

/** One run of the model over [B,T] tokens, short texts padded at the end; the last token's logits, B times [V]. */
function readTogether(
  params: InferenceParams,
  cache: KeyValueCache,
  texts: readonly NewTokens[],
): Float32Array[] {
  const T = longestOf(texts);
  const lasts = new Int32Array(texts.length);
  for (let row = 0; row < texts.length; row++) lasts[row] = row * T + texts[row]!.ids.length - 1;
  return rowsOf(logitsOfRows(params, cache, texts, lasts));
}

const longestOf = (texts: readonly NewTokens[]): number =>
  texts.reduce((most, { ids }) => Math.max(most, ids.length), 0);

/** All rows of [B,T] new tokens, padding too. */
export const everyRow = (texts: readonly NewTokens[]): Int32Array =>
  Int32Array.from({ length: texts.length * longestOf(texts) }, (_, row) => row);

/**
 * Reads on in some texts, the short ones padded at the end, where the result is anything.
 *
 * @param picked Which of the B*T rows are asked for.
 * @returns Their logits, [N,V]. The caller disposes it.
 */
export function logitsOfRows(
  params: InferenceParams,
  cache: KeyValueCache,
  texts: readonly NewTokens[],
  picked: Int32Array,
): tf.Tensor2D {
  const [B, T] = [texts.length, longestOf(texts)];
  const { lengths } = cache;
  const [slots, starts, counts] = [new Int32Array(B), new Int32Array(B), new Int32Array(B)];
  const ids = new Int32Array(B * T);
  for (let row = 0; row < B; row++) {
    const text = texts[row]!;
    slots[row] = text.slot;
    starts[row] = lengths[text.slot]!;
    counts[row] = text.ids.length;
    for (let nth = 0; nth < text.ids.length; nth++) ids[row * T + nth] = text.ids[nth]!;
  }
  const input = { slots, starts, counts, ids, picked };
  const logits = plannedLogits(params, cache, input) ?? tf.tidy(() => composedLogits(params, cache, input));
  for (const { slot, ids } of texts) lengths[slot]! += ids.length;
  return logits;
}

/** The same by one operation after the other. */
function composedLogits(
  params: InferenceParams,
  { layers, capacity }: KeyValueCache,
  { ids, picked, ...places }: CachePlaces & { readonly ids: Int32Array; readonly picked: Int32Array },
): tf.Tensor2D {
  const { slots, starts, counts } = places;
  const [B, T] = [slots.length, ids.length / slots.length];
  const positions = ids.map((_, at) => {
    const [row, nth] = [Math.floor(at / T), at % T];
    return nth < counts[row]! ? starts[row]! + nth : 0;
  });
  const { nHead, nKvHead } = fullConfig(params.config);
  const hidden = throughLayers(params, tf.tensor2d(ids, [B, T], 'int32'), positions, (qkv, layer) =>
    cachedAttention(qkv, layers[layer]!, places, { nHead, nKvHead, capacity }),
  ); // [B,T,C]
  const asked = tf.gather(hidden.reshape<tf.Tensor2D>([B * T, -1]), tf.tensor1d(picked, 'int32')); // [N,C]
  const table = headTable(params);
  if (picked.length > B || isPacked(table)) return head(params, asked);
  // As `head`, but the table comes first: wasm turns the second factor over, which is large work for few texts.
  return tf.matMul(table, asked, false, true).transpose<tf.Tensor2D>(); // [N,V]
}

/** Makes one text remember what another does: of each head, as much as has been read. */
function copySlot(
  { layers, lengths, capacity }: KeyValueCache,
  from: number,
  to: number,
  heads: number,
): void {
  lengths[to] = lengths[from]!;
  for (const { keys, values } of layers) {
    const head = keys.length / lengths.length / heads; // numbers that a head of a slot has room for
    const filled = (head / capacity) * lengths[from]!;
    for (let nth = 0; nth < heads; nth++) {
      const [start, target] = [(from * heads + nth) * head, (to * heads + nth) * head];
      keys.copyWithin(target, start, start + filled);
      values.copyWithin(target, start, start + filled);
    }
  }
}
