/** Monte Carlo tree search with a judge of positions, for many positions side by side. */
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import type { Game, Player, Position } from '../../tasks/games/game.js';
import { type Judgement, judgePositions, legalMoves } from './gameModel.js';
import { checkTemperature, drawMove } from './networkPlayer.js';
import {
  addNoise,
  backUp,
  type Descent,
  descend,
  endValue,
  type RootNoise,
  type TreeNode,
  treeNode,
} from './tree.js';

/** How far a search looks. */
export interface SearchOptions {
  /** Ways down the tree, for each position. */
  readonly simulations: number;
  /** Weight of the prior against what was found; default 1.25, as AlphaZero's for small trees. */
  readonly exploration?: number;
  /** Mixed into the priors of the positions themselves; default none. */
  readonly noise?: RootNoise;
}

/** What a search found out about a position. */
export interface Searched {
  /** How often each move was tried, [A]; they add up to the simulations. */
  readonly visits: Float64Array;
  /** What the position is worth to the one who is to move, on the mean of what was found, from -1 to 1. */
  readonly value: number;
}

/**
 * Searches from several positions at once: each simulation goes down every tree, and the leaves are judged together, so
 * that a network has one large batch instead of many small ones.
 *
 * @param judge Says of positions that are not over what it thinks of them.
 * @param options.randoms One for each position; needed for noise alone.
 * @throws {RangeError} If a position has no legal move, or a number is out of range.
 *
 * @example
 * const game = ticTacToe();
 * const judge = (positions) => positions.map(() => ({ policy: new Float32Array(9).fill(1 / 9), value: 0 }));
 * const position = ['a3', 'a2', 'b3', 'b2'].map((name) => game.moveNames.indexOf(name)).reduce(game.play, game.start);
 * game.drawn(position) // 'X X .\nO O .\n. . .'
 * const [{ visits, value }] = treeSearch(game, [position], judge, { simulations: 50 });
 * [visits.indexOf(Math.max(...visits)), value > 0.5] // [2, true]
 */
export function treeSearch(
  game: Game,
  positions: readonly Position[],
  judge: (positions: readonly Position[]) => readonly Judgement[],
  {
    simulations,
    exploration = 1.25,
    noise,
    randoms,
  }: SearchOptions & { readonly randoms?: readonly Random[] },
): Searched[] {
  checkSearch({ simulations, exploration, ...(noise && { noise }) });
  for (const position of positions) legalMoves(game, position);
  const judged = judge(positions);
  const roots = positions.map((position, nth) => treeNode(game, position, judged[nth]!));
  if (noise) for (const [nth, root] of roots.entries()) addNoise(root, noise, randoms![nth]!);
  for (let nth = 0; nth < simulations; nth++) {
    const open: Descent[] = [];
    for (const root of roots) {
      const descent = descend(game, root, exploration);
      if (descent.leaf.score === undefined) open.push(descent);
      else backUp(descent, endValue(descent.leaf));
    }
    if (open.length === 0) continue;
    const found = judge(open.map(({ leaf }) => leaf));
    for (const [nth, descent] of open.entries())
      backUp(descent, found[nth]!.value, treeNode(game, descent.leaf, found[nth]!));
  }
  return roots.map((root) => summary(game, root));
}

function summary(game: Game, { moves, visits, totals }: TreeNode): Searched {
  const all = new Float64Array(game.moveNames.length);
  let [count, total] = [0, 0];
  for (const [nth, move] of moves.entries()) {
    all[move] = visits[nth]!;
    count += visits[nth]!;
    total += totals[nth]!;
  }
  return { visits: all, value: total / count };
}

function checkSearch({ simulations, exploration, noise }: SearchOptions): void {
  const check = (holds: boolean, what: string, got: unknown) => {
    if (!holds) throw new RangeError(`Cannot search: expected ${what}, got ${got}`);
  };
  check(Number.isInteger(simulations) && simulations >= 1, '1 simulation or more', simulations);
  check(exploration! >= 0 && exploration! < Infinity, 'exploration of 0 or more', exploration);
  if (!noise) return;
  check(noise.alpha > 0 && noise.alpha < Infinity, 'noise with an alpha above 0', noise.alpha);
  check(noise.share >= 0 && noise.share <= 1, 'noise with a share from 0 to 1', noise.share);
}

/**
 * A player that searches with a model's policy and value before each move.
 *
 * @param options.temperature 0, the default, makes the move that was tried most often; 1 draws in proportion to the tries.
 * @throws {RangeError} If the temperature is below 0 or no number; `choose` as `treeSearch`.
 *
 * @example
 * const game = ticTacToe();
 * const model = createGameModel(game, createRandom(1), { nEmbd: 8 });
 * const player = searchPlayer(model, game, { name: 'search', simulations: 50 });
 * player.choose([[0, 3, 1, 4].reduce(game.play, game.start)], [createRandom(1)]) // [2]
 * disposeParams(model);
 */
export function searchPlayer(
  params: GptParams,
  game: Game,
  {
    name,
    temperature = 0,
    ...options
  }: SearchOptions & { readonly name: string; readonly temperature?: number },
): Player {
  checkTemperature(temperature);
  const judge = (positions: readonly Position[]) => judgePositions(params, game, positions);
  return {
    name,
    choose: (positions, randoms) =>
      treeSearch(game, positions, judge, { ...options, randoms }).map(({ visits }, nth) =>
        drawMove(visits, temperature, randoms[nth]!),
      ),
  };
}
