/** The Gaussian error linear unit, in GPT-2's form. */
import type { tf } from '../tf.js';
import { checkFloats, type Fused, fused, type OwnKernel, ownKernel } from './fused.js';

const slope = 2 * Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/**
 * Lets large values pass and small ones fade: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
 *
 * Since (1 + tanh(u)) / 2 = sigmoid(2u), it is computed as x sigmoid(2u): wasm's sigmoid is fast and its tanh is not.
 *
 * @throws {TypeError} If `x` is not float32.
 *
 * @example
 * gelu(tf.tensor1d([-10, 0, 10])).arraySync() // [-0, 0, 10]
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  checkFloats('gelu', x);
  const own = ownKernel('FusedGelu');
  return fused<T>([x], own ? byKernel(own, x) : composed(x), (x) => composed(x as T));
}

const composed = <T extends tf.Tensor>(x: T): Fused<T> => ({
  forward: (save) => {
    const gate = x
      .square()
      .mul(slope * cubic)
      .add(slope)
      .mul(x)
      .sigmoid();
    save(x, gate);
    return gate.mul(x);
  },
  backward: (dy, saved) => {
    const [x, gate] = saved as [T, T];
    const inner = x
      .square()
      .mul(3 * slope * cubic)
      .add(slope)
      .mul(x); // x times the derivative of the sigmoid's argument
    return [gate.sub(gate.square()).mul(inner).add(gate).mul(dy)];
  },
});

const byKernel = <T extends tf.Tensor>(own: OwnKernel, x: T): Fused<T> => ({
  forward: (save) => {
    save(x);
    return own({ x })[0] as T;
  },
  backward: (dy, [x]) => ownKernel('FusedGeluGrad')!({ dy, x: x! }),
});
