/**
 * The notebook that students get: what `student.ts` takes out is out, and what nbgrader wants of an assignment is in.
 */
import type { Cell, Notebook } from '../notebook.js';
import { checksum } from './checksum.js';
import { stub, studentCopy } from './student.js';

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
  const cells = copy.cells.map(handedOut);
  checkNothingLeft(source, copy);
  return { ...copy, cells };
}

/** What nbgrader adds to a cell that is handed out: Jupyter neither deletes it nor, where it is locked, edits it. */
function handedOut(cell: Cell): Cell {
  const { nbgrader } = cell.metadata;
  if (!nbgrader) return cell;
  const marked = { ...nbgrader, cell_type: cell.cell_type };
  const { grade, solution, locked } = nbgrader;
  if (!grade && !solution && !locked) return { ...cell, metadata: { ...cell.metadata, nbgrader: marked } };
  const isFixed = !solution && (grade || locked);
  const metadata = { ...cell.metadata, deletable: false, ...(isFixed && { editable: false }) };
  return { ...cell, metadata: { ...metadata, nbgrader: { ...marked, checksum: checksum(cell) } } };
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
/** A line of this length tells something by itself; shorter ones do when all of a solution are together. */
const longLine = 40;

/** Looks for what was taken out in all that is left, prose and metadata included. */
function checkNothingLeft(source: Notebook, copy: Notebook): void {
  const left = copy.cells.map((cell, nth) => [`cell ${nth + 1}`, linesOf(cell.source)] as const);
  const metadata = JSON.stringify([copy.metadata, copy.cells.map((cell) => cell.metadata)]);
  const inMetadata = { has: (line: string) => metadata.includes(JSON.stringify(line).slice(1, -1)) };
  for (const [index, cell] of source.cells.entries()) {
    for (const block of removedBlocks(cell.source)) {
      for (const [place, lines] of [...left, ['the metadata', inMetadata] as const]) {
        const found = block.filter((line) => lines.has(line));
        const tells =
          found.length === block.length ? found[0] : found.find((line) => line.length >= longLine);
        if (tells === undefined) continue;
        throw new Error(
          `Cannot assign: text of the solution or hidden test of cell ${index + 1} is left in ${place}: ${tells}`,
        );
      }
    }
  }
}

const linesOf = (text: string): ReadonlySet<string> => new Set(text.split('\n').map((line) => line.trim()));

/** The telling lines of each solution and each group of hidden tests. */
function removedBlocks(source: string): string[][] {
  const blocks = source.matchAll(
    /BEGIN (?:SOLUTION|HIDDEN TESTS).*\n([\s\S]*?)\n.*END (?:SOLUTION|HIDDEN TESTS)/g,
  );
  return [...blocks]
    .map(([, text = '']) =>
      [...linesOf(text)].filter((line) => line.length >= tellingLength && !isStub(line)),
    )
    .filter((lines) => lines.length > 0);
}

const isStub = (line: string): boolean => (stub as readonly string[]).includes(line);
