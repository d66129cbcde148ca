/** Puts this folder's kernels in the place of the wasm backend's own, once. */
import { tf } from '../tf.js';
import { filledWhereEmpty, ofNothing, withoutDepth } from './empty.js';
import { fastMatMul } from './matMul.js';
import { fastGather, fastSlice, unsortedSegmentSum } from './rows.js';

let installed = false;

/** Replaces the kernels that are slow or wrong on the wasm backend and adds the one that is missing. */
export function installWasmKernels(): void {
  if (installed) return;
  installed = true;
  replace('BatchMatMul', (original) => withoutDepth(fastMatMul(original)));
  replace('_FusedMatMul', withoutDepth);
  for (const [name, value] of ofNothing) replace(name, filledWhereEmpty(value));
  replace('GatherV2', fastGather);
  replace('Slice', fastSlice);
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: unsortedSegmentSum,
  });
}

function replace(kernelName: string, wrap: (original: tf.KernelFunc) => tf.KernelFunc): void {
  const original = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...original, kernelFunc: wrap(original.kernelFunc) });
}
