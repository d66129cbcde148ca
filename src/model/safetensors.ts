/**
 * The safetensors file format: a length, a JSON header that says where each tensor lies, then plain numbers.
 * Written and read here for float32 and int32; a file that is not what it says is refused, by name.
 */
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../core/files.js';

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

/** Where the header says that a tensor lies, once that has been checked. */
interface Entry {
  readonly name: string;
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/**
 * Writes a file in one piece: whoever looks finds the old one or the new one. Throws where the disk refuses.
 *
 * @throws {RangeError} If a tensor has not as many numbers as its shape says.
 *
 * @example
 * const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
 * writeSafetensors('w.safetensors', { tensors, metadata: { by: 'hand' } });
 * readSafetensors('w.safetensors').metadata // { by: 'hand' }
 */
export function writeSafetensors(path: string, { tensors, metadata }: SafetensorsFile): void {
  const header: { [name: string]: unknown } = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length) {
      throw new RangeError(
        `Cannot write ${path}: expected ${sizeOf(shape)} numbers for ${name} [${shape}], got ${data.length}`,
      );
    }
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8; // the numbers start at a multiple of 8
  const file = Buffer.alloc(8 + padded + end, ' ');
  file.writeBigUInt64LE(BigInt(padded));
  text.copy(file, 8);
  let at = 8 + padded;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  writeFileAtomic(path, file);
}

/**
 * Reads a whole file. What the format forbids is refused: the tensors fill the file from end to end, without gaps,
 * without sharing a number, and with nothing behind them.
 *
 * @throws {SyntaxError} If the file is not safetensors or is damaged; the message names the file and the tensor.
 *
 * @example
 * const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
 * writeSafetensors('w.safetensors', { tensors, metadata: {} });
 * readSafetensors('w.safetensors').tensors.get('w') // { shape: [2], data: Float32Array.of(1, 2) }
 */
export function readSafetensors(path: string): SafetensorsFile {
  const file = readFileSync(path);
  const { start, header } = parseHeader(path, file);
  const { __metadata__, ...described } = header;
  const metadata = __metadata__ ?? {};
  checkMetadata(path, metadata);
  const entries = Object.entries(described).map(([name, entry]) => toEntry(path, name, entry));
  const body = file.subarray(start);
  checkLayout(path, entries, body.length);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, from, to } of entries) {
    const copy = new Uint8Array(body.subarray(from, to)).buffer; // aligned, and free of the file
    tensors.set(name, { shape, data: dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy) });
  }
  return { tensors, metadata };
}

type Fields = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseHeader(path: string, file: Buffer): { readonly start: number; readonly header: Fields } {
  const length = file.length < 8 ? Number.NaN : Number(file.readBigUInt64LE());
  if (!(8 + length <= file.length)) {
    throw new SyntaxError(`Cannot read ${path}: it is not a safetensors file, or its header is cut short`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const header: unknown = JSON.parse(text.decode(file.subarray(8, 8 + length)));
    if (isObject(header)) return { start: 8 + length, header };
  } catch {} // said below
  throw new SyntaxError(`Cannot read ${path}: its safetensors header is not a JSON object`);
}

function checkMetadata(path: string, metadata: unknown): asserts metadata is { [key: string]: string } {
  const wrong = isObject(metadata)
    ? Object.entries(metadata).find(([, value]) => typeof value !== 'string')
    : ['__metadata__', metadata];
  if (!wrong) return;
  const [key, value] = wrong;
  throw new SyntaxError(
    `Cannot read ${path}: expected text as its metadata, got ${key}: ${JSON.stringify(value)}`,
  );
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

function toEntry(path: string, name: string, described: unknown): Entry {
  const what = `tensor ${name} of ${path}`;
  const { dtype, shape, data_offsets: place } = isObject(described) ? described : ({} as Fields);
  if (dtype !== 'F32' && dtype !== 'I32') {
    throw new SyntaxError(`Cannot read ${what}: expected type F32 or I32, got ${dtype}`);
  }
  if (!Array.isArray(shape) || !Array.isArray(place)) {
    throw new SyntaxError(`Cannot read ${what}: its shape or place is missing`);
  }
  if (!shape.every(isSize) || !place.every(isSize) || place.length !== 2) {
    const got = `${JSON.stringify(shape)} at ${JSON.stringify(place)}`;
    throw new SyntaxError(`Cannot read ${what}: expected whole numbers as its shape and place, got ${got}`);
  }
  const [from, to] = place as [number, number];
  const bytes = 4 * sizeOf(shape);
  if (to - from !== bytes) {
    throw new SyntaxError(`Cannot read ${what}: expected ${bytes} bytes for [${shape}], got ${to - from}`);
  }
  return { name, dtype, shape, from, to };
}

/** Throws unless each tensor begins where another ends, and the last one where the file does. */
function checkLayout(path: string, entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (to > length) {
      throw new SyntaxError(
        `Cannot read tensor ${name} of ${path}: the file ends after ${length} of ${to} bytes of numbers`,
      );
    }
    if (from !== end) {
      throw new SyntaxError(`Cannot read tensor ${name} of ${path}: expected it at byte ${end}, got ${from}`);
    }
    end = to;
  }
  if (end !== length) {
    throw new SyntaxError(`Cannot read ${path}: expected ${end} bytes of numbers, got ${length}`);
  }
}
