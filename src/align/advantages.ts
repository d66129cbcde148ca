/** How much better an answer was than the others to the same prompt. Plain numbers. */

/** How advantages are scaled. */
export interface AdvantageOptions {
  /**
   * `deviation`, the default: divided by the group's standard deviation, that of a sample (n - 1), plus 0.0001, as
   * TRL has it, so that a hard and an easy prompt weigh the same. `none`: only centred (Dr. GRPO, Liu et al. 2025).
   */
  readonly scale?: 'deviation' | 'none';
}

const epsilon = 1e-4;

/**
 * Centres rewards within each group of answers to the same prompt: the advantage of GRPO (Shao et al. 2024). An answer
 * is judged against its siblings only, so a group whose rewards are all equal teaches nothing: its advantages are 0.
 *
 * @param rewards One an answer, grouped by prompt: [prompts * samples].
 * @param samples Answers to each prompt, G, at least 2.
 * @returns In the same order; each group adds up to 0.
 * @throws {RangeError} If there are fewer than 2 samples or the number of rewards is no multiple of them.
 *
 * @example
 * groupAdvantages([1, 0, 0, 1], 2, { scale: 'none' }) // Float32Array.of(0.5, -0.5, -0.5, 0.5)
 */
export function groupAdvantages(
  rewards: ArrayLike<number>,
  samples: number,
  { scale = 'deviation' }: AdvantageOptions = {},
): Float32Array {
  if (!(Number.isInteger(samples) && samples >= 2))
    throw new RangeError(`Cannot compare answers: expected 2 to each prompt or more, got ${samples}`);
  if (rewards.length % samples !== 0)
    throw new RangeError(
      `Cannot compare answers: expected groups of ${samples}, got ${rewards.length} rewards`,
    );
  const advantages = new Float32Array(rewards.length);
  for (let start = 0; start < rewards.length; start += samples) {
    const group = Array.from({ length: samples }, (_, nth) => rewards[start + nth]!);
    if (group.every((reward) => reward === group[0])) continue;
    const mean = group.reduce((sum, reward) => sum + reward, 0) / samples;
    const variance = group.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / (samples - 1);
    const divisor = scale === 'none' ? 1 : Math.sqrt(variance) + epsilon;
    for (const [nth, reward] of group.entries()) advantages[start + nth] = (reward - mean) / divisor;
  }
  return advantages;
}
