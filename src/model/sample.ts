/** Drawing one token from a model's scores. Plain numbers, no tensors. */
import type { Random } from '../core/random.js';
import { createHeap } from '../tokenizer/heap.js';

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
  const best = scores[likeliest]!;
  const weight = (id: number) => Math.exp((scores[id]! - best) / temperature);
  const all = topK >= scores.length;
  const candidates = all ? likeliestFirst(scores) : firstOf(likeliestFirst(scores), topK);
  let total = 0;
  if (all) for (let id = 0; id < scores.length; id++) total += weight(id);
  else for (const id of candidates) total += weight(id);
  let left = random.uniform() * total;
  for (const id of candidates) {
    left -= weight(id);
    if (left < 0) return id;
  }
  return likeliest;
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

/** What lies within this of the best score, in nats, is looked through first: seldom more than a few tokens. */
const near = 4;

/** Token ids from the likeliest on, found one by one: a draw seldom goes far, so sorting all would be waste. */
function* likeliestFirst(scores: ArrayLike<number>): Generator<number, void, undefined> {
  const bound = scores[largest(scores)]! - near;
  for (const isNear of [true, false]) {
    const heap = createHeap((a, b) => scores[a]! > scores[b]! || (scores[a]! === scores[b]! && a < b));
    for (let id = 0; id < scores.length; id++) if (scores[id]! >= bound === isNear) heap.push(id);
    for (let id = heap.pop(); id !== undefined; id = heap.pop()) yield id;
  }
}

function firstOf(ids: Iterable<number>, count: number): number[] {
  const first: number[] = [];
  for (const id of ids) {
    first.push(id);
    if (first.length + 1 > count) break;
  }
  return first;
}
