/** What files of tensors have in common, whatever their format: a head that says what is there, then numbers. */
import { cut, shownShape } from './fields.js';
import type { OpenFile } from './openFile.js';

/** What a file says of a tensor. */
export interface TensorInfo {
  /** How its numbers are stored, as the format calls it: `F32`, `BF16`, `Q4_K`. */
  readonly dtype: string;
  /** Rows first, as in tfjs. */
  readonly shape: readonly number[];
}

/** A file of tensors that is open; what it says of itself has been checked, and no number was read yet. */
export interface TensorFile<Value = unknown> {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, Value>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Reads one tensor into memory; smaller types become float32, and integers int32.
   *
   * @throws {RangeError} If there is none of this name.
   * @throws {SyntaxError} If its numbers cannot be had in memory.
   */
  readonly read: (name: string) => Float32Array | Int32Array;
  /** Lets go of the file; nothing can be read any more. */
  readonly close: () => void;
}

/** How numbers of a type are stored: blocks of a fixed number of them in a fixed number of bytes. */
export interface StoredType {
  /** Numbers of a block. */
  readonly count: number;
  readonly bytes: number;
  /** Writes whole blocks into `into`, from number `at` on. */
  readonly decode: (blocks: Buffer, into: Float32Array | Int32Array, at: number) => void;
  readonly isInteger?: boolean;
}

/** Where a tensor lies in a file, once that has been checked. */
export interface TensorPlace extends TensorInfo {
  readonly name: string;
  /** The first byte in the file. */
  readonly from: number;
}

/** Numbers that a shape asks for; beyond 2^53 no longer exact. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

const pieceBytes = 2 ** 20;

/** Reads the numbers of a tensor a piece at a time, so that little more than they is in memory. */
export function readNumbers(
  file: OpenFile,
  { name, shape, from }: TensorPlace,
  { count, bytes, decode, isInteger = false }: StoredType,
): Float32Array | Int32Array {
  const size = sizeOf(shape);
  const numbers = isInteger ? new Int32Array(size) : new Float32Array(size);
  const blocks = size / count;
  const most = Math.max(1, Math.floor(pieceBytes / bytes));
  const piece = Buffer.allocUnsafe(Math.min(blocks, most) * bytes);
  for (let block = 0; block < blocks; block += most) {
    const part = piece.subarray(0, Math.min(most, blocks - block) * bytes);
    file.fill(part, from + block * bytes);
    try {
      decode(part, numbers, block * count);
    } catch (error) {
      throw new SyntaxError(`Cannot read tensor ${cut(name)} of ${file.path}: ${(error as Error).message}`);
    }
  }
  return numbers;
}

/**
 * Throws unless a file has a tensor of this name, in this shape, and not as integers.
 *
 * @throws {SyntaxError} Naming the file and the tensor.
 */
export function checkTensor({ path, tensors }: TensorFile, name: string, shape: readonly number[]): void {
  const found = tensors.get(name);
  const isInteger = found !== undefined && /^[IU]\d|^BOOL/.test(found.dtype);
  if (found?.shape.join() === shape.join() && !isInteger) return;
  const got = found ? `${shownShape(found.shape)}${isInteger ? ' of integers' : ''}` : 'nothing';
  throw new SyntaxError(`Cannot load ${path}: expected tensor ${name} of shape [${shape}], got ${got}`);
}

/** Reads a tensor that has to be there, in this shape, and not to be integers. */
export function readFloats(file: TensorFile, name: string, shape: readonly number[]): Float32Array {
  checkTensor(file, name, shape);
  return file.read(name) as Float32Array;
}
