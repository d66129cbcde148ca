/** Perfect play by minimax, for games that are small enough to look at every position once. */
import { type Game, type Position, sideToMove } from './game.js';

/**
 * Makes a function that says what a position is worth to the first player when both play perfectly: 1 won, 0.5 drawn,
 * 0 lost. What it has found out it keeps.
 *
 * @param options.mostPositions It gives up after so many different ones; default 1,000,000. Tic-tac-toe has 5,478.
 * @throws {RangeError} The function made, if it gives up.
 *
 * @example
 * const game = ticTacToe();
 * const worth = solver(game);
 * worth(game.start) // 0.5
 * worth([0, 1, 4].reduce(game.play, game.start)) // 1
 */
export function solver(
  game: Game,
  { mostPositions = 1_000_000 }: { readonly mostPositions?: number } = {},
): (position: Position) => number {
  const known = new Map<string, number>();
  const worth = (position: Position): number => {
    if (position.score !== undefined) return position.score;
    const key = position.cells.join('');
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= mostPositions)
      throw new RangeError(
        `Cannot solve ${game.name}: expected at most ${mostPositions} positions, got more`,
      );
    const best = sideToMove(position) === 0 ? 1 : 0;
    let found = 1 - best;
    for (const move of game.legalMoves(position)) {
      const value = worth(game.play(position, move));
      found = best === 1 ? Math.max(found, value) : Math.min(found, value);
      if (found === best) break;
    }
    known.set(key, found);
    return found;
  };
  return worth;
}
