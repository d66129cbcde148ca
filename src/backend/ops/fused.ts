/** The one way in which this folder gives an operation a gradient of its own. */
import { tf } from '../tf.js';

/** An operation over some tensors, with its gradient written out. */
export interface Fused<Result extends tf.Tensor> {
  /** Computes the result; what `save` is given comes back in `backward`, where nothing else may be used. */
  readonly forward: (save: (...tensors: tf.Tensor[]) => void) => Result;
  /** The gradient for each input, in their order, from the result's gradient and what was saved. */
  readonly backward: (dy: Result, saved: readonly tf.Tensor[]) => tf.Tensor[];
}

/**
 * Runs an operation whose gradient is written by hand, where that is cheaper than the one tfjs puts together.
 * All of `backward` runs at once, in a tidy, so a large batch does not keep its intermediate results.
 *
 * @param inputs The tensors that get a gradient; others may simply be used in `forward`.
 * @param composed The same out of tfjs's own operations, for `inputs` and `constants`: used where the gradient of a gradient
 *   is asked for; default none.
 * @param constants Tensors that it needs beside the inputs.
 */
export function fused<Result extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  operation: Fused<Result>,
  composed?: Composed<Result>,
  constants: readonly tf.Tensor[] = [],
): Result {
  // What tfjs does for a gradient takes as long as a small product.
  const { gradientDepth, kernelDepth } = tf.engine().state;
  if (gradientDepth === 0 || kernelDepth > 0) return tf.tidy(() => operation.forward(() => {}));
  const isNested = composed && gradientDepth > 1;
  const { forward, backward } = isNested ? recomputed(inputs, constants, composed) : operation;
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    return {
      value: forward((...tensors) => save(tensors)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => backward(dy as Result, saved)),
    };
  });
  return op(...inputs) as Result;
}

/** Makes an operation for some tensors. */
type Composed<Result extends tf.Tensor> = (...tensors: tf.Tensor[]) => Fused<Result>;

/**
 * The operation whose gradient can be differentiated once more. What `forward` saves does not depend on the inputs as far
 * as tfjs knows, so a part of that gradient would be lost without a word. Here the inputs alone are saved, and the rest is
 * computed from them again within the first gradient.
 */
function recomputed<Result extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  constants: readonly tf.Tensor[],
  composed: Composed<Result>,
): Fused<Result> {
  return {
    forward: (save) => {
      save(...inputs, ...constants);
      return composed(...inputs, ...constants).forward(() => {});
    },
    backward: (dy, saved) => {
      const { forward, backward } = composed(...saved);
      let kept: readonly tf.Tensor[] = [];
      forward((...tensors) => {
        kept = tensors;
      });
      return backward(dy, kept).slice(0, inputs.length);
    },
  };
}

/** A kernel that some backends have for an operation that others put together. It returns one result or several. */
export type OwnKernel = (
  inputs: { readonly [name: string]: tf.Tensor },
  attributes?: { readonly [name: string]: unknown },
) => tf.Tensor[];

/** The current backend's own kernel of this name, if it has one. */
export function ownKernel(name: string): OwnKernel | undefined {
  if (!tf.getKernel(name, tf.getBackend())) return undefined;
  return (inputs, attributes = {}) => {
    const result: tf.Tensor | tf.Tensor[] = tf
      .engine()
      .runKernel(name, inputs as tf.NamedTensorMap as never, attributes as never);
    return Array.isArray(result) ? result : [result];
  };
}

/**
 * Fails unless a tensor has channels for the vectors or the matrix that an operation brings to them.
 *
 * @throws {RangeError} Naming the operation and both numbers.
 */
export function checkChannels(operation: string, { shape }: tf.Tensor, expected: number): void {
  if (shape.at(-1) === expected) return;
  throw new RangeError(`${operation}: expected a tensor with ${expected} channels, got [${shape}]`);
}

/**
 * Fails unless all tensors hold floats: backends differ in what they make of others.
 *
 * @throws {TypeError} Naming the operation and the kind that it got.
 */
export function checkFloats(operation: string, ...tensors: readonly tf.Tensor[]): void {
  const other = tensors.find(({ dtype }) => dtype !== 'float32');
  if (other) throw new TypeError(`${operation}: expected float32 tensors, got one of ${other.dtype}`);
}

/** The positions one below the other: [...,C] -> [N,C]. */
export function flatRows(x: tf.Tensor): tf.Tensor2D {
  const rows = x.shape.slice(0, -1).reduce((product, length) => product * length, 1);
  return x.reshape([rows, x.shape.at(-1)!]);
}

/** Adds up the rows: [N,C] -> [C]. On wasm a product with ones, since its sum over the first axis is ten times slower. */
export function sumRows(x: tf.Tensor2D): tf.Tensor1D {
  if (tf.getBackend() !== 'wasm') return x.sum(0);
  return tf.matMul(tf.ones([1, x.shape[0]]), x).reshape([x.shape[1]]);
}
