import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studentSource } from '../../../src/workbook/grading/student.js';

describe('studentSource()', () => {
  it("puts the stub at the solution's indent and takes hidden tests out", () => {
    const source =
      'function f() {\n  // BEGIN SOLUTION\n  return 42;\n  // END SOLUTION\n}\nassert(f());\n// BEGIN HIDDEN TESTS\nsecret();\n// END HIDDEN TESTS';
    const expected =
      'function f() {\n  // YOUR CODE HERE\n  throw new Error("not implemented");\n}\nassert(f());';
    assert.equal(studentSource(source, 'x'), expected);
  });

  it('leaves other cells alone', () =>
    assert.equal(studentSource('const a = 1; // END of story', 'x'), 'const a = 1; // END of story'));

  const damaged: [string, RegExp][] = [
    ['// BEGIN SOLUTION\n1', /cell 3: BEGIN SOLUTION has no END SOLUTION/],
    ['1\n// END SOLUTION', /cell 3, line 2: END SOLUTION closes nothing/],
    ['// BEGIN SOLUTION\n// BEGIN HIDDEN TESTS', /cell 3, line 2: BEGIN HIDDEN TESTS stands within SOLUTION/],
  ];
  for (const [source, message] of damaged) {
    it(`refuses markers that do not pair: ${source.replace('\n', ' ')}`, () => {
      assert.throws(() => studentSource(source, 'cell 3'), message);
    });
  }
});
