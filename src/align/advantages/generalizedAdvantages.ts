/**
 * Advantages of single tokens, from rewards along the way and a critic's expectations (Schulman et al. 2015,
 * "High-Dimensional Continuous Control Using Generalized Advantage Estimation"). Plain numbers; one row for each answer,
 * as long as the answer, so there is no padding to be masked.
 */

/** How far ahead a token answers for what comes. */
export interface GeneralizedAdvantageOptions {
  /** What a reward one token later is worth; default 1, as Ziegler et al. 2019: a text is judged as a whole. */
  readonly gamma?: number;
  /**
   * From 0, the critic is trusted and a token answers for the next step alone, to 1, only rewards are trusted; default
   * 0.95, as PPO and Ziegler et al. 2019.
   */
  readonly lambda?: number;
}

/** One row for each answer. */
export interface GeneralizedAdvantages {
  readonly advantages: Float32Array[];
  /** What the critic should have expected at each token: advantage plus its value. */
  readonly returns: Float32Array[];
}

/**
 * Adds up how much better things went than expected, what is further away counting less: with
 * delta_t = r_t + gamma V_(t+1) - V_t, the advantage is A_t = delta_t + gamma lambda A_(t+1). Nothing comes after the last
 * token, so what is expected there is 0.
 *
 * @param rewards Of each token of each answer.
 * @param values What a critic expected before each token was drawn; rows as long as those of `rewards`.
 * @throws {RangeError} If the rows differ in number or length.
 *
 * @example
 * const { advantages, returns } = generalizedAdvantages([[0, 0, 1]], [[0.5, 0.5, 0.5]], { lambda: 0.5 });
 * [advantages, returns] // [[Float32Array.of(0.125, 0.25, 0.5)], [Float32Array.of(0.625, 0.75, 1)]]
 */
export function generalizedAdvantages(
  rewards: readonly ArrayLike<number>[],
  values: readonly ArrayLike<number>[],
  { gamma = 1, lambda = 0.95 }: GeneralizedAdvantageOptions = {},
): GeneralizedAdvantages {
  if (rewards.length !== values.length)
    throw new RangeError(
      `Cannot compute advantages: expected values of ${rewards.length} answers, got ${values.length}`,
    );
  const advantages = rewards.map((own, row) => {
    const expected = values[row]!;
    if (own.length !== expected.length)
      throw new RangeError(
        `Cannot compute advantages: expected ${own.length} values in answer ${row}, got ${expected.length}`,
      );
    const made = new Float32Array(own.length);
    for (let [t, later, next] = [own.length - 1, 0, 0]; t >= 0; t--) {
      later = own[t]! + gamma * next - expected[t]! + gamma * lambda * later;
      next = expected[t]!;
      made[t] = later;
    }
    return made;
  });
  const returns = advantages.map((own, row) => own.map((advantage, t) => advantage + values[row]![t]!));
  return { advantages, returns };
}
