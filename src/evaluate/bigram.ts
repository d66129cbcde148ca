/**
 * The model to beat: it looks at one token and knows how often each other token followed it.
 *
 * Counts alone would give an unseen pair probability zero. Here the pair's count is mixed with how often the token
 * occurs at all, and that with a uniform floor, by the rule of Witten and Bell (1991) in its general form: a token
 * that was seen often, with few different followers, trusts its own counts more. The one constant is tuned on a
 * part of the training data that was not counted, never on validation data.
 */
import type { Batch } from '../train/loss.js';

/** A row of token ids. */
type Ids = ArrayLike<number>;

/** A trained bigram model. */
export interface BigramModel {
  /** p(next | previous), above 0 and adding up to 1 over `next`. */
  readonly probability: (previous: number, next: number) => number;
  /** Mean of -log p of the batches' targets, each after its input, in nats per token; as `evaluateLoss` of a GPT. */
  readonly loss: (batches: Iterable<Batch>) => number;
  /** The smoothing constant that was chosen. */
  readonly trust: number;
}

/**
 * Counts pairs and smooths the counts.
 *
 * @param ids The training stream; the last tenth chooses the smoothing, then all of it is counted.
 * @param vocabSize How many ids there are.
 * @throws {RangeError} If there are fewer than 20 ids.
 *
 * @example
 * const ids = Array.from({ length: 100 }, (_, nth) => nth % 2);
 * const { probability } = bigramModel(ids, 2);
 * probability(0, 1) > 0.99 // true
 * probability(0, 0) + probability(0, 1) // 1
 */
export function bigramModel(ids: Ids, vocabSize: number): BigramModel {
  if (ids.length < 20)
    throw new RangeError(`Cannot train a bigram model: expected 20 ids, got ${ids.length}`);
  const cut = Math.floor(ids.length * 0.9);
  const part = countPairs(ids, { vocabSize, from: 0, to: cut });
  const losses = trusts.map((trust) => lossOver(smoothed(part, trust), ids, cut));
  const trust = trusts[losses.indexOf(Math.min(...losses))]!;
  const probability = smoothed(countPairs(ids, { vocabSize, from: 0, to: ids.length }), trust);
  return { probability, trust, loss: (batches) => batchesLoss(probability, batches) };
}

/** How many virtual tokens each different follower is worth; Witten and Bell's own rule is 1. */
const trusts = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];

interface Counts {
  readonly vocabSize: number;
  readonly pairs: ReadonlyMap<number, number>;
  readonly single: Float64Array;
  /** Pairs that start with a token, and how many different ones. */
  readonly starts: Float64Array;
  readonly followers: Float64Array;
  readonly total: number;
}

function countPairs(
  ids: Ids,
  { vocabSize, from, to }: { readonly vocabSize: number; readonly from: number; readonly to: number },
): Counts {
  const pairs = new Map<number, number>();
  const [single, starts, followers] = [0, 0, 0].map(() => new Float64Array(vocabSize)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let at = from; at < to; at++) {
    const id = ids[at]!;
    single[id]!++;
    if (at === from) continue;
    const previous = ids[at - 1]!;
    const key = previous * vocabSize + id;
    const seen = pairs.get(key) ?? 0;
    pairs.set(key, seen + 1);
    starts[previous]!++;
    if (seen === 0) followers[previous]!++;
  }
  return { vocabSize, pairs, single, starts, followers, total: to - from };
}

function smoothed({ vocabSize, pairs, single, starts, followers, total }: Counts, trust: number) {
  const alone = (next: number) => (single[next]! + 1) / (total + vocabSize); // one virtual token each
  return (previous: number, next: number): number => {
    const virtual = Math.max(trust * followers[previous]!, 1e-9);
    const seen = pairs.get(previous * vocabSize + next) ?? 0;
    return (seen + virtual * alone(next)) / (starts[previous]! + virtual);
  };
}

function lossOver(probability: BigramModel['probability'], ids: Ids, from: number): number {
  let nats = 0;
  for (let at = from + 1; at < ids.length; at++) nats -= Math.log(probability(ids[at - 1]!, ids[at]!));
  return nats / (ids.length - from - 1);
}

function batchesLoss(probability: BigramModel['probability'], batches: Iterable<Batch>): number {
  let [nats, tokens] = [0, 0];
  for (const { inputs, targets } of batches) {
    for (let at = 0; at < targets.length; at++) {
      if (targets[at]! < 0) continue; // does not count
      nats -= Math.log(probability(inputs[at]!, targets[at]!));
      tokens++;
    }
  }
  return nats / tokens;
}
