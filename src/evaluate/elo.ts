/**
 * Elo's numbers (The Rating of Chessplayers, 1978): how strong players are, from who beat whom. Base 10 and scale 400 as
 * in chess: 400 points more are ten times the points won.
 */

/**
 * The share of the points that a player may expect, 0 to 1.
 *
 * @param difference How many points it is rated above the other.
 *
 * @example
 * eloExpected(0) // 0.5
 * eloExpected(400) // 10 / 11
 */
export const eloExpected = (difference: number): number => 1 / (1 + 10 ** (-difference / 400));

/**
 * The difference in rating at which a share of the points is what one may expect; infinite at 0 and 1.
 *
 * @throws {RangeError} If the score is no number from 0 to 1.
 *
 * @example
 * eloDifference(10 / 11) // 400
 */
export function eloDifference(score: number): number {
  if (!(score >= 0 && score <= 1))
    throw new RangeError(`Cannot rate: expected a score from 0 to 1, got ${score}`);
  return 400 * Math.log10(score / (1 - score));
}

/** One result: who played whom, and what came of it. */
export interface RatedGame {
  readonly one: string;
  readonly other: string;
  /** Of `one`: 1 won, 0.5 drawn, 0 lost. */
  readonly score: number;
}

/**
 * Ratings as they are kept while games are played: after each one the winner takes points from the loser, the more the
 * less it was expected. They follow players who change, and depend on the order of the games.
 *
 * @param options.k Points that a game moves at most; default 32, as the US Chess Federation long had it.
 * @param options.start What a player has before its first game; default 1,000.
 * @returns By name, in the order in which they first came.
 * @throws {RangeError} If a score is no number from 0 to 1, or somebody plays against himself.
 *
 * @example
 * eloRatings([{ one: 'a', other: 'b', score: 1 }]) // new Map([['a', 1016], ['b', 984]])
 */
export function eloRatings(
  games: readonly RatedGame[],
  { k = 32, start = 1000 }: { readonly k?: number; readonly start?: number } = {},
): Map<string, number> {
  const ratings = new Map<string, number>();
  for (const game of games) {
    checkGame(game);
    const { one, other, score } = game;
    const [mine, theirs] = [ratings.get(one) ?? start, ratings.get(other) ?? start];
    const change = k * (score - eloExpected(mine - theirs));
    ratings.set(one, mine + change).set(other, theirs - change);
  }
  return ratings;
}

/** Throws unless a game can be rated. */
export function checkGame({ one, other, score }: RatedGame): void {
  if (one === other) throw new RangeError(`Cannot rate a game of ${one} against itself`);
  if (!(score >= 0 && score <= 1))
    throw new RangeError(
      `Cannot rate a game of ${one} against ${other}: expected a score from 0 to 1, got ${score}`,
    );
}
