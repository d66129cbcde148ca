/** A critic's loss: how far off its expectations were. N = B * T positions. */
import { tf } from '../../backend/tf.js';
import { type AnswerRows, sharesOf } from './average.js';

/** What is known of each token, 0 where the target is -1. */
export interface ValueRows extends AnswerRows {
  /** What the critic expected when the answers were drawn, [N]. */
  readonly oldValues: ArrayLike<number>;
  /** What it should have expected, [N], as `generalizedAdvantages` gives it. */
  readonly returns: ArrayLike<number>;
}

/**
 * PPO's clipped value loss: half the squared error, the mean over tokens; a value that has moved further than `clip` from
 * what it was when the answers were drawn is judged as if it had moved so far only, where that is worse.
 *
 * @param values Of the critic that learns, [N].
 * @param options.clip In the unit of rewards; default 0.2, as Ziegler et al. 2019. `Infinity` for the plain squared error.
 * @returns A scalar with a gradient.
 * @throws {RangeError} If a row has not N numbers.
 *
 * @example
 * const batch = { batchSize: 1, length: 1, targets: [5], oldValues: [0], returns: [1] };
 * valueLoss(tf.tensor1d([1]), batch).arraySync() // 0.8 ** 2 / 2
 */
export function valueLoss(
  values: tf.Tensor1D,
  batch: ValueRows,
  { clip = 0.2 }: { readonly clip?: number } = {},
): tf.Scalar {
  const N = batch.batchSize * batch.length;
  const { targets, oldValues, returns } = batch;
  const sizes = { values: values.size, targets: targets.length, oldValues: oldValues.length };
  for (const [name, size] of Object.entries({ ...sizes, returns: returns.length }))
    if (size !== N)
      throw new RangeError(`Cannot compute a critic's loss: expected ${N} ${name}, got ${size}`);
  return tf.tidy(() => {
    const [old, goal] = [oldValues, returns].map((row) => tf.tensor1d(Float32Array.from(row)));
    const moved = values.sub<tf.Tensor1D>(old!);
    const bounded = old!.add<tf.Tensor1D>(moved.clipByValue(-clip, clip));
    const errors = tf.maximum(values.sub(goal!).square(), bounded.sub(goal!).square());
    return errors
      .mul(tf.tensor1d(sharesOf(batch, 'token')))
      .sum<tf.Scalar>()
      .div(2);
  });
}
