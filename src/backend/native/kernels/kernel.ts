/** How a kernel of ours takes the place of tfjs's own. */
import { tf } from '../../tf.js';
import type { NativeBackend } from '../backend.js';

/** What a kernel is called with. */
export interface Call<Attributes = unknown> {
  readonly inputs: { readonly [name: string]: tf.TensorInfo };
  readonly attrs: Attributes;
  readonly backend: NativeBackend;
}

/** Computes the result, or leaves the case to tfjs's own kernel. */
export type Kernel<Attributes = never> = (call: Call<Attributes>) => tf.TensorInfo | undefined;

/** A kernel for an operation that tfjs does not have. */
export type FusedKernel<Attributes = never> = (call: Call<Attributes>) => tf.TensorInfo | tf.TensorInfo[];

/** The arrays of some inputs, in their order. */
export const arraysOf = (
  backend: NativeBackend,
  tensors: readonly (tf.TensorInfo | undefined)[],
): Float32Array[] => tensors.map((tensor) => backend.valuesOf(tensor!));

/** The kernels that hand their input on as it is, and so may see arrays that are used again. */
const passing: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'ExpandDims']);

/** Gives a backend all of tfjs's kernels for `cpu`. They may keep arrays that they are given, so these are shared. */
export function copyKernels(backendName: string): void {
  for (const { kernelName, kernelFunc, ...rest } of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      ...rest,
      kernelName,
      backendName,
      kernelFunc: passing.has(kernelName) ? kernelFunc : sharing(kernelFunc),
    });
  }
}

/** Marks what tfjs's own kernel is given. */
function sharing(kernel: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const backend = call.backend as NativeBackend;
    for (const input of Object.values(call.inputs)) if (input) backend.share(input);
    return kernel(call);
  };
}

/** Puts a kernel of ours before tfjs's own. */
export function replaceKernel<Attributes>(
  kernelName: string,
  backendName: string,
  kernel: Kernel<Attributes>,
): void {
  const { kernelFunc: original, ...rest } = tf.getKernel(kernelName, backendName);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    ...rest,
    kernelFunc: (call) => kernel(call as unknown as Call<Attributes>) ?? original(call),
  });
}

/** Whether all are float32, and none too large for the steps of 32 bits that the addon takes. */
export function areFloats(...tensors: readonly tf.TensorInfo[]): boolean {
  return tensors.every(({ dtype, shape }) => dtype === 'float32' && tf.util.sizeFromShape(shape) < 2 ** 31);
}

export const sizeOf = (shape: readonly number[]): number => tf.util.sizeFromShape([...shape]);
