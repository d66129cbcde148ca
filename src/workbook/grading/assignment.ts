/**
 * The notebook that students get: what `student.ts` takes out is out, and what nbgrader wants of an assignment is in.
 */
import type { Cell, Notebook } from '../notebook.js';
import { stub, studentCopy } from '../student.js';
import { checksum } from './checksum.js';

/**
 * Makes an assignment.
 *
 * @throws {Error} If ids are not unique, a graded cell has no points, or text of a solution or of a hidden test would
 * be left; the message names the cell.
 *
 * @example
 * writeNotebook('student/05.ipynb', assignment(readNotebook('notebooks/05-pretraining.ipynb')));
 */
export function assignment(source: Notebook): Notebook {
  checkMarks(source);
  const copy = studentCopy(source);
  const cells = copy.cells.map(withChecksum);
  checkNothingLeft(source, copy);
  return { ...copy, cells };
}

function withChecksum(cell: Cell): Cell {
  const { nbgrader } = cell.metadata;
  if (!nbgrader) return cell;
  const marked = { ...nbgrader, cell_type: cell.cell_type };
  if (!nbgrader.grade && !nbgrader.locked)
    return { ...cell, metadata: { ...cell.metadata, nbgrader: marked } };
  return { ...cell, metadata: { ...cell.metadata, nbgrader: { ...marked, checksum: checksum(cell) } } };
}

function checkMarks({ cells }: Notebook): void {
  checkUnique(
    'id',
    cells.map(({ id }) => id),
  );
  const marks = cells.flatMap(({ metadata }) => metadata.nbgrader ?? []);
  checkUnique(
    'grade_id',
    marks.map(({ grade_id }) => grade_id),
  );
  for (const { schema_version, grade_id, grade, points } of marks) {
    if (schema_version !== 3)
      throw new Error(`Cannot assign: cell ${grade_id} has nbgrader schema ${schema_version}, expected 3`);
    if (!/^[a-zA-Z0-9_-]+$/.test(grade_id))
      throw new Error(`Cannot assign: grade_id "${grade_id}" has more than letters, digits, _ and -`);
    if (grade && !(points !== undefined && points >= 0))
      throw new Error(`Cannot assign: cell ${grade_id} is graded and has no points`);
  }
}

function checkUnique(what: string, values: readonly string[]): void {
  const twice = values.find((value, nth) => values.indexOf(value) !== nth);
  if (twice !== undefined) throw new Error(`Cannot assign: two cells have the ${what} "${twice}"`);
}

/** Lines shorter than this, such as `}` or `return x;`, may stand anywhere. */
const tellingLength = 12;

/** Looks for each line that was taken out in all that is left, prose and metadata included. */
function checkNothingLeft(source: Notebook, copy: Notebook): void {
  const before = source.cells.map(({ source: text }) => text.split('\n'));
  const after = copy.cells.map(({ source: text }) => new Set(text.split('\n').map((line) => line.trim())));
  const metadata = JSON.stringify([copy.metadata, copy.cells.map((cell) => cell.metadata)]);
  for (const [index, lines] of before.entries()) {
    for (const removed of removedLines(lines)) {
      const found = after.findIndex((left) => left.has(removed));
      const where =
        found >= 0
          ? `cell ${found + 1}`
          : metadata.includes(JSON.stringify(removed).slice(1, -1))
            ? 'the metadata'
            : '';
      if (where)
        throw new Error(
          `Cannot assign: a line of the solution or hidden test of cell ${index + 1} is left in ${where}: ${removed}`,
        );
    }
  }
}

function removedLines(lines: readonly string[]): string[] {
  const removed: string[] = [];
  let inside = false;
  for (const line of lines) {
    if (/END (SOLUTION|HIDDEN TESTS)/.test(line)) inside = false;
    const text = line.trim();
    if (inside && text.length >= tellingLength && !(stub as readonly string[]).includes(text))
      removed.push(text);
    if (/BEGIN (SOLUTION|HIDDEN TESTS)/.test(line)) inside = true;
  }
  return removed;
}
