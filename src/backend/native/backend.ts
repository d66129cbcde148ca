/**
 * tfjs's own CPU backend with faster kernels: tensors are the same typed arrays, so every kernel that is not replaced
 * works as it is. What is new is where arrays come from: those that only our kernels have seen are used again.
 */
import { totalmem } from 'node:os';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { tf } from '../tf.js';
import type { Addon } from './addon.js';
import { classOf, Recycler } from './recycler.js';

/** What the backend knows of a tensor's data. */
interface Stored {
  values?: tf.BackendValues;
  dtype: tf.DataType;
  refCount: number;
  /** The array is ours alone: no reader, no other kernel has seen it. */
  own?: boolean;
}

/** A tensor, whatever its shape. */
export type DataInfo = Pick<tf.TensorInfo, 'dataId' | 'dtype'>;

/** The arrays of a kernel's inputs. */
export type Values<D extends tf.DataType> = D extends 'float32'
  ? Float32Array
  : D extends 'int32'
    ? Int32Array
    : Uint8Array;

const kinds: {
  readonly [dtype in tf.DataType]?: typeof Float32Array | typeof Int32Array | typeof Uint8Array;
} = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
};

/**
 * Bytes of arrays that may be kept: a quarter of the memory that this process may use, and never more than 4 GiB.
 *
 * @param constrained What a container allows; no number, 0 or a huge one where it allows all.
 */
export function keptAtMost(total = totalmem(), constrained = process.constrainedMemory?.()): number {
  return Math.min(4 * 2 ** 30, Math.min(constrained || total, total) / 4);
}

export class NativeBackend extends MathBackendCPU {
  readonly #recycler: Recycler;

  constructor(readonly addon: Addon) {
    super();
    this.#recycler = new Recycler({ limit: keptAtMost(), release: addon.release });
    Reflect.set(this, 'firstUse', false); // no advice to install tfjs-node
  }

  /** A tensor for a kernel to write: its array holds anything. */
  output(shape: number[]): { readonly info: tf.TensorInfo; readonly values: Float32Array } {
    const values = this.#recycler.take(tf.util.sizeFromShape(shape));
    const dataId = {};
    this.#stored().set(dataId, { values, dtype: 'float32', refCount: 1, own: true });
    return { info: { dataId, shape, dtype: 'float32' }, values };
  }

  /**
   * A tensor's array, to be read by a kernel of ours and not kept. Some of tfjs's kernels leave an array of another
   * kind than the tensor's, or make a tensor of another kind from the same data.
   */
  valuesOf<D extends tf.DataType = 'float32'>({ dataId, dtype }: DataInfo): Values<D> {
    const { values } = this.#stored().get(dataId);
    const Kind = kinds[dtype];
    const fits = !Kind || values instanceof Kind;
    return (fits ? values : Kind.from(values as ArrayLike<number>)) as Values<D>;
  }

  /** As `valuesOf`, for a caller that does not know whether the tensor lives here; `undefined` if it does not. */
  peek(info: DataInfo): Float32Array | undefined {
    return this.#stored().has(info.dataId) ? this.valuesOf(info) : undefined;
  }

  /** A float32 tensor's array, to be changed in place: a copy takes its place if anybody else may hold it. */
  valuesToChange({ dataId }: tf.TensorInfo): Float32Array {
    const stored = this.#stored().get(dataId);
    const values = stored.values as Float32Array;
    if (stored.own) return values;
    const copy = this.#recycler.take(values.length);
    copy.set(values);
    stored.values = copy;
    stored.own = true;
    return copy;
  }

  /** Says that somebody else has seen a tensor's array: it is not used again. */
  share({ dataId }: { readonly dataId: object }): void {
    const stored = this.#stored().has(dataId) ? this.#stored().get(dataId) : undefined;
    if (!stored?.own) return;
    stored.own = false;
    this.#recycler.lose(stored.values as Float32Array);
  }

  /** A tensor's array for the world outside, where it has a buffer of its own length: `x.bytes()` is all of that. */
  override readSync(dataId: object): tf.BackendValues {
    const stored = this.#stored().get(dataId);
    const { values } = stored;
    const rounded = values instanceof Float32Array && classOf(values.length) !== values.length;
    if (rounded && values.byteLength !== values.buffer.byteLength) {
      stored.values = values.slice();
      if (stored.own) this.#recycler.give(values);
      stored.own = false;
    }
    this.share({ dataId });
    return super.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    const stored = this.#stored().has(dataId) ? this.#stored().get(dataId) : undefined;
    const gone = super.disposeData(dataId, force);
    if (gone && stored?.own) this.#recycler.give(stored.values as Float32Array);
    return gone;
  }

  override dispose(): void {
    this.#recycler.clear();
    super.dispose();
  }

  #stored(): tf.DataStorage<Stored> {
    return this.data as tf.DataStorage<Stored>;
  }
}
