import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Report } from '../../../src/workbook/grading/grade.js';
import { readMarks, withMarks, writtenTable } from '../../../src/workbook/grading/marks.js';
import { type Graded, total } from '../../../src/workbook/grading/results.js';
import { readTable, tableText } from '../../../src/workbook/grading/table.js';
import { writtenAnswers } from '../../../src/workbook/grading/written.js';
import type { Notebook } from '../../../src/workbook/notebook.js';
import { sourceOf } from './notebooks.js';

const folder = mkdtempSync(join(tmpdir(), 'marks-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'written.csv');

const mark = {
  schema_version: 3,
  grade: true,
  solution: true,
  locked: false,
  grade_id: 'why',
  points: 4,
} as const;
const essay = (text: string): Notebook => ({
  ...sourceOf([]),
  cells: [{ cell_type: 'markdown', id: 'w', metadata: { nbgrader: mark }, source: text }],
});

function handedIn(name: string, text: string): Graded {
  const report: Report = {
    tests: [],
    written: writtenAnswers(essay('the solution'), essay(text)),
    points: 0,
    maxPoints: 0,
    faults: [],
    seconds: 0,
    protection: '',
  };
  return { name, report };
}

/** Fills in the table as a person does. */
function fillIn(rows: { readonly [submission: string]: readonly [points: string, comment: string] }): void {
  const table = readTable(path, []);
  const columns = Object.keys(table[0]!);
  const filled = table.map(({ submission = '', points = '', comment = '', ...rest }) => {
    const [nowPoints, nowComment] = rows[submission] ?? [points, comment];
    const row = new Map(Object.entries({ ...rest, submission, points: nowPoints, comment: nowComment }));
    return columns.map((column) => row.get(column));
  });
  writeFileSync(path, tableText(columns, filled));
}

describe('answers that a person grades', () => {
  const answer = '- a list\n- of "reasons", =1+1';
  const class2 = [handedIn('ann', answer), handedIn('bob', 'because')];

  it('wait in a table until they have points, and count then', () => {
    assert.deepEqual(total(class2[0]!), { points: 0, maxPoints: 4, waiting: 1 });
    writeFileSync(path, writtenTable(class2, path));
    assert.equal(readMarks(path).size, 0);
    fillIn({ ann: ['2,5', 'half of it'] });
    const [ann, bob] = class2.map((one) => withMarks(one, readMarks(path)));
    assert.deepEqual(total(ann!), { points: 2.5, maxPoints: 4, waiting: 0 });
    assert.equal(ann!.report.written[0]!.mark!.comment, 'half of it');
    assert.equal(total(bob!).waiting, 1);
  });

  it('keep their marks where others are graded alone, or again', () => {
    const bob = withMarks(class2[1]!, readMarks(path));
    writeFileSync(path, writtenTable([bob], path));
    assert.equal(total(withMarks(class2[0]!, readMarks(path))).points, 2.5);
  });

  it('wait again once their text has changed, the comment kept', () => {
    const changed = withMarks(handedIn('ann', 'something else'), readMarks(path));
    assert.equal(total(changed).waiting, 1);
    assert.equal(changed.report.written[0]!.mark!.comment, 'half of it');
  });

  it('have no more points than there are', () => {
    const before = readFileSync(path, 'utf8');
    for (const points of ['5', '-1', 'good']) {
      fillIn({ ann: [points, ''] });
      assert.throws(() => readMarks(path), new RegExp(`ann, why: expected 0 to 4 points, got ${points}`));
    }
    writeFileSync(path, before);
  });
});
