/** Rewards of mean 0 and variance 1, so that a KL coefficient means the same for every reward model. Plain numbers. */
import { spreadOf } from '../../core/statistics.js';

/**
 * Fits the scale on which rewards of a reference's samples have mean 0 and variance 1 (Ziegler et al. 2019; their code
 * takes 256 samples).
 *
 * @param samples Rewards of texts that the reference wrote.
 * @returns Puts other rewards on that scale.
 * @throws {RangeError} If there are fewer than two samples, one is not finite, or all are equal.
 *
 * @example
 * const scaled = rewardScale([1, 2, 3]);
 * scaled([2, 4]) // Float32Array.of(0, 2)
 */
export function rewardScale(samples: ArrayLike<number>): (rewards: ArrayLike<number>) => Float32Array {
  const { mean, deviation } = spreadOf(samples);
  if (!(deviation > 0 && Number.isFinite(deviation)))
    throw new RangeError(
      `Cannot scale rewards: expected two different finite samples or more, got ${samples.length} of deviation ${deviation}`,
    );
  return (rewards) => Float32Array.from(rewards, (reward) => (reward - mean) / deviation);
}
