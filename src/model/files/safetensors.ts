/**
 * The safetensors file format: a header that says where each tensor lies, then plain numbers. Read and written a tensor
 * at a time, so that a file may be as large as the disk; one that is not what it says is refused, by name.
 */
import { partFile } from '../../core/files.js';
import { cut } from './fields.js';
import { encodeFloats, plainTypes, type WrittenFloat } from './floatTypes.js';
import { openFile } from './openFile.js';
import { readHeader } from './safetensorsHeader.js';
import { readNumbers, sizeOf, type TensorFile } from './tensorFile.js';

/** One tensor of a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** A file's tensors by name, and text that travels with them. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: { readonly [key: string]: string };
}

/** A tensor that is to be written. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  /** Its numbers, or what gives them when their turn comes, so that they need not all be in memory. */
  readonly data: Float32Array | Int32Array | (() => Float32Array | Int32Array);
  /** How they are stored; default `I32` for an `Int32Array`, `F32` otherwise. */
  readonly dtype?: WrittenFloat | 'I32';
}

/** What a file is to hold. */
export interface SafetensorsToWrite {
  readonly tensors: ReadonlyMap<string, TensorToWrite>;
  readonly metadata: { readonly [key: string]: string };
}

const typeOf = ({ data, dtype }: TensorToWrite) => dtype ?? (data instanceof Int32Array ? 'I32' : 'F32');

/**
 * Writes a file under a temporary name, one tensor after the other, and renames it once the disk has it: whoever looks
 * finds the old file or the new one.
 *
 * @throws {RangeError} If a tensor has not as many numbers as its shape says, or of another kind than its type.
 * @throws {Error} If the disk refuses.
 *
 * @example
 * const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
 * writeSafetensors('w.safetensors', { tensors, metadata: { by: 'hand' } });
 * readSafetensors('w.safetensors').metadata // { by: 'hand' }
 */
export function writeSafetensors(path: string, { tensors, metadata }: SafetensorsToWrite): void {
  const header: [name: string, entry: unknown][] = [['__metadata__', metadata]];
  let end = 0;
  for (const [name, tensor] of tensors) {
    const [start, dtype] = [end, typeOf(tensor)];
    end += plainTypes[dtype].bytes * sizeOf(tensor.shape);
    header.push([name, { dtype, shape: tensor.shape, data_offsets: [start, end] }]);
    if (typeof tensor.data !== 'function') checkNumbers(path, name, tensor, tensor.data);
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const head = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' '); // the numbers start at a multiple of 8
  head.writeBigUInt64LE(BigInt(head.length - 8));
  text.copy(head, 8);
  const file = partFile(path);
  try {
    file.write(head);
    for (const [name, tensor] of tensors) writeNumbers(file.write, path, name, tensor);
    file.commit();
  } finally {
    file.discard();
  }
}

const pieceNumbers = 2 ** 20;

function writeNumbers(
  write: (bytes: Uint8Array) => void,
  path: string,
  name: string,
  tensor: TensorToWrite,
): void {
  const data = typeof tensor.data === 'function' ? tensor.data() : tensor.data;
  checkNumbers(path, name, tensor, data);
  for (let at = 0; at < data.length; at += pieceNumbers) {
    const piece = data.subarray(at, at + pieceNumbers);
    const isFloat = piece instanceof Float32Array;
    write(
      isFloat
        ? encodeFloats(piece, typeOf(tensor) as WrittenFloat)
        : new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength),
    );
  }
}

function checkNumbers(
  path: string,
  name: string,
  tensor: TensorToWrite,
  data: Float32Array | Int32Array,
): void {
  const [size, dtype] = [sizeOf(tensor.shape), typeOf(tensor)];
  if (size !== data.length)
    throw new RangeError(
      `Cannot write ${path}: expected ${size} numbers for ${name} [${tensor.shape}], got ${data.length}`,
    );
  if ((dtype === 'I32') !== data instanceof Int32Array)
    throw new RangeError(
      `Cannot write ${path}: expected numbers of type ${dtype} for ${name}, got ${data.constructor.name}`,
    );
}

/**
 * Opens a file and checks its header, without reading a number: what the format forbids is refused before memory is
 * taken for it. Types that this library has no use for may stand in the file; reading a tensor of one is refused.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is not safetensors or is damaged; the message names the file and the tensor.
 *
 * @example
 * const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2.5), dtype: 'BF16' as const }]]);
 * writeSafetensors('w.safetensors', { tensors, metadata: {} });
 * const file = openSafetensors('w.safetensors');
 * file.tensors.get('w') // { dtype: 'BF16', shape: [2] }
 * file.read('w') // Float32Array.of(1, 2.5)
 * file.close();
 */
export function openSafetensors(path: string): TensorFile<string> {
  const file = openFile(path);
  try {
    const { places, metadata } = readHeader(file);
    const placeOf = new Map(places.map((place) => [place.name, place]));
    return {
      path,
      metadata,
      tensors: new Map(places.map(({ name, dtype, shape }) => [name, { dtype, shape }])),
      read: (name) => {
        const place = placeOf.get(name);
        if (!place) throw new RangeError(`Cannot read tensor ${cut(name)} of ${path}: there is none`);
        const { dtype } = place;
        if (!(dtype in plainTypes)) {
          const known = Object.keys(plainTypes).join(', ');
          throw new SyntaxError(
            `Cannot read tensor ${cut(name)} of ${path}: expected type ${known}, got ${dtype}`,
          );
        }
        return readNumbers(file, place, plainTypes[dtype as keyof typeof plainTypes]);
      },
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Reads a whole file into memory; `openSafetensors` reads a tensor at a time.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is not safetensors or is damaged; the message names the file and the tensor.
 *
 * @example
 * const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
 * writeSafetensors('w.safetensors', { tensors, metadata: {} });
 * readSafetensors('w.safetensors').tensors.get('w') // { shape: [2], data: Float32Array.of(1, 2) }
 */
export function readSafetensors(path: string): SafetensorsFile {
  const file = openSafetensors(path);
  try {
    const tensors = [...file.tensors].map(
      ([name, { shape }]) => [name, { shape, data: file.read(name) }] as const,
    );
    return { tensors: new Map(tensors), metadata: Object.fromEntries(file.metadata) };
  } finally {
    file.close();
  }
}
