/** What the chapters hand out and what `check` knows belong together: ids, stubs, solutions. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { check, exercises } from '../../src/exercises/check.js';
import * as library from '../../src/index.js';
import { findChapters } from '../../src/workbook/chapters.js';
import { studentSource } from '../../src/workbook/grading/student.js';
import { type CodeCell, readNotebook } from '../../src/workbook/notebook.js';

const cellsOf = (path: string) =>
  readNotebook(path).cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');
const isSolution = ({ metadata }: CodeCell) => metadata.nbgrader?.solution === true;

/** The function that a cell declares, as a reader's notebook would have it, with the library in scope. */
function functionOf(source: string, name: string): (...input: never[]) => unknown {
  const compilerOptions = { target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  return new Function(...Object.keys(library), `${outputText}\nreturn ${name};`)(...Object.values(library));
}

const handedOut = findChapters([]).flatMap(({ path }) => {
  const cells = cellsOf(path);
  return cells.flatMap((cell, nth) => {
    if (!isSolution(cell)) return [];
    const gradeId = cell.metadata.nbgrader!.grade_id;
    return [{ id: gradeId.replace(/^ex-(\d+)-(\d+)$/, '$1.$2'), cell, next: cells[nth + 1] }];
  });
});

it('every exercise of the chapters can be checked, and none else: three to five a chapter', () => {
  assert.deepEqual(
    handedOut.map(({ id }) => id),
    exercises.map(({ id }) => id),
  );
  const chapters = exercises.map(({ id }) => id.slice(0, 2));
  for (const chapter of new Set(chapters)) {
    const count = chapters.filter((each) => each === chapter).length;
    assert.ok(count >= 3 && count <= 5, `${count} in chapter ${chapter}`);
  }
});

for (const { id, cell, next } of handedOut) {
  const { name } = exercises.find((exercise) => exercise.id === id)!;
  describe(`${id} ${name} of the notebook`, () => {
    it('is checked before its graded cell, in a cell that is not graded', () => {
      assert.ok(next?.source.endsWith(`check('${id}', ${name})`), next?.source);
      assert.equal(next?.metadata.nbgrader, undefined);
    });

    it('is unwritten as it is handed out, and right with the solution', () => {
      assert.equal(check(id, functionOf(studentSource(cell.source, id), name)).status, 'unwritten');
      assert.equal(check(id, functionOf(cell.source, name)).status, 'right');
    });
  });
}
