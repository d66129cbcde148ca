/** How often answers are right, of one try and of several. */

/** Shares from 0 to 1. */
export interface PassRates {
  /** Of all answers: how often one try is right. */
  readonly at1: number;
  /** Of all problems: how often at least one of the tries is right. */
  readonly atK: number;
}

/**
 * Counts right answers, those with a reward of 1.
 *
 * @param rewards One an answer, those to one problem together: [problems * samples].
 * @param samples Answers to each problem, K.
 * @throws {RangeError} If there are no rewards, or their number is no multiple of `samples`.
 *
 * @example
 * passRates([1, 0, 0, 0], 2) // { at1: 0.25, atK: 0.5 }
 */
export function passRates(rewards: ArrayLike<number>, samples: number): PassRates {
  if (!(samples >= 1 && rewards.length > 0 && rewards.length % samples === 0))
    throw new RangeError(
      `Cannot count right answers: expected ${samples} for each problem, got ${rewards.length} in all`,
    );
  const right = Array.from(rewards, (reward) => reward >= 1);
  const solved = new Set(
    [...right.entries()].flatMap(([nth, one]) => (one ? [Math.floor(nth / samples)] : [])),
  );
  return {
    at1: right.filter(Boolean).length / rewards.length,
    atK: solved.size / (rewards.length / samples),
  };
}
