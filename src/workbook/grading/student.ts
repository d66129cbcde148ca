/**
 * The copy of a notebook that a student gets: solutions replaced by a stub, hidden tests and outputs gone. The
 * markers are nbgrader's, behind `//`.
 */
import { notImplemented } from '../../core/errors.js';
import type { Cell, Notebook } from '../notebook.js';

/** What stands in the place of a solution; running it is an error, so an unsolved exercise earns nothing. */
export const stub = ['// YOUR CODE HERE', `throw new Error("${notImplemented}");`] as const;

/** What stands in the place of a written answer: all of a text cell that is marked as a solution, as in nbgrader. */
const writtenStub = 'YOUR ANSWER HERE';

/**
 * Makes the student's copy.
 *
 * @throws {SyntaxError} If a marker is nested, unclosed or has no beginning; the message names cell and line.
 *
 * @example
 * studentCopy(notebook).cells // no solution, no hidden test, no output
 */
export function studentCopy(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell, index): Cell => {
    const source = studentSource(cell.source, `cell ${index + 1}`);
    if (cell.cell_type === 'code') return { ...cell, source, outputs: [], execution_count: null };
    return { ...cell, source: cell.metadata.nbgrader?.solution ? writtenStub : source };
  });
  return { ...notebook, cells };
}

/** The student's version of one cell; `where` names it in errors. See `studentCopy`. */
export function studentSource(source: string, where: string): string {
  const kept: string[] = [];
  let open: string | undefined;
  for (const [index, line] of source.split('\n').entries()) {
    const [, indent = '', edge, what = ''] =
      /^(.*?)\/\/\s*(?:###\s*)?(BEGIN|END) (SOLUTION|HIDDEN TESTS)/.exec(line) ?? [];
    const problem = edge && markerProblem(edge, what, open);
    if (problem)
      throw new SyntaxError(`Cannot make a student copy of ${where}, line ${index + 1}: ${problem}`);
    if (edge === 'BEGIN') {
      open = what;
      if (what === 'SOLUTION') kept.push(...stub.map((text) => indent + text));
    } else if (edge === 'END') open = undefined;
    else if (open === undefined) kept.push(line);
  }
  if (open) throw new SyntaxError(`Cannot make a student copy of ${where}: BEGIN ${open} has no END ${open}`);
  return kept.join('\n').trimEnd();
}

function markerProblem(edge: string, what: string, open: string | undefined): string | undefined {
  if (edge === 'BEGIN') return open && `BEGIN ${what} stands within ${open}`;
  return open === what ? undefined : `END ${what} closes nothing`;
}
