/** The gates of the chapters' exercises, as a teacher meets them: through the grader, at the smoke size. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { it } from 'node:test';
import { gradeSubmission } from '../../dist/workbook/grading/grade.js';
import { findChapters } from '../../src/workbook/chapters.js';
import { readNotebook } from '../../src/workbook/notebook.js';

for (const { name, path } of findChapters([])) {
  // The stub and wrong answers of every kind meet the same tests in tests/all/chapters.test.ts.
  it(`${name}, graded: the solution has full marks`, { timeout: 300_000 }, async () => {
    const source = readNotebook(path);
    const marks = source.cells.flatMap(({ metadata }) => metadata.nbgrader ?? []);
    const testIds = marks.flatMap(({ grade, solution, grade_id }) => (grade && !solution ? [grade_id] : []));
    const report = await gradeSubmission(source, source, { folder: dirname(path) });
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
    assert.ok(report.maxPoints > 0);
    assert.equal(report.points, report.maxPoints, JSON.stringify(report.tests));
  });
}
