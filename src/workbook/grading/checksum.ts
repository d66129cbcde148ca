/** nbgrader's checksums, by which it tells cells that a student changed. */
import { createHash } from 'node:crypto';
import type { Cell } from '../notebook.js';

/**
 * The checksum of a cell, as nbgrader computes it: MD5 over its source, its type, its marks and, if it is graded, its
 * points as Python writes them.
 *
 * @returns 32 hexadecimal digits.
 *
 * @example
 * checksum({ cell_type: 'code', source: 'assert(1)', metadata: { nbgrader: { grade: true, … } } })
 */
export function checksum({
  source,
  cell_type,
  metadata,
}: Pick<Cell, 'source' | 'cell_type' | 'metadata'>): string {
  const {
    grade = false,
    solution = false,
    locked = false,
    grade_id = '',
    points = 0,
  } = metadata.nbgrader ?? {};
  const parts = [
    source,
    cell_type,
    pythonBoolean(grade),
    pythonBoolean(solution),
    pythonBoolean(locked),
    grade_id,
  ];
  if (grade) parts.push(pythonFloat(points));
  const hash = createHash('md5');
  for (const part of parts) hash.update(part, 'utf8');
  return hash.digest('hex');
}

const pythonBoolean = (value: boolean): string => (value ? 'True' : 'False');

/** `str(float(value))` of Python: `2.0`, `0.5`, `1e-05`, `1e+16`. */
export function pythonFloat(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e16)) {
    return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${BigInt(value)}.0` : String(value);
}
