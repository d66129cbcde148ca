/**
 * Learning a game as AlphaGo Zero does (Silver et al. 2017): a model plays against itself, searching before each move; its
 * policy learns what the search tried most, its value who won, and the next search stands on both.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import type { Game, Player, Position } from '../../tasks/games/game.js';
import { type PlayedGame, type PlayOptions, playGames } from '../../tasks/games/playGames.js';
import { type AdamWOptions, createAdamW } from '../../train/adamW.js';
import { linearSchedule, type Schedule } from '../../train/schedule.js';
import { type GameLossOptions, gameBatch } from './gameLoss.js';
import { checkModel, judgePositions } from './gameModel.js';
import { type GameMeasure, gameStep } from './gameStep.js';
import { drawMove } from './networkPlayer.js';
import { type SearchOptions, treeSearch } from './treeSearch.js';

/** How a model plays and learns with a search. */
export interface SearchPlayOptions
  extends AdamWOptions,
    PlayOptions,
    SearchOptions,
    Pick<GameLossOptions, 'valueWeight'> {
  /** Times that games are played and learned from. */
  readonly rounds: number;
  readonly random: Random;
  /** Games of a round; default 64. */
  readonly games?: number;
  /** Rounds whose games are kept to learn from; default 5. */
  readonly keep?: number;
  /** Updates after each round; default 8. */
  readonly updates?: number;
  /** Games in an update; default 128. */
  readonly batchSize?: number;
  /** A schedule over all updates, or the first rate of one that falls in a line to a tenth; default 0.002. */
  readonly learningRate?: number | Schedule;
}

/** What a round did; the measures are those of its last update. */
export interface SearchPlayReport extends GameMeasure {
  /** 1, 2, … */
  readonly round: number;
  /** Share of the points of those who moved first, from 0 to 1. */
  readonly firstScore: number;
  /** Games played so far. */
  readonly games: number;
  /** Since the loop started. */
  readonly seconds: number;
}

/**
 * Trains a model, in place, and yields a report after each round. While it learns, moves are drawn in proportion to how
 * often the search tried them, behind noise at the root where `noise` asks for it.
 *
 * @throws {RangeError} If the model is of another game, or a number is out of range.
 *
 * @example
 * const game = ticTacToe();
 * const model = createGameModel(game, createRandom(1), { nEmbd: 8 });
 * const options = { rounds: 2, games: 4, simulations: 4, updates: 1, random: createRandom(2) };
 * for await (const { round, games } of searchPlay(model, game, options)) console.log(round, games);
 * disposeParams(model);
 */
export async function* searchPlay(
  params: GptParams,
  game: Game,
  options: SearchPlayOptions,
): AsyncGenerator<SearchPlayReport, void, undefined> {
  checkModel(params, game);
  checkCounts(options);
  const { rounds, random, games = 64, keep = 5, updates = 8, batchSize = 128 } = options;
  const { learningRate = 0.002, valueWeight = 1 } = options;
  const schedule =
    typeof learningRate === 'number'
      ? linearSchedule({ steps: rounds * updates, learningRate, finalShare: 0.1 })
      : learningRate;
  const optimizer = createAdamW(params, { weightDecay: 0, ...options });
  const start = performance.now();
  const kept: SearchedGames[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      const fresh = playWithSearch(params, game, games, options, random);
      kept.push(fresh);
      if (kept.length > keep) kept.shift();
      const all = kept.flatMap(({ played }) => played);
      const policies = new Map(kept.flatMap(({ policies }) => [...policies]));
      let measure: GameMeasure | undefined;
      for (let nth = 0; nth < updates; nth++) {
        const chosen = Array.from({ length: batchSize }, () => random.pick(all));
        const rate = { learningRate: schedule(optimizer.step()), valueWeight };
        measure = gameStep(params, gameBatch(game, chosen, { policies }), optimizer, {
          learn: 'imitate',
          ...rate,
        });
      }
      const firstScore = fresh.played.reduce((sum, { score }) => sum + score, 0) / games;
      const seconds = (performance.now() - start) / 1000;
      yield { round, ...measure!, firstScore, games: games * round, seconds };
      await nextTurn(); // lets figures, messages and interrupts through
    }
  } finally {
    optimizer.dispose();
  }
}

interface SearchedGames {
  readonly played: readonly PlayedGame[];
  /** How often the search tried each move, as shares, [A]. */
  readonly policies: ReadonlyMap<Position, Float64Array>;
}

/** Plays games of the model against itself, and keeps what the search thought of each position. */
function playWithSearch(
  params: GptParams,
  game: Game,
  games: number,
  { simulations, exploration = 1.25, noise, openingMoves = 0 }: SearchOptions & PlayOptions,
  random: Random,
): SearchedGames {
  const policies = new Map<Position, Float64Array>();
  const judge = (positions: readonly Position[]) => judgePositions(params, game, positions);
  const options = { simulations, exploration, ...(noise && { noise }) };
  const player: Player = {
    name: 'the searching learner',
    choose: (positions, randoms) =>
      treeSearch(game, positions, judge, { ...options, randoms }).map(({ visits }, nth) => {
        policies.set(
          positions[nth]!,
          visits.map((count) => count / simulations),
        );
        return drawMove(visits, 1, randoms[nth]!);
      }),
  };
  const played = playGames(game, new Array(games).fill([player, player]), random, { openingMoves });
  return { played, policies };
}

function checkCounts({ rounds, games = 1, keep = 1, updates = 1, batchSize = 1 }: SearchPlayOptions): void {
  for (const [name, value] of Object.entries({ rounds, games, keep, updates, batchSize }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`Cannot play: expected ${name} to be a whole number from 1 up, got ${value}`);
}
