/** Drawing one token from a model's scores. Plain numbers, no tensors. */
import type { Random } from '../core/random.js';

/** How tokens are drawn. */
export interface SampleConfig {
  /** Divides the scores: below 1 safer, above 1 wilder, 0 always the likeliest; default 1. */
  readonly temperature?: number;
  /** Draw among this many likeliest tokens; default all. */
  readonly topK?: number;
}

/**
 * Draws a token. One random number is drawn, except at temperature 0: it says how much of the probability lies before
 * the token when the likeliest comes first, and the smaller id first among equals.
 *
 * @param scores Logits over the vocabulary, [V].
 * @throws {RangeError} If the temperature is below 0 or `topK` is below 1.
 *
 * @example
 * sampleToken([0, 5, 1], { temperature: 0 }, createRandom(1)) // 1
 */
export function sampleToken(
  scores: ArrayLike<number>,
  { temperature = 1, topK = scores.length }: SampleConfig,
  random: Random,
): number {
  if (!(temperature >= 0))
    throw new RangeError(`Cannot sample: temperature must be >= 0, got ${temperature}`);
  if (!(topK >= 1)) throw new RangeError(`Cannot sample: topK must be >= 1, got ${topK}`);
  const likeliest = largest(scores);
  if (temperature === 0) return likeliest;
  const weights = new Float64Array(scores.length);
  let ids = new Int32Array(scores.length);
  let count = 0;
  for (let id = 0; id < scores.length; id++) {
    weights[id] = Math.exp((scores[id]! - scores[likeliest]!) / temperature);
    if (weights[id]! > 0) ids[count++] = id;
  }
  ids = ids.subarray(0, count);
  if (ids.length === 0) return likeliest; // it is infinite
  const isBefore = (a: number, b: number) => scores[a]! > scores[b]! || (scores[a]! === scores[b]! && a < b);
  if (topK < ids.length) {
    const last = select(ids, isBefore, () => 1, Math.ceil(topK) - 1);
    ids = ids.subarray(0, ids.indexOf(last) + 1);
  }
  let total = 0;
  for (let nth = 0; nth < ids.length; nth++) total += weights[ids[nth]!]!;
  return select(ids, isBefore, (id) => weights[id]!, random.uniform() * total);
}

/**
 * The item at which the weights, added up in order, pass an amount; the items are parted there, those before it first.
 * As Hoare's quickselect, it looks at about three times as many items as there are, where sorting would take far more.
 */
function select(
  items: Int32Array,
  isBefore: (a: number, b: number) => boolean,
  weightOf: (item: number) => number,
  amount: number,
): number {
  let [from, to] = [0, items.length];
  let passed = 0;
  while (to - from > 1) {
    const pivot = items[(from + to) >> 1]!;
    items[(from + to) >> 1] = items[to - 1]!;
    let [place, before] = [from, passed];
    for (let at = from; at < to - 1; at++) {
      const item = items[at]!;
      if (!isBefore(item, pivot)) continue;
      items[at] = items[place]!;
      items[place++] = item;
      before += weightOf(item);
    }
    items[to - 1] = items[place]!;
    items[place] = pivot;
    if (amount < before) to = place;
    else if (amount < before + weightOf(pivot)) return pivot;
    else [from, passed] = [place + 1, before + weightOf(pivot)];
  }
  return items[Math.min(from, items.length - 1)]!;
}

/**
 * The logarithm of a token's probability at temperature 1.
 *
 * @param scores Logits over the vocabulary, [V].
 */
export function logProbability(scores: ArrayLike<number>, id: number): number {
  const best = scores[largest(scores)]!;
  let total = 0;
  for (let other = 0; other < scores.length; other++) total += Math.exp(scores[other]! - best);
  return scores[id]! - best - Math.log(total);
}

/** The first index with the largest score. */
function largest(scores: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if (scores[id]! > scores[best]!) best = id;
  return best;
}
