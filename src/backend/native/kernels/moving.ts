/** Kernels that move numbers: transpose, slice, concat, gather and its gradient, one-hot. */
import { tf } from '../../tf.js';
import { areFloats, type Kernel, sizeOf } from './kernel.js';

const stepsOf = (shape: readonly number[]): number[] => {
  const steps = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
};

export const transpose: Kernel<{ readonly perm: number[] }> = ({ inputs, attrs: { perm }, backend }) => {
  const x = inputs.x!;
  if (!areFloats(x) || x.shape.length === 0) return undefined;
  const steps = stepsOf(x.shape);
  const shape = perm.map((axis) => x.shape[axis]!);
  const { info, values } = backend.output(shape);
  const walk = Int32Array.from([...shape, ...perm.map((axis) => steps[axis]!)]);
  backend.addon.pick(backend.valuesOf(x), values, 0, walk);
  return info;
};

export const slice: Kernel<{ readonly begin: number | number[]; readonly size: number | number[] }> = ({
  inputs,
  attrs,
  backend,
}) => {
  const x = inputs.x!;
  if (!areFloats(x) || x.shape.length === 0) return undefined;
  const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size);
  tf.slice_util.assertParamsValid(x as tf.Tensor, begin!, size!);
  const steps = stepsOf(x.shape);
  const { info, values } = backend.output(size!);
  const offset = begin!.reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
  if (values.length > 0)
    backend.addon.pick(backend.valuesOf(x), values, offset, Int32Array.from([...size!, ...steps]));
  return info;
};

export const concat: Kernel<{ readonly axis: number }> = ({ inputs, attrs, backend }) => {
  const parts = Object.values(inputs);
  const axis = tf.util.parseAxisParam(attrs.axis, parts[0]!.shape)[0]!;
  if (!areFloats(...parts)) return undefined;
  tf.backend_util.assertParamsConsistent(
    parts.map(({ shape }) => shape),
    axis,
  );
  const shape = tf.backend_util.computeOutShape(
    parts.map((part) => part.shape),
    axis,
  );
  const { info, values } = backend.output(shape);
  const lines = sizeOf(shape.slice(0, axis));
  const stride = sizeOf(shape.slice(axis));
  let offset = 0;
  for (const part of parts) {
    const width = sizeOf(part.shape.slice(axis));
    backend.addon.place(backend.valuesOf(part), values, lines, width, stride, offset);
    offset += width;
  }
  return info;
};

/** Rows of a table: the look-up of an embedding. Other axes stay with tfjs's own kernel. */
export const gather: Kernel<{ readonly axis: number; readonly batchDims: number }> = ({
  inputs,
  attrs,
  backend,
}) => {
  const { x, indices } = inputs as { readonly x: tf.TensorInfo; readonly indices: tf.TensorInfo };
  const simple = attrs.axis === 0 && !attrs.batchDims && indices.dtype === 'int32' && x.shape.length > 0;
  if (!areFloats(x) || !simple) return undefined;
  const rest = x.shape.slice(1);
  const { info, values } = backend.output([...indices.shape, ...rest]);
  const ids = backend.valuesOf<'int32'>(indices);
  try {
    backend.addon.gather(backend.valuesOf(x), ids, values, x.shape[0]!, sizeOf(rest), sizeOf(indices.shape));
  } catch (error) {
    backend.disposeData(info.dataId);
    throw error;
  }
  return info;
};

/** Adds up the rows that a gather handed out: its gradient. */
export const unsortedSegmentSum: Kernel<{ readonly numSegments: number }> = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as { readonly x: tf.TensorInfo; readonly segmentIds: tf.TensorInfo };
  if (!areFloats(x) || segmentIds.dtype !== 'int32') return undefined;
  const rest = x.shape.slice(segmentIds.shape.length);
  const { info, values } = backend.output([attrs.numSegments, ...rest]);
  const ids = backend.valuesOf<'int32'>(segmentIds);
  const count = sizeOf(segmentIds.shape);
  backend.addon.segmentSum(backend.valuesOf(x), ids, values, count, sizeOf(rest), attrs.numSegments);
  return info;
};

export const oneHot: Kernel<{
  readonly dtype: tf.DataType;
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
}> = ({ inputs, attrs: { dtype, depth, onValue, offValue }, backend }) => {
  const indices = inputs.indices!;
  if (dtype !== 'float32' || indices.dtype !== 'int32') return undefined;
  const { info, values } = backend.output([...indices.shape, depth]);
  const ids = backend.valuesOf<'int32'>(indices);
  backend.addon.oneHot(ids, values, sizeOf(indices.shape), depth, onValue, offValue);
  return info;
};
