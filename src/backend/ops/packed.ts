/**
 * Layers whose weights stay quantised, as a GGUF file has them: they take the file's room in memory, and a token costs
 * the reading of so many bytes. They are for reading text alone: nothing here has a gradient.
 *
 * A backend may have a kernel, `FusedPackedLinear`: inputs `x` and, where there is one, `bias`; attribute `matrix`, a
 * `PackedMatrix`. Elsewhere every call turns the weights into float32 first, which is slow.
 */
import { tf } from '../tf.js';
import { checkChannels, checkFloats, flatRows, fused, ownKernel } from './fused.js';
import { type PackedType, packedTypes } from './packedTypes.js';

/** A matrix of quantised weights. Plain bytes: nothing to dispose. */
export interface PackedMatrix {
  readonly type: PackedType;
  /** Rows of blocks; columns are a multiple of 32. */
  readonly shape: readonly [rows: number, columns: number];
  readonly bytes: Uint8Array;
}

/** Whether weights are packed. */
export const isPacked = (weight: tf.Tensor | PackedMatrix): weight is PackedMatrix =>
  'bytes' in weight && 'type' in weight;

/**
 * As `linear`, by a packed matrix: [...,in] -> [...,out].
 *
 * @param matrix [out,in]: a row for each result, unlike `linear`'s.
 * @param bias [out]; default none.
 * @throws {RangeError} If `x` has another number of channels than the matrix has columns.
 * @throws {TypeError} If `x` or the bias is not float32.
 * @throws {Error} Where a gradient is asked for.
 *
 * @example
 * const bytes = Uint8Array.of(0, 0x3c, ...new Uint8Array(32).fill(2)); // scale 1, 32 weights of 2
 * packedLinear(tf.ones([1, 32]), { type: 'Q8_0', shape: [1, 32], bytes }).arraySync() // [[64]]
 */
export function packedLinear<T extends tf.Tensor>(x: T, matrix: PackedMatrix, bias?: tf.Tensor1D): T {
  const [outputs, inputs] = matrix.shape;
  checkFloats('packedLinear', x, ...(bias ? [bias] : []));
  checkChannels('packedLinear', x, inputs);
  if (bias) checkChannels('packedLinear, bias', bias, outputs);
  const own = ownKernel('FusedPackedLinear');
  return fused<T>([x], {
    forward: () => (own ? (own(bias ? { x, bias } : { x }, { matrix })[0] as T) : composed(x, matrix, bias)),
    backward: () => {
      throw new Error(
        'Packed weights are for reading alone: expected float32 weights where a model is trained',
      );
    },
  });
}

function composed<T extends tf.Tensor>(x: T, matrix: PackedMatrix, bias: tf.Tensor1D | undefined): T {
  const [outputs, inputs] = matrix.shape;
  const flat = flatRows(x);
  const pieces: tf.Tensor2D[] = [];
  const step = Math.max(1, Math.floor(2 ** 22 / inputs)); // rows of weights that become float32 at once
  for (let row = 0; row < outputs; row += step) {
    const rows = Math.min(step, outputs - row);
    const weights = tf.tensor2d(unpackedRows(matrix, row, rows), [rows, inputs]);
    pieces.push(tf.matMul(flat, weights, false, true));
    weights.dispose();
  }
  const y = pieces.length === 1 ? pieces[0]! : tf.concat(pieces, 1); // [N,out]
  return (bias ? y.add(bias) : y).reshape([...x.shape.slice(0, -1), outputs]);
}

function unpackedRows(
  { type, shape: [, columns], bytes }: PackedMatrix,
  from: number,
  rows: number,
): Float32Array {
  const { count, bytes: blockBytes, decode } = packedTypes[type];
  const rowBytes = (columns / count) * blockBytes;
  const unpacked = new Float32Array(rows * columns);
  decode(bytes.subarray(from * rowBytes, (from + rows) * rowBytes), unpacked, 0);
  return unpacked;
}

/**
 * As `embedding`, from a packed table: [B,T] -> [B,T,C].
 *
 * @param table [V,C].
 * @param ids Whole numbers, int32, from 0 to V - 1.
 */
export function packedEmbedding(table: PackedMatrix, ids: tf.Tensor2D): tf.Tensor3D {
  const [, columns] = table.shape;
  const places = ids.dataSync<'int32'>();
  const rows = new Float32Array(places.length * columns);
  for (const [nth, id] of places.entries()) rows.set(unpackedRows(table, id, 1), nth * columns);
  return tf.tensor3d(rows, [...ids.shape, columns]);
}
