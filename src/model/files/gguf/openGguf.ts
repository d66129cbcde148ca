/**
 * GGUF, the file format of llama.cpp: what the model is, its tokenizer and its weights, often quantised, in one file.
 * It is read a tensor at a time; one that is not what it says is refused, by name, before memory is taken.
 */
import { cut } from '../fields.js';
import { openFile } from '../openFile.js';
import { readNumbers, type StoredType, sizeOf, type TensorFile, type TensorPlace } from '../tensorFile.js';
import { ggmlTypes, otherType } from './ggmlTypes.js';
import { type GgufTensor, type GgufValue, readGgufHead } from './ggufHead.js';

/** An open GGUF file. */
export interface GgufFile extends TensorFile<GgufValue> {
  /**
   * Reads one tensor as it is stored, its blocks one behind the other.
   *
   * @throws {RangeError} If there is none of this name.
   */
  readonly readBytes: (name: string) => Uint8Array;
}

/**
 * Opens a file and checks its head, without reading a number.
 *
 * @returns A file whose `read` turns quantised numbers into float32. Shapes have rows first.
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is not GGUF, is damaged, or has a tensor of a type that is not read here; the message
 *   names the file and the key or the tensor.
 *
 * @example
 * const { writeFileSync } = await import('node:fs');
 * const head = Buffer.alloc(24);
 * head.write('GGUF\x03', 'latin1');
 * writeFileSync('empty.gguf', head);
 * const file = openGguf('empty.gguf');
 * [file.tensors.size, file.metadata.size] // [0, 0]
 * file.close();
 */
export function openGguf(path: string): GgufFile {
  const file = openFile(path);
  try {
    const { metadata, tensors, end } = readGgufHead(file);
    const alignment = alignmentOf(path, metadata);
    const start = aligned(end, alignment);
    const places = tensors.map((tensor) => placeOf(path, tensor));
    checkNames(path, places);
    checkLayout(path, places, alignment, Math.max(0, file.size - start));
    const placeOfName = new Map(places.map((place) => [place.name, { ...place, from: start + place.from }]));
    const placeNamed = (name: string) => {
      const place = placeOfName.get(name);
      if (!place) throw new RangeError(`Cannot read tensor ${cut(name)} of ${path}: there is none`);
      return place;
    };
    return {
      path,
      metadata,
      tensors: new Map(places.map(({ name, dtype, shape }) => [name, { dtype, shape }])),
      read: (name) => {
        const place = placeNamed(name);
        return readNumbers(file, place, place.stored);
      },
      readBytes: (name) => {
        const { from, bytes } = placeNamed(name);
        const read = new Uint8Array(bytes);
        file.fill(read, from);
        return read;
      },
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

const aligned = (at: number, alignment: number): number => Math.ceil(at / alignment) * alignment;

/** Numbers begin at multiples of it. */
function alignmentOf(path: string, metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment === 'number' && Number.isInteger(Math.log2(alignment)) && alignment <= 2 ** 20)
    if (alignment >= 1) return alignment;
  throw new SyntaxError(
    `Cannot read ${path}: expected general.alignment to be a power of two up to 2^20, got ${String(alignment).slice(0, 60)}`,
  );
}

interface GgufPlace extends TensorPlace {
  readonly stored: StoredType;
  readonly bytes: number;
}

/** Where a tensor lies from where the numbers begin. */
function placeOf(path: string, { name, lengths, type, offset }: GgufTensor): GgufPlace {
  const what = `tensor ${cut(name)} of ${path}`;
  const found = ggmlTypes.get(type);
  if (!found) {
    const known = [...ggmlTypes.values()].map(({ dtype }) => dtype).join(', ');
    throw new SyntaxError(`Cannot read ${what}: expected one of the types ${known}, got ${otherType(type)}`);
  }
  const { dtype, stored } = found;
  const [columns = 1] = lengths;
  if (columns % stored.count !== 0)
    throw new SyntaxError(
      `Cannot read ${what}: expected rows of blocks of ${stored.count} numbers, as ${dtype} has them, got ${columns}`,
    );
  const shape = [...lengths].reverse();
  return { name, dtype, stored, shape, from: offset, bytes: (sizeOf(shape) / stored.count) * stored.bytes };
}

function checkNames(path: string, places: readonly GgufPlace[]): void {
  const seen = new Set<string>();
  for (const { name } of places) {
    if (seen.has(name))
      throw new SyntaxError(`Cannot read tensor ${cut(name)} of ${path}: its head names it twice`);
    seen.add(name);
  }
}

/** Throws unless the tensors follow each other, each at the next multiple, up to the end of the file. */
function checkLayout(path: string, places: readonly GgufPlace[], alignment: number, length: number): void {
  let end = 0;
  for (const { name, from, bytes } of [...places].sort((a, b) => a.from - b.from || a.bytes - b.bytes)) {
    if (!(from + bytes <= length))
      throw new SyntaxError(
        `Cannot read tensor ${cut(name)} of ${path}: the file ends after ${length} of ${from + bytes} bytes of numbers`,
      );
    if (from !== aligned(end, alignment))
      throw new SyntaxError(
        `Cannot read tensor ${cut(name)} of ${path}: expected it at byte ${aligned(end, alignment)}, got ${from}`,
      );
    end = from + bytes;
  }
  if (length - end >= alignment)
    throw new SyntaxError(`Cannot read ${path}: expected ${end} bytes of numbers, got ${length}`);
}
