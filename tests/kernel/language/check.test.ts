import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notebook } from './notebook.js';

describe('check(): names of earlier cells', () => {
  const { check, codes, problems } = notebook(
    'interface Point { x: number }\nconst origin: Point = { x: 0 };',
    'let step = 1; var size = 2; const rate = 0.5;\nlet note: string | undefined;\nconst losses = [];',
    'function twice(n: number): number;\nfunction twice(n: string): string;\nfunction twice(n: unknown) { return n; }',
    'class Model<T> { constructor(readonly weight: T) {} }\nenum Side { Left, Right }\nnamespace Units { export const metre = 1 }',
    "const names = ['a', 'b'] as const;\ntype Name = (typeof names)[number];",
    "import assert from 'node:assert/strict';\nimport type { Stats } from 'node:fs';\nimport path = require('node:path');\nimport * as os from 'node:os';",
    'const { left, rest: [first, ...others] } = { left: 1, rest: [true, false] };\nfor (var turn = 0; turn < 2; turn++);',
    'const isText = (value: unknown): value is string => typeof value === "string";',
  );

  it('have the types that they were declared with', () => {
    assert.deepEqual(problems("const p: Point = { x: '1' };"), [
      "line 1, column 20: Type 'string' is not assignable to type 'number'. (TS2322)",
    ]);
    assert.deepEqual(
      codes(`origin.x.toFixed(); const a: number = twice(1); const b: string = twice('b');
        const m = new Model(1); m.weight.toFixed(); const s: Side = Side.Left; Units.metre.toFixed();
        const n: Name = 'a'; names[0].length; left.toFixed(); const c: boolean | undefined = first ?? others[0];
        turn.toFixed();`),
      [],
    );
    assert.deepEqual(codes("const n: Name = 'c';"), [2322]);
    assert.deepEqual(codes('const s: string = new Model(1).weight;'), [2322]);
    assert.deepEqual(codes('twice(true)'), [2769]);
  });

  it('may be generic arrow functions and bracketed assertions, as in any TypeScript file', () => {
    assert.deepEqual(codes('const same = <T>(value: T) => value; same(<number>origin.x).toFixed();'), []);
    assert.deepEqual(codes("const same = <T>(value: T): T => 'x';"), [2322]);
  });

  it('may be imports, of values and of types, and keep their meaning', () => {
    assert.deepEqual(
      codes(
        'assert.equal(path.join("a"), os.EOL); let found: Stats | undefined; found?.size.toFixed(); const x: unknown = 1; assert(typeof x === "string"); x.length;',
      ),
      [],
    );
    assert.deepEqual(codes('const n: number = os.EOL;'), [2322]);
    assert.deepEqual(codes('new Stats()'), [1361]);
  });

  it('narrow as they do within a cell', () => {
    assert.deepEqual(codes('if (isText(note)) note.length;'), []);
    assert.deepEqual(codes("note = 'x'; note.length;"), []);
    assert.deepEqual(codes('note.length'), [18048]);
  });

  it('take a new value if they are variables, of their own type only', () => {
    assert.deepEqual(codes('step = 2; step++; size += 1; [step, size] = [1, 2]; for (step of [1]);'), []);
    assert.deepEqual(problems("step = 'two';"), [
      "line 1, column 1: Type 'string' is not assignable to type 'number'. (TS2322)",
    ]);
  });

  it('take none if they are constants, functions or classes, in the words of TypeScript', () => {
    const expected = {
      'rate = 1': [2588, "Cannot assign to 'rate' because it is a constant."],
      'rate++': [2588, "Cannot assign to 'rate' because it is a constant."],
      'twice = 1': [2630, "Cannot assign to 'twice' because it is a function."],
      'Model = 1': [2629, "Cannot assign to 'Model' because it is a class."],
      'Side = 1': [2628, "Cannot assign to 'Side' because it is an enum."],
      'os = 1': [2632, "Cannot assign to 'os' because it is an import."],
    };
    for (const [cell, error] of Object.entries(expected)) {
      const found = check(cell).map(({ code, message }) => [code, message]);
      assert.deepEqual(found, [error], cell);
    }
  });

  it('may be filled where they began empty', () => {
    assert.deepEqual(codes('losses.push(1); losses.length; const f = () => losses;'), []);
  });

  it('may be declared again, as anything', () => {
    for (const cell of [
      "const step = 'one'; step.length;",
      'function rate() {} rate();',
      'class Point {} new Point();',
      'let twice = 1; twice.toFixed();',
      'import * as step from "node:os"; step.EOL;',
    ])
      assert.deepEqual(problems(cell), [], cell);
  });
});

describe('check(): the newest declaration wins', () => {
  it('with its type, for the cells after it', () => {
    const { codes, problems } = notebook(
      'let value = 1; interface Item { old: 1 }',
      "let value = 'one'; interface Item { fresh: 1 }",
    );
    assert.deepEqual(codes('value.toUpperCase(); const i: Item = { fresh: 1 };'), []);
    assert.match(problems('value.toFixed()').join(), /'toFixed' does not exist on type 'string'/);
    assert.match(problems('const i: Item = { old: 1 };').join(), /'old' does not exist in type 'Item'/);
  });

  it('and two types of one name are told apart, without a word of our files', () => {
    const { problems } = notebook(
      'class P { private a = 1 }\nconst old = new P();',
      'class P { private b = 1 }',
    );
    assert.deepEqual(problems('const p: P = old;'), [
      "line 1, column 7: Property 'b' is missing in type 'P of an earlier cell' but required in type 'P'. (TS2741)",
    ]);
  });

  it('and a type and a value of one name, from two cells, live beside each other', () => {
    const { codes } = notebook("type Size = 'small' | 'large';", "const Size = ['small', 'large'] as const;");
    assert.deepEqual(codes('const s: Size = Size[0]; Size.length;'), []);
    assert.deepEqual(codes("const s: Size = 'huge';"), [2322]);
  });
});

describe('check(): what a cell may hold', () => {
  const { codes, problems, write } = notebook();

  it('await, for await, decorators, and `export` in all its forms', () => {
    for (const cell of [
      'const five: number = await Promise.resolve(5);',
      'async function* count() { yield 1; }\nfor await (const n of count()) n.toFixed();',
      'function log(target: object) { void target; }\n@log class A {}',
      'export const a = 1; const b = 2; export { b }; export type T = 1; export default a;',
      'export function f() {} export class C {} export enum E { A }',
      "import { join } from 'node:path'; join('a'); require('node:fs'); __dirname.length; import.meta.dirname;",
      'const answer: string = await prompt("Name?"); process.argv; console.log(answer);',
      "import * as tslab from 'tslab'; tslab.display.html('<b>x</b>');",
      '// @ts-nocheck\nconst n: number = "one";',
      '// a page\n/// <reference lib="dom" />\ndocument.title;',
      'const n = 1; // unused',
    ])
      assert.deepEqual(problems(cell), [], cell);
  });

  it('but no name twice, nor what is not there', () => {
    assert.deepEqual(codes('let a = 1; let a = 2;'), [2451, 2451]);
    assert.deepEqual(codes('nowhere'), [2304]);
    assert.deepEqual(
      codes("import { nothing } from 'node:fs'; import y from 'no-such-package'; import x from './no';"),
      [2305, 2307, 2307],
    );
    assert.deepEqual(codes('tslab.display.html(1)'), [2304]);
  });

  it('packages of the workbook, wherever the notebook lies, with their types', () => {
    assert.deepEqual(
      codes(
        "import * as tf from '@tensorflow/tfjs'; import { trainBpe } from 'llm-workbook';\ntf.zeros([1]).add(1); const n: number = trainBpe; tf.zeros('1');",
      ),
      [2322, 2345],
    );
  });

  it('local files, named with and without their ending, JavaScript and JSON too', () => {
    write('lib/typed.ts', 'export const one: number = 1;');
    write('lib/plain.js', 'export const two = 2;');
    write('lib/data.json', '{ "three": 3 }');
    for (const name of ['./lib/typed', './lib/typed.ts', './lib/typed.js'])
      assert.deepEqual(codes(`import { one } from '${name}'; const s: string = one;`), [2322], name);
    assert.deepEqual(codes("import { two } from './lib/plain.js'; const s: string = two;"), [2322]);
    assert.deepEqual(codes("import data from './lib/data.json'; const s: string = data.three;"), [2322]);
  });

  it('a file that was edited since the last question', () => {
    const cell = "import { word } from './helper.ts'; const n: number = word;";
    assert.deepEqual(codes(cell), [2307]);
    write('helper.ts', 'export const word = 1;');
    assert.deepEqual(codes(cell), []);
    write('helper.ts', "export const word = 'now a text';");
    assert.deepEqual(codes(cell), [2322]);
  });
});

describe('check(): places', () => {
  const { check, problems } = notebook();

  it('count lines and columns from 1, and columns as JavaScript counts letters', () => {
    assert.deepEqual(check('const face = "🙂"; const n: number = "1";'), [
      {
        line: 1,
        column: 26,
        code: 2322,
        message: "Type 'string' is not assignable to type 'number'.",
        text: "line 1, column 26: Type 'string' is not assignable to type 'number'. (TS2322)",
      },
    ]);
    const [windows] = check('\r\n\r\n  nowhere');
    assert.deepEqual([windows?.line, windows?.column], [3, 3]);
  });

  it('stand for errors of syntax alone in a cell that does not parse', () => {
    assert.deepEqual(problems('const n: number = "x";\nconst broken = ;'), [
      'line 2, column 16: Expression expected. (TS1109)',
    ]);
  });

  it('and a message of several lines comes in one', () => {
    const [error] = check('const f: (a: { b: number }) => void = (a: { b: string }) => {};');
    assert.ok(
      error && !error.message.includes('\n') && error.message.includes('incompatible'),
      error?.message,
    );
  });
});

describe('check(): a broken cell', () => {
  it('leaves what it declared, and does not spoil the cells after it', () => {
    const { codes } = notebook(
      'const before = 1;',
      'const half = 2; function open() { return { a: 1 }; }\nconst text = `never closed',
      'const wrong: number = "x"; throw new Error("at run time");',
      'if (before) { const inner = (',
      'const after = 3;',
    );
    assert.deepEqual(codes('before + half + wrong + after + open().a; text.length;'), []);
    assert.deepEqual(codes('const s: string = half;'), [2322]);
    assert.deepEqual(codes('inner'), [2304]);
  });
});

describe('check(): a project of its own', () => {
  it('gives its compiler options, but not those that a cell cannot live with', () => {
    const { codes, write } = notebook();
    const options = {
      strict: false,
      module: 'commonjs',
      target: 'es5',
      noUnusedLocals: true,
      composite: true,
      rootDir: 'src',
      noImplicitReturns: true,
      isolatedModules: true,
    };
    write(
      'tsconfig.json',
      `// a comment\n${JSON.stringify({ extends: './base.json', compilerOptions: options })}`,
    );
    write('base.json', JSON.stringify({ compilerOptions: { noImplicitOverride: true } }));
    assert.deepEqual(
      codes('const n: number = null; await Promise.resolve(1); import * as os from "node:os";'),
      [],
    );
    assert.deepEqual(codes('class A { f() {} } class B extends A { f() {} }'), [4114]);
    assert.deepEqual(codes('function f(x: number) { if (x) return 1; }'), [7030]);
  });

  it('is not needed: without one the rules are strict', () => {
    assert.deepEqual(notebook().codes('const n: number = null; function f(x) { return x; }'), [2322, 7006]);
  });
});

describe('check(): cells that change what all see', () => {
  it('count for every cell after them', () => {
    const { codes } = notebook(
      'declare global { interface Array<T> { second(): T | undefined } }\nArray.prototype.second = function () { return this[1]; };',
      'const other = 1;',
    );
    assert.deepEqual(codes('[1, 2].second()?.toFixed();'), []);
  });
});
