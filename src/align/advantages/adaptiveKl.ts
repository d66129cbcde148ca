/** A KL penalty that looks for its own strength (Ziegler et al. 2019, section 2.2). Plain numbers. */

/** What it steers to, and how fast. */
export interface AdaptiveKlOptions {
  /** KL of whole answers that is wanted, in nats; default 6, as in the paper's code. */
  readonly target?: number;
  /** Answers within which an error of 1 would multiply the coefficient by e; default 10,000. */
  readonly horizon?: number;
  /** The coefficient at first; default 0.15. */
  readonly start?: number;
}

/** Made by `adaptiveKl`. */
export interface AdaptiveKl {
  /** Of the penalty, as it stands; as `start` of another it goes on from here. */
  readonly coefficient: () => number;
  /**
   * Takes in what was measured: too far from the reference makes the penalty dearer, too near cheaper.
   *
   * @param kl In nats per answer.
   * @param answers How many were drawn since the last time.
   */
  readonly update: (kl: number, answers: number) => void;
}

const mostError = 0.2;

/**
 * Starts a controller: after each batch the coefficient is multiplied by 1 + e * answers / horizon, where e is the
 * relative error of the KL, at most 0.2 either way.
 *
 * @throws {RangeError} If an option is not above 0, or `update` gets a KL that is no number.
 *
 * @example
 * const { coefficient, update } = adaptiveKl({ target: 6, horizon: 1000, start: 0.1 });
 * update(60, 500);
 * coefficient() // 0.11
 */
export function adaptiveKl({
  target = 6,
  horizon = 10_000,
  start = 0.15,
}: AdaptiveKlOptions = {}): AdaptiveKl {
  for (const [name, value] of Object.entries({ target, horizon, start }))
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`Cannot steer KL: expected ${name} above 0, got ${value}`);
  let coefficient = start;
  return {
    coefficient: () => coefficient,
    update: (kl, answers) => {
      if (Number.isNaN(kl)) throw new RangeError('Cannot steer KL: expected a number, got NaN');
      const error = Math.min(Math.max(kl / target - 1, -mostError), mostError);
      coefficient *= 1 + (error * answers) / horizon;
    },
  };
}
