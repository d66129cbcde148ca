/** Matrices that stay as a GGUF file stores them. */
import type { PackedMatrix } from '../../../backend/ops/packed.js';
import { isPackedType, packedTypes } from '../../../backend/ops/packedTypes.js';
import { columnsOf, type StoredPart } from '../layout.js';
import type { GgufFile } from './openGguf.js';

/** Whether a parameter is a matrix that vectors are multiplied by, or whose rows tokens name. */
const isMatrix = (name: string, parts: readonly StoredPart[]): boolean =>
  name === 'wte.weight' || name === 'lm_head.weight' || parts.every(({ isTurned }) => isTurned);

/**
 * A parameter in its file's own bytes: its parts one below the other, their rows in our order. `undefined` where it is no
 * such matrix, or its parts are not of one type that can stay packed.
 */
export function packedParam(
  file: GgufFile,
  name: string,
  parts: readonly StoredPart[],
): PackedMatrix | undefined {
  const [type, ...others] = new Set(parts.map((part) => file.tensors.get(part.name)!.dtype));
  if (others.length > 0 || !type || !isPackedType(type) || !isMatrix(name, parts)) return undefined;
  const columns = parts[0]!.shape[1]!;
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const { count, bytes: blockBytes } = packedTypes[type];
  const rowBytes = (columns / count) * blockBytes;
  const [first, ...more] = parts;
  if (more.length === 0 && first!.pairedHeads === undefined)
    return { type, shape: [rows, columns], bytes: file.readBytes(first!.name) };
  const bytes = new Uint8Array(rows * rowBytes);
  for (const [nth, part] of parts.entries()) {
    const read = file.readBytes(part.name);
    for (const [row, place] of columnsOf(parts, nth).entries())
      bytes.set(read.subarray(row * rowBytes, (row + 1) * rowBytes), place * rowBytes);
  }
  return { type, shape: [rows, columns], bytes };
}
