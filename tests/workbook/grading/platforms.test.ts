import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { feedbackPage } from '../../../src/workbook/grading/feedback.js';
import type { Report, TestResult } from '../../../src/workbook/grading/grade.js';
import { classroomResult, gradescopeResults } from '../../../src/workbook/grading/platforms.js';
import { type Graded, gradesCsv, junit } from '../../../src/workbook/grading/results.js';

const test = (
  gradeId: string,
  points: number,
  status: TestResult['status'],
  rest: object = {},
): TestResult => ({
  gradeId,
  points,
  maxPoints: 2,
  status,
  output: '',
  answers: [`const ${gradeId} = '<script>alert(1)</script>';`],
  ran: true,
  ...rest,
});

const report: Report = {
  tests: [test('a', 2, 'passed'), test('b', 0.5, 'partly', { message: 'wrong for 0', hint: 'look twice' })],
  written: [{ gradeId: 'why', maxPoints: 4, answer: 'because' }],
  points: 2.5,
  maxPoints: 4,
  faults: [],
  seconds: 1.4,
  protection: 'walls',
};
const ann: Graded = {
  name: 'ann-05',
  report,
  student: { id: 'ann', name: 'Ann & Co' },
  late: { days: 1, lost: 0.5 },
};

describe('results for other platforms', () => {
  it('in the form of Gradescope: each score with its most, and no penalty that it counts itself', () => {
    const { score, tests } = gradescopeResults(ann) as { score: number; tests: Record<string, unknown>[] };
    assert.equal(score, 2.5);
    assert.deepEqual(tests[1], {
      name: 'b',
      score: 0.5,
      max_score: 2,
      status: 'failed',
      output: 'wrong for 0\nlook twice',
      visibility: 'visible',
    });
    assert.ok(!('status' in tests[2]!), 'what waits for a person has neither passed nor failed');
  });

  it('for the reporter of GitHub Classroom, which adds up the scores', () => {
    const decoded = JSON.parse(Buffer.from(classroomResult([ann]), 'base64').toString('utf8'));
    assert.equal(decoded.max_score, 8);
    const scores = decoded.tests.map(({ score }: { score: number }) => score);
    assert.equal(
      scores.reduce((sum: number, score: number) => sum + score, 0),
      2,
    );
    assert.equal(decoded.status, 'fail');
  });

  it('as JUnit with points, an answer that waits being skipped', () => {
    const { document } = new JSDOM(junit(ann), { contentType: 'text/xml' }).window;
    const points = [...document.querySelectorAll('property[name=points]')].map((one) =>
      one.getAttribute('value'),
    );
    assert.deepEqual(points, ['2', '2', '0.5', '0']);
    assert.equal(document.querySelectorAll('skipped').length, 1);
    assert.equal(document.querySelector('testsuite')!.getAttribute('failures'), '1');
  });

  it('as one table with the students, those too who handed in nothing', () => {
    const students = [
      { id: 'ann', name: 'Ann & Co' },
      { id: 'bob', name: 'Bob', email: 'b@x.org' },
    ];
    assert.equal(
      gradesCsv([ann], students),
      'id,name,email,submission,points,max_points,days_late,late_penalty,a,b,why,problem\n' +
        'ann,Ann & Co,,ann-05,2,8,1,0.5,2,0.5,0,1 to be graded by hand\n' +
        'bob,Bob,b@x.org,,0,,,,,,,nothing handed in\n',
    );
  });
});

describe('the page for a student', () => {
  const { document } = new JSDOM(feedbackPage(ann)).window;
  const text = document.body.textContent!;

  it('says what each answer earned and why, and what is still to come', () => {
    assert.equal(document.querySelector('h1')!.textContent, 'Ann & Co: 2 of 8 points');
    for (const said of [
      '1 day late: 0.5 off the points',
      'wrong for 0',
      'Hint: look twice',
      'because',
      'waits for a person',
    ])
      assert.ok(text.includes(said), said);
  });

  it('runs nothing that an answer holds', () => {
    assert.equal(document.querySelectorAll('script').length, 0);
    assert.ok(text.includes('<script>alert(1)</script>'));
  });
});
