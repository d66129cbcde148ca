/** The optimizer's memory: for each variable the running means of its gradient and of the gradient's square. */
import { adamWUpdate, globalNorm } from '../backend/ops/adamW.js';
import { tf } from '../backend/tf.js';
import { type GptParams, type NamedVariables, namedParams } from '../model/params.js';
import { StepRefused } from './stepRefused.js';

/** The constants of AdamW. */
export interface AdamWOptions {
  /** How slowly the two means forget; default 0.9 and 0.95, as GPT-3 and llm.c. */
  readonly betas?: readonly [number, number];
  /** Keeps a division from exploding; default 1e-8. */
  readonly epsilon?: number;
  /** Share of each matrix that is taken away, times the learning rate; default 0.1. Biases and norms keep all. */
  readonly weightDecay?: number;
  /** Longest gradient, over all parameters together; longer ones are scaled down; default 1, `Infinity` for none. */
  readonly clipNorm?: number;
}

/** AdamW over some variables; made by `createAdamW`, freed by `dispose`. */
export interface AdamW {
  /** What it updates, by name. */
  readonly variables: NamedVariables;
  /** Updates made so far. */
  readonly step: () => number;
  /**
   * Updates every variable from its gradient and returns the gradient's length before clipping. A variable without a
   * gradient stays as it is.
   *
   * @param gradients By tfjs's names of the variables, as `tf.variableGrads` gives them.
   * @param refuse Says why a gradient of this length must not be followed; default none is refused that is finite.
   * @throws {StepRefused} If a gradient is not finite, or is refused; nothing is changed then.
   * @throws {RangeError} If the learning rate is not finite or below 0; nothing is changed then.
   */
  readonly update: (
    gradients: tf.NamedTensorMap,
    learningRate: number,
    refuse?: (gradNorm: number) => string | undefined,
  ) => number;
  /** The means, by the variables' names. */
  readonly moments: () => ReadonlyMap<string, { readonly mean: tf.Variable; readonly square: tf.Variable }>;
  readonly dispose: () => void;
}

/**
 * Makes an optimizer. The caller disposes it.
 *
 * @param trained A model, or variables by name: a head alone, or a model's and its head's together.
 * @param options.step Updates made before, where training goes on; default 0.
 * @throws {RangeError} If a constant is out of range; the message names it.
 *
 * @example
 * const head = tf.variable(tf.zeros([4, 1]));
 * const optimizer = createAdamW(new Map([...namedParams(params), ['reward', head]]), { weightDecay: 0 });
 * optimizer.step() // 0
 * optimizer.dispose();
 */
export function createAdamW(
  trained: GptParams | NamedVariables,
  options: AdamWOptions & { readonly step?: number } = {},
): AdamW {
  const { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1, clipNorm = 1, step = 0 } = options;
  checkConstants({ betas, epsilon, weightDecay, clipNorm });
  const variables = trained instanceof Map ? trained : namedParams(trained as GptParams);
  const slots = [...variables].map(([name, parameter]) => ({
    name,
    parameter,
    mean: zeros(parameter.shape),
    square: zeros(parameter.shape),
    weightDecay: parameter.rank >= 2 ? weightDecay : 0,
  }));
  let updates = step;
  return {
    variables,
    step: () => updates,
    update: (gradients, learningRate, refuse) => {
      const own = slots.filter(({ parameter }) => gradients[parameter.name]);
      const slopes = own.map(({ parameter }) => gradients[parameter.name]!);
      const norm = globalNorm(slopes);
      const reason = Number.isFinite(norm) ? refuse?.(norm) : notFinite(own, slopes);
      if (reason !== undefined) throw refused(reason, norm, updates + 1);
      if (!(Number.isFinite(learningRate) && learningRate >= 0))
        throw new RangeError(`Cannot update: expected a learning rate of 0 or more, got ${learningRate}`);
      updates++;
      const gradientScale = norm > clipNorm ? clipNorm / norm : 1;
      adamWUpdate(own, slopes, { learningRate, betas, epsilon, step: updates, gradientScale });
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

/** Constants out of range would end a model at its first update, or turn it uphill, without a word. */
function checkConstants({ betas, epsilon, weightDecay, clipNorm }: Required<AdamWOptions>): void {
  const check = (holds: boolean, expected: string, got: unknown): void => {
    if (!holds) throw new RangeError(`Cannot make an optimizer: expected ${expected}, got ${String(got)}`);
  };
  const areBetas = betas.length === 2 && betas.every((beta) => beta >= 0 && beta < 1);
  check(areBetas, 'two betas from 0 to below 1', betas);
  check(epsilon > 0 && Number.isFinite(epsilon), 'an epsilon above 0', epsilon);
  check(weightDecay >= 0 && Number.isFinite(weightDecay), 'a weightDecay of 0 or more', weightDecay);
  check(clipNorm > 0, 'a clipNorm above 0', clipNorm);
}

/** What is wrong with a gradient that is not finite. */
function notFinite(slots: readonly { readonly name: string }[], gradients: readonly tf.Tensor[]): string {
  const first = gradients.findIndex((gradient) => !gradient.dataSync().every(Number.isFinite));
  return `the gradient ${first < 0 ? 'is too long for a number' : `of ${slots[first]!.name} is not finite`}`;
}

const refused = (reason: string, gradNorm: number, step: number): StepRefused =>
  new StepRefused(`Training stopped at step ${step}: ${reason}; nothing was updated`, { reason, gradNorm });

const zeros = (shape: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
