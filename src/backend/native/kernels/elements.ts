/** Element by element, with broadcasting. */
import { tf } from '../../tf.js';
import type { Addon, unaryNames } from '../addon.js';
import { areFloats, type Kernel, sizeOf } from './kernel.js';

/** tfjs's names of the kernels on one tensor, and ours. */
export const unaryKernels: Readonly<Record<string, (typeof unaryNames)[number]>> = {
  Abs: 'abs',
  Ceil: 'ceil',
  Cos: 'cos',
  Exp: 'exp',
  Expm1: 'expm1',
  Floor: 'floor',
  Log: 'log',
  Log1p: 'log1p',
  Neg: 'neg',
  Reciprocal: 'reciprocal',
  Relu: 'relu',
  Rsqrt: 'rsqrt',
  Sigmoid: 'sigmoid',
  Sign: 'sign',
  Sin: 'sin',
  Sqrt: 'sqrt',
  Square: 'square',
  Tanh: 'tanh',
};

export function unary(name: (typeof unaryNames)[number]): Kernel {
  return ({ inputs, backend }) => {
    const x = inputs.x!;
    if (!areFloats(x)) return undefined;
    const { info, values } = backend.output(x.shape);
    backend.addon[name](backend.valuesOf(x), values, values.length);
    return info;
  };
}

/** tfjs's names of the kernels on two tensors, and ours. */
export const binaryKernels = {
  Add: 'add',
  Sub: 'sub',
  Multiply: 'multiply',
  RealDiv: 'divide',
  Maximum: 'maximum',
  Minimum: 'minimum',
  SquaredDifference: 'squaredDifference',
} as const satisfies Readonly<Record<string, keyof Addon>>;

export function binary(name: (typeof binaryKernels)[keyof typeof binaryKernels]): Kernel {
  return ({ inputs, backend }) => {
    const { a, b } = inputs as { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
    if (!areFloats(a, b)) return undefined;
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const { info, values } = backend.output(shape);
    backend.addon[name](backend.valuesOf(a), backend.valuesOf(b), values, walkOf(a.shape, b.shape, shape));
    return info;
  };
}

/** tfjs's names of the comparisons, and ours. */
export const comparisonKernels = {
  Equal: 'equal',
  NotEqual: 'notEqual',
  Less: 'less',
  LessEqual: 'lessEqual',
  Greater: 'greater',
  GreaterEqual: 'greaterEqual',
} as const satisfies Readonly<Record<string, keyof Addon>>;

export function comparison(name: (typeof comparisonKernels)[keyof typeof comparisonKernels]): Kernel {
  return ({ inputs, backend }) => {
    const { a, b } = inputs as { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
    if (!areFloats(a, b)) return undefined;
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const values = new Uint8Array(sizeOf(shape));
    backend.addon[name](backend.valuesOf(a), backend.valuesOf(b), values, walkOf(a.shape, b.shape, shape));
    return backend.makeTensorInfo(shape, 'bool', values);
  };
}

/** How to walk through two broadcast arrays: sizes, steps of a, steps of b, with as few axes as will do. */
function walkOf(a: readonly number[], b: readonly number[], shape: readonly number[]): Int32Array {
  const axes: { size: number; a: number; b: number }[] = [];
  let [nextA, nextB] = [1, 1];
  for (let axis = 1; axis <= shape.length; axis++) {
    const [size, sizeA, sizeB] = [shape.at(-axis)!, a.at(-axis) ?? 1, b.at(-axis) ?? 1];
    const step = { size, a: sizeA === 1 ? 0 : nextA, b: sizeB === 1 ? 0 : nextB };
    [nextA, nextB] = [nextA * sizeA, nextB * sizeB];
    if (size === 1) continue;
    const inner = axes.at(-1);
    if (inner && step.a === inner.a * inner.size && step.b === inner.b * inner.size) inner.size *= size;
    else axes.push(step);
  }
  if (axes.length === 0) return Int32Array.of(1, 1, 1);
  axes.reverse();
  return Int32Array.from([...axes.map((x) => x.size), ...axes.map((x) => x.a), ...axes.map((x) => x.b)]);
}

export const select: Kernel = ({ inputs, backend }) => {
  const { condition, t, e } = inputs as Readonly<Record<'condition' | 't' | 'e', tf.TensorInfo>>;
  const same = condition.shape.join() === t.shape.join() && t.shape.join() === e.shape.join();
  if (!areFloats(t, e) || !same || condition.dtype !== 'bool') return undefined;
  const { info, values } = backend.output(t.shape);
  const chosen = backend.valuesOf<'bool'>(condition);
  backend.addon.select(chosen, backend.valuesOf(t), backend.valuesOf(e), values, values.length);
  return info;
};

export const cast: Kernel<{ readonly dtype: tf.DataType }> = ({ inputs, attrs, backend }) => {
  const x = inputs.x!;
  if (attrs.dtype !== 'float32') return undefined;
  if (x.dtype === 'int32') {
    const { info, values } = backend.output(x.shape);
    backend.addon.castIntsToFloats(backend.valuesOf<'int32'>(x), values, values.length);
    return info;
  }
  if (x.dtype !== 'bool') return undefined;
  const { info, values } = backend.output(x.shape);
  backend.addon.castBytesToFloats(backend.valuesOf<'bool'>(x), values, values.length);
  return info;
};

export const fill: Kernel<{
  readonly shape: number[];
  readonly value: number | string;
  readonly dtype?: tf.DataType;
}> = ({ attrs: { shape, value, dtype }, backend }) => {
  if (typeof value !== 'number' || (dtype ?? 'float32') !== 'float32') return undefined;
  const { info, values } = backend.output(shape);
  values.fill(value);
  return info;
};

/** Zeros or ones in the shape of a tensor. */
export function filledLike(value: number): Kernel {
  return ({ inputs, backend }) => {
    const x = inputs.x!;
    if (!areFloats(x)) return undefined;
    const { info, values } = backend.output(x.shape);
    values.fill(value);
    return info;
  };
}
