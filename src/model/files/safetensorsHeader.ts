/**
 * The head of a safetensors file: a length in 8 bytes, then JSON that says where each tensor lies. All of it is checked
 * before a number is read: the tensors fill the rest of the file from end to end, without gaps, without sharing a byte,
 * and with nothing behind them.
 */
import { cut, shown, shownShape } from './fields.js';
import type { OpenFile } from './openFile.js';
import { sizeOf, type TensorPlace } from './tensorFile.js';

/** What a header says, once it has been checked. */
export interface SafetensorsHeader {
  readonly places: readonly TensorPlace[];
  readonly metadata: ReadonlyMap<string, string>;
}

const longestHeader = 100_000_000; // bytes, as in the format's own reader

/** Bytes of a number of each type that the format has. */
const bytesOf: { readonly [dtype: string]: number } = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/**
 * Reads the head of a file.
 *
 * @throws {SyntaxError} If the format forbids it; the message names the file and the tensor.
 */
export function readHeader(file: OpenFile): SafetensorsHeader {
  const { path } = file;
  const { start, header } = parsed(file);
  const { __metadata__, ...described } = header;
  const places = Object.entries(described).map(([name, entry]) => placeOf(path, name, entry));
  checkLayout(path, places, file.size - start);
  return {
    places: places.map(({ from, ...place }) => ({ ...place, from: start + from })),
    metadata: metadataOf(path, __metadata__ ?? {}),
  };
}

type Fields = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(file: OpenFile): { readonly start: number; readonly header: Fields } {
  const { path, size } = file;
  const lengthField = Buffer.alloc(8);
  if (size >= 8) file.fill(lengthField, 0);
  const length = size < 8 ? Number.NaN : Number(lengthField.readBigUInt64LE());
  if (!(8 + length <= size)) {
    throw new SyntaxError(`Cannot read ${path}: it is not a safetensors file, or its header is cut short`);
  }
  if (length > longestHeader) {
    throw new SyntaxError(
      `Cannot read ${path}: expected a header of at most ${longestHeader} bytes, got ${length}`,
    );
  }
  const bytes = Buffer.alloc(length);
  file.fill(bytes, 8);
  const text = textOf(bytes);
  const header = text === undefined ? undefined : jsonOf(text);
  if (text === undefined || !isObject(header)) {
    throw new SyntaxError(`Cannot read ${path}: its safetensors header is not a JSON object`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    throw new SyntaxError(`Cannot read tensor ${cut(twice)} of ${path}: its header names it twice`);
  }
  return { start: 8 + length, header };
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A key that stands twice in a JSON object itself, of which `JSON.parse` keeps the last without a word. */
function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    else if (sign === '"') {
      const start = at++;
      while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
      if (depth !== 1 || !/^\s*:/.test(json.slice(at + 1, at + 100))) continue;
      const key = JSON.parse(json.slice(start, at + 1)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

function metadataOf(path: string, metadata: unknown): ReadonlyMap<string, string> {
  const wrong = isObject(metadata)
    ? Object.entries(metadata).find(([, value]) => typeof value !== 'string')
    : ['__metadata__', metadata];
  if (!wrong) return new Map(Object.entries(metadata as { [key: string]: string }));
  const [key, value] = wrong;
  throw new SyntaxError(
    `Cannot read ${path}: expected text as its metadata, got ${cut(String(key))}: ${shown(value)}`,
  );
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Where a tensor lies behind the header. */
function placeOf(path: string, name: string, described: unknown): TensorPlace {
  const what = `tensor ${cut(name)} of ${path}`;
  const { dtype, shape, data_offsets: place } = isObject(described) ? described : ({} as Fields);
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesOf, dtype)) {
    throw new SyntaxError(`Cannot read ${what}: expected a type such as F32 or BF16, got ${shown(dtype)}`);
  }
  if (!Array.isArray(shape) || !Array.isArray(place)) {
    throw new SyntaxError(`Cannot read ${what}: its shape or place is missing`);
  }
  if (!shape.every(isSize) || !place.every(isSize) || place.length !== 2) {
    const got = `${shown(shape)} at ${shown(place)}`;
    throw new SyntaxError(`Cannot read ${what}: expected whole numbers as its shape and place, got ${got}`);
  }
  const [from, to] = place as [number, number];
  const bytes = bytesOf[dtype]! * sizeOf(shape);
  if (to - from !== bytes) {
    throw new SyntaxError(
      `Cannot read ${what}: expected ${bytes} bytes for ${shownShape(shape)}, got ${to - from}`,
    );
  }
  return { name, dtype, shape, from };
}

/** Throws unless each tensor begins where another ends, and the last one where the file does. */
function checkLayout(path: string, places: readonly TensorPlace[], length: number): void {
  const ends = places.map((place) => ({
    ...place,
    to: place.from + bytesOf[place.dtype]! * sizeOf(place.shape),
  }));
  let end = 0;
  for (const { name, from, to } of ends.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (to > length) {
      throw new SyntaxError(
        `Cannot read tensor ${cut(name)} of ${path}: the file ends after ${length} of ${to} bytes of numbers`,
      );
    }
    if (from !== end) {
      throw new SyntaxError(
        `Cannot read tensor ${cut(name)} of ${path}: expected it at byte ${end}, got ${from}`,
      );
    }
    end = to;
  }
  if (end !== length) {
    throw new SyntaxError(`Cannot read ${path}: expected ${end} bytes of numbers, got ${length}`);
  }
}
