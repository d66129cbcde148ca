/**
 * GGUF files written (version 3, little-endian): the head, then a tensor at a time, each from the next multiple of 32
 * bytes on, which is what the format has where the head says nothing else.
 */
import { partFile } from '../../../core/files.js';
import { encodeFloats, type WrittenFloat } from '../floatTypes.js';
import { sizeOf } from '../tensorFile.js';
import { encodeQ8_0 } from './encodeQ8_0.js';
import { ggmlTypes } from './ggmlTypes.js';

/** Types in which weights can be written. */
export type GgufFloat = WrittenFloat | 'Q8_0';

/** A value of the metadata with its type. */
export type GgufField =
  | readonly [type: 'text', value: string]
  | readonly [type: 'bool', value: boolean]
  | readonly [type: 'u32' | 'f32', value: number]
  | readonly [type: 'texts', values: readonly string[]]
  | readonly [type: 'numbers', values: Int32Array | Float64Array];

/** A tensor that is to be written. */
export interface GgufTensorToWrite {
  readonly name: string;
  /** Rows first; the file has columns first. */
  readonly shape: readonly number[];
  readonly dtype: GgufFloat;
  /** Gives its numbers when their turn comes. */
  readonly data: () => Float32Array;
}

/**
 * Writes a file under a temporary name, one tensor after the other, and renames it once the disk has it.
 *
 * @throws {RangeError} If a number is too large for its type, or none.
 * @throws {Error} If the disk refuses.
 */
export function writeGguf(
  path: string,
  metadata: ReadonlyMap<string, GgufField>,
  tensors: readonly GgufTensorToWrite[],
): void {
  const head = headOf(metadata, tensors);
  const file = partFile(path);
  try {
    file.write(Buffer.concat([head, padding(head.length)]));
    for (const tensor of tensors) {
      writeNumbers(file.write, path, tensor);
      file.write(padding(bytesOf(tensor)));
    }
    file.commit();
  } finally {
    file.discard();
  }
}

const alignment = 32;
const padding = (length: number): Uint8Array =>
  new Uint8Array((alignment - (length % alignment)) % alignment);

const typeOf = (dtype: GgufFloat) => {
  const [type, { stored }] = [...ggmlTypes].find(([, known]) => known.dtype === dtype)!;
  return { type, ...stored };
};

function bytesOf({ shape, dtype }: GgufTensorToWrite): number {
  const { count, bytes } = typeOf(dtype);
  return (sizeOf(shape) / count) * bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** The numbers that stand for types of values. */
const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, list: 9, f64: 12 } as const;

/** A value behind its type. */
function encoded([type, value]: GgufField): Buffer {
  const list = (inner: keyof typeof valueTypes, length: number, bytes: Uint8Array) =>
    Buffer.concat([u32(valueTypes.list), u32(valueTypes[inner]), u64(length), bytes]);
  switch (type) {
    case 'texts':
      return list('text', value.length, Buffer.concat(value.map(text)));
    case 'numbers': {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return list(value instanceof Int32Array ? 'i32' : 'f64', value.length, bytes);
    }
    case 'text':
      return Buffer.concat([u32(valueTypes.text), text(value)]);
    case 'bool':
      return Buffer.concat([u32(valueTypes.bool), Buffer.of(Number(value))]);
    default:
      return Buffer.concat([u32(valueTypes[type]), type === 'u32' ? u32(value) : f32(value)]);
  }
}

function headOf(metadata: ReadonlyMap<string, GgufField>, tensors: readonly GgufTensorToWrite[]): Buffer {
  const parts = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.size)];
  for (const [key, field] of metadata) parts.push(text(key), encoded(field));
  let offset = 0;
  for (const tensor of tensors) {
    const lengths = [...tensor.shape].reverse();
    parts.push(text(tensor.name), u32(lengths.length), ...lengths.map(u64));
    parts.push(u32(typeOf(tensor.dtype).type), u64(offset));
    offset += bytesOf(tensor) + padding(bytesOf(tensor)).length;
  }
  return Buffer.concat(parts);
}

const pieceNumbers = 2 ** 20; // whole blocks of every type

function writeNumbers(
  write: (bytes: Uint8Array) => void,
  path: string,
  { name, dtype, data }: GgufTensorToWrite,
): void {
  const numbers = data();
  for (let at = 0; at < numbers.length; at += pieceNumbers) {
    const piece = numbers.subarray(at, at + pieceNumbers);
    const wrong = piece.find((number) => !(Math.abs(number) < limits[dtype]));
    if (wrong !== undefined)
      throw new RangeError(
        `Cannot write ${path}: expected numbers that ${dtype} can hold in tensor ${name}, got ${wrong}`,
      );
    write(dtype === 'Q8_0' ? encodeQ8_0(piece) : encodeFloats(piece, dtype));
  }
}

/** Below these, numbers stay finite: half precision ends at 65,504, and a scale of it counts 127 times. */
const limits: { readonly [dtype in GgufFloat]: number } = {
  F32: Number.POSITIVE_INFINITY,
  BF16: 2 ** 128 * (1 - 2 ** -9),
  F16: 65_520,
  Q8_0: 127 * 65_520,
};
