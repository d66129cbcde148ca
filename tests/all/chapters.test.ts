import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { runNotebook } from '../../dist/workbook/run.js';
import { findChapters } from '../../src/workbook/chapters.js';
import { studentSource } from '../../src/workbook/grading/student.js';
import { type Cell, type CodeCell, readNotebook } from '../../src/workbook/notebook.js';
import { mistakesCell, wrongAnswers } from '../notebooks/mistakes.js';

const isCode = (cell: Cell): cell is CodeCell => cell.cell_type === 'code';

const solution = /\/\/ BEGIN SOLUTION[\s\S]*\/\/ END SOLUTION/;

/** For each exercise: the stub, an answer of nothing and every wrong answer, each followed by the exercise's own test. */
function attempts(cells: readonly CodeCell[]): CodeCell[] {
  const tries = cells.flatMap((answer, index) => {
    const { solution: isAnswer, grade_id: id = '' } = answer.metadata.nbgrader ?? {};
    const check = cells.slice(index).find(({ metadata }) => metadata.nbgrader?.grade);
    if (!isAnswer || !check) return [];
    const wrong = wrongAnswers(id, answer.source);
    const stub = { why: 'stub', source: studentSource(answer.source, id) };
    const nothing = { why: 'nothing', source: answer.source.replace(solution, 'return;') };
    return [stub, nothing, ...wrong].flatMap(({ why, source }): CodeCell[] => [
      { ...answer, id: `answer: ${why}`, source },
      { ...check, id: `${id}: ${why}`, metadata: { tags: ['raises-exception'] } },
    ]);
  });
  return [{ ...cells[0]!, id: 'mistakes', metadata: {}, source: mistakesCell }, ...tries];
}

describe('chapters at the smoke size', () => {
  for (const { name, path } of findChapters([])) {
    it(`${name} runs whole; its exercises take the solution and refuse the stub and wrong answers`, async () => {
      const notebook = readNotebook(path);
      const tries = attempts(notebook.cells.filter(isCode));
      assert.ok(tries.length > 1, 'the chapter has an exercise');
      const config = { folder: dirname(path), parameters: { size: 'smoke' }, totalSeconds: 900 };
      for await (const event of runNotebook({ ...notebook, cells: [...notebook.cells, ...tries] }, config)) {
        if (event.type !== 'end') continue;
        assert.equal(event.result.problem, undefined);
        assert.ok(event.result.ok);
        const failed = event.notebook.cells
          .filter(isCode)
          .filter(({ outputs }) => outputs.some((output) => output.output_type === 'error'));
        const expected = tries.filter(({ metadata }) => metadata.tags?.includes('raises-exception'));
        assert.deepEqual(
          failed.map(({ id }) => id),
          expected.map(({ id }) => id),
        );
        const noisy = event.notebook.cells
          .filter(isCode)
          .filter(({ metadata, outputs }) => metadata.nbgrader && outputs.length > 0);
        assert.deepEqual(
          noisy.map(({ id }) => id),
          [],
          'a graded cell that prints would lose points with nbgrader',
        );
      }
    });
  }
});
