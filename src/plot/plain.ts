/** Figures as JSON: what a notebook file, a web page and the drawing thread can all take. */
import { messageOf } from '../core/errors.js';
import { Array, ArrayBuffer, DataView, Float32Array, JSON, Number, TypeError } from '../core/globals.js';
import type { Figure } from './figure.js';

/**
 * Writes a figure as JSON: typed arrays become lists, and numbers that are not finite become null, a gap.
 *
 * 32-bit floats keep the seven digits they have, so that 0.1 does not become 0.10000000149011612.
 *
 * @throws {TypeError} If the figure refers to itself.
 *
 * @example
 * figureJson({ data: [{ y: new Float32Array([0.1, NaN]) }], layout: {} }) // '{"data":[{"y":[0.1,null]}],"layout":{}}'
 */
export function figureJson(figure: Figure): string {
  try {
    return JSON.stringify(figure, (_, value: unknown) => plainValue(value));
  } catch (error) {
    throw new TypeError(`Cannot write figure as JSON: ${messageOf(error).split('\n')[0]}`);
  }
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (!ArrayBuffer.isView(value)) return value;
  if (value instanceof DataView) throw new TypeError('expected numbers, got a DataView');
  const numbers = value as unknown as ArrayLike<number | bigint>;
  return Array.from(numbers, (x) =>
    value instanceof Float32Array ? Number(Number(x).toPrecision(7)) : Number(x),
  );
}
