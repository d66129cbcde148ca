/**
 * The optimizer's memory: for each parameter the running means of its gradient and of the gradient's square.
 * It stands beside the model because a checkpoint holds both.
 */
import * as tf from '@tensorflow/tfjs';
import { adamWUpdate, globalNorm } from '../backend/ops/adamW.js';
import { type GptParams, namedParams } from '../model/params.js';

/** The constants of AdamW. */
export interface AdamWOptions {
  /** How slowly the two means forget; default 0.9 and 0.95, as GPT-3 and llm.c. */
  readonly betas?: readonly [number, number];
  /** Keeps a division from exploding; default 1e-8. */
  readonly epsilon?: number;
  /** Share of each matrix that is taken away, times the learning rate; default 0.1. Biases and norms keep all. */
  readonly weightDecay?: number;
  /** Longest gradient, over all parameters together; longer ones are scaled down; default 1. */
  readonly clipNorm?: number;
}

/** AdamW over the parameters of one model; made by `createAdamW`, freed by `dispose`. */
export interface AdamW {
  /** Updates made so far. */
  readonly step: () => number;
  /** Updates every parameter from its gradient and returns the gradient's length before clipping. */
  readonly update: (gradients: tf.NamedTensorMap, learningRate: number) => number;
  /** The means, by the parameters' names. */
  readonly moments: () => ReadonlyMap<string, { readonly mean: tf.Variable; readonly square: tf.Variable }>;
  readonly dispose: () => void;
}

/**
 * Makes an optimizer. The caller disposes it.
 *
 * @param step Updates made before, where training goes on; default 0.
 *
 * @example
 * const optimizer = createAdamW(params, { weightDecay: 0 });
 * optimizer.step() // 0
 * optimizer.dispose();
 */
export function createAdamW(
  params: GptParams,
  { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1, clipNorm = 1 }: AdamWOptions = {},
  step = 0,
): AdamW {
  const slots = [...namedParams(params)].map(([name, parameter]) => ({
    name,
    parameter,
    mean: zeros(parameter.shape),
    square: zeros(parameter.shape),
    weightDecay: parameter.rank >= 2 ? weightDecay : 0,
  }));
  let updates = step;
  return {
    step: () => updates,
    update: (gradients, learningRate) => {
      updates++;
      const own = slots.map(({ parameter }) => gradients[parameter.name]!);
      const norm = globalNorm(own);
      const gradientScale = norm > clipNorm ? clipNorm / norm : 1;
      adamWUpdate(slots, own, { learningRate, betas, epsilon, step: updates, gradientScale });
      return norm;
    },
    moments: () => new Map(slots.map(({ name, mean, square }) => [name, { mean, square }])),
    dispose: () => {
      for (const { mean, square } of slots) {
        mean.dispose();
        square.dispose();
      }
    },
  };
}

const zeros = (shape: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
