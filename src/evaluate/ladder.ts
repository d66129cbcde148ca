/**
 * Ratings that explain all games at once, whatever their order (Bradley and Terry 1952, in Elo's points): those under
 * which each player could expect just the points that it has.
 */
import type { Random } from '../core/random.js';
import { checkGame, eloExpected, type RatedGame } from './elo.js';

/** How a ladder is fitted. */
export interface LadderOptions {
  /** Ratings that are given: the rungs. Default none; then the mean of all is 0. */
  readonly anchors?: Readonly<Record<string, number>>;
  /**
   * Drawn games that each two who met are given beside their own; default 1. Without any, who has won or lost all
   * games would have no finite rating. BayesElo (Coulom 2005) has 2.
   */
  readonly priorDraws?: number;
  /** Draws the games anew, for the error bars; without it there are none. */
  readonly random?: Random;
  /** So many times; default 200. */
  readonly resamples?: number;
}

/** Where a player stands. */
export interface LadderRow {
  readonly name: string;
  readonly rating: number;
  /** Ends of the interval that holds 95 % of the ratings from games drawn anew; the rating itself without `random`. */
  readonly low: number;
  readonly high: number;
  readonly games: number;
}

/**
 * Rates players from games, with error bars: the games of each two players are drawn again, with replacement, and
 * rated again (a bootstrap).
 *
 * @returns Best first.
 * @throws {RangeError} If there are no games, a score is no number from 0 to 1, or an anchor has not played.
 *
 * @example
 * const games = Array.from({ length: 40 }, (_, nth) => ({ one: 'a', other: 'b', score: nth < 30 ? 1 : 0 }));
 * const [best] = eloLadder(games, { anchors: { b: 1000 }, priorDraws: 0 });
 * [best.name, best.rating] // ['a', 1000 + 400 * Math.log10(3)]
 */
export function eloLadder(games: readonly RatedGame[], options: LadderOptions = {}): LadderRow[] {
  const { anchors = {}, random, resamples = 200 } = options;
  for (const game of games) checkGame(game);
  const names = [...new Set(games.flatMap(({ one, other }) => [one, other]))];
  const stranger = Object.keys(anchors).find((name) => !names.includes(name));
  if (games.length === 0 || stranger !== undefined)
    throw new RangeError(
      `Cannot rate: expected games${stranger === undefined ? '' : ` of ${stranger}`}, got none`,
    );
  const pairs = pairsOf(games, names);
  const fitted = fit(pairs, names, options);
  const again = random
    ? Array.from({ length: resamples }, () =>
        fit(
          pairs.map((pair) => drawnAnew(pair, random)),
          names,
          options,
        ),
      )
    : [fitted];
  return names
    .map((name, nth) => {
      const ratings = again.map((one) => one[nth]!).sort((a, b) => a - b);
      const at = (share: number) => ratings[Math.round(share * (ratings.length - 1))]!;
      const count = games.filter(({ one, other }) => one === name || other === name).length;
      return { name, rating: fitted[nth]!, low: at(0.025), high: at(0.975), games: count };
    })
    .sort((a, b) => b.rating - a.rating);
}

/** The games of two players, by their places in the list of names. */
interface Pair {
  readonly one: number;
  readonly other: number;
  /** Of `one`, a game each. */
  readonly scores: readonly number[];
}

function pairsOf(games: readonly RatedGame[], names: readonly string[]): Pair[] {
  const places = new Map(names.map((name, nth) => [name, nth]));
  const found = new Map<string, { one: number; other: number; scores: number[] }>();
  for (const game of games) {
    const [a, b] = [places.get(game.one)!, places.get(game.other)!];
    const [one, other, score] = a < b ? [a, b, game.score] : [b, a, 1 - game.score];
    const pair = found.get(`${one} ${other}`) ?? { one, other, scores: [] };
    pair.scores.push(score);
    found.set(`${one} ${other}`, pair);
  }
  return [...found.values()];
}

const drawnAnew = ({ one, other, scores }: Pair, random: Random): Pair => ({
  one,
  other,
  scores: scores.map(() => random.pick(scores)),
});

const [mostRounds, closeEnough, longestStep] = [1000, 1e-7, 400];
const slope = Math.log(10) / 400; // of the expected score's logit, in each point

/** The likeliest ratings, by Newton's method for one player after the other. */
function fit(
  pairs: readonly Pair[],
  names: readonly string[],
  { anchors = {}, priorDraws = 1 }: LadderOptions,
): number[] {
  const ratings = names.map((name) => anchors[name] ?? 0);
  const free = [...names.keys()].filter((nth) => anchors[names[nth]!] === undefined);
  const isAnchored = free.length < names.length;
  const sums = pairs.map(({ one, other, scores }) => {
    const points = scores.reduce((sum, score) => sum + score, 0) + priorDraws / 2;
    return { one, other, points, count: scores.length + priorDraws };
  });
  for (let round = 0; round < mostRounds; round++) {
    let moved = 0;
    for (const nth of free) {
      let [missing, curvature] = [0, 0];
      for (const { one, other, points, count } of sums) {
        if (one !== nth && other !== nth) continue;
        const expected = eloExpected(ratings[one]! - ratings[other]!);
        missing += (one === nth ? 1 : -1) * (points - count * expected);
        curvature += count * expected * (1 - expected);
      }
      const step = missing / Math.max(curvature * slope, Number.MIN_VALUE);
      const bounded = Math.max(-longestStep, Math.min(longestStep, step));
      ratings[nth]! += bounded;
      moved = Math.max(moved, Math.abs(bounded));
    }
    if (moved < closeEnough) break;
  }
  if (isAnchored) return ratings;
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return ratings.map((rating) => rating - mean);
}
