/** Makes `native` known to tfjs. */
import { createRequire } from 'node:module';
import { tf } from '../tf.js';
import type { Addon } from './addon.js';
import { NativeBackend } from './backend.js';
import { builtAddon } from './build.js';
import {
  binary,
  binaryKernels,
  cast,
  comparison,
  comparisonKernels,
  fill,
  filledLike,
  select,
  unary,
  unaryKernels,
} from './kernels/elements.js';
import { fusedKernels } from './kernels/fused.js';
import { copyKernels, type Kernel, replaceKernel } from './kernels/kernel.js';
import { batchMatMul, fusedMatMul } from './kernels/matrices.js';
import { concat, gather, oneHot, slice, transpose, unsortedSegmentSum } from './kernels/moving.js';
import { reduction, softmax } from './kernels/reductions.js';
import { defaultThreads } from './threads.js';

const name = 'native';

/**
 * Compiles and loads the addon, and registers the backend and its kernels, once.
 *
 * @param options.threads That its kernels use; default as many as before, or at first as `defaultThreads` says.
 * @param options.onBuild Called before a compilation.
 * @returns Threads that its kernels use: no more than there are cores.
 * @throws {Error} If the addon cannot be compiled or loaded.
 */
export function installNative({
  threads,
  onBuild,
}: {
  readonly threads?: number | undefined;
  readonly onBuild?: () => void;
} = {}): number {
  const known = tf.findBackend(name);
  if (known) return (known as NativeBackend).addon.setThreads(threads ?? 0);
  const require = createRequire(import.meta.url);
  const addon = require(builtAddon({ ...(onBuild && { onBuild }) })) as Addon;
  const started = addon.setThreads(threads ?? defaultThreads());
  tf.registerBackend(name, () => new NativeBackend(addon), 2);
  copyKernels(name);
  for (const [kernelName, kernel] of Object.entries(replaced))
    replaceKernel(kernelName, name, kernel as Kernel);
  for (const [kernelName, kernel] of Object.entries(fusedKernels))
    tf.registerKernel({ kernelName, backendName: name, kernelFunc: kernel as unknown as tf.KernelFunc });
  return started;
}

const each = <Name extends string>(names: Readonly<Record<string, Name>>, kernel: (name: Name) => Kernel) =>
  Object.fromEntries(Object.entries(names).map(([theirs, ours]) => [theirs, kernel(ours)]));

const replaced = {
  ...each(unaryKernels, unary),
  ...each(binaryKernels, binary),
  ...each(comparisonKernels, comparison),
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Select: select,
  Cast: cast,
  Fill: fill,
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
  Sum: reduction('sum'),
  Mean: reduction('mean'),
  Max: reduction('max'),
  Softmax: softmax,
  Transpose: transpose,
  Slice: slice,
  Concat: concat,
  GatherV2: gather,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
};
