/** The gates of the chapters' exercises, as a teacher meets them: through the grader, at the smoke size. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { gradeSubmission } from '../../dist/workbook/grading/grade.js';
import { findChapters } from '../../src/workbook/chapters.js';
import { type Notebook, readNotebook } from '../../src/workbook/notebook.js';

const solution = /\/\/ BEGIN SOLUTION[\s\S]*\/\/ END SOLUTION/;

/** A submission whose functions return nothing. */
const silent = (source: Notebook): Notebook => ({
  ...source,
  cells: source.cells.map((cell) => ({ ...cell, source: cell.source.replace(solution, 'return;') })),
});

for (const { name, path } of findChapters([])) {
  describe(`${name}, graded`, () => {
    const source = readNotebook(path);
    const marks = source.cells.flatMap(({ metadata }) => metadata.nbgrader ?? []);
    const testIds = marks.flatMap(({ grade, solution: own, grade_id }) => (grade && !own ? [grade_id] : []));
    const grade = async (submission: Notebook) => {
      const report = await gradeSubmission(source, submission, { folder: dirname(path) });
      assert.deepEqual(
        report.tests.map(({ gradeId }) => gradeId),
        testIds,
        'every test has a verdict',
      );
      assert.ok(
        report.tests.every(({ ran }) => ran),
        'every test ran in the tests’ process',
      );
      assert.deepEqual(report.faults, []);
      return report;
    };

    it('the solution has full marks', { timeout: 300_000 }, async () => {
      const { points, maxPoints, tests } = await grade(source);
      assert.ok(maxPoints > 0);
      assert.equal(points, maxPoints, JSON.stringify(tests));
    });

    // The stub and wrong answers of every kind meet the same tests in tests/all/chapters.test.ts.
    it('answers of nothing earn nothing, in every test', { timeout: 300_000 }, async () => {
      for (const test of (await grade(silent(source))).tests)
        assert.deepEqual([test.points, test.status], [0, 'failed']);
    });
  });
}
