/**
 * Games for two who move in turn and see everything. All of it is plain data: a position never changes, and a move is a
 * number, its place among the game's moves, which is its token too.
 */
import type { Random } from '../../core/random.js';

/** Where a game stands. */
export interface Position {
  /** Made so far, in order; the first player makes the first. */
  readonly moves: readonly number[];
  /** What stands where, row by row from the top: 0 nothing, 1 of the first player, 2 of the second. */
  readonly cells: readonly number[];
  /** What the game is worth to the first player, once it is over: 1 won, 0.5 drawn, 0 lost. */
  readonly score?: number;
}

/** The rules of a game. */
export interface Game {
  readonly name: string;
  /** What the moves are called, by their numbers; a symbol each, for `symbolTokenizer`. */
  readonly moveNames: readonly string[];
  /** Moves of the longest game. */
  readonly longest: number;
  readonly start: Position;
  /** The moves that may be made, in order; none once the game is over. */
  readonly legalMoves: (position: Position) => number[];
  /** The position after a move. @throws {RangeError} If it is not legal. */
  readonly play: (position: Position, move: number) => Position;
  /** The board as text, X for the first player and O for the second. */
  readonly drawn: (position: Position) => string;
}

/** Somebody who plays: a script, a network, a search. */
export interface Player {
  readonly name: string;
  /**
   * Chooses a legal move in each of some positions, none of which is over.
   *
   * @param randoms One for each position.
   */
  readonly choose: (positions: readonly Position[], randoms: readonly Random[]) => readonly number[];
}

/** Whose turn it is: 0 the first player's, 1 the second's. */
export const sideToMove = ({ moves }: Pick<Position, 'moves'>): 0 | 1 => (moves.length % 2 === 0 ? 0 : 1);

/** What a score of the first player is to a side, from -1 (lost) to 1 (won). */
export const outcomeFor = (side: 0 | 1, score: number): number =>
  side === 0 ? 2 * score - 1 : 1 - 2 * score;
