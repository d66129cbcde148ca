/** Tiny notebooks for the tests of grading: a source made of exercises, and submissions with other answers. */
import { type CodeCell, type Notebook, typescriptMetadata } from '../../../src/workbook/notebook.js';

/** An exercise: the body of its function is the solution. */
export interface Exercise {
  readonly name: string;
  readonly solution: string;
  readonly test: string;
}

const code = (id: string, source: string, nbgrader?: object): CodeCell => ({
  cell_type: 'code',
  id,
  metadata: nbgrader ? ({ nbgrader } as CodeCell['metadata']) : {},
  source,
  execution_count: null,
  outputs: [],
});

const marks = (grade_id: string, grade: boolean) => ({
  schema_version: 3,
  grade,
  solution: !grade,
  locked: grade,
  grade_id,
  ...(grade && { points: 2 }),
});

/** A notebook whose exercises have `assert` and each a test of two points. */
export function sourceOf(exercises: readonly Exercise[]): Notebook {
  const cells = exercises.flatMap(({ name, solution, test }) => [
    code(name, `// BEGIN SOLUTION\n${solution}\n// END SOLUTION`, marks(name, false)),
    code(`test-${name}`, test, marks(`test-${name}`, true)),
  ]);
  const first = code('first', "import assert from 'node:assert/strict';");
  return { cells: [first, ...cells], metadata: typescriptMetadata, nbformat: 4, nbformat_minor: 5 };
}

/** The source with other answers for some exercises. */
export function withAnswers(source: Notebook, answers: { readonly [name: string]: string }): Notebook {
  const cells = source.cells.map((cell) => ({ ...cell, source: answers[cell.id] ?? cell.source }));
  return { ...source, cells };
}
