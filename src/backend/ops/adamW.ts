/** One AdamW update (Loshchilov and Hutter 2019), in the form of PyTorch and llm.c. */
import { tf } from '../tf.js';
import { ownKernel } from './fused.js';

/** A parameter and the running means of its gradient and of the gradient's square. */
export interface Moments {
  readonly parameter: tf.Variable;
  readonly mean: tf.Variable;
  readonly square: tf.Variable;
  /** Share that is taken away, times the learning rate. */
  readonly weightDecay: number;
}

/** The numbers of one update. */
export interface AdamWUpdate {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Updates so far, this one included: 1, 2, … */
  readonly step: number;
  /** What the gradient is multiplied by first, for clipping. */
  readonly gradientScale: number;
}

/**
 * Updates parameters and their moments in place. Weight decay is decoupled: it does not pass through the moments.
 *
 * @param gradients One for each slot, in their order.
 */
export function adamWUpdate(
  slots: readonly Moments[],
  gradients: readonly tf.Tensor[],
  update: AdamWUpdate,
): void {
  const own = ownKernel('FusedAdamW');
  if (!own) {
    for (const [nth, slot] of slots.entries()) updateOne(slot, gradients[nth]!, update);
    return;
  }
  const variables = (['parameter', 'mean', 'square'] as const).map((name) => slots.map((slot) => slot[name]));
  for (const variable of variables.flat()) standAlone(variable);
  const [parameters, means, squares] = variables as [tf.Variable[], tf.Variable[], tf.Variable[]];
  const inputs = [...parameters, ...gradients, ...means, ...squares];
  own(Object.fromEntries(inputs.entries()), { ...update, decays: slots.map((slot) => slot.weightDecay) });
}

/** Gives a variable data of its own if it shares them with a clone, which must not change with it. */
function standAlone(variable: tf.Variable): void {
  if (tf.backend().refCount(variable.dataId) > 1) tf.tidy(() => variable.assign(variable.add(0)));
}

function updateOne(
  { parameter, mean, square, weightDecay }: Moments,
  gradient: tf.Tensor,
  { learningRate, betas: [beta1, beta2], epsilon, step, gradientScale }: AdamWUpdate,
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
  const own = ownKernel('FusedGlobalNorm');
  if (own) return tf.tidy(() => own(Object.fromEntries(gradients.entries()))[0]!.dataSync()[0]!);
  const squares = gradients.map((gradient) => tf.tidy(() => gradient.square().sum().dataSync()[0]!));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}
