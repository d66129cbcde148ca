/** One update of a model that plays, and what it measured. */
import type { GptParams } from '../../model/params.js';
import type { AdamW } from '../../train/adamW.js';
import { updateParams } from '../../train/step.js';
import { type GameBatch, type GameLossOptions, gameLoss } from './gameLoss.js';

/** What an update measured, before it was made; means over the moves that count. */
export interface GameMeasure {
  readonly loss: number;
  /** Squared error of the value, whose outcomes are from -1 to 1. */
  readonly valueError: number;
  /** Of the policy among the legal moves, in nats. */
  readonly entropy: number;
  /** Length of the gradient before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
}

/** Makes an update. @throws {StepRefused} As `updateParams`. */
export function gameStep(
  params: GptParams,
  batch: GameBatch,
  optimizer: AdamW,
  { learningRate, ...options }: GameLossOptions & { readonly learningRate: number },
): GameMeasure {
  let [valueError, entropy] = [Number.NaN, Number.NaN];
  const lossOf = () => {
    const parts = gameLoss(params, batch, options);
    [valueError, entropy] = [parts.value, parts.entropy].map((part) => part.dataSync()[0]!) as [
      number,
      number,
    ];
    return parts.total;
  };
  return { ...updateParams(optimizer, lossOf, learningRate), valueError, entropy, learningRate };
}
