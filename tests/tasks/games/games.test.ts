import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import type { Game, Player, Position } from '../../../src/tasks/games/game.js';
import { playGames, playMatch } from '../../../src/tasks/games/playGames.js';
import { connect3, connectFour, rowGame, ticTacToe } from '../../../src/tasks/games/rowGames.js';
import { perfectPlayer, safeMoves, scriptedPlayer, winningMoves } from '../../../src/tasks/games/scripted.js';
import { solver } from '../../../src/tasks/games/solve.js';

/** Ways to make so many moves; the last move is counted and not made. */
function lines(game: Game, position: Position, depth: number): number {
  const moves = game.legalMoves(position);
  if (depth === 1) return moves.length;
  return moves.reduce((sum, move) => sum + lines(game, game.play(position, move), depth - 1), 0);
}

/** Calls `visit` for the end of every game that can be played. */
function everyGame(game: Game, position: Position, visit: (end: Position) => void): void {
  if (position.score !== undefined) visit(position);
  for (const move of game.legalMoves(position)) everyGame(game, game.play(position, move), visit);
}

/** All positions that can come up, once each. */
function everyPosition(game: Game): Map<string, Position> {
  const found = new Map<string, Position>();
  const look = (position: Position) => {
    const key = position.cells.join('');
    if (found.has(key)) return;
    found.set(key, position);
    for (const move of game.legalMoves(position)) look(game.play(position, move));
  };
  look(game.start);
  return found;
}

/** The winner by looking at every row of a board: 1, 2, or 0 for nobody. */
function winnerOnBoard(cells: readonly number[], rows: number, columns: number, inARow: number): number {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (const [down, right] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [1, -1],
      ] as const) {
        const pieces = Array.from({ length: inARow }, (_, nth) => {
          const [y, x] = [row + nth * down, column + nth * right];
          return y < rows && x >= 0 && x < columns ? cells[y * columns + x]! : 0;
        });
        if (pieces[0] && pieces.every((piece) => piece === pieces[0])) return pieces[0];
      }
    }
  }
  return 0;
}

const play = (game: Game, ...moves: number[]): Position => moves.reduce(game.play, game.start);

describe('tic-tac-toe', () => {
  const game = ticTacToe();

  it('has 255,168 games, of which the first player wins 131,184 and the second 77,904', () => {
    const counts = new Map<number, number>();
    everyGame(game, game.start, ({ score }) => counts.set(score!, (counts.get(score!) ?? 0) + 1));
    assert.deepEqual(
      counts,
      new Map(
        [
          [1, 131_184],
          [0, 77_904],
          [0.5, 46_080],
        ].sort() as [number, number][],
      ),
    );
  });

  it('has 5,478 positions', () => assert.equal(everyPosition(game).size, 5478));

  it('is a draw if both play perfectly, and won after each mistake that is known to lose', () => {
    const worth = solver(game);
    assert.equal(worth(game.start), 0.5);
    for (const move of game.legalMoves(game.start)) assert.equal(worth(play(game, move)), 0.5);
    assert.equal(worth(play(game, 0, 1)), 1); // a corner answered beside it
    assert.equal(worth(play(game, 4, 1)), 1); // the centre answered at an edge
    assert.equal(worth(play(game, 0, 4)), 0.5);
  });

  it('refuses a cell that is taken, one that is not there, and a move after the end, and says which', () => {
    assert.throws(
      () => play(game, 4, 4),
      /^RangeError: Cannot play tic-tac-toe: move 2, b2, is not legal there$/,
    );
    for (const move of [9, -1, 0.5, Number.NaN])
      assert.throws(() => game.play(game.start, move), /move 1, (9|-1|0.5|NaN), is not legal there/);
    assert.throws(() => play(game, 0, 3, 1, 4, 2, 5), /move 6, c2, comes after its end/);
  });
});

describe('Connect Four', () => {
  const game = connectFour();

  // As published by John Tromp and others who count moves in Connect Four.
  it('has 7, 49, 343, 2,401, 16,807, 117,649, 823,536 and 5,673,234 ways to make 1 to 8 moves', () => {
    const expected = [7, 49, 343, 2401, 16_807, 117_649, 823_536, 5_673_234];
    assert.deepEqual(
      expected.map((_, nth) => lines(game, game.start, nth + 1)),
      expected,
    );
  });

  it('is won in a row, in a column and in both diagonals, and by nobody on a full board', () => {
    assert.equal(play(game, 0, 0, 1, 1, 2, 2, 3).score, 1);
    assert.equal(play(game, 1, 0, 1, 0, 1, 0, 2, 0).score, 0);
    assert.equal(play(game, 0, 1, 1, 2, 2, 3, 2, 3, 3, 6, 3).score, 1);
    assert.equal(play(game, 6, 5, 5, 4, 4, 3, 4, 3, 3, 0, 3).score, 1);
    assert.equal(
      game
        .drawn(play(game, 3, 3, 2))
        .split('\n')
        .slice(-2)
        .join('\n'),
      '. . . O . . .\n. . X X . . .',
    );
  });

  it('is a draw on four by four, as is known', () => {
    const small = connectFour({ rows: 4, columns: 4 });
    assert.equal(solver(small)(small.start), 0.5);
  });

  it('is too large to be solved here, which is said', () => {
    const worth = solver(game, { mostPositions: 1000 });
    assert.throws(
      () => worth(game.start),
      /Cannot solve Connect Four: expected at most 1000 positions, got more/,
    );
  });
});

describe('every row game', () => {
  it('knows the winner of all its positions as whoever looks at every row', () => {
    const other = { name: 'other', rows: 3, columns: 4, inARow: 3 };
    for (const [game, rows, columns, inARow] of [
      [ticTacToe(), 3, 3, 3],
      [connect3(), 4, 4, 3],
      [rowGame({ ...other, gravity: true }), 3, 4, 3],
    ] as const) {
      for (const { cells, score } of everyPosition(game).values()) {
        const winner = winnerOnBoard(cells, rows, columns, inARow);
        const full = !cells.includes(0);
        assert.equal(score, [full ? 0.5 : undefined, 1, 0][winner], game.name);
      }
    }
  });

  it('cannot be made on a board that is none, or on which nobody can win', () => {
    const options = { name: 'x', rows: 3, columns: 3, inARow: 3, gravity: false };
    for (const wrong of [{ rows: 0 }, { columns: 27 }, { inARow: 4 }, { inARow: 0 }, { rows: 1.5 }])
      assert.throws(() => rowGame({ ...options, ...wrong }), /Cannot make a game: expected a board/);
  });
});

describe('scripted players', () => {
  const game = ticTacToe();
  const random = () => createRandom(5);
  const blind = scriptedPlayer(game, { name: 'blind', wins: true });
  const guard = scriptedPlayer(game, { name: 'guard', wins: true, blocks: true });
  const anyMove = scriptedPlayer(game, { name: 'random' });

  it('one that wins takes every win and blocks by accident only', () => {
    const all = [...everyPosition(game).values()].filter(({ score }) => score === undefined);
    const winnable = all.filter((position) => winningMoves(game, position).length > 0);
    const chosen = blind.choose(winnable, createRandom(1).split(winnable.length));
    for (const [nth, position] of winnable.entries())
      assert.ok(winningMoves(game, position).includes(chosen[nth]!), game.drawn(position));
    const threatened = play(game, 0, 4, 1);
    const draws = blind.choose(new Array(6000).fill(threatened), createRandom(2).split(6000));
    for (const move of game.legalMoves(threatened)) {
      const share = draws.filter((one) => one === move).length / 6000;
      assert.ok(Math.abs(share - 1 / 6) < 0.03, `${move}: ${share}`);
    }
  });

  it('one that blocks leaves no win where it can, and a win of its own comes first', () => {
    const threatened = play(game, 0, 4, 1);
    assert.deepEqual(safeMoves(game, threatened), [2]);
    assert.deepEqual(guard.choose([threatened], [random()]), [2]);
    assert.deepEqual(guard.choose([play(game, 0, 4, 1, 3)], [random()]), [2]); // instead of blocking f2
  });

  it('the ladder is one: random, blind, guard, perfect, each better than the last', () => {
    const rungs = [anyMove, blind, guard, perfectPlayer(game)];
    for (let nth = 1; nth < rungs.length; nth++) {
      const { score } = playMatch(game, rungs[nth]!, rungs[nth - 1]!, { games: 1000, random: random() });
      assert.ok(score > 0.55, `${rungs[nth]!.name}: ${score}`);
    }
  });

  it('the perfect one never loses, and draws against itself', () => {
    const perfect = perfectPlayer(game);
    assert.equal(playMatch(game, perfect, anyMove, { games: 400, random: random() }).losses, 0);
    assert.equal(playMatch(game, perfect, perfect, { games: 50, random: random() }).draws, 50);
  });
});

describe('playGames()', () => {
  const game = ticTacToe();
  const [one, other] = ['one', 'other'].map((name) => scriptedPlayer(game, { name, wins: true })) as [
    Player,
    Player,
  ];

  it('plays each game as it would be played alone', () => {
    const pairings = [
      [one, other],
      [other, one],
      [one, one],
    ] as const;
    const together = playGames(game, pairings, createRandom(4));
    const fewer = playGames(game, pairings.slice(0, 2), createRandom(4));
    assert.deepEqual(
      fewer.map(({ moves }) => moves),
      together.slice(0, 2).map(({ moves }) => moves),
    );
    for (const { moves, positions, score } of together) {
      assert.equal(play(game, ...moves).score, score);
      assert.deepEqual(positions.at(-1)!.moves, moves);
    }
  });

  it('asks a player once a move, about all its games', () => {
    const asked: number[] = [];
    const counting: Player = {
      ...one,
      choose: (positions, randoms) => {
        asked.push(positions.length);
        return one.choose(positions, randoms);
      },
    };
    playGames(game, new Array(10).fill([counting, other]), createRandom(1));
    assert.ok(asked.length <= 5 && asked[0] === 10, `${asked}`);
  });

  it('begins with openings drawn at random, of every length up to the most, and never with an end', () => {
    const games = playGames(game, new Array(400).fill([one, other]), createRandom(6), { openingMoves: 5 });
    assert.deepEqual(new Set(games.map(({ opening }) => opening)), new Set([0, 1, 2, 3, 4, 5]));
    for (const { opening, moves, positions } of games) {
      assert.ok(opening < moves.length, `${opening} of ${moves.length}`);
      assert.deepEqual(positions[opening]!.moves, moves.slice(0, opening));
    }
    for (const openingMoves of [-1, 0.5])
      assert.throws(
        () => playGames(game, [[one, other]], createRandom(1), { openingMoves }),
        /expected 0 opening moves or more/,
      );
  });

  it('names the player, the move and what was legal where a player errs', () => {
    const stubborn: Player = { name: 'stubborn', choose: (positions) => positions.map(() => 0) };
    assert.throws(
      () => playGames(game, [[stubborn, stubborn]], createRandom(1)),
      /Cannot play tic-tac-toe: stubborn chose a3 as move 2, expected one of b3, c3, a2/,
    );
    const silent: Player = { name: 'silent', choose: () => [] };
    assert.throws(
      () => playGames(game, [[silent, one]], createRandom(1)),
      /silent chose undefined as move 1/,
    );
  });

  it('says so where the rules leave nobody a move, or never end', () => {
    const stuck: Game = { ...game, legalMoves: () => [] };
    assert.throws(
      () => playGames(stuck, [[one, one]], createRandom(1)),
      /Cannot play tic-tac-toe: after 0 moves none is legal, and it is not over/,
    );
    const endless: Game = {
      ...game,
      legalMoves: () => [0],
      play: ({ cells, moves }) => ({ cells, moves: [...moves, 0] }),
    };
    const still: Player = { name: 'still', choose: (positions) => positions.map(() => 0) };
    assert.throws(
      () => playGames(endless, [[still, still]], createRandom(1)),
      /expected an end after 9 moves/,
    );
  });

  it('a match has each side as often, and needs an even number of games', () => {
    const { games, wins, draws, losses, score, asFirst, asSecond } = playMatch(game, one, other, {
      games: 20,
      random: createRandom(1),
    });
    assert.equal(games.filter(({ players }) => players[0] === one).length, 10);
    assert.equal(wins + draws + losses, 20);
    assert.ok(Math.abs(score - (asFirst + asSecond) / 2) < 1e-12, `${score}`);
    assert.ok(Math.abs(score - (wins + draws / 2) / 20) < 1e-12, `${score}`);
    for (const count of [0, 3, 2.5])
      assert.throws(
        () => playMatch(game, one, other, { games: count, random: createRandom(1) }),
        /expected an even number of games/,
      );
  });
});
