/** The learning rate over the course of a training run: functions of the step. */

/** The learning rate of a step; step 0 is the first update. */
export type Schedule = (step: number) => number;

/** What all schedules begin with. */
export interface ScheduleOptions {
  /** Updates in all. */
  readonly steps: number;
  /** The highest rate, reached when the warm-up ends. */
  readonly learningRate: number;
  /** Updates until then; default 0. */
  readonly warmupSteps?: number;
  /** Where the schedule ends, as a share of the highest rate. */
  readonly finalShare?: number;
}

/**
 * Warm-up, then half a cosine down (Loshchilov and Hutter 2017), as GPT-3 and llm.c: it climbs in a straight line, falls,
 * and stays at its end after the last step.
 *
 * Adam's means are worthless in the first steps, so these must be small; at the end small steps settle into the
 * valley that large ones found.
 *
 * @param options.finalShare Default 0.1.
 *
 * @example
 * const rate = cosineSchedule({ steps: 100, learningRate: 1, warmupSteps: 10, finalShare: 0 });
 * [rate(0), rate(9), rate(55), rate(100)] // [0.1, 1, 0.5, 0]
 */
export function cosineSchedule({ finalShare = 0.1, ...options }: ScheduleOptions): Schedule {
  return warmedUp(options, (step, { steps, warmupSteps }) => {
    const height = (1 + Math.cos(Math.PI * progress(step, warmupSteps, steps))) / 2; // 1 down to 0
    return finalShare + (1 - finalShare) * height;
  });
}

/**
 * Warm-up, then a straight line down.
 *
 * @param options.finalShare Default 0.
 *
 * @example
 * const rate = linearSchedule({ steps: 100, learningRate: 1, warmupSteps: 10 });
 * [rate(0), rate(9), rate(55), rate(100)] // [0.1, 1, 0.5, 0]
 */
export function linearSchedule({ finalShare = 0, ...options }: ScheduleOptions): Schedule {
  return warmedUp(options, (step, { steps, warmupSteps }) => {
    return 1 - (1 - finalShare) * progress(step, warmupSteps, steps);
  });
}

/** What a schedule with a level stretch has beside. */
export interface StableScheduleOptions extends ScheduleOptions {
  /** Updates of the way down; default a fifth of all, as Hägele et al. 2024. */
  readonly decaySteps?: number;
  /** How it falls: with the square root of the way, fast at first, as llm.c; or in a straight line. Default `sqrt`. */
  readonly decay?: 'sqrt' | 'linear';
}

/**
 * Warm-up, a level stretch, then down (MiniCPM, Hu et al. 2024): a run can be made longer at any time before its way
 * down begins. Update `steps - decaySteps` is the last with the full rate.
 *
 * @param options.finalShare Default 0.
 *
 * @example
 * const rate = warmupStableDecay({ steps: 100, learningRate: 1, warmupSteps: 10, decaySteps: 20 });
 * [rate(0), rate(9), rate(80), rate(85), rate(100)] // [0.1, 1, 1, 0.5, 0]
 */
export function warmupStableDecay(options: StableScheduleOptions): Schedule {
  const { finalShare = 0, decaySteps = Math.round(options.steps / 5), decay = 'sqrt' } = options;
  return warmedUp(options, (step, { steps }) => {
    const way = progress(step, steps - decaySteps, steps);
    return 1 - (1 - finalShare) * (decay === 'sqrt' ? Math.sqrt(way) : way);
  });
}

/** The straight line up, and behind it what `share` gives of the highest rate. */
function warmedUp(
  { steps, learningRate, warmupSteps = 0 }: ScheduleOptions,
  share: (step: number, lengths: { readonly steps: number; readonly warmupSteps: number }) => number,
): Schedule {
  return (step) =>
    learningRate * (step < warmupSteps ? (step + 1) / warmupSteps : share(step, { steps, warmupSteps }));
}

/** How much of the way from one step to another is done, 0 to 1. */
const progress = (step: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (step - from) / Math.max(1, to - from)));
