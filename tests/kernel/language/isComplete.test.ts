import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isComplete } from '../../../dist/kernel/language/isComplete.js';

const samples: { readonly [status: string]: readonly string[] } = {
  complete: [
    '',
    '// only a comment',
    '1 + 1',
    'const x = await fetch("https://a.b");',
    'for await (const x of y) {}',
    "import * as tf from '@tensorflow/tfjs'",
    'export default 1',
    '@log class A { @log m() {} }',
    'function f(): void;',
    'function f() {}',
    'declare function f(): void',
    'const a = <div className="x">{1}</div>',
    'const f = <T>(x: T) => x',
    `const t = \`a \${1} b\``,
    '"a\\\nb"',
    '/* closed */',
    'const n: number = "types are not looked at"',
    'enum E { A }\n\n',
    'const r = /[/]{/',
  ],
  incomplete: [
    'if (x) {',
    'foo(1,',
    'const a = [1, 2',
    'const t = `first line',
    `const t = \`a \${1`,
    "const s = 'goes on \\",
    "const s = 'goes on \\\n",
    '/* a comment',
    '/** a comment\n * of two lines\n',
    '1 +',
    'const x =',
    'x.',
    'a ? b :',
    'a ? b',
    'x =>',
    'type A =',
    'class A',
    'class A {\n  m() {\n',
    'function f()',
    'function f(a: number): number\n',
    'export async function f()',
    'import { a }',
    'import { a,',
    'if (x)',
    'try { f() }',
    'do { f() }',
    'switch (x) { case 1:',
    '@log',
    'const a = <div>',
    'const a = <><b>x</b>',
    'new Map<string, ',
    'await',
  ],
  invalid: [
    'const x = ;',
    ')',
    'foo(]',
    'if (x) { ] ',
    "const s = 'never closed",
    "const s = 'never closed\n",
    "foo('a, {",
    'abc def',
    'const 1a = 2',
    'let r = /never closed',
    'const a = [1, 2 };\nconst b = {',
  ],
};

describe('isComplete()', () => {
  for (const [status, cells] of Object.entries(samples)) {
    for (const cell of cells)
      it(`${status}: ${JSON.stringify(cell)}`, async () => {
        assert.equal(isComplete(cell).status, status);
      });
  }

  it('a cell nested too deeply is an error of its own, not the end of the process', () => {
    assert.throws(() => isComplete('('.repeat(100_000)), RangeError);
  });

  it('indents the next line as the last one, and more behind what opens something', async () => {
    const indents = {
      'if (x) {': '  ',
      'if (x) {\n  foo(': '    ',
      'if (x) {\n  foo();': '  ',
      'const f = (x) =>': '  ',
      '1 +': '',
    };
    for (const [cell, indent] of Object.entries(indents))
      assert.deepEqual(isComplete(cell), { status: 'incomplete', indent }, cell);
  });
});
