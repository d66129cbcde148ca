/**
 * Moving rows on the wasm backend. Its own `GatherV2` and `Slice` take a copy of the whole input, or a slow path
 * through indices; `UnsortedSegmentSum`, the gradient of a gather, is missing. All three are row copies.
 */
import type { tf } from '../tf.js';
import { sizeOf, type WasmBackend } from './memory.js';

/**
 * Wraps `GatherV2`: rows of a matrix, the look-up in an embedding table. Other axes stay with the original.
 *
 * @throws {RangeError} If an index is outside the table.
 */
export function fastGather(original: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const backend = call.backend as WasmBackend;
    const { x, indices } = call.inputs as { readonly x: tf.TensorInfo; readonly indices: tf.TensorInfo };
    const { axis, batchDims } = call.attrs as unknown as {
      readonly axis: number;
      readonly batchDims: number;
    };
    if (axis !== 0 || batchDims || x.dtype === 'string' || indices.dtype !== 'int32') return original(call);
    const rows = x.shape[0]!;
    const width = sizeOf(x.shape.slice(1));
    const out = backend.makeOutput([...indices.shape, ...x.shape.slice(1)], x.dtype);
    const [to, from] = [backend.typedArrayFromHeap(out), backend.typedArrayFromHeap(x)];
    for (const [nth, row] of backend.typedArrayFromHeap(indices).entries()) {
      if (row < 0 || row >= rows) {
        backend.disposeData(out.dataId);
        throw new RangeError(`GatherV2: the index value ${row} is not in [0, ${rows - 1}]`);
      }
      if (width === 1) to[nth] = from[row]!;
      else to.set(from.subarray(row * width, (row + 1) * width), nth * width);
    }
    return out;
  };
}

/** Adds the rows of `x` with the same segment number; numbers outside 0..numSegments-1 are left out, as tfjs does. */
export const unsortedSegmentSum: tf.KernelFunc = (call) => {
  const backend = call.backend as WasmBackend;
  const { x, segmentIds } = call.inputs as { readonly x: tf.TensorInfo; readonly segmentIds: tf.TensorInfo };
  const { numSegments } = call.attrs as unknown as { readonly numSegments: number };
  const width = sizeOf(x.shape.slice(segmentIds.shape.length));
  const out = backend.makeOutput([numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype);
  const [to, from] = [backend.typedArrayFromHeap(out).fill(0), backend.typedArrayFromHeap(x)];
  const segments = backend.typedArrayFromHeap(segmentIds);
  for (let row = 0; row < segments.length; row++) {
    const segment = segments[row]!;
    if (segment < 0 || segment >= numSegments) continue;
    const [source, target] = [row * width, segment * width];
    for (let column = 0; column < width; column++) to[target + column]! += from[source + column]!;
  }
  return out;
};

/** Wraps `Slice`: copies what is asked for and nothing else. Text stays with the original. */
export function fastSlice(original: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const backend = call.backend as WasmBackend;
    const { x } = call.inputs as { readonly x: tf.TensorInfo };
    const { begin, size } = call.attrs as unknown as { readonly begin: number[]; readonly size: number[] };
    const rank = x.shape.length;
    const known =
      Array.isArray(begin) && Array.isArray(size) && begin.length === rank && size.length === rank;
    if (!known || rank === 0 || x.dtype === 'string') return original(call);
    const shape = size.map((length, axis) => (length === -1 ? x.shape[axis]! - begin[axis]! : length));
    const out = backend.makeOutput(shape, x.dtype);
    const [to, from] = [backend.typedArrayFromHeap(out), backend.typedArrayFromHeap(x)];
    if (to.length > 0) copyBlock(to, from, { shape, begin, full: x.shape });
    return out;
  };
}

interface Block {
  readonly shape: readonly number[];
  readonly begin: readonly number[];
  readonly full: readonly number[];
}

/** Copies a block out of a larger array, one unbroken run at a time. */
function copyBlock(
  to: Float32Array | Int32Array | Uint8Array,
  from: typeof to,
  { shape, begin, full }: Block,
) {
  let axis = shape.length - 1; // the axes after this one are taken whole
  while (axis > 0 && shape[axis] === full[axis]) axis--;
  const inner = sizeOf(full.slice(axis + 1));
  const run = shape[axis]! * inner;
  const index = begin.slice(0, axis);
  for (let at = 0; at < to.length; at += run) {
    let row = 0;
    for (let outer = 0; outer < axis; outer++) row = row * full[outer]! + index[outer]!;
    const start = (row * full[axis]! + begin[axis]!) * inner;
    if (run === 1) to[at] = from[start]!;
    else to.set(from.subarray(start, start + run), at);
    for (let outer = axis - 1; outer >= 0; outer--) {
      if (++index[outer]! < begin[outer]! + shape[outer]!) break;
      index[outer] = begin[outer]!;
    }
  }
}
