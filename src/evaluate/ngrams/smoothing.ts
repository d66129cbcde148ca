/**
 * How counts become probabilities. Each n-gram that was seen keeps a part and passes a part on: to the n-grams one
 * token shorter, which do the same, down to one equal share for every token. A context that never came passes
 * everything on.
 */
import type { NgramCounts, NgramLevel } from './counts.js';
import { countsOfCounts, type Discounts, estimateDiscounts } from './discounts.js';

/** What the n-grams of one length say, once smoothed. */
export interface SmoothedLevel {
  /** The number of an n-gram by its context and its last token; -1 if it never came. */
  readonly find: NgramLevel['find'];
  /** What an n-gram keeps, by its number. */
  readonly kept: (nth: number) => number;
  /** What the n-grams of a context pass on together, [contexts]. */
  readonly passedOn: Float64Array;
  /** What they keep and pass on, [contexts]. */
  readonly totals: Float64Array;
  /** With Kneser-Ney alone. */
  readonly discounts?: Discounts;
}

/**
 * Interpolated modified Kneser-Ney (Chen and Goodman 1998): an n-gram passes a discount on and keeps the rest of its
 * count. One that is shorter than the longest counts as often as different tokens come before it: "Francisco" has one
 * such token, however often it stands in the text.
 *
 * @param discount One for every count, as in the rule's first form (Kneser and Ney 1995); default three for each length,
 *   by `estimateDiscounts`.
 */
export function kneserNey({ levels }: NgramCounts, order: number, discount?: number): SmoothedLevel[] {
  return levels.slice(0, order).map((level, nth) => {
    const counts = nth + 1 === order ? level.counts : level.continuations;
    const discounts: Discounts =
      discount === undefined ? estimateDiscounts(countsOfCounts(counts)) : [discount, discount, discount];
    const passed = (count: number) => discounts[Math.min(count, 3) - 1]!;
    const rule = { counts, passed, kept: (count: number) => count - passed(count) };
    return { ...smoothed(level, levels[nth - 1]?.size ?? 1, rule), discounts };
  });
}

/** Interpolated Witten-Bell (Witten and Bell 1991): an n-gram keeps its count and passes on one more. */
export function wittenBell({ levels }: NgramCounts, order: number): SmoothedLevel[] {
  return levels.slice(0, order).map((level, nth) => {
    const rule = { counts: level.counts, passed: () => 1, kept: (count: number) => count };
    return smoothed(level, levels[nth - 1]?.size ?? 1, rule);
  });
}

/** What is done with a count of 1 or more. */
interface Rule {
  readonly counts: Uint32Array;
  readonly kept: (count: number) => number;
  readonly passed: (count: number) => number;
}

function smoothed(level: NgramLevel, contexts: number, { counts, kept, passed }: Rule): SmoothedLevel {
  const [passedOn, totals] = [new Float64Array(contexts), new Float64Array(contexts)];
  for (let nth = 0; nth < level.size; nth++) {
    const count = counts[nth]!;
    if (count === 0) continue;
    const context = level.parent(nth);
    passedOn[context]! += passed(count);
    totals[context]! += kept(count) + passed(count);
  }
  return {
    find: level.find,
    kept: (nth) => (counts[nth] === 0 ? 0 : kept(counts[nth]!)),
    passedOn,
    totals,
  };
}
