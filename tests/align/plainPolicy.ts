/** Made-up answers, and the losses of a policy in plain loops, from the papers' formulas. */
import type { PolicyLossOptions } from '../../src/align/losses/policyLoss.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';

/** Rows of different lengths with numbers for each token, side by side as `PolicyBatch` has them. */
export function madeUpRows(seed: number, lengths: readonly number[] = [3, 1, 5, 2]) {
  const random = createRandom(seed);
  const [batchSize, length] = [lengths.length, Math.max(...lengths) + 2];
  const isToken = (place: number) => {
    const at = (place % length) - 1; // a prompt of two tokens, the first target belongs to it
    return at >= 0 && at < lengths[Math.floor(place / length)]!;
  };
  const row = (draw: () => number) =>
    Float32Array.from({ length: batchSize * length }, (_, place) => (isToken(place) ? draw() : 0));
  const oldLogProbs = row(() => -0.1 - 3 * random.uniform());
  const near = (by: number) =>
    oldLogProbs.map((old, place) => (isToken(place) ? old + by * random.normal() : 0));
  const advantage = lengths.map(() => random.normal());
  return {
    batchSize,
    length,
    targets: Int32Array.from({ length: batchSize * length }, (_, place) => (isToken(place) ? 5 : -1)),
    oldLogProbs,
    logProbs: near(0.4),
    referenceLogProbs: near(0.4),
    advantages: Float32Array.from({ length: batchSize * length }, (_, place) =>
      isToken(place) ? advantage[Math.floor(place / length)]! : 0,
    ),
  };
}

export type MadeUpRows = ReturnType<typeof madeUpRows>;

/** The places of each answer's tokens. */
function answersIn({ batchSize, length, targets }: MadeUpRows): number[][] {
  const places = [...targets.keys()].filter((place) => targets[place] !== -1);
  return Array.from({ length: batchSize }, (_, row) =>
    places.filter((place) => Math.floor(place / length) === row),
  );
}

/** `policyLoss`, a token at a time. */
export function plainPolicyLoss(rows: MadeUpRows, options: PolicyLossOptions): number {
  const { clip = 0.2, ratio: level = 'token', average = 'token', kl } = options;
  const { clipHigh = clip } = options;
  let [sum, divisor] = [0, 0];
  for (const places of answersIn(rows)) {
    let [whole, own] = [0, 0];
    for (const place of places) whole += rows.logProbs[place]! - rows.oldLogProbs[place]!;
    for (const place of places) {
      const [logProb, old] = [rows.logProbs[place]!, rows.oldLogProbs[place]!];
      const ratio = Math.exp(level === 'token' ? logProb - old : whole / places.length);
      const bounded = Math.min(Math.max(ratio, 1 - clip), 1 + clipHigh);
      const advantage = rows.advantages[place]!;
      own -= Math.min(ratio * advantage, bounded * advantage);
      const d = rows.referenceLogProbs[place]! - logProb;
      if (kl) {
        const estimate = { k1: -d, k2: (d * d) / 2, k3: Math.exp(d) - d - 1 }[kl.estimator ?? 'k3'];
        own += kl.coefficient * estimate;
      }
    }
    if (average === 'token') divisor += places.length;
    else divisor += average === 'sequence' ? 1 : average;
    sum += average === 'sequence' ? own / places.length : own;
  }
  return sum / divisor;
}

/** The value and the gradient of a loss of log-probabilities. */
export function lossAndSlope(
  loss: (logProbs: tf.Tensor1D) => tf.Scalar,
  logProbs: Float32Array,
): { readonly value: number; readonly slope: Float32Array } {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Scalar)(tf.tensor1d(logProbs));
    return { value: value.dataSync()[0]!, slope: grad.dataSync<'float32'>() };
  });
}
