/**
 * Matrix products for the wasm backend. Its own kernel is fast (XNNPACK, about 20 GFLOP/s) for one product of two
 * matrices as they lie, and about ten times slower for batches and for transposed operands. Here operands are
 * transposed first and a batch becomes one fast product after the other, on borrowed memory, without copies.
 */
import { tf } from '../tf.js';
import { giveBack, lend, sizeOf, type WasmBackend } from './memory.js';

/** Below this many multiplications a product's set-up costs more than the slow path does. */
const worthIt = 16_000;

/**
 * Wraps the wasm backend's `BatchMatMul`.
 *
 * @param original The kernel that stays in charge of odd shapes: broadcast batches, empty operands.
 */
export function fastMatMul(original: tf.KernelFunc): tf.KernelFunc {
  let product: ((...args: unknown[]) => void) | undefined;
  return (call) => {
    const backend = call.backend as WasmBackend;
    const { transposeA, transposeB } = call.attrs as unknown as {
      readonly transposeA: boolean;
      readonly transposeB: boolean;
    };
    const { a, b } = call.inputs as { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
    const batch = sizeOf(a.shape.slice(0, -2));
    const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
    const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
    const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const [inner, N] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
    const sameBatch = a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join();
    const plain = !transposeA && !transposeB && batch === 1;
    const floats = a.dtype === 'float32' && b.dtype === 'float32';
    if (plain || !floats || !sameBatch || K !== inner || M * K * N < worthIt || batch === 0)
      return original(call);

    const left = transposeA ? transposed(backend, a) : a; // [..., M, K]
    const right = transposeB ? transposed(backend, b) : b; // [..., K, N]
    const out = backend.makeOutput([...a.shape.slice(0, -2), M, N], 'float32');
    product ??= backend.wasm.cwrap('BatchMatMul', null, productTypes);
    const [leftShape, rightShape] = [shapeBytes(1, M, K), shapeBytes(1, K, N)];
    for (let nth = 0; nth < batch; nth++) {
      const ids = [
        lend(backend, left, nth * M * K, M * K),
        lend(backend, right, nth * K * N, K * N),
        lend(backend, out, nth * M * N, M * N),
      ] as const;
      product(ids[0], leftShape, 3, ids[1], rightShape, 3, false, false, ids[2]);
      for (const id of ids) giveBack(backend, id);
    }
    if (transposeA) backend.disposeData(left.dataId);
    if (transposeB) backend.disposeData(right.dataId);
    return out;
  };
}

/** What the C++ function takes: id, shape, rank of a; the same of b; two transpositions; id of the result. */
const productTypes = ['number', 'array', 'number', 'number', 'array', 'number', 'number', 'number', 'number'];

const shapeBytes = (...shape: number[]): Uint8Array => new Uint8Array(new Int32Array(shape).buffer);

/** Swaps the last two axes: [..., R, C] -> [..., C, R]. The caller disposes it. */
function transposed(backend: WasmBackend, x: tf.TensorInfo): tf.TensorInfo {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const flat = { ...x, shape: [sizeOf(x.shape.slice(0, -2)), rows, columns] };
  const inputs = { x: flat } as unknown as tf.NamedTensorInfoMap;
  const kernel = tf.getKernel('Transpose', 'wasm').kernelFunc;
  return kernel({ inputs, attrs: { perm: [0, 2, 1] }, backend }) as tf.TensorInfo;
}
