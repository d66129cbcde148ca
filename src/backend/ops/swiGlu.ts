/** The gated linear unit with a Swish gate (Shazeer 2020). */
import type { tf } from '../tf.js';
import { checkFloats, type Fused, fused, type OwnKernel, ownKernel } from './fused.js';

/**
 * Lets one half of a layer decide how much of the other passes: gate sigmoid(gate) up.
 *
 * @param gate Any shape.
 * @param up The same shape.
 * @throws {RangeError} If the shapes differ.
 * @throws {TypeError} If a tensor is not float32.
 *
 * @example
 * swiGlu(tf.tensor1d([0, 20]), tf.tensor1d([5, 5])).arraySync() // [0, 100]
 */
export function swiGlu<T extends tf.Tensor>(gate: T, up: T): T {
  checkFloats('swiGlu', gate, up);
  if (gate.shape.join() !== up.shape.join())
    throw new RangeError(`swiGlu: expected two tensors of one shape, got [${gate.shape}] and [${up.shape}]`);
  const own = ownKernel('FusedSwiGlu');
  return fused<T>([gate, up], own ? byKernel(own, gate, up) : composed(gate, up), (gate, up) =>
    composed(gate as T, up as T),
  );
}

const composed = <T extends tf.Tensor>(gate: T, up: T): Fused<T> => ({
  forward: (save) => {
    save(gate, up);
    return gate.sigmoid().mul(gate).mul(up);
  },
  backward: (dy, saved) => {
    const [gate, up] = saved as [T, T];
    const share = gate.sigmoid();
    const slope = gate.sub(gate.mul(share)).add(1).mul(share); // of gate sigmoid(gate)
    return [dy.mul(up).mul(slope), dy.mul(gate).mul(share)];
  },
});

const byKernel = <T extends tf.Tensor>(own: OwnKernel, gate: T, up: T): Fused<T> => ({
  forward: (save) => {
    save(gate, up);
    return own({ gate, up })[0] as T;
  },
  backward: (dy, [gate, up]) => ownKernel('FusedSwiGluGrad')!({ dy, gate: gate!, up: up! }),
});
