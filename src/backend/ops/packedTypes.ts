/**
 * The types of ggml, the library behind llama.cpp, whose weights can stay as they are stored: blocks of 32 whole numbers
 * of 8 or 4 bits behind a scale in half precision, and in Q4_1 behind a second number that is added to each. The products
 * are exact in double precision, so that only the last sum is rounded, as in ggml's own reference.
 */
import { halfTable } from '../../core/half.js';

/** Names of the types. */
export type PackedType = 'Q8_0' | 'Q4_0' | 'Q4_1';

/** How a type's blocks lie. */
export interface PackedBlocks {
  /** Numbers of a block. */
  readonly count: number;
  readonly bytes: number;
  /** Bits of a number. */
  readonly digits: 4 | 8;
  /** Whether something is added to each number of a block. */
  readonly hasLeast: boolean;
  /** Writes whole blocks into `into`, from number `at` on. */
  readonly decode: (blocks: Uint8Array, into: Float32Array | Int32Array, at: number) => void;
}

/** Reads one block, from byte `from` on; `halves` are the values of half precision. */
type ReadBlock = (
  bytes: Uint8Array,
  from: number,
  into: Float32Array | Int32Array,
  at: number,
  halves: Float32Array,
) => void;

const half = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);

const readQ8_0: ReadBlock = (bytes, from, into, at, halves) => {
  const scale = halves[half(bytes, from)]!;
  for (let nth = 0; nth < 32; nth++) into[at + nth] = scale * ((bytes[from + 2 + nth]! << 24) >> 24);
};

// Of 32 numbers of 4 bits, the first 16 are the lower halves of 16 bytes.

const readQ4_0: ReadBlock = (bytes, from, into, at, halves) => {
  const scale = halves[half(bytes, from)]!;
  for (let nth = 0; nth < 16; nth++) {
    const two = bytes[from + 2 + nth]!;
    into[at + nth] = scale * ((two & 15) - 8);
    into[at + nth + 16] = scale * ((two >> 4) - 8);
  }
};

const readQ4_1: ReadBlock = (bytes, from, into, at, halves) => {
  const [scale, least] = [halves[half(bytes, from)]!, halves[half(bytes, from + 2)]!];
  for (let nth = 0; nth < 16; nth++) {
    const two = bytes[from + 4 + nth]!;
    into[at + nth] = scale * (two & 15) + least;
    into[at + nth + 16] = scale * (two >> 4) + least;
  }
};

const blocksOf = (
  bytes: number,
  { digits, hasLeast }: Pick<PackedBlocks, 'digits' | 'hasLeast'>,
  read: ReadBlock,
): PackedBlocks => ({
  count: 32,
  bytes,
  digits,
  hasLeast,
  decode: (blocks, into, at) => {
    const halves = halfTable();
    for (let from = 0; from < blocks.length; from += bytes, at += 32) read(blocks, from, into, at, halves);
  },
});

/** By their names. */
export const packedTypes: Readonly<Record<PackedType, PackedBlocks>> = {
  Q8_0: blocksOf(34, { digits: 8, hasLeast: false }, readQ8_0),
  Q4_0: blocksOf(18, { digits: 4, hasLeast: false }, readQ4_0),
  Q4_1: blocksOf(20, { digits: 4, hasLeast: true }, readQ4_1),
};

/** Whether this is the name of such a type. */
export const isPackedType = (dtype: string): dtype is PackedType => Object.hasOwn(packedTypes, dtype);
