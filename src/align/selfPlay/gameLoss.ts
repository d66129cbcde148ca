/**
 * Games as batches, and the loss on them: what was played becomes likelier, and the value nearer to what came of it.
 *
 * B = games, T = moves of the longest, N = B * T, A = moves of the game, V = A + 1.
 */
import { stopGradient } from '../../backend/ops/stopGradient.js';
import { tf } from '../../backend/tf.js';
import type { GptParams } from '../../model/params.js';
import { type Game, outcomeFor, type Position, sideToMove } from '../../tasks/games/game.js';
import type { PlayedGame } from '../../tasks/games/playGames.js';
import { type Batch, batchLogits } from '../../train/loss.js';

/** Games to learn from. Where a target is -1, the rest is 0. */
export interface GameBatch extends Batch {
  /** What is added to the logits: 0 for legal moves, a large negative number for all else, [N*V]. */
  readonly masks: Float32Array;
  /** What the game was worth to the one who moved, from -1 to 1, [N]. */
  readonly outcomes: Float32Array;
  /** How likely each move should become, [N*V], where more is known than which one was made. */
  readonly policies?: Float32Array;
}

/** Which moves count, and what is known of them. */
export interface GameBatchOptions {
  /** Whether the moves of a side of a game count; default all do but those of an opening drawn at random. */
  readonly counts?: (game: PlayedGame, side: 0 | 1) => boolean;
  /** Shares that moves should have, [A], by position; default only the move that was made is known. */
  readonly policies?: ReadonlyMap<Position, ArrayLike<number>>;
}

const never = -1e9;

/**
 * Puts games side by side.
 *
 * @throws {RangeError} If there are no games.
 *
 * @example
 * const game = ticTacToe();
 * const player = scriptedPlayer(game, { name: 'random' });
 * const { batchSize, outcomes } = gameBatch(game, playGames(game, [[player, player]], createRandom(1)));
 * [batchSize, outcomes[0] === -outcomes[1]] // [1, true]
 */
export function gameBatch(
  game: Game,
  games: readonly PlayedGame[],
  { counts = () => true, policies }: GameBatchOptions = {},
): GameBatch {
  if (games.length === 0) throw new RangeError('Cannot make a batch: expected a game, got none');
  const length = games.reduce((most, { moves }) => Math.max(most, moves.length), 0);
  const [N, V] = [games.length * length, game.moveNames.length + 1];
  const inputs = new Int32Array(N);
  const targets = new Int32Array(N).fill(-1);
  const masks = new Float32Array(N * V);
  const outcomes = new Float32Array(N);
  const shares = policies && new Float32Array(N * V);
  for (const [row, played] of games.entries()) {
    inputs.set([V - 1, ...played.moves.slice(0, -1)], row * length);
    for (const [nth, move] of played.moves.entries()) {
      const position = played.positions[nth]!;
      const side = sideToMove(position);
      if (nth < played.opening || !counts(played, side)) continue;
      const at = row * length + nth;
      targets[at] = move;
      outcomes[at] = outcomeFor(side, played.score);
      masks.fill(never, at * V, (at + 1) * V);
      for (const legal of game.legalMoves(position)) masks[at * V + legal] = 0;
      shares?.set(Array.from(policies!.get(position)!), at * V);
    }
  }
  const more = shares ? { policies: shares } : {};
  return { batchSize: games.length, length, inputs, targets, masks, outcomes, ...more };
}

/** What is learned from a batch. */
export interface GameLossOptions {
  /**
   * `imitate`: every move that counts is a good one. `reinforce`: as good as its game ended, compared with what the value
   * expected (REINFORCE with a baseline, Williams 1992), brought to mean 0 and deviation 1 over the batch.
   */
  readonly learn: 'imitate' | 'reinforce';
  /** Weight of the value's squared error; default 0.5. */
  readonly valueWeight?: number;
  /** Weight of the policy's entropy, which keeps it from deciding too soon; default 0. */
  readonly entropyBonus?: number;
}

/** Scalars with gradients; means over the moves that count. */
export interface GameLoss {
  readonly total: tf.Scalar;
  readonly policy: tf.Scalar;
  /** Squared error of the value. */
  readonly value: tf.Scalar;
  /** Of the policy among the legal moves, in nats. */
  readonly entropy: tf.Scalar;
}

/**
 * The loss on games. Where a batch has `policies`, these are what is imitated.
 *
 * @example
 * const game = ticTacToe();
 * const model = createGameModel(game, createRandom(1), { nEmbd: 8 });
 * const player = networkPlayer(model, game, { name: 'untrained' });
 * const batch = gameBatch(game, playGames(game, [[player, player]], createRandom(1)));
 * const { entropy } = gameLoss(model, batch, { learn: 'reinforce' });
 * entropy.arraySync() < Math.log(9) // true
 * disposeParams(model);
 */
export function gameLoss(
  params: GptParams,
  { masks, outcomes, policies, ...batch }: GameBatch,
  { learn, valueWeight = 0.5, entropyBonus = 0 }: GameLossOptions,
): GameLoss {
  const logits = batchLogits(params, batch); // [N,V]
  const [N, V] = logits.shape;
  const counted = Float32Array.from(batch.targets, (id) => Number(id >= 0));
  const count = counted.reduce((sum, one) => sum + one, 0);
  const mean = (each: tf.Tensor) => each.mul(tf.tensor1d(counted)).sum<tf.Scalar>().div<tf.Scalar>(count);
  const logProbs = tf.logSoftmax(logits.add<tf.Tensor2D>(tf.tensor2d(masks, [N, V]))); // [N,V]
  const values = logits
    .slice([0, V - 1], [N, 1])
    .reshape<tf.Tensor1D>([N])
    .tanh(); // [N]
  const errors = tf.tensor1d(outcomes).sub<tf.Tensor1D>(values);
  const made = policies
    ? tf.tensor2d(policies, [N, V])
    : tf.oneHot(
        tf.tensor1d(
          Int32Array.from(batch.targets, (id) => Math.max(id, 0)),
          'int32',
        ),
        V,
      );
  const gained = made.cast('float32').mul(logProbs).sum(1); // [N]
  const advantages = learn === 'imitate' ? tf.ones([N]) : standardised(stopGradient(errors), mean);
  const policy = mean(gained.mul(advantages)).neg<tf.Scalar>();
  const value = mean(errors.square());
  const entropy = mean(logProbs.exp().mul(logProbs).sum(1)).neg<tf.Scalar>();
  const total = policy.add<tf.Scalar>(value.mul(valueWeight)).sub<tf.Scalar>(entropy.mul(entropyBonus));
  return { total, policy, value, entropy };
}

/** Brought to mean 0 and deviation 1 over what counts. */
function standardised(numbers: tf.Tensor1D, mean: (each: tf.Tensor) => tf.Scalar): tf.Tensor {
  const centred = numbers.sub(mean(numbers));
  return centred.div(mean(centred.square()).sqrt().add(1e-6));
}
