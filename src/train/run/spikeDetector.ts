/** Tells a step that leaps out of the line of those before it: llm.c's rule (`llmc/outlier_detector.h`). */
import type { StepMeasure } from '../step.js';

/** When a step counts as a leap. */
export interface SpikeOptions {
  /** Steps that it is held against, itself the last of them; default 128, as llm.c. */
  readonly window?: number;
  /**
   * Standard deviations above the window's mean from which a loss is a leap; default 6. Within `n` steps none can be
   * further out than `(n - 1) / sqrt(n)`: 11.2 of 128.
   */
  readonly lossDeviations?: number;
  /**
   * The same for the length of the gradient before clipping; default 10, because lengths have a long tail and a gradient
   * that is somewhat long is clipped anyway.
   */
  readonly gradientDeviations?: number;
}

/** What the detector remembers, as JSON: the last losses and lengths of gradients. */
export interface SpikeState {
  readonly losses: readonly number[];
  readonly gradNorms: readonly number[];
}

/** Looks at one step after the other; made by `spikeDetector`. */
export interface SpikeDetector {
  /** Remembers a step, and says what is wrong with it if it leaps. Until the window is full, nothing does. */
  readonly judge: (measure: StepMeasure) => string | undefined;
  readonly state: () => SpikeState;
}

/**
 * Starts a detector.
 *
 * @param state Where another one stood, to go on from there.
 * @throws {RangeError} If the window is below 3 steps, or deviations are not above 0.
 *
 * @example
 * const detector = spikeDetector({ window: 16, lossDeviations: 3 });
 * for (let step = 0; step < 20; step++) detector.judge({ loss: 2 + (step % 2) / 10, gradNorm: 1 });
 * detector.judge({ loss: 9, gradNorm: 1 })
 * // 'the loss leaps to 9.00, 3.9 standard deviations above the mean of the last 16 steps'
 */
export function spikeDetector(
  { window = 128, lossDeviations = 6, gradientDeviations = 10 }: SpikeOptions = {},
  state: SpikeState = { losses: [], gradNorms: [] },
): SpikeDetector {
  if (!(Number.isInteger(window) && window >= 3))
    throw new RangeError(`Cannot look for leaps: expected a window of 3 or more steps, got ${window}`);
  for (const [name, value] of Object.entries({ lossDeviations, gradientDeviations }))
    if (!(value > 0)) throw new RangeError(`Cannot look for leaps: expected ${name} above 0, got ${value}`);
  let { losses, gradNorms } = state;
  const leap = (what: string, values: readonly number[], deviations: number) => {
    const score = values.length < window ? 0 : lastScore(values);
    if (!(score > deviations)) return undefined;
    const value = values.at(-1)!.toPrecision(3);
    return `the ${what} leaps to ${value}, ${score.toFixed(1)} standard deviations above the mean of the last ${window} steps`;
  };
  return {
    judge: ({ loss, gradNorm }) => {
      losses = [...losses, loss].slice(-window);
      gradNorms = [...gradNorms, gradNorm].slice(-window);
      return leap('loss', losses, lossDeviations) ?? leap("gradient's length", gradNorms, gradientDeviations);
    },
    state: () => ({ losses, gradNorms }),
  };
}

/** How many standard deviations the last value lies above the mean of all, itself among them. */
function lastScore(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return variance === 0 ? 0 : (values.at(-1)! - mean) / Math.sqrt(variance);
}
