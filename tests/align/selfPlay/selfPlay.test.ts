import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gameBatch, gameLoss } from '../../../src/align/selfPlay/gameLoss.js';
import { createGameModel, judgePositions } from '../../../src/align/selfPlay/gameModel.js';
import { imitate } from '../../../src/align/selfPlay/imitate.js';
import { drawMove, networkPlayer } from '../../../src/align/selfPlay/networkPlayer.js';
import { searchPlay } from '../../../src/align/selfPlay/searchPlay.js';
import { type SelfPlayOptions, selfPlay } from '../../../src/align/selfPlay/selfPlay.js';
import { searchPlayer } from '../../../src/align/selfPlay/treeSearch.js';
import { selectBackend } from '../../../src/backend/select.js';
import { tf } from '../../../src/backend/tf.js';
import { createRandom } from '../../../src/core/random.js';
import { logits } from '../../../src/model/gpt.js';
import { copyParams, disposeParams, type GptParams, namedParams } from '../../../src/model/params.js';
import type { Player, Position } from '../../../src/tasks/games/game.js';
import { playGames, playMatch } from '../../../src/tasks/games/playGames.js';
import { connect3, rowGame, ticTacToe } from '../../../src/tasks/games/rowGames.js';
import { scriptedPlayer } from '../../../src/tasks/games/scripted.js';
import { assertClose, assertNoLeak } from '../../backend/compare.js';

const game = ticTacToe();
const shape = { nLayer: 1, nHead: 2, nEmbd: 16 };
const play = (...moves: number[]): Position => moves.reduce(game.play, game.start);
const anyMove = scriptedPlayer(game, { name: 'random' });

/** A model whose logits differ enough to mean something. */
function decided(seed = 1): GptParams {
  const params = createGameModel(game, createRandom(seed), shape);
  for (const variable of namedParams(params).values())
    if (variable.rank === 2) variable.assign(tf.tidy(() => variable.mul(12)));
  return params;
}

const numbersOf = (params: GptParams): number[] =>
  [...namedParams(params).values()].flatMap((variable) => [...variable.dataSync()]);

function assertBeats(
  one: Player,
  other: Player,
  match: Parameters<typeof playMatch>[3],
  least: number,
): void {
  const { score } = playMatch(game, one, other, match);
  assert.ok(score > least, `${one.name} has ${score} against ${other.name}`);
}

let params: GptParams;
before(async () => {
  await selectBackend();
  params = decided();
});
after(() => disposeParams(params));

describe('judgePositions()', () => {
  it('is the softmax of the legal moves and tanh of the start token, whatever stands beside a position', () => {
    const positions = [game.start, play(4), play(0, 4, 1, 3, 2 + 3)];
    const judged = judgePositions(params, game, positions);
    for (const [nth, position] of positions.entries()) {
      const rows = tf.tidy(() => logits(params, [[9, ...position.moves]]).arraySync())[0]!;
      const last = rows.at(-1)!;
      const legal = game.legalMoves(position);
      const total = legal.reduce((sum, move) => sum + Math.exp(last[move]!), 0);
      const expected = Array.from({ length: 9 }, (_, move) =>
        legal.includes(move) ? Math.exp(last[move]!) / total : 0,
      );
      assertClose([...judged[nth]!.policy], expected, 1e-5);
      assertClose([judged[nth]!.value], [Math.tanh(last[9]!)], 1e-5);
    }
  });

  it('refuses a model of another game, and a position without a move', () => {
    assert.throws(
      () => judgePositions(params, connect3(), [connect3().start]),
      /Cannot play Connect 3: expected a model of 5 tokens that reads 16, got 10 and 9/,
    );
    assert.throws(() => judgePositions(params, game, [play(0, 3, 1, 4, 2)]), /the game is over/);
    const stuck = { ...game, legalMoves: () => [] };
    assert.throws(() => judgePositions(params, stuck, [game.start]), /none is legal/);
  });
});

describe('drawMove()', () => {
  it('draws in proportion to the weights, raised as the temperature says, and never what has none', () => {
    const weights = [0, 1, 3, 0, 4];
    for (const temperature of [0.5, 1, 2]) {
      const random = createRandom(7);
      const counts = [0, 0, 0, 0, 0];
      for (let nth = 0; nth < 20_000; nth++) counts[drawMove(weights, temperature, random)]!++;
      const powers = weights.map((weight) => weight ** (1 / temperature));
      const total = powers.reduce((sum, one) => sum + one, 0);
      assertClose(
        counts.map((count) => count / 20_000),
        powers.map((power) => power / total),
        0.015,
      );
    }
    assert.equal(drawMove(weights, 0, createRandom(1)), 4);
  });

  it('a player refuses a temperature below 0', () =>
    assert.throws(
      () => networkPlayer(params, game, { name: 'x', temperature: -1 }),
      /temperature of 0 or more/,
    ));
});

describe('gameLoss()', () => {
  const games = playGames(game, new Array(6).fill([anyMove, anyMove]), createRandom(3));

  /** The same in plain loops, from the logits. */
  function plainLoss(learn: 'imitate' | 'reinforce', counts: (nth: number, ply: number) => boolean) {
    const moves: { logProb: number; entropy: number; error: number }[] = [];
    for (const [nth, { moves: made, positions, score }] of games.entries()) {
      const rows = tf.tidy(() => logits(params, [[9, ...made.slice(0, -1)]]).arraySync())[0]!;
      for (const [ply, move] of made.entries()) {
        if (!counts(nth, ply)) continue;
        const legal = game.legalMoves(positions[ply]!);
        const total = legal.reduce((sum, one) => sum + Math.exp(rows[ply]![one]!), 0);
        const logProb = (one: number) => rows[ply]![one]! - Math.log(total);
        const entropy = -legal.reduce((sum, one) => sum + Math.exp(logProb(one)) * logProb(one), 0);
        const outcome = ply % 2 === 0 ? 2 * score - 1 : 1 - 2 * score;
        moves.push({ logProb: logProb(move), entropy, error: outcome - Math.tanh(rows[ply]![9]!) });
      }
    }
    const mean = (of: (move: (typeof moves)[number]) => number) =>
      moves.reduce((sum, move) => sum + of(move), 0) / moves.length;
    const centre = mean(({ error }) => error);
    const deviation = Math.sqrt(mean(({ error }) => (error - centre) ** 2));
    const advantage = (error: number) => (learn === 'imitate' ? 1 : (error - centre) / (deviation + 1e-6));
    return {
      policy: -mean(({ logProb, error }) => advantage(error) * logProb),
      value: mean(({ error }) => error ** 2),
      entropy: mean(({ entropy }) => entropy),
    };
  }

  it('is that of plain loops, imitating and reinforcing, for all moves and for one side', () => {
    for (const learn of ['imitate', 'reinforce'] as const) {
      for (const side of [undefined, 0, 1] as const) {
        const batch = gameBatch(game, games, side === undefined ? {} : { counts: (_, one) => one === side });
        const { total, ...parts } = tf.tidy(() => {
          const loss = gameLoss(params, batch, { learn, valueWeight: 0.7, entropyBonus: 0.2 });
          return Object.fromEntries(Object.entries(loss).map(([name, one]) => [name, one.arraySync()]));
        }) as Record<string, number>;
        const expected = plainLoss(learn, (_, ply) => side === undefined || ply % 2 === side);
        for (const [name, value] of Object.entries(expected)) assertClose([parts[name]!], [value], 1e-4);
        assertClose([total!], [expected.policy + 0.7 * expected.value - 0.2 * expected.entropy], 1e-4);
      }
    }
  });

  it('towards shares of moves it is their cross-entropy; towards the moves made, as without', () => {
    const made = new Map(
      games.flatMap(({ positions, moves }) =>
        moves.map(
          (move, ply) =>
            [positions[ply]!, Array.from({ length: 9 }, (_, one) => Number(one === move))] as const,
        ),
      ),
    );
    const even = new Map(
      games.flatMap(({ positions }) =>
        positions.map((position) => {
          const legal = game.legalMoves(position);
          return [
            position,
            Array.from({ length: 9 }, (_, one) => Number(legal.includes(one)) / legal.length),
          ] as const;
        }),
      ),
    );
    const policyOf = (policies?: ReadonlyMap<Position, number[]>) =>
      tf.tidy(() =>
        gameLoss(params, gameBatch(game, games, policies ? { policies } : {}), {
          learn: 'imitate',
        }).policy.arraySync(),
      );
    assertClose([policyOf(made)], [policyOf()], 1e-5);
    assert.ok(Math.abs(policyOf(even) - policyOf()) > 1e-3, 'the shares play no part');
  });

  it('makes the moves that won likelier and those that lost less likely', () => {
    const model = copyParams(params);
    const before = judgePositions(model, game, [game.start])[0]!.policy;
    const gradients = tf.tidy(() => {
      const { grads } = tf.variableGrads(
        () =>
          gameLoss(model, gameBatch(game, games, { counts: (_, side) => side === 0 }), {
            learn: 'reinforce',
            valueWeight: 0,
          }).total,
        [...namedParams(model).values()],
      );
      for (const variable of namedParams(model).values())
        variable.assign(variable.sub(grads[variable.name]!.mul(1e-3)));
      return Object.keys(grads).length;
    });
    assert.ok(gradients > 0, 'no gradient');
    const now = judgePositions(model, game, [game.start])[0]!.policy;
    const gained = games.reduce(
      (sum, { moves, score }) => sum + (score - 0.5) * (now[moves[0]!]! - before[moves[0]!]!),
      0,
    );
    assert.ok(gained > 0, `${gained}`);
    disposeParams(model);
  });

  it('refuses to make a batch of no games', () =>
    assert.throws(() => gameBatch(game, []), /expected a game, got none/));
});

describe('learning', () => {
  const folder = mkdtempSync(join(tmpdir(), 'self-play-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const options = (): SelfPlayOptions => ({
    updates: 6,
    games: 12,
    opponents: 2,
    snapshotEvery: 2,
    saveEvery: 2,
    random: createRandom(9),
  });

  async function run(model: GptParams, more: Partial<SelfPlayOptions> = {}, stopAfter = Infinity) {
    const reports = [];
    for await (const { seconds, ...report } of selfPlay(model, game, { ...options(), ...more })) {
      reports.push(report);
      if (report.update === stopAfter) break;
    }
    return reports;
  }

  it('an imitator comes near to its teacher: it plays what was played', async () => {
    const model = createGameModel(game, createRandom(4), shape);
    const corner = {
      name: 'corner',
      choose: (positions: readonly Position[]) => positions.map((one) => game.legalMoves(one)[0]!),
    };
    const games = playGames(game, new Array(4).fill([corner, corner]), createRandom(1));
    const reports = [];
    for await (const report of imitate(model, game, games, {
      steps: 60,
      batchSize: 8,
      learningRate: 0.02,
      random: createRandom(2),
    }))
      reports.push(report);
    assert.ok(reports.at(-1)!.loss < 0.2 * reports[0]!.loss, `${reports.at(-1)!.loss}`);
    const player = networkPlayer(model, game, { name: 'imitator', temperature: 0 });
    assert.deepEqual(playGames(game, [[player, player]], createRandom(1))[0]!.moves, games[0]!.moves);
    disposeParams(model);
  });

  it('self-play makes a model better than the random player that it begins as', async () => {
    const model = createGameModel(game, createRandom(5), shape);
    const beginner = copyParams(model);
    const training = {
      updates: 40,
      games: 64,
      learningRate: 0.01,
      snapshotEvery: 5,
      random: createRandom(6),
    };
    for await (const _ of selfPlay(model, game, training));
    const [one, other] = [model, beginner].map((each, nth) => networkPlayer(each, game, { name: `${nth}` }));
    assertBeats(one!, other!, { games: 400, random: createRandom(7) }, 0.6);
    for (const each of [model, beginner]) disposeParams(each);
  });

  it('learning from a search finds the first move that wins, and what it is worth', async () => {
    // Two in a row on four cells: who begins with one of the inner ones has two ways to win, and one can be blocked.
    const small = rowGame({ name: 'two of four', rows: 1, columns: 4, inARow: 2, gravity: false });
    const model = createGameModel(small, createRandom(5), shape);
    const training = { rounds: 12, games: 16, simulations: 24, batchSize: 16, learningRate: 0.01 };
    const noise = { alpha: 1, share: 0.25 };
    const games = [];
    for await (const report of searchPlay(model, small, { ...training, noise, random: createRandom(6) }))
      games.push(report.games);
    assert.deepEqual(games.slice(0, 3), [16, 32, 48]);
    const [{ policy, value } = { policy: [], value: 0 }] = judgePositions(model, small, [small.start]);
    assert.ok(policy[1]! + policy[2]! > 0.8, `${policy}`);
    assert.ok(value > 0.5, `${value}`);
    disposeParams(model);
  });

  it('a search plays better than the policy that it searches with', () => {
    const search = searchPlayer(params, game, { name: 'search', simulations: 64 });
    const alone = networkPlayer(params, game, { name: 'alone' });
    assertBeats(search, alone, { games: 60, random: createRandom(8) }, 0.8);
  });

  it('a run that was stopped goes on from its file to the very weights and reports of one that was not', async () => {
    const [whole, parts] = [copyParams(params), copyParams(params)];
    const expected = await run(whole);
    const file = join(folder, 'run.safetensors');
    const first = await run(parts, { file }, 3);
    const fresh = decided(2); // the file has the model too
    const rest = await run(fresh, { file });
    assert.deepEqual([...first, ...rest], expected);
    assert.deepEqual(numbersOf(fresh), numbersOf(whole));
    assert.deepEqual(await run(fresh, { file }), []); // all its updates are made
    for (const model of [whole, parts, fresh]) disposeParams(model);
  });

  it('learns nothing from openings that were drawn at random', () => {
    const games = playGames(game, new Array(20).fill([anyMove, anyMove]), createRandom(3), {
      openingMoves: 4,
    });
    const { targets, length } = gameBatch(game, games);
    for (const [row, { opening, moves }] of games.entries()) {
      const own = Array.from(targets).slice(row * length, (row + 1) * length);
      assert.deepEqual(
        own,
        Array.from({ length }, (_, ply) => (ply < opening ? -1 : (moves[ply] ?? -1))),
      );
    }
  });

  it('keeps all past selves, or so many of the newest', async () => {
    const [one, other] = [copyParams(params), copyParams(params)];
    assert.deepEqual(
      (await run(one)).map(({ pool }) => pool),
      [1, 2, 2, 3, 3, 4],
    );
    assert.deepEqual(
      (await run(other, { pool: 2 })).map(({ pool }) => pool),
      [1, 2, 2, 2, 2, 2],
    );
    for (const model of [one, other]) disposeParams(model);
  });

  it('leaves no tensor behind, however it ends', async () => {
    const model = copyParams(params);
    const before = tf.memory().numTensors;
    await run(model, {}, 3);
    for await (const _ of searchPlay(model, game, {
      rounds: 2,
      games: 2,
      simulations: 3,
      updates: 1,
      random: createRandom(1),
    }))
      break;
    const games = playGames(game, [[anyMove, anyMove]], createRandom(1));
    for await (const _ of imitate(model, game, games, { steps: 3, random: createRandom(1) })) break;
    assert.equal(tf.memory().numTensors, before);
    assertNoLeak(() => judgePositions(model, game, [game.start]));
    disposeParams(model);
  });

  it('refuses a file that is no run, one of another game, and counts that are none', async () => {
    const wrong = join(folder, 'wrong.safetensors');
    writeFileSync(wrong, 'nothing');
    const model = copyParams(params);
    await assert.rejects(run(model, { file: wrong }), /wrong\.safetensors/);
    const other = createGameModel(connect3(), createRandom(1), shape);
    await assert.rejects(run(other), /Cannot play tic-tac-toe: expected a model of 10 tokens/);
    for (const more of [{ updates: 0 }, { games: 1.5 }, { opponents: 0 }, { pool: 0 }, { saveEvery: 0 }])
      await assert.rejects(
        run(model, more),
        /expected (updates|games|opponents|pool|saveEvery) to be a whole number/,
      );
    await assert.rejects(async () => {
      for await (const _ of imitate(model, game, [], { steps: 1, random: createRandom(1) }));
    }, /expected a game, got none/);
    for (const each of [model, other]) disposeParams(each);
  });
});
