/**
 * A GPT that plays a game: it reads the moves made so far behind a start token, and its logits say which move comes next
 * and who will win. As in AlphaGo Zero (Silver et al. 2017) one network has both a policy and a value.
 *
 * A = moves of the game, V = A + 1 tokens: the moves, then the start token. Nothing ever continues with the start token,
 * so its logit is free: tanh of it is the value. B = positions, T = tokens of the longest.
 */
import { tf } from '../../backend/tf.js';
import type { Random } from '../../core/random.js';
import type { GptConfig } from '../../model/config.js';
import { head, hiddenStates } from '../../model/gpt.js';
import { createParams, type GptParams, namedParams } from '../../model/params.js';
import type { Game, Position } from '../../tasks/games/game.js';

/** The width and depth of a model that plays; default 2 layers of 4 heads, 64 wide. */
export type GameModelShape = Partial<Pick<GptConfig, 'nLayer' | 'nHead' | 'nEmbd'>>;

/** The configuration of a model for a game. */
function gameConfig(game: Game, { nLayer = 2, nHead = 4, nEmbd = 64 }: GameModelShape = {}): GptConfig {
  const vocabSize = game.moveNames.length + 1;
  return { vocabSize, blockSize: game.longest, nLayer, nHead, nEmbd, tiedHead: false };
}

/**
 * Makes an untrained model for a game. The matrices of its layers begin wider than those of GPT-2, with a deviation of
 * one over the square root of their inputs: from GPT-2's 0.02 a network this narrow takes much longer to begin to learn.
 * The caller frees it with `disposeParams`.
 *
 * @example
 * const model = createGameModel(ticTacToe(), createRandom(1));
 * [model.config.vocabSize, model.config.blockSize] // [10, 9]
 * disposeParams(model);
 */
export function createGameModel(game: Game, random: Random, shape: GameModelShape = {}): GptParams {
  const params = createParams(gameConfig(game, shape), random);
  for (const [name, weight] of namedParams(params)) {
    if (!/c_(attn|fc|proj)\.weight$/.test(name)) continue;
    const wider = 1 / (0.02 * Math.sqrt(weight.shape[0]!));
    tf.tidy(() => weight.assign(weight.mul(wider)));
  }
  return params;
}

/** What a model, or whoever else judges positions, thinks of one. */
export interface Judgement {
  /** Probability of each move, [A]; 0 where it is not legal. */
  readonly policy: Float32Array;
  /** What the game will be worth to the one who is to move, from -1 (lost) to 1 (won). */
  readonly value: number;
}

/**
 * Asks a model about positions, all in one pass, and once about those that the same moves led to: where many games are
 * played side by side, most openings are. Without a cache: games are short, and a whole pass over a few tokens costs less
 * than keeping keys and values of so many texts.
 *
 * @param positions None of them over; they may differ in length.
 * @throws {RangeError} If the model is of another game, or a position has no legal move.
 *
 * @example
 * const game = ticTacToe();
 * const player = createGameModel(game, createRandom(1));
 * const [{ policy, value }] = judgePositions(player, game, [game.start]);
 * [policy.length, Math.abs(value) < 1] // [9, true]
 * disposeParams(player);
 */
export function judgePositions(params: GptParams, game: Game, positions: readonly Position[]): Judgement[] {
  checkModel(params, game);
  if (positions.length === 0) return [];
  const A = game.moveNames.length;
  const keys = positions.map(({ moves }) => moves.join());
  const different = new Map(positions.map((position, nth) => [keys[nth]!, position]));
  const some = [...different.values()];
  const legal = some.map((position) => legalMoves(game, position));
  const numbers = lastLogits(params, some);
  const judgements = new Map(
    [...different.keys()].map((key, row) => {
      const logits = numbers.subarray(row * (A + 1), (row + 1) * (A + 1));
      return [key, { policy: softmaxOf(logits.subarray(0, A), legal[row]!), value: Math.tanh(logits[A]!) }];
    }),
  );
  return keys.map((key) => judgements.get(key)!);
}

/** The logits behind each position's last move, [B*V]. */
function lastLogits(params: GptParams, positions: readonly Position[]): Float32Array {
  const B = positions.length;
  const T = 1 + positions.reduce((most, { moves }) => Math.max(most, moves.length), 0);
  const ids = new Int32Array(B * T);
  for (const [row, { moves }] of positions.entries()) {
    ids[row * T] = startId(params);
    ids.set(moves, row * T + 1);
  }
  const logits = tf.tidy(() => {
    const hidden = hiddenStates(params, tf.tensor2d(ids, [B, T], 'int32')); // [B,T,C]
    const lasts = Int32Array.from(positions, ({ moves }, row) => row * T + moves.length);
    return head(params, tf.gather(hidden.reshape([B * T, -1]), tf.tensor1d(lasts, 'int32'))); // [B,V]
  });
  const numbers = logits.dataSync<'float32'>();
  logits.dispose();
  return numbers;
}

/** The token in front of every game. */
const startId = ({ config }: GptParams): number => config.vocabSize - 1;

/** Throws unless a model can read a game. */
export function checkModel({ config }: GptParams, { name, moveNames, longest }: Game): void {
  const [tokens, length] = [moveNames.length + 1, longest];
  if (config.vocabSize !== tokens || config.blockSize < length)
    throw new RangeError(
      `Cannot play ${name}: expected a model of ${tokens} tokens that reads ${length}, got ${config.vocabSize} and ${config.blockSize}`,
    );
}

/** The legal moves of a position. @throws {RangeError} If there are none. */
export function legalMoves(game: Game, position: Position): number[] {
  const legal = game.legalMoves(position);
  if (legal.length > 0) return legal;
  const why = position.score === undefined ? 'none is legal' : 'the game is over';
  throw new RangeError(`Cannot move in ${game.name} after ${position.moves.length} moves: ${why}`);
}

/** The softmax among some of the logits; 0 for the others. */
function softmaxOf(logits: Float32Array, legal: readonly number[]): Float32Array {
  const shares = new Float32Array(logits.length);
  let [best, total] = [Number.NEGATIVE_INFINITY, 0];
  for (const move of legal) best = Math.max(best, logits[move]!);
  for (const move of legal) {
    shares[move] = Math.exp(logits[move]! - best);
    total += shares[move]!;
  }
  for (const move of legal) shares[move]! /= total;
  return shares;
}
