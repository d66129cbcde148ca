/** How much better an answer was than the others to the same prompt. Plain numbers. */

/** How advantages are scaled. */
export interface AdvantageOptions {
  /**
   * `deviation`, the default: divided by the group's standard deviation, so that a hard and an easy prompt weigh the
   * same. `none`: only centred (Dr. GRPO, Liu et al. 2025).
   */
  readonly scale?: 'deviation' | 'none';
  /**
   * What the squares are divided by: `sample`, the default, n - 1, as TRL and CS336 have it; `population`, n, as the
   * formula of the GRPO paper is mostly read.
   */
  readonly deviation?: 'sample' | 'population';
  /** Added to the deviation; default 0.0001, as TRL (CS336 has 0.000001). */
  readonly epsilon?: number;
}

/**
 * Centres rewards within each group of answers to the same prompt: the advantage of GRPO (Shao et al. 2024). An answer
 * is judged against its siblings only, so a group whose rewards are all equal teaches nothing: its advantages are 0.
 *
 * All answers as one group, without scale, are rewards against a baseline, the mean, as REINFORCE has it.
 *
 * @param rewards One an answer, grouped by prompt: [prompts * samples].
 * @param samples Answers to each prompt, G, at least 2.
 * @returns In the same order; each group adds up to 0.
 * @throws {RangeError} If there are fewer than 2 samples, the number of rewards is no multiple of them, or a reward is
 *   not finite.
 *
 * @example
 * groupAdvantages([1, 0, 0, 1], 2, { scale: 'none' }) // Float32Array.of(0.5, -0.5, -0.5, 0.5)
 */
export function groupAdvantages(
  rewards: ArrayLike<number>,
  samples: number,
  { scale = 'deviation', deviation = 'sample', epsilon = 1e-4 }: AdvantageOptions = {},
): Float32Array {
  checkGroups(rewards, samples);
  const advantages = new Float32Array(rewards.length);
  for (let start = 0; start < rewards.length; start += samples) {
    const group = Array.from({ length: samples }, (_, nth) => rewards[start + nth]!);
    if (group.every((reward) => reward === group[0])) continue;
    const mean = group.reduce((sum, reward) => sum + reward, 0) / samples;
    const squares = group.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
    const variance = squares / (deviation === 'sample' ? samples - 1 : samples);
    const divisor = scale === 'none' ? 1 : Math.sqrt(variance) + epsilon;
    for (const [nth, reward] of group.entries()) advantages[start + nth] = (reward - mean) / divisor;
  }
  return advantages;
}

function checkGroups(rewards: ArrayLike<number>, samples: number): void {
  if (!(Number.isInteger(samples) && samples >= 2))
    throw new RangeError(`Cannot compare answers: expected 2 to each prompt or more, got ${samples}`);
  if (rewards.length % samples !== 0)
    throw new RangeError(
      `Cannot compare answers: expected groups of ${samples}, got ${rewards.length} rewards`,
    );
  for (let nth = 0; nth < rewards.length; nth++)
    if (!Number.isFinite(rewards[nth]))
      throw new RangeError(`Cannot compare answers: expected finite rewards, got ${rewards[nth]} at ${nth}`);
}
