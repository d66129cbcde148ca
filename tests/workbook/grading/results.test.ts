import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { submissionsOf } from '../../../dist/workbook/grading/submissions.js';
import type { Report } from '../../../src/workbook/grading/grade.js';
import { exercismResults, gradesCsv, junit, summary } from '../../../src/workbook/grading/results.js';
import { score } from '../../../src/workbook/grading/score.js';

const output = 'printed <b>&\u0000\u001b[31m';
const report: Report = {
  tests: [
    { gradeId: 'a', points: 2, maxPoints: 2, status: 'passed', output, answers: ['const a = 1;'], ran: true },
    {
      gradeId: 'b',
      points: 0.5,
      maxPoints: 1,
      status: 'partly',
      message: 'x | "y" <z>',
      hint: 'look twice',
      output: '',
      answers: [],
      ran: true,
    },
    {
      gradeId: 'c',
      points: 0,
      maxPoints: 1,
      status: 'ended',
      message: 'it ended',
      output: 'x'.repeat(900),
      answers: [],
      ran: false,
    },
  ],
  written: [],
  points: 2.5,
  maxPoints: 4,
  faults: [],
  seconds: 1,
  protection: 'walls',
};

describe('results', () => {
  it('in the form of exercism, version 3', () => {
    const { version, status, tests } = exercismResults({ name: 'n', report }) as {
      version: 3;
      status: string;
      tests: { status: string; output?: string; task_id: string }[];
    };
    assert.deepEqual(
      [version, status, ...tests.map((test) => test.status)],
      [3, 'fail', 'pass', 'fail', 'error'],
    );
    assert.deepEqual(
      tests.map(({ task_id }) => task_id),
      ['a', 'b', 'c'],
    );
    assert.equal(tests[2]!.output!.length, 500);
  });

  it('as JUnit that an XML parser reads, whatever was printed', () => {
    const { document } = new JSDOM(junit({ name: 'a & <b>', report }), { contentType: 'text/xml' }).window;
    const suite = document.querySelector('testsuite')!;
    assert.deepEqual(
      ['name', 'tests', 'failures', 'errors'].map((key) => suite.getAttribute(key)),
      ['a & <b>', '3', '1', '1'],
    );
    assert.equal(document.querySelectorAll('testcase').length, 3);
    assert.match(document.querySelector('system-out')!.textContent!, /^printed <b>&/);
  });

  it('as a Markdown table whose cells hold no markup of a submission', () => {
    const row = summary({ name: 'n', report })
      .split('\n')
      .find((line) => line.startsWith('| b '))!;
    assert.equal(row, '| b | 0.5/1 | partly | x \\| &quot;y&quot; &lt;z&gt; | look twice |');
  });

  it('as CSV that keeps commas and starts no formula', () => {
    const csv = gradesCsv([
      { name: '=HYPERLINK("x"),y', report },
      { name: 'bad', report: { ...report, tests: [], problem: 'not JSON' } },
    ]);
    assert.equal(
      csv,
      'submission,points,max_points,a,b,c,problem\n"\'=HYPERLINK(""x""),y",2.5,4,2,0.5,0,\nbad,2.5,4,,,,not JSON\n',
    );
  });

  const namesOf = (paths: readonly string[]) => submissionsOf(paths).map(({ name }) => name);

  it('gives submissions of the same name the name of their folder, or of the two above', () => {
    const names = submissionsOf(['in/ann/05.ipynb', 'in/bob/05.ipynb', 'x/bob/05.ipynb', 'in/06.ipynb']).map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ['ann-05', 'in-bob-05', 'x-bob-05', '06']);
    assert.deepEqual(namesOf(['s/ann/hw/05.ipynb', 's/bob/hw/05.ipynb']), ['ann-hw-05', 'bob-hw-05']);
  });

  it('gives no two submissions one name, on disks too that do not tell capitals', () => {
    const paths = ['ann/hw.ipynb', 'bob/hw.ipynb', 'x/ann-hw.ipynb', 'y/ann-hw-2.ipynb', 'z/ANN-HW.ipynb'];
    assert.deepEqual(namesOf(paths), ['ann-hw', 'bob-hw', 'ann-hw-2', 'ann-hw-2-2', 'ANN-HW-3']);
  });

  it('gives names that are one folder below the results, and none of them the table of all', () => {
    assert.deepEqual(namesOf(['...ipynb', '..ipynb', '.ipynb']), [
      'submission',
      'submission-2',
      'submission-3',
    ]);
    assert.deepEqual(namesOf(['grades.csv', 'b\nc.ipynb']), ['grades.csv-2', 'b_c']);
    assert.equal(namesOf([`${'a'.repeat(250)}.ipynb`])[0]!.length, 100);
  });
});

describe('score(): as nbgrader counts', () => {
  const result = (text: string) => ({
    ok: true,
    outputs: [{ type: 'result', data: { 'text/plain': text } } as const],
  });
  const cases: [string, Parameters<typeof score>[0], number][] = [
    ['all points for a cell that ends well', { ok: true, outputs: [] }, 3],
    ['none for one that fails', { ok: false, outputs: [] }, 0],
    [
      'none where a process ended, even if the test took that for an error',
      { ok: true, ended: 'x', outputs: [] },
      0,
    ],
    ['none for stderr', { ok: true, outputs: [{ type: 'stream', name: 'stderr', text: 'x' }] }, 0],
    ['all for stdout', { ok: true, outputs: [{ type: 'stream', name: 'stdout', text: '0' }] }, 3],
    ['a number as it is', result('1.25'), 1.25],
    ['never more than there are', result('1e9'), 3],
    ['never less than none', result('-1'), 0],
    ['none for no number', result('NaN'), 0],
    ['all for another value', result("'2'"), 3],
    ['all for a list', result('[ 1 ]'), 3],
  ];
  for (const [what, ran, points] of cases) it(what, () => assert.equal(score(ran, 3), points));
});
