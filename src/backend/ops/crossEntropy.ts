/**
 * The loss of a language model: how surprised it was by the token that came.
 *
 * N = positions, V = vocabulary. Losses are in nats. Targets are plain whole numbers; -1 means that the position
 * does not count.
 */
import * as tf from '@tensorflow/tfjs';
import { fused, type OwnKernel, ownKernel } from './fused.js';

/** Marks a position that does not count. */
export const ignored = -1;

/**
 * Softmax cross-entropy: the weighted mean of -log p(target).
 *
 * @param logits [N,V].
 * @param targets The token that came at each position, [N]; -1 is left out.
 * @param weights How much each position counts, [N]; default 1 each.
 * @returns A scalar; 0 where nothing counts.
 * @throws {RangeError} If the number of targets is not N or a target is outside the vocabulary.
 *
 * @example
 * crossEntropy(tf.zeros([2, 8]), [3, -1]).arraySync() // Math.log(8)
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  targets: ArrayLike<number>,
  weights?: ArrayLike<number>,
): tf.Scalar {
  const [N, V] = logits.shape;
  checkTargets(targets, { N, V });
  const share = tf.tensor1d(shares(targets, weights)); // [N], adds up to 1
  const own = ownKernel('FusedCrossEntropy');
  if (own) return byKernel(own, logits, tf.tensor1d(Int32Array.from(targets), 'int32'), share);
  const indices = tf.tensor1d(
    Int32Array.from(targets, (id) => Math.max(id, 0)),
    'int32',
  );
  return fused<tf.Scalar>([logits], {
    forward: (save) => {
      const probabilities = tf.softmax(logits);
      save(probabilities, indices, share);
      return surprise(logits, probabilities, indices).mul(share).sum();
    },
    backward: (dy, saved) => {
      const [probabilities, indices, share] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
      const came = tf.oneHot(indices, V).cast('float32'); // [N,V]
      return [probabilities.sub(came).mul(share.mul(dy).reshape([N, 1]))];
    },
  });
}

/**
 * The loss of every position by itself: -log p(target), [N]; 0 where the target is -1. It has no gradient.
 *
 * @throws {RangeError} As `crossEntropy`.
 *
 * @example
 * tokenLosses(tf.zeros([2, 8]), [3, -1]).arraySync() // [Math.log(8), 0]
 */
export function tokenLosses(logits: tf.Tensor2D, targets: ArrayLike<number>): tf.Tensor1D {
  const [N, V] = logits.shape;
  checkTargets(targets, { N, V });
  const own = ownKernel('FusedCrossEntropy');
  if (own) {
    const [losses, logSums] = own({ logits, targets: tf.tensor1d(Int32Array.from(targets), 'int32') });
    logSums!.dispose();
    return losses as tf.Tensor1D;
  }
  const counts = tf.tensor1d(Float32Array.from(targets, (id) => (id === ignored ? 0 : 1)));
  const indices = tf.tensor1d(
    Int32Array.from(targets, (id) => Math.max(id, 0)),
    'int32',
  );
  return surprise(logits, tf.softmax(logits), indices).mul(counts);
}

function byKernel(own: OwnKernel, logits: tf.Tensor2D, targets: tf.Tensor1D, shares: tf.Tensor1D): tf.Scalar {
  return fused<tf.Scalar>([logits], {
    forward: (save) => {
      const [losses, logSums] = own({ logits, targets }) as [tf.Tensor1D, tf.Tensor1D];
      save(logits, targets, shares, logSums);
      return losses.mul(shares).sum();
    },
    backward: (dy, saved) => {
      const [logits, targets, shares, logSums] = saved as [
        tf.Tensor2D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      return ownKernel('FusedCrossEntropyGrad')!({ dy, logits, targets, shares, logSums });
    },
  });
}

/**
 * log(sum(exp(logits))) - logits[target], [N]. The log-sum-exp is read off the largest probability, which is at
 * least 1/V and so never rounds to zero; wasm has a fast softmax and a slow exp.
 */
function surprise(logits: tf.Tensor2D, probabilities: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor1D {
  const [N, V] = logits.shape;
  const logSumExp = logits.max(-1).sub(probabilities.max(-1).log());
  const places = tf
    .range(0, N * V, V, 'int32')
    .slice(0, N)
    .add(indices)
    .cast('int32');
  return logSumExp.sub(tf.gather(logits.reshape([N * V]), places));
}

/** Each position's share of the mean; all 0 where nothing counts, so that a batch of padding is not 0/0. */
function shares(targets: ArrayLike<number>, weights: ArrayLike<number> | undefined): Float32Array {
  const shares = Float32Array.from(targets, (id, nth) => (id === ignored ? 0 : (weights?.[nth] ?? 1)));
  const total = shares.reduce((sum, share) => sum + share, 0);
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
    if (id >= V || id < ignored) {
      throw new RangeError(
        `Cannot use target ${id}: expected 0 to ${V - 1}, or -1 to leave the position out`,
      );
    }
  }
}
