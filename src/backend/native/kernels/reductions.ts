/** Sums, means and largest values over axes that lie side by side; softmax over the last. */
import { tf } from '../../tf.js';
import { areFloats, type Kernel, sizeOf } from './kernel.js';

/** Kernels name the same thing differently. */
interface Axes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

export function reduction(name: 'sum' | 'mean' | 'max'): Kernel<Axes> {
  return ({ inputs, attrs, backend }) => {
    const x = inputs.x!;
    const axes = tf.util
      .parseAxisParam((attrs.axis ?? attrs.reductionIndices)!, x.shape)
      .sort((a, b) => a - b);
    const sideBySide = axes.every((axis, nth) => nth === 0 || axis === axes[nth - 1]! + 1);
    if (!areFloats(x) || !sideBySide || sizeOf(x.shape) === 0 || axes.length === 0) return undefined;
    const [outer, reduced, inner] = [
      x.shape.slice(0, axes[0]),
      x.shape.slice(axes[0], axes.at(-1)! + 1),
      x.shape.slice(axes.at(-1)! + 1),
    ];
    const kept = attrs.keepDims ? reduced.map(() => 1) : [];
    const { info, values } = backend.output([...outer, ...kept, ...inner]);
    const kernel = backend.addon[name === 'max' ? 'max' : 'sum'];
    kernel(backend.valuesOf(x), values, sizeOf(outer), sizeOf(reduced), sizeOf(inner));
    if (name === 'mean') for (let nth = 0; nth < values.length; nth++) values[nth]! /= sizeOf(reduced);
    return info;
  };
}

export const softmax: Kernel<{ readonly dim: number }> = ({ inputs, attrs, backend }) => {
  const logits = inputs.logits!;
  const length = logits.shape.at(-1) ?? 1;
  const last = attrs.dim === -1 || attrs.dim === logits.shape.length - 1;
  if (!areFloats(logits) || !last || sizeOf(logits.shape) === 0) return undefined;
  const { info, values } = backend.output(logits.shape);
  backend.addon.softmax(backend.valuesOf(logits), values, values.length / length, length);
  return info;
};
