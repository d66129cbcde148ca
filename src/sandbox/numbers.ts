/** Typed arrays and tensors as they cross. Tensors are told by their shape, so nothing of theirs is loaded here. */
import { unreadable } from './graph.js';

const kinds = {
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array,
} as const; // biome-ignore format: a list

/** Bytes in base64 as a typed array, a `Buffer` or an `ArrayBuffer`; `facts` are its name and whether it is a `Buffer`. */
export function bytesOf(content: unknown, [name, isBuffer]: readonly unknown[]): object {
  const bytes = Buffer.from(String(content), 'base64');
  if (isBuffer === true) return bytes;
  const { buffer } = new Uint8Array(bytes); // starts at 0, as wide elements need
  if (name === 'ArrayBuffer') return buffer;
  if (typeof name !== 'string' || !Object.hasOwn(kinds, name)) throw unreadable();
  return new kinds[name as keyof typeof kinds](buffer);
}

/** What is used of tfjs's engine; the library keeps it in a global of this name. */
interface TensorEngine {
  readonly makeTensor: (values: unknown, shape: readonly number[], dtype: string) => object;
}

/** A tensor of tfjs where it is loaded, else an object with the same data. */
export function tensorOf(values: unknown, [shape, dtype]: readonly unknown[]): object {
  if (
    !Array.isArray(shape) ||
    !shape.every(Number.isInteger) ||
    typeof dtype !== 'string' ||
    !ArrayBuffer.isView(values)
  )
    throw unreadable();
  const { length } = values as unknown as { length: number };
  if (shape.reduce((product: number, side: number) => product * side, 1) !== length) throw unreadable();
  const { _tfengine: engine } = globalThis as { _tfengine?: TensorEngine };
  return engine ? engine.makeTensor(values, shape, dtype) : { shape, dtype, dataSync: () => values };
}
