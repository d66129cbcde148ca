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

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Writes a file in one piece: whoever looks finds the old one or the new one. Throws where the disk refuses.
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
 * Reads a whole file.
 *
 * @throws {SyntaxError} If the file is not safetensors or is cut short; the message names the file and the tensor.
 *
 * @example
 * const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
 * writeSafetensors('w.safetensors', { tensors, metadata: {} });
 * readSafetensors('w.safetensors').tensors.get('w') // { shape: [2], data: Float32Array.of(1, 2) }
 */
export function readSafetensors(path: string): SafetensorsFile {
  const file = readFileSync(path);
  const { start, header } = parseHeader(path, file);
  const { __metadata__: metadata = {}, ...entries } = header as { __metadata__?: { [key: string]: string } };
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries as { [name: string]: Entry })) {
    tensors.set(name, readTensor(file.subarray(start), entry, `tensor ${name} of ${path}`));
  }
  return { tensors, metadata };
}

function parseHeader(path: string, file: Buffer): { readonly start: number; readonly header: object } {
  const length = file.length < 8 ? Number.NaN : Number(file.readBigUInt64LE());
  if (!(8 + length <= file.length)) {
    throw new SyntaxError(`Cannot read ${path}: it is not a safetensors file, or its header is cut short`);
  }
  try {
    const header: unknown = JSON.parse(file.toString('utf8', 8, 8 + length));
    if (typeof header === 'object' && header !== null) return { start: 8 + length, header };
  } catch {} // said below
  throw new SyntaxError(`Cannot read ${path}: its safetensors header is not a JSON object`);
}

function readTensor(body: Buffer, entry: Entry | null, what: string): StoredTensor {
  const { dtype, shape, data_offsets } = entry ?? ({} as Partial<Entry>);
  if (dtype !== 'F32' && dtype !== 'I32') {
    throw new SyntaxError(`Cannot read ${what}: expected type F32 or I32, got ${dtype}`);
  }
  if (!Array.isArray(shape) || !Array.isArray(data_offsets)) {
    throw new SyntaxError(`Cannot read ${what}: its shape or place is missing`);
  }
  const [from, to] = data_offsets;
  const bytes = 4 * shape.reduce((size: number, length: number) => size * length, 1);
  if (to - from !== bytes) {
    throw new SyntaxError(`Cannot read ${what}: expected ${bytes} bytes for [${shape}], got ${to - from}`);
  }
  if (!(from >= 0 && to <= body.length)) {
    throw new SyntaxError(
      `Cannot read ${what}: the file ends after ${body.length} of ${to} bytes of numbers`,
    );
  }
  const copy = new Uint8Array(body.subarray(from, to)).buffer; // aligned, and free of the file
  return { shape, data: dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy) };
}
