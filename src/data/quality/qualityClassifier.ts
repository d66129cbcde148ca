/**
 * A filter that has learned what a good text is. FineWeb-Edu (Penedo et al. 2024, arXiv 2406.17557) had Llama-3-70B rate
 * 460,000 pages from 0 to 5 for what a pupil learns from them, trained a linear head on an embedding to say the same, and
 * kept what scores 3 or more. Here the embedding is fastText's (Joulin et al. 2017, arXiv 1607.01759) at its smallest: which
 * words and pairs of words a text has, hashed. Left out: word order beyond pairs, and all meaning.
 */
import { createRandom } from '../../core/random.js';
import { drop, type Filter, keepAs } from '../filter.js';
import { currentWords, hashBase } from '../text/currentWords.js';
import { answerOf, descend, type LinearModel, type SparseExample } from './logistic.js';

/** A text and what it is worth. */
export interface RatedText {
  readonly text: string;
  /** From 0, nothing, to 5. */
  readonly score: number;
}

/** What was learned; made by `trainQuality`. */
export interface QualityModel extends LinearModel {
  readonly weights: Float32Array;
  /** There are 2 to this power of weights. */
  readonly bits: number;
  /** How many characters of a text are read. */
  readonly characters: number;
}

/** Options of `trainQuality`. */
export interface TrainQualityOptions {
  readonly seed?: number;
  /** 2 to this power is the number of weights; default 18, which is 1 MB. */
  readonly bits?: number;
  /** How many characters of a text are read; default 4,000, about the 512 tokens of FineWeb-Edu's classifier twice. */
  readonly characters?: number;
  /** How often each text is seen; default 10. */
  readonly epochs?: number;
  /** Size of the first step; default 1. */
  readonly learningRate?: number;
  /** Pull of the weights towards 0; default 1e-5. */
  readonly decay?: number;
}

/**
 * Learns to score texts as the given ones are scored: logistic regression on a fifth of the score.
 *
 * @throws {RangeError} If there is no text, or a score is not between 0 and 5.
 *
 * @example
 * const model = trainQuality([
 *   { text: 'Whales are mammals; they breathe air.', score: 5 },
 *   { text: 'Buy cheap watches now!!!', score: 0 },
 * ], { bits: 10 });
 * qualityScore(model, 'Mammals breathe air.') > qualityScore(model, 'Cheap! Buy now!') // true
 */
export function trainQuality(
  texts: Iterable<RatedText>,
  {
    seed = 1,
    bits = 18,
    characters = 4000,
    epochs = 10,
    learningRate = 1,
    decay = 1e-5,
  }: TrainQualityOptions = {},
): QualityModel {
  if (!Number.isInteger(bits) || bits < 1 || bits > 26)
    throw new RangeError(`Cannot train a quality classifier: expected bits from 1 to 26, got ${bits}`);
  const model: QualityModel = { weights: new Float32Array(2 ** bits), bias: 0, bits, characters };
  const examples = Array.from(texts, ({ text, score }, nth): SparseExample => {
    if (!(score >= 0 && score <= 5))
      throw new RangeError(`Cannot train on text ${nth}: expected a score from 0 to 5, got ${score}`);
    return { ...featuresOf(model, text), target: score / 5 };
  });
  if (examples.length === 0) throw new RangeError('Cannot train a quality classifier: there is no text');
  descend(model, examples, { epochs, learningRate, decay }, createRandom(seed));
  return model;
}

/**
 * Scores a text from 0 to 5. Where it has nothing that the model knows, the bias alone speaks.
 *
 * @example
 * const model = trainQuality([{ text: 'one', score: 5 }, { text: 'two', score: 0 }], { bits: 10, epochs: 50 });
 * qualityScore(model, 'ONE') > 4 // true
 */
export function qualityScore(model: QualityModel, text: string): number {
  return 5 * answerOf(model, featuresOf(model, text));
}

/**
 * Keeps the texts that a model scores high, and notes the score in the metadata.
 *
 * @param options.minScore The lowest score that is kept; default 3, FineWeb-Edu's.
 *
 * @example
 * const model = trainQuality([{ text: 'one', score: 5 }, { text: 'two', score: 0 }], { bits: 10 });
 * learnedQuality(model).judge({ id: 'a', text: 'two', metadata: {} }).keep // false
 */
export function learnedQuality(
  model: QualityModel,
  { minScore = 3 }: { readonly minScore?: number } = {},
): Filter {
  return {
    name: 'learned quality',
    judge: (document) => {
      const score = qualityScore(model, document.text);
      if (!(score >= minScore)) return drop('low score', `${score.toFixed(1)}, at least ${minScore}`);
      return keepAs({ ...document, metadata: { ...document.metadata, qualityScore: score } });
    },
  };
}

/** The buckets of a text's words and pairs of words, each once; together they have length 1. */
function featuresOf({ bits, characters }: QualityModel, text: string): Omit<SparseExample, 'target'> {
  const { count, starts, hashes } = currentWords(text.slice(0, characters).toLowerCase());
  const ids = new Int32Array(2 * count);
  let size = 0;
  // Which ids are there, each as one more than itself, in a table at most half full; a Set takes twice the time.
  const seen = new Int32Array(2 ** Math.ceil(Math.log2(4 * count + 2)));
  let before = 0;
  const add = (hash: number) => {
    const id = scattered(hash) >>> (32 - bits);
    let slot = id & (seen.length - 1);
    while (seen[slot] !== 0 && seen[slot] !== id + 1) slot = (slot + 1) & (seen.length - 1);
    if (seen[slot] !== 0) return;
    seen[slot] = id + 1;
    ids[size++] = id;
  };
  for (let at = 0; at < count; at++) {
    const hash = hashBetween(hashes, starts[at]!, starts[at + 1]!);
    add(hash);
    if (at > 0) add(Math.imul(before, 0x5bd1e995) + hash);
    before = hash;
  }
  return { ids: ids.subarray(0, size), value: 1 / Math.sqrt(Math.max(1, size)) };
}

/** The running hash of some characters alone. */
function hashBetween(hashes: Int32Array, start: number, end: number): number {
  let before = start === 0 ? 0 : hashes[start]!;
  for (let at = start; at < end; at++) before = Math.imul(before, hashBase);
  return (hashes[end]! - before) | 0;
}

/** Mixes all bits of a hash into the high ones (the end of MurmurHash3). */
function scattered(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const most = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return most ^ (most >>> 16);
}
