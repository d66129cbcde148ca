/** Players that follow a rule: teachers with a blind spot, and the rungs of a ladder. */
import type { Random } from '../../core/random.js';
import { type Game, outcomeFor, type Player, type Position, sideToMove } from './game.js';
import { solver } from './solve.js';

/** What a scripted player looks for; where it finds nothing, each legal move is as likely. */
export interface ScriptOptions {
  readonly name: string;
  /** Whether it makes a move that wins at once; default false. */
  readonly wins?: boolean;
  /** Whether it avoids moves after which the other wins at once; default false. */
  readonly blocks?: boolean;
}

/**
 * A player that looks one or two moves ahead. With `wins` alone it never sees what the other threatens, which is the
 * blind spot of a teacher; with neither it plays at random.
 *
 * @example
 * const game = ticTacToe();
 * const threatened = [0, 4, 1].reduce(game.play, game.start);
 * game.drawn(threatened) // 'X X .\n. O .\n. . .'
 * const guard = scriptedPlayer(game, { name: 'guard', wins: true, blocks: true });
 * guard.choose([threatened], [createRandom(1)]) // [2]
 */
export function scriptedPlayer(game: Game, { name, wins = false, blocks = false }: ScriptOptions): Player {
  return playerOf(name, (position) => {
    const winning = wins ? winningMoves(game, position) : [];
    if (winning.length > 0) return winning;
    const legal = game.legalMoves(position);
    const safe = blocks ? safeMoves(game, position) : [];
    return safe.length > 0 ? safe : legal;
  });
}

/**
 * A player that cannot be beaten more than the rules allow: each move that keeps what the position is worth is as
 * likely. For small games; see `solver`.
 *
 * @example
 * const game = ticTacToe();
 * const other = scriptedPlayer(game, { name: 'random' });
 * playMatch(game, perfectPlayer(game), other, { games: 20, random: createRandom(1) }).losses // 0
 */
export function perfectPlayer(game: Game, { name = 'perfect' }: { readonly name?: string } = {}): Player {
  const worth = solver(game);
  return playerOf(name, (position) => {
    const side = sideToMove(position);
    const moves = game.legalMoves(position);
    const values = moves.map((move) => outcomeFor(side, worth(game.play(position, move))));
    const best = Math.max(...values);
    return moves.filter((_, nth) => values[nth] === best);
  });
}

/** A player that draws among moves that it holds for equally good. */
function playerOf(name: string, goodMoves: (position: Position) => readonly number[]): Player {
  const choose = (positions: readonly Position[], randoms: readonly Random[]) =>
    positions.map((position, nth) => randoms[nth]!.pick(goodMoves(position)));
  return { name, choose };
}

/**
 * The moves that win at once.
 *
 * @example
 * const game = ticTacToe();
 * winningMoves(game, [0, 3, 1, 4].reduce(game.play, game.start)) // [2]
 */
export function winningMoves(game: Game, position: Position): number[] {
  const side = sideToMove(position);
  return game.legalMoves(position).filter((move) => {
    const { score } = game.play(position, move);
    return score !== undefined && outcomeFor(side, score) === 1;
  });
}

/**
 * The moves after which the other does not win at once.
 *
 * @example
 * const game = ticTacToe();
 * safeMoves(game, [0, 4, 1].reduce(game.play, game.start)) // [2]
 */
export const safeMoves = (game: Game, position: Position): number[] =>
  game.legalMoves(position).filter((move) => winningMoves(game, game.play(position, move)).length === 0);
