/**
 * The models to beat: tables of what followed each row of tokens in a text, smoothed so that what was not seen is
 * possible too. They learn in one pass, know nothing but the last few tokens, and are hard to beat with little text.
 */
import type { Batch } from '../../train/loss.js';
import type { Ids, NgramCounts } from './counts.js';
import type { Discounts } from './discounts.js';
import { kneserNey, type SmoothedLevel, wittenBell } from './smoothing.js';

/** Which model is made of the counts. */
export interface NgramModelOptions {
  /** Tokens that it looks at, the one to guess included: 1 to the order of the counts, the default. */
  readonly order?: number;
  /** Default `kneserNey`, the better one on words; with few different tokens, as letters, try both. */
  readonly smoothing?: 'kneserNey' | 'wittenBell';
  /** Kneser-Ney with one discount for every count, above 0 and at most 1; default three, estimated for each length. */
  readonly discount?: number;
}

/** A trained n-gram model. */
export interface NgramModel {
  readonly order: number;
  /** p(next | context), above 0 and adding up to 1 over `next`; of the context the last `order - 1` tokens count. */
  readonly probability: (context: Ids, next: number) => number;
  /**
   * Mean of -log p of the batches' targets, in nats per token, as `evaluateLoss` of a GPT: the context of each is what
   * stands before it in its window.
   */
  readonly loss: (batches: Iterable<Batch>) => number;
  /** The same of every token of a text after the first, each with all the context that the order allows. */
  readonly streamLoss: (ids: Ids) => number;
  /** Of each length from 1 up; none with Witten-Bell. */
  readonly discounts: readonly Discounts[];
}

/**
 * Makes a model of the n-grams of a text: interpolated modified Kneser-Ney (Chen and Goodman 1998) or interpolated
 * Witten-Bell (Witten and Bell 1991). Both end at the same probability for every token of the vocabulary.
 *
 * @param counts From `countNgrams`; many models may be made of one count.
 * @throws {RangeError} If the order is not one of the counts', or the discount is out of range.
 *
 * @example
 * const ids = Array.from({ length: 100 }, (_, nth) => nth % 3);
 * const counts = countNgrams(ids, { vocabSize: 4, order: 3 });
 * const model = ngramModel(counts, { smoothing: 'wittenBell' });
 * const after = [0, 1, 2, 3].map((next) => model.probability([0, 1], next));
 * after[2] > 0.9 // true
 * after.reduce((sum, share) => sum + share, 0) // 1
 * model.streamLoss(ids) < ngramModel(counts, { order: 1 }).streamLoss(ids) // true
 */
export function ngramModel(
  counts: NgramCounts,
  { order = counts.order, smoothing = 'kneserNey', discount }: NgramModelOptions = {},
): NgramModel {
  if (!(Number.isInteger(order) && order >= 1 && order <= counts.order))
    throw new RangeError(
      `Cannot make an n-gram model: expected an order from 1 to ${counts.order}, got ${order}`,
    );
  if (discount !== undefined && !(discount > 0 && discount <= 1))
    throw new RangeError(
      `Cannot make an n-gram model: expected a discount above 0 and at most 1, got ${discount}`,
    );
  const levels = smoothing === 'kneserNey' ? kneserNey(counts, order, discount) : wittenBell(counts, order);
  const probability = (context: Context, next: number) =>
    probabilityAfter(levels, counts.vocabSize, context, next);
  return {
    order,
    probability: (ids, next) => probability({ ids, from: 0, end: ids.length }, next),
    loss: (batches) => meanSurprise(inWindows(batches), probability),
    streamLoss: (ids) => meanSurprise(inStream(ids), probability),
    discounts: levels.flatMap(({ discounts }) => (discounts ? [discounts] : [])),
  };
}

/** The tokens of a text from `from` up to `end`, without it. */
interface Context {
  readonly ids: Ids;
  readonly from: number;
  readonly end: number;
}

/** From one equal share for all up to the longest context that came in the text. */
function probabilityAfter(
  levels: readonly SmoothedLevel[],
  vocabSize: number,
  { ids, from, end }: Context,
  next: number,
): number {
  const start = Math.max(from, end - levels.length + 1);
  for (let at = start; at < end; at++) checkId(ids[at]!, vocabSize);
  checkId(next, vocabSize);
  let probability = 1 / vocabSize;
  for (let length = 0; end - length >= start; length++) {
    let context = 0;
    for (let at = end - length; at < end && context >= 0; at++)
      context = levels[at - end + length]!.find(context, ids[at]!);
    if (context < 0) break; // it never came, and no longer one either
    const { find, kept, passedOn, totals } = levels[length]!;
    if (totals[context] === 0) break; // it came at the very end alone
    const nth = find(context, next);
    probability = ((nth < 0 ? 0 : kept(nth)) + passedOn[context]! * probability) / totals[context]!;
  }
  return probability;
}

/** A token to guess. */
interface Guess {
  readonly context: Context;
  readonly next: number;
}

function* inWindows(batches: Iterable<Batch>): Generator<Guess> {
  for (const { inputs, targets, length } of batches) {
    for (let at = 0; at < targets.length; at++) {
      const next = targets[at]!;
      const context = { ids: inputs, from: at - (at % length), end: at + 1 };
      if (next >= 0) yield { context, next }; // else it does not count
    }
  }
}

function* inStream(ids: Ids): Generator<Guess> {
  for (let end = 1; end < ids.length; end++) yield { context: { ids, from: 0, end }, next: ids[end]! };
}

function meanSurprise(guesses: Iterable<Guess>, probability: (context: Context, next: number) => number) {
  let [nats, tokens] = [0, 0];
  for (const { context, next } of guesses) {
    nats -= Math.log(probability(context, next));
    tokens++;
  }
  if (tokens === 0) throw new RangeError('Cannot evaluate the loss: no token counts');
  return nats / tokens;
}

function checkId(id: number, vocabSize: number): void {
  if (Number.isInteger(id) && id >= 0 && id < vocabSize) return;
  throw new RangeError(`Cannot look up an n-gram: expected ids from 0 to ${vocabSize - 1}, got ${id}`);
}
