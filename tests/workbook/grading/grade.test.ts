import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gradeSubmission } from '../../../dist/workbook/grading/grade.js';
import { defaultLimits } from '../../../src/sandbox/limits.js';
import { studentCopy } from '../../../src/workbook/grading/student.js';
import type { CodeCell, Notebook } from '../../../src/workbook/notebook.js';
import { sourceOf, withAnswers } from './notebooks.js';

const folder = mkdtempSync(join(tmpdir(), 'grade-'));
process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'grade-')); // where gradings make their folders
const limits = { ...defaultLimits, cellSeconds: 4 };
const grade = (source: Notebook, submission: Notebook, showHidden = true) =>
  gradeSubmission(source, submission, { folder, showHidden, limits });

const source = sourceOf([
  {
    name: 'sort',
    solution: 'function sorted(list: number[]) { return [...list].sort((a, b) => a - b); }',
    test: 'const given = [3, 1]; assert.deepEqual(sorted(given), [1, 3]); assert.deepEqual(given, [3, 1], "the list is left alone");',
  },
  {
    name: 'class',
    solution: 'class Counter { n = 0; up() { this.n++; return this; } }',
    test: 'const c = new Counter(); c.up().up(); assert.equal(c.n, 2); assert.ok(c instanceof Counter);',
  },
  {
    name: 'later',
    solution: 'async function* slow(n: number) { for (let i = 0; i < n; i++) { await null; yield i; } }',
    test: 'const all: number[] = []; for await (const x of slow(3)) all.push(x); assert.deepEqual(all, [0, 1, 2]);',
  },
  {
    name: 'value',
    solution: "import { basename } from 'node:path'; const answer = 42; let [first] = [1];",
    test: "assert.deepEqual([answer, first, basename('/a/b')], [42, 1, 'b']);",
  },
  { name: 'partial', solution: 'const share = () => 1.5;', test: 'share()' },
  { name: 'loud', solution: 'const say = () => 1;', test: "if (say() !== 1) console.error('wrong');" },
  {
    name: 'throws',
    solution: "function check(n: number) { if (n < 0) throw new RangeError('too small'); return n; }",
    test: 'assert.equal(check(1), 1); assert.throws(() => check(-1), RangeError);',
  },
]);
const gained = ({ tests }: Awaited<ReturnType<typeof grade>>) => tests.map(({ points }) => points);
const statuses = ({ tests }: Awaited<ReturnType<typeof grade>>) => tests.map(({ status }) => status);

describe('gradeSubmission()', () => {
  it('gives the solution what each test gives, partial credit included, and leaves nothing behind', async () => {
    const report = await grade(source, source);
    assert.deepEqual(gained(report), [2, 2, 2, 2, 1.5, 2, 2]);
    assert.deepEqual(report.faults, []);
    assert.ok(report.tests.every(({ ran }) => ran));
    assert.deepEqual(readdirSync(tmpdir()), []);
  });

  it('gives the stub nothing, and calls it not written yet', async () => {
    const report = await grade(source, studentCopy(source));
    assert.deepEqual(gained(report), [0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(new Set(statuses(report)), new Set(['not written yet']));
  });

  it('sees changed arguments, stderr of tests, wrong errors, dying instead of throwing, and cells that are gone', async () => {
    const wrong = withAnswers(source, {
      sort: 'function sorted(list: number[]) { return list.sort((a, b) => a - b); }',
      class: 'class Counter { n = 0; up() { this.n += 2; return this; } }',
      later: 'async function* slow(n: number) { yield 0; throw new Error("tired"); }',
      value: "let answer = 42, first = '1'; const basename = () => 'b';",
      partial: 'const share = () => 1e9;',
      loud: 'const say = () => { console.error("mine"); return 2; };',
      throws:
        "import fs from 'node:fs'; function check(n: number) { if (n < 0) { for (const fd of [3, 4, 5]) fs.closeSync(fd); } return n; }",
    });
    const { cells } = wrong;
    const report = await grade(source, { ...wrong, cells: cells.filter(({ id }) => id !== 'class') });
    assert.deepEqual(gained(report), [0, 0, 0, 0, 2, 0, 0]);
    const [sort, missing, later] = report.tests;
    assert.match(sort!.message!, /the list is left alone/);
    assert.equal(missing!.status, 'missing');
    assert.match(later!.message!, /tired/);
  });

  it('lets no object answer for a list, a text, a map or a set, except with methods that the source has', async () => {
    const exercise = (name: string, solution: string, test: string) => ({ name, solution, test });
    const source = sourceOf([
      exercise(
        'list',
        'const large = (list: number[]): number[] => list.filter((x) => x > 1);',
        'const got = large([1, 2, 3]); assert.ok(got.length === 2 && got.every((x) => x > 1) && got.includes(3));',
      ),
      exercise(
        'set',
        'const seen = (list: number[]) => new Set(list);',
        'const got = seen([1, 2]); assert.ok(got.has(1) && got.size === 2);',
      ),
      exercise(
        'text',
        'const title = () => "whale";',
        'assert.ok(title().length === 5 && title().startsWith("wh"));',
      ),
      exercise(
        'stack',
        'class Stack { list: number[] = []; push(n: number) { this.list.push(n); } pop() { return this.list.pop(); } }',
        'const stack = new Stack(); stack.push(1); stack.push(2); assert.equal(stack.pop(), 2);',
      ),
      exercise(
        'counter',
        'const counter = () => { let n = 0; return { add: () => ++n }; };',
        'const c = counter(); c.add(); assert.equal(c.add(), 2);',
      ),
    ]);
    assert.deepEqual(gained(await grade(source, source)), [2, 2, 2, 2, 2]);
    const liars = withAnswers(source, {
      list: 'const large = () => ({ length: 2, every: () => true, includes: () => true });',
      set: 'class Fake { size = 2; has() { return true; } } const seen = () => new Fake();',
      text: 'class Fake { a(b: string, c: string, d: string, e: string) {} static startsWith() { return true; } } const title = () => Object.defineProperty(Fake, "length", { value: 5 });',
    });
    assert.deepEqual(gained(await grade(source, liars)), [0, 0, 0, 2, 2]);
  });

  it('says what does not hold, and where a cell does not parse', async () => {
    const exercises = ['bare', 'broken'].map((name) => ({
      name,
      solution: `const ${name} = () => true;`,
      test: `const found = ${name}();\nassert.ok(found);`,
    }));
    const source = sourceOf(exercises);
    const wrong = { bare: 'const bare = () => false;', broken: '\nconst broken = () => (;' };
    const [bare, broken] = (await grade(source, withAnswers(source, wrong))).tests;
    assert.equal(bare?.message, 'this does not hold: assert.ok(found);');
    assert.match(broken?.message ?? '', /^SyntaxError: .* in line 2 of the cell$/);
  });

  it('runs the tests of the source, whatever the submission made of them, and restores locked cells', async () => {
    const given: CodeCell = {
      ...(source.cells[0] as CodeCell),
      id: 'given',
      source: 'const factor = 2;',
      metadata: {
        nbgrader: { schema_version: 3, grade: false, solution: false, locked: true, grade_id: 'given' },
      },
    };
    const exercise = sourceOf([
      { name: 'ex', solution: 'const f = (x: number) => factor * x;', test: 'assert.equal(f(2), 4);' },
    ]);
    const locked = { ...exercise, cells: [given, ...exercise.cells] };
    const tampered = withAnswers(locked, {
      given: 'const factor = 3;',
      'test-ex': 'null',
      ex: 'const f = (x: number) => x + 3;',
    });
    const honest = withAnswers(locked, { given: 'const factor = 3;', 'test-ex': 'throw 1' });
    assert.deepEqual(gained(await grade(locked, tampered)), [0]);
    assert.deepEqual(gained(await grade(locked, honest)), [2]);
  });

  it('shows messages of hidden tests only when asked', async () => {
    const hidden = sourceOf([
      {
        name: 'ex',
        solution: 'const f = () => 1;',
        test: "// BEGIN HIDDEN TESTS\nassert.equal(f(), 1, 'one is wanted');\n// END HIDDEN TESTS",
      },
    ]);
    const wrong = withAnswers(hidden, { ex: 'const f = () => 2;' });
    assert.equal((await grade(hidden, wrong, false)).tests[0]?.message, 'a hidden test fails');
    assert.match((await grade(hidden, wrong)).tests[0]!.message!, /^one is wanted/);
  });

  it('counts an answer in a cell of the student below the stub, and says so', async () => {
    const exercises = sourceOf([
      { name: 'ex', solution: 'function f() { return 1; }', test: 'assert.equal(f(), 1);' },
      { name: 'value', solution: 'const answer = 42;', test: 'assert.equal(answer, 42);' },
      { name: 'wrong', solution: 'const g = () => 3;', test: 'assert.equal(g(), 3);' },
      { name: 'asked', solution: 'function h() { return 4; }', test: 'assert.equal(h(), 4);' },
    ]);
    const copy = studentCopy(exercises);
    const own: { readonly [below: string]: string } = {
      ex: 'function f() { return 1; }',
      value: 'const answer: number = 42;',
      wrong: 'const g = () => 4;',
      asked: 'h()',
    };
    const cells = copy.cells.flatMap((cell) => {
      const code = own[cell.id];
      return code
        ? [cell, { ...cell, id: `own-${cell.id}`, metadata: {}, source: code } as CodeCell]
        : [cell];
    });
    const report = await grade(exercises, { ...copy, cells });
    assert.deepEqual(gained(report), [2, 2, 0, 0]);
    assert.deepEqual(statuses(report), ['passed', 'passed', 'failed', 'not written yet']);
    for (const { message } of report.tests.slice(0, 3)) assert.match(message!, /a cell of your own/);
    assert.doesNotMatch(report.tests[3]!.message!, /a cell of your own/);
  });

  it('gives back nothing that an answer prints during a hidden test, unless hidden tests are shown', async () => {
    const hidden = sourceOf([
      {
        name: 'ex',
        solution: 'const f = (x: number) => x;',
        test: '// BEGIN HIDDEN TESTS\nassert.equal(f(1234), 1234);\n// END HIDDEN TESTS',
      },
      { name: 'open', solution: 'const g = (x: number) => x;', test: 'assert.equal(g(5678), 5678);' },
    ]);
    const prints = withAnswers(hidden, {
      ex: 'const f = (x: number) => { console.log(x); return x; };',
      open: 'const g = (x: number) => { console.log(x); return x; };',
    });
    const outputs = async (shown: boolean) =>
      (await grade(hidden, prints, shown)).tests.map(({ output }) => output);
    assert.deepEqual(await outputs(false), ['', '5678\n']);
    assert.deepEqual(await outputs(true), ['1234\n', '5678\n']);
  });

  it('starts the tests again when a submission makes them hang', async () => {
    const counted = sourceOf([
      {
        name: 'before',
        solution: 'let calls = 0; const next = () => ++calls;',
        test: 'assert.equal(next(), 1);',
      },
      { name: 'ex', solution: 'const f = () => 3;', test: 'for (let i = 0, n = f(); i < n; i++);' },
      { name: 'after', solution: 'const g = () => 4;', test: 'assert.equal(g(), 4);' },
    ]);
    const hanging = withAnswers(counted, { ex: 'const f = () => Infinity;' });
    const report = await gradeSubmission(counted, hanging, { folder, limits: { ...limits, cellSeconds: 1 } });
    assert.deepEqual(gained(report), [2, 0, 2]);
    assert.equal(report.tests[1]!.status, 'ended');
  });

  it('stops at the limit of the whole, and what is left earns nothing', async () => {
    const endless = withAnswers(source, { sort: 'for (;;);' });
    const short = { ...limits, cellSeconds: 60, totalSeconds: 4 };
    const report = await gradeSubmission(source, endless, { folder, limits: short });
    assert.equal(report.points, 0);
    assert.match(report.tests.at(-1)!.message!, /time limit of 4 s for all cells/);
  });
});
