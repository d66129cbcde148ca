/**
 * What is computed from no numbers at all, on the wasm backend: its own kernels leave such results as the memory was
 * before. A sum of nothing is 0, a product 1, the largest NaN, as on cpu.
 */
import type { tf } from '../tf.js';
import { sizeOf, type WasmBackend } from './memory.js';

/** The kernels that make fewer numbers of many, and what each makes of none. */
export const ofNothing: ReadonlyMap<string, number> = new Map([
  ['Sum', 0],
  ['Mean', 0],
  ['Max', Number.NaN],
  ['Min', Number.NaN],
  ['Prod', 1],
  ['Any', 0],
  ['All', 0],
]);

/** Wraps one of them. */
export const filledWhereEmpty =
  (value: number) =>
  (original: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const out = original(call) as tf.TensorInfo;
    const { x } = call.inputs as { readonly x: tf.TensorInfo };
    if (sizeOf(x.shape) === 0) (call.backend as WasmBackend).typedArrayFromHeap(out).fill(value);
    return out;
  };

/** Wraps a matrix product: one whose sums have no terms becomes one whose sums have a term of 0. */
export const withoutDepth =
  (original: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const backend = call.backend as WasmBackend;
    const { a, b } = call.inputs as { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
    const { transposeA, transposeB } = call.attrs as unknown as {
      readonly transposeA: boolean;
      readonly transposeB: boolean;
    };
    const depthOfA = transposeA ? -2 : -1;
    const depthOfB = transposeB ? -1 : -2;
    if (a.shape.at(depthOfA) !== 0 || b.shape.at(depthOfB) !== 0) return original(call);
    const [left, right] = [zeros(backend, a, depthOfA), zeros(backend, b, depthOfB)];
    try {
      return original({ ...call, inputs: { ...call.inputs, a: left, b: right } });
    } finally {
      for (const { dataId } of [left, right]) backend.disposeData(dataId);
    }
  };

/** Zeros of the shape of `x`, but for one axis, of which there is one. The caller disposes them. */
function zeros(backend: WasmBackend, { shape, dtype }: tf.TensorInfo, axis: -1 | -2): tf.TensorInfo {
  const out = backend.makeOutput(shape.with(axis, 1), dtype);
  backend.typedArrayFromHeap(out).fill(0);
  return out;
}
