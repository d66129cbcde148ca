/**
 * What the kernels in this folder use of tfjs's wasm backend: tensors are stretches of one WebAssembly memory, known
 * to the C++ side by a number.
 */
import type { tf } from '../tf.js';

/** The parts of `BackendWasm` that its type hides or that the kernels need. */
export interface WasmBackend extends tf.KernelBackend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly cwrap: (name: string, result: null, types: readonly string[]) => (...args: unknown[]) => void;
    readonly tfjs: {
      readonly registerTensor: (id: number, size: number, memoryOffset: number) => void;
      readonly disposeData: (id: number) => void;
    };
  };
  readonly dataIdMap: {
    readonly get: (dataId: object) => { readonly id: number; readonly memoryOffset: number };
  };
  dataIdNextNumber: number;
  readonly makeOutput: (shape: number[], dtype: tf.DataType) => tf.TensorInfo;
  readonly typedArrayFromHeap: (tensor: tf.TensorInfo) => Float32Array | Int32Array | Uint8Array;
}

/**
 * Lends a stretch of a float32 tensor to the C++ side as a tensor of its own, without a copy.
 *
 * @param start First element.
 * @param size Number of elements.
 * @returns The number of the loan; `giveBack` ends it.
 */
export function lend(backend: WasmBackend, tensor: tf.TensorInfo, start: number, size: number): number {
  const id = backend.dataIdNextNumber++;
  backend.wasm.tfjs.registerTensor(id, size, backend.dataIdMap.get(tensor.dataId).memoryOffset + 4 * start);
  return id;
}

/** Ends a loan; the memory stays with the tensor that it belongs to. */
export function giveBack(backend: WasmBackend, id: number): void {
  backend.wasm.tfjs.disposeData(id);
}

/** The product of some dimensions; 1 for none. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
