/**
 * The tree of AlphaGo Zero (Silver et al. 2017): which moves were tried how often, and what came of them. Pure data and
 * rules; who judges the leaves is the business of `treeSearch`.
 */
import type { Random } from '../../core/random.js';
import { type Game, outcomeFor, type Position, sideToMove } from '../../tasks/games/game.js';
import type { Judgement } from './gameModel.js';

/** A position that was judged, and its moves. */
export interface TreeNode {
  readonly position: Position;
  readonly moves: readonly number[];
  /** How likely the judge held each move, in the order of `moves`. */
  readonly priors: Float64Array;
  /** How often each was tried. */
  readonly visits: Float64Array;
  /** What came of it, added up, from -1 to 1 each, for the one who moves here. */
  readonly totals: Float64Array;
  readonly children: (TreeNode | undefined)[];
}

/** A step down: the move that was tried, by its place. */
export interface TreeStep {
  readonly node: TreeNode;
  readonly choice: number;
}

/** A way down to a position that has not been judged, or is over. */
export interface Descent {
  readonly steps: readonly TreeStep[];
  readonly leaf: Position;
}

/** Makes a node of a position that was judged. */
export function treeNode(game: Game, position: Position, { policy }: Judgement): TreeNode {
  const moves = game.legalMoves(position);
  return {
    position,
    moves,
    priors: Float64Array.from(moves, (move) => policy[move]!),
    visits: new Float64Array(moves.length),
    totals: new Float64Array(moves.length),
    children: new Array<TreeNode | undefined>(moves.length).fill(undefined),
  };
}

/**
 * Goes down the tree, at each node by the move with the highest sum of what it brought so far, 0 if it was never tried,
 * and what it may bring: `exploration` x prior x sqrt(tries of the node) / (1 + tries of the move).
 */
export function descend(game: Game, root: TreeNode, exploration: number): Descent {
  const steps: TreeStep[] = [];
  let node = root;
  while (true) {
    const choice = mostPromising(node, exploration);
    steps.push({ node, choice });
    const child = node.children[choice];
    if (!child) return { steps, leaf: game.play(node.position, node.moves[choice]!) };
    node = child;
  }
}

function mostPromising({ priors, visits, totals }: TreeNode, exploration: number): number {
  let all = 0;
  for (const count of visits) all += count;
  const reach = exploration * Math.sqrt(Math.max(1, all)); // the first try goes by the priors alone
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let nth = 0; nth < priors.length; nth++) {
    const tried = visits[nth]!;
    const mean = tried > 0 ? totals[nth]! / tried : 0;
    const promise = mean + (reach * priors[nth]!) / (1 + tried);
    if (promise > most) [best, most] = [nth, promise];
  }
  return best;
}

/**
 * Tells every node on the way what was found at the leaf, and puts the leaf's own node there.
 *
 * @param value To the one who is to move at the leaf, from -1 to 1.
 */
export function backUp({ steps }: Descent, value: number, node?: TreeNode): void {
  const last = steps.at(-1)!;
  if (node) last.node.children[last.choice] = node;
  let worth = value;
  for (const { node, choice } of steps.toReversed()) {
    worth = -worth; // good for one is bad for the other
    node.visits[choice]!++;
    node.totals[choice]! += worth;
  }
}

/** What a position that is over is worth to the one who would have to move. */
export const endValue = (position: Position): number => outcomeFor(sideToMove(position), position.score!);

/** Mixes noise into the priors of a root, so that every move has a chance to be tried. */
export function addNoise({ priors }: TreeNode, { alpha, share }: RootNoise, random: Random): void {
  const draws = Array.from(priors, () => gamma(alpha, random));
  const sum = draws.reduce((total, draw) => total + draw, 0);
  for (const [nth, draw] of draws.entries()) priors[nth] = (1 - share) * priors[nth]! + share * (draw / sum);
}

/** Noise from a Dirichlet distribution. */
export interface RootNoise {
  /** How even it is: far below 1 few moves get almost all. AlphaZero has about 10 / legal moves. */
  readonly alpha: number;
  /** How much of the prior it makes up; AlphaGo Zero has 0.25. */
  readonly share: number;
}

/** A draw from the gamma distribution of scale 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  while (true) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}
