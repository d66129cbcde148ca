import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Judgement } from '../../../src/align/selfPlay/gameModel.js';
import { addNoise, backUp, descend, treeNode } from '../../../src/align/selfPlay/tree.js';
import { treeSearch } from '../../../src/align/selfPlay/treeSearch.js';
import { createRandom } from '../../../src/core/random.js';
import { spreadOf } from '../../../src/core/statistics.js';
import {
  type Game,
  outcomeFor,
  type Player,
  type Position,
  sideToMove,
} from '../../../src/tasks/games/game.js';
import { playMatch } from '../../../src/tasks/games/playGames.js';
import { connect3, ticTacToe } from '../../../src/tasks/games/rowGames.js';
import { perfectPlayer, scriptedPlayer } from '../../../src/tasks/games/scripted.js';
import { solver } from '../../../src/tasks/games/solve.js';
import { assertClose } from '../../backend/compare.js';

const game = ticTacToe();
const play = (of: Game, ...moves: number[]): Position => moves.reduce(of.play, of.start);

/** Knows nothing: every move is as likely, nobody is ahead. */
const ignorant =
  (of: Game) =>
  (positions: readonly Position[]): Judgement[] =>
    positions.map((position) => {
      const legal = of.legalMoves(position);
      const policy = new Float32Array(of.moveNames.length);
      for (const move of legal) policy[move] = 1 / legal.length;
      return { policy, value: 0 };
    });

const mostTried = (visits: ArrayLike<number>): number =>
  Array.from(visits).indexOf(Math.max(...Array.from(visits)));

describe('the tree', () => {
  it('goes by the formula of AlphaGo Zero: prior first, then what was found', () => {
    const judgement = { policy: Float32Array.of(0.5, 0.3, 0.2, 0, 0, 0, 0, 0, 0), value: 0 };
    const root = treeNode(game, game.start, judgement);
    const tried: number[] = [];
    const values = [0.4, 0, -0.2, 0.1]; // to the one who moves at the leaf: good for the other
    for (const value of values) {
      const descent = descend({ ...game }, root, 1.5);
      tried.push(descent.steps[0]!.choice);
      backUp(descent, value); // no node is put there, so the tree stays one move deep
    }
    // By hand, Q + 1.5 P sqrt(N) / (1 + n), N = 0 counted as 1:  0.75  0.45 0.3
    //                                                          -0.025 0.45 0.3
    //                                                           0.130 0.318 0.424
    //                                                           0.250 0.390 0.460
    assert.deepEqual(tried, [0, 1, 2, 2]);
    assert.deepEqual([...root.visits.slice(0, 3)], [1, 1, 2]);
    assertClose([...root.totals.slice(0, 3)], [-0.4, 0, 0.1], 1e-12);
  });

  it('what is good for one is bad for the other, at every level', () => {
    const judgement = ignorant(game)([game.start])[0]!;
    const root = treeNode(game, game.start, judgement);
    const first = descend(game, root, 1);
    const child = treeNode(game, first.leaf, ignorant(game)([first.leaf])[0]!);
    backUp(first, 0, child);
    const down = {
      steps: [
        { node: root, choice: first.steps[0]!.choice },
        { node: child, choice: 0 },
      ],
      leaf: first.leaf,
    };
    backUp(down, 1); // won for the first player, who is to move there
    assert.equal(child.totals[0], -1);
    assert.equal(root.totals[first.steps[0]!.choice], 1);
  });

  it('noise leaves the priors shares of 1 and has the spread of a Dirichlet distribution', () => {
    for (const alpha of [0.3, 1, 5]) {
      const random = createRandom(3);
      const draws = Array.from({ length: 4000 }, () => {
        const root = treeNode(game, game.start, ignorant(game)([game.start])[0]!);
        addNoise(root, { alpha, share: 1 }, random);
        assertClose([root.priors.reduce((sum, one) => sum + one, 0)], [1], 1e-9);
        return root.priors[0]!;
      });
      const { mean, deviation } = spreadOf(draws);
      const expected = Math.sqrt(((1 / 9) * (8 / 9)) / (9 * alpha + 1));
      assert.ok(
        Math.abs(mean - 1 / 9) < 0.01 && Math.abs(deviation / expected - 1) < 0.1,
        `${alpha}: ${mean} ${deviation}`,
      );
    }
  });
});

describe('treeSearch()', () => {
  it('finds a win in one, and the only move that stops one, in every such position', () => {
    for (const [position, move] of [
      [play(game, 0, 3, 1, 4), 2],
      [play(game, 0, 4, 1), 2],
      [play(connect3(), 0, 1, 0, 1), 0],
    ] as const) {
      const of = position.cells.length === 9 ? game : connect3();
      const [{ visits, value } = { visits: [], value: 0 }] = treeSearch(of, [position], ignorant(of), {
        simulations: 400,
      });
      assert.equal(mostTried(visits), move);
      assert.ok(Math.abs(value) <= 1, `${value}`);
    }
  });

  it('comes to what minimax says of every opening of two moves, knowing the rules alone', () => {
    const worth = solver(game);
    const positions = game
      .legalMoves(game.start)
      .flatMap((one) => game.legalMoves(play(game, one)).map((other) => play(game, one, other)));
    const found = treeSearch(game, positions, ignorant(game), { simulations: 3000 });
    for (const [nth, position] of positions.entries()) {
      const side = sideToMove(position);
      const after = game.play(position, mostTried(found[nth]!.visits));
      assert.equal(worth(after), worth(position), game.drawn(position));
      if (worth(position) === (side === 0 ? 1 : 0)) assert.ok(found[nth]!.value > 0.5, game.drawn(position));
    }
  });

  it('never loses to perfect play and beats chance, knowing the rules alone', () => {
    const player: Player = {
      name: 'search',
      choose: (positions) =>
        treeSearch(game, positions, ignorant(game), { simulations: 3000 }).map(({ visits }) =>
          mostTried(visits),
        ),
    };
    const random = createRandom(2);
    assert.equal(playMatch(game, player, perfectPlayer(game), { games: 20, random }).losses, 0);
    const chance = scriptedPlayer(game, { name: 'random' });
    const { score } = playMatch(game, player, chance, { games: 10, random });
    assert.ok(score > 0.9, `${score}`);
  });

  it('searches side by side as it would alone, and tries as often as it was told', () => {
    const positions = [game.start, play(game, 4), play(game, 0, 4, 1)];
    const together = treeSearch(game, positions, ignorant(game), { simulations: 60 });
    for (const [nth, position] of positions.entries()) {
      assert.deepEqual(treeSearch(game, [position], ignorant(game), { simulations: 60 })[0], together[nth]);
      assert.equal(
        together[nth]!.visits.reduce((sum, one) => sum + one, 0),
        60,
      );
    }
  });

  it('judges the leaves of all trees together', () => {
    const sizes: number[] = [];
    const judge = (positions: readonly Position[]) => {
      sizes.push(positions.length);
      return ignorant(game)(positions);
    };
    treeSearch(game, new Array(32).fill(game.start), judge, { simulations: 10 });
    assert.deepEqual(sizes, new Array(11).fill(32));
  });

  it('refuses a position that is over or stuck, and numbers out of range', () => {
    const over = play(game, 0, 3, 1, 4, 2);
    const search = (position: Position, options: object = {}) =>
      treeSearch(game, [position], ignorant(game), { simulations: 2, ...options });
    assert.throws(() => search(over), /Cannot move in tic-tac-toe after 5 moves: the game is over/);
    const stuck: Game = { ...game, legalMoves: () => [] };
    assert.throws(() => treeSearch(stuck, [game.start], ignorant(game), { simulations: 2 }), /none is legal/);
    for (const [wrong, message] of [
      [{ simulations: 0 }, /1 simulation or more, got 0/],
      [{ exploration: Number.NaN }, /exploration of 0 or more, got NaN/],
      [{ noise: { alpha: 0, share: 0.2 } }, /alpha above 0, got 0/],
      [{ noise: { alpha: 1, share: 2 } }, /share from 0 to 1, got 2/],
    ] as const)
      assert.throws(() => search(game.start, wrong), message);
  });

  it('outcomes are those of the side', () =>
    assert.deepEqual([outcomeFor(0, 1), outcomeFor(1, 1), outcomeFor(1, 0.5)], [1, -1, 0]));
});
