/**
 * The head of a GGUF file (version 2 or 3, little-endian): pairs of a key and a value, then the name, shape, type and
 * place of each tensor. Nothing in it is believed: every length is held against what is left of the file before memory
 * is taken for it.
 */
import { cut } from '../fields.js';
import type { OpenFile } from '../openFile.js';

/** Many values; numbers as arrays of their type. */
export type GgufArray =
  | readonly string[]
  | readonly boolean[]
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array
  | readonly GgufArray[];

/** A value of the metadata. Whole numbers of 64 bits are a `bigint` where a number would not be exact. */
export type GgufValue = string | boolean | number | bigint | GgufArray;

/** A tensor as the head describes it. */
export interface GgufTensor {
  readonly name: string;
  /** Columns first, as ggml has it. */
  readonly lengths: readonly number[];
  readonly type: number;
  /** From where the numbers begin, in bytes. */
  readonly offset: number;
}

/** What stands in the head. */
export interface GgufHead {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where it ends, in bytes. */
  readonly end: number;
}

/** Reads the head from front to back. */
interface Cursor {
  /** The next bytes, until they are asked for again; `what` is named where the file has not so many. */
  readonly take: (length: number, what: string) => Buffer;
  /** Bytes that are left. */
  readonly left: () => number;
  readonly fail: (what: string, expected: string, got: unknown) => never;
}

/**
 * Reads the head of a file.
 *
 * @throws {SyntaxError} If it contradicts itself or the file; the message names the key or the tensor.
 */
export function readGgufHead(file: OpenFile): GgufHead {
  const cursor = cursorOf(file);
  if (file.size < 24 || cursor.take(4, 'its head').toString('latin1') !== 'GGUF')
    throw new SyntaxError(`Cannot read ${file.path}: it is not a GGUF file, or its head is cut short`);
  const version = cursor.take(4, 'its version').readUInt32LE();
  if (version !== 2 && version !== 3) {
    const isSwapped = version === 2 ** 25 || version === 3 * 2 ** 24;
    const got = isSwapped ? 'one for processors with the other order of bytes' : version;
    throw new SyntaxError(`Cannot read ${file.path}: expected GGUF of version 2 or 3, got ${got}`);
  }
  const count = lengthOf(cursor, 'the number of tensors', 24);
  const pairs = lengthOf(cursor, 'the number of keys', 13);
  const metadata = new Map<string, GgufValue>();
  for (let nth = 0; nth < pairs; nth++) {
    const key = textOf(cursor, `the name of key ${nth}`);
    if (metadata.has(key)) cursor.fail(`key ${cut(key)}`, 'to be there once', 'it twice');
    const type = cursor.take(4, `key ${cut(key)}`).readUInt32LE();
    metadata.set(key, readValue(cursor, `key ${cut(key)}`, type, 0));
  }
  const tensors = Array.from({ length: count }, (_, nth) => tensorOf(cursor, nth));
  return { metadata, tensors, end: file.size - cursor.left() };
}

const pieceBytes = 2 ** 16;

function cursorOf(file: OpenFile): Cursor {
  let at = 0;
  let [piece, start] = [Buffer.alloc(0), 0];
  return {
    left: () => file.size - at,
    fail: (what, expected, got) => {
      throw new SyntaxError(`Cannot read ${file.path}: expected ${what} ${expected}, got ${got}`);
    },
    take: (length, what) => {
      if (length > file.size - at)
        throw new SyntaxError(
          `Cannot read ${file.path}: it ends in ${what}, after ${file.size - at} of ${length} bytes`,
        );
      if (at + length > start + piece.length) {
        piece = Buffer.allocUnsafe(Math.min(Math.max(length, pieceBytes), file.size - at));
        file.fill(piece, at);
        start = at;
      }
      at += length;
      return piece.subarray(at - length - start, at - start);
    },
  };
}

/** A number of things of which each takes at least so many bytes. */
function lengthOf(cursor: Cursor, what: string, least: number): number {
  const length = cursor.take(8, what).readBigUInt64LE();
  const most = Math.floor(cursor.left() / least);
  if (length > BigInt(most)) cursor.fail(what, `to be at most ${most}, as the file is so long`, length);
  return Number(length);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(cursor: Cursor, what: string): string {
  const bytes = cursor.take(lengthOf(cursor, `the length of ${what}`, 1), what);
  try {
    return utf8.decode(bytes);
  } catch {
    return cursor.fail(what, 'to be text in UTF-8', 'other bytes');
  }
}

type NumberArray = Exclude<GgufArray, readonly unknown[]>;

/** The types of numbers, with the array for many of them. */
const numberTypes: ReadonlyMap<
  number,
  { readonly bytes: number; readonly array: new (buffer: ArrayBuffer) => NumberArray }
> = new Map([
  [0, { bytes: 1, array: Uint8Array }],
  [1, { bytes: 1, array: Int8Array }],
  [2, { bytes: 2, array: Uint16Array }],
  [3, { bytes: 2, array: Int16Array }],
  [4, { bytes: 4, array: Uint32Array }],
  [5, { bytes: 4, array: Int32Array }],
  [6, { bytes: 4, array: Float32Array }],
  [10, { bytes: 8, array: BigUint64Array }],
  [11, { bytes: 8, array: BigInt64Array }],
  [12, { bytes: 8, array: Float64Array }],
]);
const [truth, text, list] = [7, 8, 9];
const deepest = 8; // lists in lists

function readValue(cursor: Cursor, what: string, type: number, depth: number): GgufValue {
  if (type === text) return textOf(cursor, what);
  if (type === truth) return truthOf(cursor, what);
  if (type === list) return listOf(cursor, what, depth);
  const [value] = numbersOf(cursor, what, type, 1);
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value!;
}

function truthOf(cursor: Cursor, what: string): boolean {
  const [value] = cursor.take(1, what);
  return value === 0 || value === 1 ? value === 1 : cursor.fail(what, 'to be true (1) or false (0)', value);
}

function numbersOf(cursor: Cursor, what: string, type: number, count: number): NumberArray {
  const { bytes, array } = numberTypes.get(type) ?? cursor.fail(what, 'to have a type from 0 to 12', type);
  const copy = new Uint8Array(count * bytes);
  for (let at = 0; at < copy.length; at += pieceBytes)
    copy.set(cursor.take(Math.min(pieceBytes, copy.length - at), what), at);
  return new array(copy.buffer);
}

function listOf(cursor: Cursor, what: string, depth: number): GgufArray {
  if (depth === deepest) cursor.fail(what, `to be at most ${deepest} lists deep`, 'more');
  const type = cursor.take(4, what).readUInt32LE();
  const least = type === text ? 8 : type === list ? 12 : (numberTypes.get(type)?.bytes ?? 1);
  const count = lengthOf(cursor, `the length of ${what}`, least);
  if (type === text) return Array.from({ length: count }, () => textOf(cursor, what));
  if (type === truth) return Array.from({ length: count }, () => truthOf(cursor, what));
  if (type === list) return Array.from({ length: count }, () => listOf(cursor, what, depth + 1));
  return numbersOf(cursor, what, type, count);
}

function tensorOf(cursor: Cursor, nth: number): GgufTensor {
  const name = textOf(cursor, `the name of tensor ${nth}`);
  const what = `tensor ${cut(name)}`;
  const dimensions = cursor.take(4, what).readUInt32LE();
  if (dimensions > 4) cursor.fail(what, 'to have at most 4 dimensions', dimensions);
  const lengths = Array.from({ length: dimensions }, () => cursor.take(8, what).readBigUInt64LE());
  const type = cursor.take(4, what).readUInt32LE();
  const offset = cursor.take(8, what).readBigUInt64LE();
  for (const number of [...lengths, offset])
    if (!Number.isSafeInteger(Number(number)))
      cursor.fail(what, 'to have numbers below 2^53 as its shape and place', number);
  return { name, lengths: lengths.map(Number), type, offset: Number(offset) };
}
