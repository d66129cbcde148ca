/**
 * Learning a game without a teacher: a model plays against its past selves and makes likelier what won (policy gradient;
 * past selves as in AlphaGo, Silver et al. 2016).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import { type Game, outcomeFor, type Player } from '../../tasks/games/game.js';
import { type Pairing, type PlayedGame, type PlayOptions, playGames } from '../../tasks/games/playGames.js';
import type { AdamWOptions } from '../../train/adamW.js';
import { linearSchedule, type Schedule } from '../../train/schedule.js';
import { gameBatch } from './gameLoss.js';
import { checkModel } from './gameModel.js';
import { type GameMeasure, gameStep } from './gameStep.js';
import { networkPlayer } from './networkPlayer.js';
import { beginOrGoOn, disposeState, type PastSelf, remember, saveState } from './pool.js';

/** How a model plays against itself, and learns. */
export interface SelfPlayOptions extends AdamWOptions, PlayOptions {
  /** Updates in all, those before a resumption included. */
  readonly updates: number;
  readonly random: Random;
  /** Games for each update; default 256. */
  readonly games?: number;
  /** Past selves that are met in them, drawn anew each time; default 4. */
  readonly opponents?: number;
  /** Updates between two past selves; default 10. */
  readonly snapshotEvery?: number;
  /** So many of the newest are kept; default all, the model that it began with among them. */
  readonly pool?: number;
  /** A schedule, or the first rate of one that falls in a line to a tenth; default 0.003. */
  readonly learningRate?: number | Schedule;
  /** Weight of the policy's entropy, which keeps it from deciding too soon, or a schedule of it; default 0.1. */
  readonly entropyBonus?: number | Schedule;
  /** Weight of the value's squared error; default 0.3. */
  readonly valueWeight?: number;
  /** Where the run is kept, model, optimizer and past selves together, and gone on with if it is there; default nowhere. */
  readonly file?: string;
  /** Updates between two times that it is written, and at the end; default 50. */
  readonly saveEvery?: number;
}

/** What an update did. */
export interface SelfPlayReport extends GameMeasure {
  /** Made so far, this one included. */
  readonly update: number;
  /** Share of the points won against past selves, from 0 to 1. */
  readonly score: number;
  /** Moves of a game, on the mean. */
  readonly length: number;
  /** Past selves kept. */
  readonly pool: number;
  /** Games played for updates so far. */
  readonly games: number;
  /** Since this loop started. */
  readonly seconds: number;
}

/**
 * Trains a model, in place, and yields a report after each update. All games of an update are played side by side. How
 * strong it gets is not measured here: past selves get stronger too, so its score against them says little; play matches
 * against fixed players between updates (`playMatch`).
 *
 * What an update draws depends on `random` and its number alone, so a run with a `file` that is stopped, however, goes on
 * as if it had not been: on one backend to the last bit. `break` keeps what there is.
 *
 * @throws {RangeError} If the model is of another game or a number is out of range.
 * @throws {SyntaxError} If the file is damaged or holds no run of self-play.
 *
 * @example
 * const game = ticTacToe();
 * const model = createGameModel(game, createRandom(1), { nEmbd: 8 });
 * const options = { updates: 2, games: 8, random: createRandom(2) };
 * for await (const { update, games, pool } of selfPlay(model, game, options)) console.log(update, games, pool);
 * disposeParams(model);
 */
export async function* selfPlay(
  params: GptParams,
  game: Game,
  options: SelfPlayOptions,
): AsyncGenerator<SelfPlayReport, void, undefined> {
  checkModel(params, game);
  checkCounts(options);
  const { updates, games = 256, snapshotEvery = 10, pool: most = Infinity, file, saveEvery = 50 } = options;
  const state = beginOrGoOn(params, file, { weightDecay: 0, ...options });
  const start = performance.now();
  let saved = state.updates;
  const save = () => {
    if (file !== undefined && saved !== state.updates) saveState(file, params, state);
    saved = state.updates;
  };
  try {
    while (state.updates < updates) {
      const made = oneUpdate(params, game, state, options);
      state.updates++;
      if (state.updates % snapshotEvery === 0) remember(state, params, most);
      if (state.updates % saveEvery === 0) save();
      const seconds = (performance.now() - start) / 1000;
      yield {
        update: state.updates,
        ...made,
        pool: state.pool.length,
        games: games * state.updates,
        seconds,
      };
      await nextTurn(); // lets figures, messages and interrupts through
    }
  } finally {
    save();
    disposeState(state);
  }
}

function oneUpdate(
  params: GptParams,
  game: Game,
  {
    updates,
    optimizer,
    pool,
  }: { readonly updates: number } & Pick<ReturnType<typeof beginOrGoOn>, 'optimizer' | 'pool'>,
  options: SelfPlayOptions,
): GameMeasure & Pick<SelfPlayReport, 'score' | 'length'> {
  const { learningRate = 0.003, entropyBonus = 0.1, valueWeight = 0.3 } = options;
  const rate =
    typeof learningRate === 'number'
      ? linearSchedule({ steps: options.updates, learningRate, finalShare: 0.1 })
      : learningRate;
  const learner = networkPlayer(params, game, { name: 'the learner' });
  const played = againstPast(learner, game, pool, options, options.random.fork(`update ${updates + 1}`));
  const batch = gameBatch(game, played, { counts: ({ players }, side) => players[side] === learner });
  const measure = gameStep(params, batch, optimizer, {
    learn: 'reinforce',
    entropyBonus: typeof entropyBonus === 'number' ? entropyBonus : entropyBonus(updates),
    valueWeight,
    learningRate: rate(updates),
  });
  const points = played.map(
    ({ players, score }) => (1 + outcomeFor(players[0] === learner ? 0 : 1, score)) / 2,
  );
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return { ...measure, score: mean(points), length: mean(played.map(({ moves }) => moves.length)) };
}

/** Plays the games of an update, against each opponent as often and on both sides. */
function againstPast(
  learner: Player,
  game: Game,
  pool: readonly PastSelf[],
  { games = 256, opponents = 4, openingMoves = 0 }: SelfPlayOptions,
  random: Random,
): PlayedGame[] {
  const drawn = Array.from({ length: opponents }, () => random.pick(pool));
  const players = new Map(
    drawn.map((past) => [past, networkPlayer(past.params, game, { name: `after ${past.updates} updates` })]),
  );
  const pairings = Array.from({ length: games }, (_, nth): Pairing => {
    const other = players.get(drawn[Math.floor(nth / 2) % opponents]!)!;
    return nth % 2 === 0 ? [learner, other] : [other, learner];
  });
  return playGames(game, pairings, random, { openingMoves });
}

function checkCounts({
  updates,
  games = 2,
  opponents = 1,
  snapshotEvery = 1,
  pool = 1,
  saveEvery = 1,
}: SelfPlayOptions): void {
  const counts = {
    updates,
    games,
    opponents,
    snapshotEvery,
    saveEvery,
    ...(pool === Infinity ? {} : { pool }),
  };
  for (const [name, value] of Object.entries(counts))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`Cannot play: expected ${name} to be a whole number from 1 up, got ${value}`);
}
