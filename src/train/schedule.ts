/** The learning rate over the course of a training run. */

/** Warm-up, then a half cosine down. */
export interface Schedule {
  /** Updates in all. */
  readonly steps: number;
  /** The highest rate, reached when the warm-up ends. */
  readonly learningRate: number;
  /** Updates until then; default 0. */
  readonly warmupSteps?: number;
  /** Where the cosine ends, as a share of the highest rate; default 0.1. */
  readonly finalShare?: number;
}

/**
 * The learning rate of one step: it climbs in a straight line, then falls along half a cosine.
 *
 * Adam's means are worthless in the first steps, so these must be small; at the end small steps settle into the
 * valley that large ones found.
 *
 * @param step 0 for the first update.
 *
 * @example
 * learningRateAt(0, { steps: 100, learningRate: 1, warmupSteps: 10 })  // 0.1
 * learningRateAt(9, { steps: 100, learningRate: 1, warmupSteps: 10 })  // 1
 * learningRateAt(55, { steps: 100, learningRate: 1, warmupSteps: 10, finalShare: 0 }) // 0.5
 */
export function learningRateAt(
  step: number,
  { steps, learningRate, warmupSteps = 0, finalShare = 0.1 }: Schedule,
): number {
  if (step < warmupSteps) return learningRate * ((step + 1) / warmupSteps);
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  const height = (1 + Math.cos(Math.PI * progress)) / 2; // 1 down to 0
  return learningRate * (finalShare + (1 - finalShare) * height);
}
