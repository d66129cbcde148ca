/** One AdamW update of one tensor (Loshchilov and Hutter 2019), in the form of PyTorch and llm.c. */
import * as tf from '@tensorflow/tfjs';

/** A parameter and the running means of its gradient and of the gradient's square. */
export interface Moments {
  readonly parameter: tf.Variable;
  readonly mean: tf.Variable;
  readonly square: tf.Variable;
}

/** The numbers of one update. */
export interface AdamWUpdate {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Updates so far, this one included: 1, 2, … */
  readonly step: number;
  /** What the gradient is multiplied by first, for clipping. */
  readonly gradientScale: number;
}

/** Updates a parameter and its moments in place. Weight decay is decoupled: it does not pass through the moments. */
export function adamWUpdate(
  { parameter, mean, square }: Moments,
  gradient: tf.Tensor,
  { learningRate, weightDecay, betas: [beta1, beta2], epsilon, step, gradientScale }: AdamWUpdate,
): void {
  tf.tidy(() => {
    mean.assign(mean.mul(beta1).add(gradient.mul((1 - beta1) * gradientScale)));
    square.assign(square.mul(beta2).add(gradient.square().mul((1 - beta2) * gradientScale ** 2)));
    const deviation = square
      .sqrt()
      .mul(1 / Math.sqrt(1 - beta2 ** step))
      .add(epsilon);
    const change = mean.div(deviation).mul(learningRate / (1 - beta1 ** step));
    const kept = weightDecay === 0 ? parameter : parameter.mul(1 - learningRate * weightDecay);
    parameter.assign(kept.sub(change));
  });
}

/** The length of all gradients together, as one vector. */
export function globalNorm(gradients: readonly tf.Tensor[]): number {
  const squares = gradients.map((gradient) => tf.tidy(() => gradient.square().sum().dataSync()[0]!));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}
