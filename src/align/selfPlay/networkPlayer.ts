/** Players by a network: its policy alone, without looking ahead. */
import type { Random } from '../../core/random.js';
import type { GptParams } from '../../model/params.js';
import type { Game, Player } from '../../tasks/games/game.js';
import { judgePositions } from './gameModel.js';

/** How a network's policy is followed. */
export interface NetworkPlayerOptions {
  readonly name: string;
  /** 1, the default, draws a move as likely as the policy has it; 0 always takes the likeliest. */
  readonly temperature?: number;
}

/**
 * A player that follows a model's policy among the legal moves. The model is looked at whenever the player moves, so it
 * gets better as the model does; of a past self, keep a copy (`copyParams`).
 *
 * @throws {RangeError} If the temperature is below 0 or no number.
 *
 * @example
 * const game = ticTacToe();
 * const model = createGameModel(game, createRandom(1), { nEmbd: 8 });
 * const player = networkPlayer(model, game, { name: 'untrained' });
 * game.legalMoves(game.start).includes(player.choose([game.start], [createRandom(1)])[0]) // true
 * disposeParams(model);
 */
export function networkPlayer(
  params: GptParams,
  game: Game,
  { name, temperature = 1 }: NetworkPlayerOptions,
): Player {
  checkTemperature(temperature);
  return {
    name,
    choose: (positions, randoms) =>
      judgePositions(params, game, positions).map(({ policy }, nth) =>
        drawMove(policy, temperature, randoms[nth]!),
      ),
  };
}

/** Throws unless moves can be drawn at a temperature. */
export function checkTemperature(temperature: number): void {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
    throw new RangeError(`Cannot play: expected a temperature of 0 or more, got ${temperature}`);
}

/**
 * Draws a move in proportion to weights raised to 1 / temperature; at 0 the largest, the first of equal ones.
 *
 * @param weights 0 or more, [A]; those that are 0 never come.
 */
export function drawMove(weights: ArrayLike<number>, temperature: number, random: Random): number {
  let largest = 0;
  for (let move = 1; move < weights.length; move++) if (weights[move]! > weights[largest]!) largest = move;
  if (temperature === 0) return largest;
  const powers = Array.from(weights, (weight) => (weight / weights[largest]!) ** (1 / temperature));
  let left = random.uniform() * powers.reduce((sum, power) => sum + power, 0);
  for (const [move, power] of powers.entries()) {
    left -= power;
    if (power > 0 && left < 0) return move;
  }
  return largest;
}
