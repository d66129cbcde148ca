/**
 * The loss of a language model: how surprised it was by the token that came.
 *
 * N = positions, V = vocabulary. Losses are in nats. Targets are plain whole numbers; -1 means that the position
 * does not count.
 */
import { tf } from '../tf.js';
import { type Fused, fused, ownKernel } from './fused.js';

/** Marks a position that does not count. */
export const ignored = -1;

/** How the losses of positions become one number. */
export interface CrossEntropyOptions {
  /** How much each position counts, [N], 0 or more; default 1 each. */
  readonly weights?: ArrayLike<number>;
  /**
   * What the weighted sum is divided by; default the sum of the weights that count, which makes it a mean. A number of
   * the caller's own keeps parts of a larger batch comparable.
   */
  readonly divisor?: number;
}

/**
 * Softmax cross-entropy: the weighted mean of -log p(target).
 *
 * For a policy gradient, whose weights may be below 0, use `tokenLogProbs`.
 *
 * @param logits [N,V].
 * @param targets The token that came at each position, [N]; -1 is left out.
 * @returns A scalar; 0 where nothing counts.
 * @throws {RangeError} If the targets or weights are not N, a target is no token, a weight is below 0, or the divisor is
 *   not above 0.
 *
 * @example
 * crossEntropy(tf.zeros([2, 8]), [3, -1]).arraySync() // Math.log(8)
 * crossEntropy(tf.zeros([2, 8]), [3, 5], { weights: [1, 0.5], divisor: 3 }).arraySync() // Math.log(8) / 2
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  targets: ArrayLike<number>,
  options: CrossEntropyOptions = {},
): tf.Scalar {
  const shares = sharesOf(targets, options); // checked before anything is computed
  const turned = tf.tensor1d(shares.map((share) => -share)); // [N]
  return tokenLogProbs(logits, targets).mul(turned).sum<tf.Scalar>();
}

/**
 * The log-probability of the token that came, at every position by itself: log p(target), [N], with a gradient. It is
 * what policy gradients, DPO and the likelihood of an answer are made of. 0 where the target is -1.
 *
 * @param logits [N,V].
 * @param targets [N].
 * @throws {RangeError} As `crossEntropy`.
 *
 * @example
 * tokenLogProbs(tf.zeros([2, 8]), [3, -1]).arraySync() // [-Math.log(8), 0]
 */
export function tokenLogProbs(logits: tf.Tensor2D, targets: ArrayLike<number>): tf.Tensor1D {
  const [N, V] = logits.shape;
  checkTargets(targets, { N, V });
  const counts = tf.tensor1d(Float32Array.from(targets, (id) => (id === ignored ? 0 : 1)));
  const indices = tf.tensor1d(
    Int32Array.from(targets, (id) => Math.max(id, 0)),
    'int32',
  );
  const operation = ownKernel('FusedCrossEntropy')
    ? byKernel(logits, tf.tensor1d(Int32Array.from(targets), 'int32'))
    : composed(logits, indices, counts);
  const again = (...tensors: tf.Tensor[]) =>
    composed(...(tensors as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D]));
  return fused<tf.Tensor1D>([logits], operation, again, [indices, counts]);
}

const composed = (logits: tf.Tensor2D, indices: tf.Tensor1D, counts: tf.Tensor1D): Fused<tf.Tensor1D> => ({
  forward: (save) => {
    const probabilities = tf.softmax(logits);
    save(probabilities, indices, counts);
    return surprise(logits, probabilities, indices).mul(counts.neg());
  },
  backward: (dy, saved) => {
    const [probabilities, indices, counts] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
    const [N, V] = probabilities.shape;
    const came = V > 1 ? tf.oneHot(indices, V).cast('float32') : tf.ones([N, 1]); // [N,V]; tfjs's needs two
    return [came.sub(probabilities).mul(dy.mul(counts).reshape([N, 1]))];
  },
});

const byKernel = (logits: tf.Tensor2D, targets: tf.Tensor1D): Fused<tf.Tensor1D> => ({
  forward: (save) => {
    const [losses, logSums] = ownKernel('FusedCrossEntropy')!({ logits, targets }) as [
      tf.Tensor1D,
      tf.Tensor1D,
    ];
    save(logits, targets, logSums);
    return losses.neg();
  },
  backward: (dy, saved) => {
    const [logits, targets, logSums] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
    // The kernel has the gradient of dy * sum(shares * losses), and a log-probability is a loss turned over.
    const inputs = { dy: tf.scalar(-1), logits, targets, shares: dy, logSums };
    return ownKernel('FusedCrossEntropyGrad')!(inputs);
  },
});

/**
 * log(sum(exp(logits))) - logits[target], [N]. The log-sum-exp is read off the largest probability, which is at
 * least 1/V and so never rounds to zero; wasm has a fast softmax and a slow exp.
 */
function surprise(logits: tf.Tensor2D, probabilities: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor1D {
  const logSumExp = logits.max(-1).sub(probabilities.max(-1).log());
  return logSumExp.sub(atIndices(logits, indices));
}

/** The number of each row that is asked for: [N,V] -> [N]. */
function atIndices(rows: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor1D {
  const [N, V] = rows.shape;
  const places = tf
    .range(0, N * V, V, 'int32')
    .slice(0, N)
    .add(indices)
    .cast('int32');
  return tf.gather(rows.reshape<tf.Tensor1D>([N * V]), places);
}

/** What each position's loss is multiplied by; all 0 where nothing counts, so that a batch of padding is not 0/0. */
function sharesOf(targets: ArrayLike<number>, { weights, divisor }: CrossEntropyOptions): Float32Array {
  if (weights && weights.length !== targets.length)
    throw new RangeError(`Cannot weigh targets: expected ${targets.length} weights, got ${weights.length}`);
  if (divisor !== undefined && !(divisor > 0))
    throw new RangeError(`Cannot weigh targets: expected a divisor above 0, got ${divisor}`);
  const shares = Float32Array.from(targets, (id, nth) => {
    const weight = weights?.[nth] ?? 1;
    if (weight >= 0) return id === ignored ? 0 : weight;
    throw new RangeError(`Cannot weigh targets: expected weights of 0 or more, got ${weight} at ${nth}`);
  });
  const total = divisor ?? shares.reduce((sum, share) => sum + share, 0);
  return total === 0 ? shares : shares.map((share) => share / total);
}

function checkTargets(
  targets: ArrayLike<number>,
  { N, V }: { readonly N: number; readonly V: number },
): void {
  if (targets.length !== N)
    throw new RangeError(`Cannot use targets: expected ${N} of them, got ${targets.length}`);
  for (let nth = 0; nth < N; nth++) {
    const id = targets[nth]!;
    if (Number.isInteger(id) && id >= ignored && id < V) continue;
    throw new RangeError(`Cannot use target ${id}: expected 0 to ${V - 1}, or -1 to leave the position out`);
  }
}
