/** Learning a game by imitation: what a teacher played becomes likelier, as words do in pretraining. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import type { Game } from '../../tasks/games/game.js';
import type { PlayedGame } from '../../tasks/games/playGames.js';
import { type AdamWOptions, createAdamW } from '../../train/adamW.js';
import { cosineSchedule, type Schedule } from '../../train/schedule.js';
import { gameBatch } from './gameLoss.js';
import { checkModel } from './gameModel.js';
import { type GameMeasure, gameStep } from './gameStep.js';

/** How long and how fast a model imitates. */
export interface ImitateOptions extends AdamWOptions {
  readonly steps: number;
  readonly random: Random;
  /** Games in a step; default 64. */
  readonly batchSize?: number;
  /** A schedule, or the highest rate of `cosineSchedule`; default 0.004. */
  readonly learningRate?: number | Schedule;
  /** Weight of the value's squared error; default 0.05: with 0.5 the policy took several times as long. */
  readonly valueWeight?: number;
}

/** What a step of imitation did. */
export interface ImitateReport extends GameMeasure {
  /** 1, 2, … */
  readonly step: number;
  /** Since the loop started. */
  readonly seconds: number;
}

/**
 * Trains a model, in place, to play as was played, on both sides, and to expect what came of it. Yields a report after
 * each step; `break` ends it.
 *
 * @param games Drawn from at random, with replacement.
 * @throws {RangeError} If there are no games, or the model is of another game.
 *
 * @example
 * const game = ticTacToe();
 * const model = createGameModel(game, createRandom(1), { nEmbd: 8 });
 * const teacher = scriptedPlayer(game, { name: 'teacher', wins: true });
 * const games = playGames(game, new Array(20).fill([teacher, teacher]), createRandom(2));
 * const losses = [];
 * for await (const { loss } of imitate(model, game, games, { steps: 9, batchSize: 20, learningRate: 0.02, random: createRandom(3) }))
 *   losses.push(loss);
 * losses[8] < losses[0] // true
 * disposeParams(model);
 */
export async function* imitate(
  params: GptParams,
  game: Game,
  games: readonly PlayedGame[],
  { steps, random, batchSize = 64, learningRate = 0.004, valueWeight = 0.05, ...adamW }: ImitateOptions,
): AsyncGenerator<ImitateReport, void, undefined> {
  checkModel(params, game);
  if (games.length === 0) throw new RangeError('Cannot imitate: expected a game, got none');
  const schedule =
    typeof learningRate === 'number'
      ? cosineSchedule({ steps, learningRate, warmupSteps: Math.min(20, Math.floor(steps / 10)) })
      : learningRate;
  const optimizer = createAdamW(params, adamW);
  const start = performance.now();
  try {
    for (let step = 1; step <= steps; step++) {
      const batch = gameBatch(
        game,
        Array.from({ length: batchSize }, () => random.pick(games)),
      );
      const options = { learn: 'imitate', valueWeight, learningRate: schedule(step - 1) } as const;
      const measure = gameStep(params, batch, optimizer, options);
      yield { step, ...measure, seconds: (performance.now() - start) / 1000 };
      await nextTurn(); // lets figures and messages out
    }
  } finally {
    optimizer.dispose();
  }
}
