/** Many games at once, move by move, so that a player decides all its positions together. */
import type { Random } from '../../core/random.js';
import { type Game, type Player, type Position, sideToMove } from './game.js';

/** The two sides of a game, the first player first. */
export type Pairing = readonly [first: Player, second: Player];

/** A game that was played to its end. */
export interface PlayedGame {
  readonly players: Pairing;
  /** From the start to the end: one more than there were moves. */
  readonly positions: readonly Position[];
  readonly moves: readonly number[];
  /** Moves at the beginning that were drawn at random, and that no player chose. */
  readonly opening: number;
  /** Of the first player: 1 won, 0.5 drawn, 0 lost. */
  readonly score: number;
}

/** How games begin. */
export interface PlayOptions {
  /**
   * Up to so many moves are drawn at random before the players begin, how many being drawn too; fewer where they end the
   * game. Players who always open alike then come to see other positions as well. Default 0.
   */
  readonly openingMoves?: number;
}

/**
 * Plays games side by side: at each move a player is asked once, about all games in which it is its turn. Each game has
 * random numbers of its own, so none depends on what else is played.
 *
 * @param pairings Who plays each game; a player may sit at many boards, and on both sides.
 * @returns The games, in the order of the pairings.
 * @throws {RangeError} If a player gives no legal move, or a position that is not over has none.
 *
 * @example
 * const game = ticTacToe();
 * const player = scriptedPlayer(game, { name: 'random' });
 * const played = playGames(game, [[player, player], [player, player]], createRandom(1));
 * played.every(({ moves, positions }) => positions.length === moves.length + 1) // true
 */
export function playGames(
  game: Game,
  pairings: readonly Pairing[],
  random: Random,
  { openingMoves = 0 }: PlayOptions = {},
): PlayedGame[] {
  if (!(Number.isInteger(openingMoves) && openingMoves >= 0))
    throw new RangeError(`Cannot play ${game.name}: expected 0 opening moves or more, got ${openingMoves}`);
  const randoms = random.split(pairings.length);
  const boards = pairings.map((players, nth) => {
    const positions = openingOf(game, openingMoves, randoms[nth]!);
    return { players, positions, opening: positions.length - 1, random: randoms[nth]! };
  });
  let going = boards.filter((board) => last(board).score === undefined);
  while (going.length > 0) {
    for (const [player, asked] of byPlayer(going)) {
      const positions = asked.map(last);
      for (const position of positions) checkGoesOn(game, position);
      const chosen = player.choose(
        positions,
        asked.map(({ random }) => random),
      );
      for (const [place, board] of asked.entries()) {
        const move = chosen[place];
        if (!game.legalMoves(positions[place]!).includes(move!))
          throw new RangeError(illegalChoice(game, player, positions[place]!, move));
        board.positions.push(game.play(positions[place]!, move!));
      }
    }
    going = going.filter((board) => last(board).score === undefined);
  }
  return boards.map((board) => {
    const { players, positions, opening } = board;
    return { players, positions, moves: last(board).moves, opening, score: last(board).score! };
  });
}

/** The positions of an opening, the start among them; it does not end the game. */
function openingOf(game: Game, most: number, random: Random): Position[] {
  const positions = [{ ...game.start }]; // its own, so that games can be told apart
  for (let left = most === 0 ? 0 : random.integer(most + 1); left > 0; left--) {
    const legal = game.legalMoves(positions.at(-1)!);
    const next = legal.length > 0 ? game.play(positions.at(-1)!, random.pick(legal)) : undefined;
    if (!next || next.score !== undefined) break;
    positions.push(next);
  }
  return positions;
}

interface Board {
  readonly players: Pairing;
  readonly positions: Position[];
  readonly random: Random;
}

const last = ({ positions }: Pick<Board, 'positions'>): Position => positions.at(-1)!;

/** The boards at which each player has to move. */
function byPlayer<B extends Board>(boards: readonly B[]): Map<Player, B[]> {
  const asked = new Map<Player, B[]>();
  for (const board of boards) {
    const player = board.players[sideToMove(last(board))];
    const own = asked.get(player);
    if (own) own.push(board);
    else asked.set(player, [board]);
  }
  return asked;
}

/** Throws where a game is stuck: its rules end it nowhere, and let nobody move. */
function checkGoesOn(game: Game, position: Position): void {
  const { length } = position.moves;
  if (game.legalMoves(position).length === 0)
    throw new RangeError(`Cannot play ${game.name}: after ${length} moves none is legal, and it is not over`);
  if (length >= game.longest)
    throw new RangeError(`Cannot play ${game.name}: expected an end after ${game.longest} moves, got none`);
}

function illegalChoice(game: Game, { name }: Player, position: Position, move: number | undefined): string {
  const nameOf = (one: number | undefined) => game.moveNames[one ?? -1] ?? String(one);
  const legal = game.legalMoves(position).map(nameOf).join(', ');
  return `Cannot play ${game.name}: ${name} chose ${nameOf(move)} as move ${position.moves.length + 1}, expected one of ${legal}`;
}

/** What came of a match, for the one who is named first. */
export interface MatchResult {
  readonly wins: number;
  readonly draws: number;
  readonly losses: number;
  /** Share of the points, a draw being half of one, from 0 to 1. */
  readonly score: number;
  /** The same of the games in which it moved first, and of the others. */
  readonly asFirst: number;
  readonly asSecond: number;
  readonly games: readonly PlayedGame[];
}

/**
 * Plays a match: every other game has the sides changed.
 *
 * @param options.games Even, so that each moves first as often.
 * @throws {RangeError} If the number of games is not an even one above 0, or as `playGames`.
 *
 * @example
 * const game = ticTacToe();
 * const [one, other] = ['one', 'other'].map((name) => scriptedPlayer(game, { name }));
 * const { wins, draws, losses } = playMatch(game, one, other, { games: 10, random: createRandom(1) });
 * wins + draws + losses // 10
 */
export function playMatch(
  game: Game,
  one: Player,
  other: Player,
  { games: count, random }: { readonly games: number; readonly random: Random },
): MatchResult {
  if (!(Number.isInteger(count) && count >= 2 && count % 2 === 0))
    throw new RangeError(`Cannot play a match: expected an even number of games, got ${count}`);
  const pairings = Array.from(
    { length: count },
    (_, nth): Pairing => (nth % 2 === 0 ? [one, other] : [other, one]),
  );
  const games = playGames(game, pairings, random);
  const points = games.map(({ score }, nth) => (nth % 2 === 0 ? score : 1 - score));
  const countOf = (point: number) => points.filter((one) => one === point).length;
  const share = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;
  return {
    wins: countOf(1),
    draws: countOf(0.5),
    losses: countOf(0),
    score: share(points),
    asFirst: share(points.filter((_, nth) => nth % 2 === 0)),
    asSecond: share(points.filter((_, nth) => nth % 2 === 1)),
    games,
  };
}
