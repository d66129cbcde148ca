/** The leaderboard of an arena: Bradley-Terry ratings of all battles at once, as FastChat and its successor fit them. */
import type { Random } from '../../core/random.js';
import { eloLadder, type LadderRow } from '../ladder.js';
import { type Battle, battleGames } from './battle.js';

/** How an arena rates. */
export interface ArenaRatingOptions {
  /** What the ratings of all models are on average; default 1,000, as FastChat has it. */
  readonly mean?: number;
  /** Tied battles that each two who met are given beside their own; default 0, as FastChat has it. */
  readonly priorDraws?: number;
  /** Draws the battles anew, for the error bars; without it there are none. */
  readonly random?: Random;
  /** So many times; default 100, as FastChat has it. */
  readonly resamples?: number;
}

/**
 * The likeliest ratings by all battles, a tie and `both bad` being half a win for each, with the interval that holds 95 %
 * of the ratings from battles drawn anew.
 *
 * @returns Best first.
 * @throws {RangeError} If there are no battles, or if without a prior draw some models would be infinitely better than the
 *   rest: they have lost no point to them, or never met them.
 *
 * @example
 * const winners = ['one', 'one', 'one', 'other'] as const;
 * const [best] = arenaRatings(winners.map((winner) => ({ one: 'a', other: 'b', winner })));
 * [best.name, best.rating] // ['a', 1000 + 200 * Math.log10(3)]
 */
export function arenaRatings(
  battles: readonly Battle[],
  { mean = 1000, priorDraws = 0, random, resamples = 100 }: ArenaRatingOptions = {},
): LadderRow[] {
  if (priorDraws === 0) checkRateable(battles);
  const rows = eloLadder(battleGames(battles), { priorDraws, resamples, ...(random && { random }) });
  return rows.map((row) => ({
    ...row,
    rating: row.rating + mean,
    low: row.low + mean,
    high: row.high + mean,
  }));
}

/** Throws unless each model has, through others perhaps, taken a point from each: then all likeliest ratings are finite. */
function checkRateable(battles: readonly Battle[]): void {
  const beaten = new Map<string, Set<string>>();
  const takes = (one: string, other: string) => beaten.set(one, (beaten.get(one) ?? new Set()).add(other));
  for (const { one, other, score } of battleGames(battles)) {
    if (score > 0) takes(one, other);
    if (score < 1) takes(other, one);
  }
  const names = [...new Set(battles.flatMap(({ one, other }) => [one, other]))];
  for (const name of names) {
    const reached = new Set([name]);
    for (const next of reached) for (const other of beaten.get(next) ?? []) reached.add(other);
    const missed = names.find((other) => !reached.has(other));
    if (missed !== undefined)
      throw new RangeError(
        `Cannot rate ${name} against ${missed}: expected points on both sides, got none for ${name} or those it beat; give priorDraws`,
      );
  }
}
