/** Comparisons that the tensor tests share. */
import assert from 'node:assert/strict';
import { tf } from '../../src/backend/tf.js';
import { createRandom, type Random } from '../../src/core/random.js';

/** Fails unless shapes are equal and values differ by at most `tolerance`, relative to 1 or to the larger value. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-4,
  what = '',
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  for (let at = 0; at < actual.length; at++) {
    const [got, want] = [actual[at]!, expected[at]!];
    const allowed = tolerance * Math.max(1, Math.abs(want));
    assert.ok(
      Object.is(got, want) || Math.abs(got - want) <= allowed,
      `${what}[${at}]: expected ${want}, got ${got}`,
    );
  }
}

/** A tensor of normal numbers. */
export function normal(shape: number[], random: Random = createRandom(7)): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  );
}

/** Sums a result with fixed, uneven weights, so that every entry's gradient matters. */
export function weighted(y: tf.Tensor): tf.Scalar {
  const weights = Float32Array.from({ length: y.size }, (_, at) => Math.sin(1 + at));
  return y.mul(tf.tensor(weights, y.shape)).sum();
}

/** Compares the gradients of `f` with central differences, entry by entry, for each input. */
export function assertGradients(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  tolerance = 5e-3,
  what = '',
): void {
  const value = (...at: tf.Tensor[]) => weighted(f(...at));
  const gradients = tf.grads(value)(inputs);
  for (const [nth, input] of inputs.entries()) {
    const start = input.dataSync<'float32'>();
    const h = 1e-2;
    const numeric = Array.from(start, (_, at) => {
      const moved = (by: number) =>
        tf.tidy(() => {
          const values = Float32Array.from(start);
          values[at]! += by;
          const others = inputs.map((other, index) =>
            index === nth ? tf.tensor(values, input.shape) : other,
          );
          return value(...others).dataSync()[0]!;
        });
      return (moved(h) - moved(-h)) / (2 * h);
    });
    assertClose(
      gradients[nth]!.dataSync<'float32'>(),
      numeric,
      tolerance,
      `${what} gradient of input ${nth}`,
    );
  }
}

/** Runs `f` twice and fails if the second run leaves more tensors than it found. */
export function assertNoLeak(f: () => void): void {
  f();
  const before = tf.memory().numTensors;
  f();
  assert.equal(tf.memory().numTensors, before, 'tensors were left behind');
}
