import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startCellHost } from '../../dist/kernel/cellHost.js';
import type { EngineOutput } from '../../src/kernel/output.js';

const folder = mkdtempSync(join(tmpdir(), 'engine-'));
const host = await startCellHost(folder); // a process of its own: the test runner talks over this one's stdout
after(() => host.stop());

async function execute(source: string, send: (output: EngineOutput) => void = () => {}) {
  const result = await host.execute(source, { milliseconds: 60_000, send });
  assert.ok(result.type === 'done', `the process of the cells is gone: ${JSON.stringify(result)}`);
  return result.outcome;
}

/** Runs cells; the last one's outcome and everything it sent. */
async function run(...cells: string[]) {
  for (const cell of cells.slice(0, -1)) await execute(cell);
  const outputs: EngineOutput[] = [];
  const outcome = await execute(cells.at(-1) ?? '', (output) => outputs.push(output));
  const result = outputs.find(({ type }) => type === 'result');
  const value = result?.type === 'result' ? (result.data['text/plain'] as string) : undefined;
  const text = outputs.map((output) => (output.type === 'stream' ? output.text : '')).join('');
  const error = outcome.ok ? undefined : outcome.error;
  return { outputs, value, text, error };
}

describe('createEngine(): one scope for all cells', () => {
  it('lets a later cell declare any name again, whatever it was before', async () => {
    const kinds = ['const a = 1', 'let a = 2', 'var a = 3', 'function a() {}', 'class a {}', 'enum a { B }'];
    for (const first of kinds) {
      for (const second of kinds) {
        const { error } = await run(first, second);
        assert.equal(error, undefined, `${first}, then ${second}: ${error?.message}`);
      }
    }
  });

  it('shows an assignment of a later cell to the closures of earlier ones (stock tslab answers 4 here)', async () => {
    const { value } = await run(
      'let step = 0; function count() { step++; }',
      'count(); count(); count();',
      'step = 0; count(); step',
    );
    assert.equal(value, '1');
  });

  it('shows a re-declared constant to the closures of earlier cells', async () => {
    assert.equal(
      (await run('const rate = 1; const twice = () => rate * 2', 'const rate = 21', 'twice()')).value,
      '42',
    );
  });

  it('keeps what a failing cell had declared', async () => {
    const { error } = await run('const losses = [3, 2, 1]; throw new Error("stopped")');
    assert.equal(error?.message, 'stopped');
    assert.equal((await run('losses')).value, '[ 3, 2, 1 ]');
  });
});

describe('createEngine(): TypeScript', () => {
  const cases: [title: string, cell: string, value: string][] = [
    [
      'types, interfaces and generics',
      'interface P { x: number }\nconst f = <T extends P>(p: T): number => p.x;\nf({ x: 7 })',
      '7',
    ],
    ['parameter properties', 'class Q { constructor(readonly y: number) {} }\nnew Q(8).y', '8'],
    ['namespaces', 'namespace N { export const z = 9 }\nN.z', '9'],
    ['`export`, as in a module', 'export const w = 10;\nexport default w', '10'],
    ['`satisfies`', '({ a: 1 } satisfies Record<string, number>).a', '1'],
  ];
  for (const [title, cell, value] of cases)
    it(`runs ${title}`, async () => assert.equal((await run(cell)).value, value));

  it('takes decorators for those of JavaScript, unless tsconfig.json asks for the older ones', async () => {
    const standard =
      'function loud(method: () => string, _: ClassMethodDecoratorContext) { return () => method() + 1; }';
    const older =
      'function loud(_: object, __: string, method: PropertyDescriptor) { return { value: () => method.value() + 1 }; }';
    const use = "class Bird { @loud say() { return 'tweet'; } }\nnew Bird().say()";
    assert.equal((await run(`${standard}\n${use}`)).value, "'tweet1'");
    const project = join(folder, 'older');
    mkdirSync(project);
    writeFileSync(
      join(project, 'tsconfig.json'),
      '{ "compilerOptions": { "experimentalDecorators": true } }',
    );
    const inProject = await startCellHost(project);
    after(() => inProject.stop());
    const outputs: EngineOutput[] = [];
    await inProject.execute(`${older}\n${use}`, { send: (output) => outputs.push(output) });
    assert.deepEqual(outputs, [{ type: 'result', data: { 'text/plain': "'tweet1'" } }]);
  });
});

describe('createEngine(): top-level await', () => {
  const cells = [
    'const x = await (async () => 5)(); x',
    'await (async () => 5)()',
    '(await Promise.all([5]))[0]',
    'let five = 0; for await (const n of [2, 3]) five += n;\nfive',
    'if (true) { await null; }\n5',
    'const { v } = await Promise.resolve({ v: 5 }); v',
    'try { await Promise.reject(5) } catch (e) { globalThis.e5 = e }\nglobalThis.e5',
  ];
  for (const cell of cells)
    it(cell.replace('\n', ' '), async () => assert.equal((await run(cell)).value, '5'));
});

describe('createEngine(): imports', () => {
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  it('finds llm-workbook by name from any folder', async () => {
    assert.equal(
      (await run("import { progressOf } from 'llm-workbook';\nprogressOf(1, 2, 1).rate")).value,
      '1',
    );
  });

  it('loads local TypeScript, named with and without its ending, and what that imports', async () => {
    write('lib/deep.ts', 'export const deep: number = 20;');
    write(
      'lib/near.ts',
      "import { deep } from './deep.js';\nexport const near: number = deep + 1;\nexport type T = 1;",
    );
    for (const name of ['./lib/near', './lib/near.ts', './lib/near.js']) {
      assert.equal((await run(`import { near, type T } from '${name}';\nnear`)).value, '21', name);
    }
  });

  for (const type of ['commonjs', 'module']) {
    it(`knows a local TypeScript file by its names, in every way to import it, where "type" is "${type}"`, async () => {
      write(`${type}/package.json`, JSON.stringify({ type }));
      write(`${type}/lib.ts`, 'export const helper = (): string => "helped"; export default 7;');
      const cells = [
        `import * as all from './${type}/lib'; [all.helper(), all.default]`,
        `import seven, { helper } from './${type}/lib'; [helper(), seven]`,
        `const { helper: h, default: d } = await import('./${type}/lib'); [h(), d]`,
        `import seven, * as both from './${type}/lib'; [both.helper(), seven]`,
      ];
      for (const cell of cells) assert.equal((await run(cell)).value, "[ 'helped', 7 ]", cell);
    });

    it(`loads a module again that was edited or mended, or needs one that was, where "type" is "${type}"`, async () => {
      write(`${type}/package.json`, JSON.stringify({ type }));
      write(`${type}/inner.ts`, 'export const word: string = "old";');
      write(`${type}/untouched.ts`, 'export const made: object = {};');
      write(`${type}/outer.ts`, "import { word } from './inner';\nexport const said = word + '!';");
      const [outer, other] = [`./${type}/outer`, `./${type}/untouched`];
      const kept = `import { made } from '${other}'; const first = made`;
      const again = `import { said } from '${outer}'; said`;
      assert.equal((await run(kept, again)).value, "'old!'");
      write(`${type}/inner.ts`, 'export const word: string = "new";');
      assert.equal((await run(again)).value, "'new!'");
      write(`${type}/outer.ts`, "import { word } from './inner';\nexport const said = word + '?';");
      assert.equal((await run(again)).value, "'new?'");
      write(`${type}/inner.ts`, 'export const word = (;');
      assert.match((await run(again)).error?.message ?? '', /Unexpected|Transform/);
      write(`${type}/inner.ts`, "throw new Error('not yet'); export const word = 1;");
      assert.equal((await run(again)).error?.message, 'not yet');
      write(`${type}/inner.ts`, 'export const word: string = "mended";');
      assert.equal((await run(again)).value, "'mended?'");
      assert.equal((await run(`import { made } from '${other}'; made === first`)).value, 'true');
    });
  }

  it('loads a JavaScript module again that was edited', async () => {
    for (const name of ['plain.mjs', 'plain.cjs']) {
      const text = (value: number) =>
        name.endsWith('.mjs') ? `export const n = ${value};` : `exports.n = ${value};`;
      write(name, text(1));
      assert.equal((await run(`import { n } from './${name}'; n`)).value, '1');
      write(name, text(2));
      assert.equal((await run(`import { n } from './${name}'; n`)).value, '2');
      assert.equal((await run(`import { n } from './${name}'; n`)).value, '2');
    }
  });

  it('loads packages that are ES modules only, with an `import` condition only, and with top-level await', async () => {
    const exports = { '.': { import: './index.js' }, './sub': { import: './sub.js' } };
    write(
      'node_modules/esm-only/package.json',
      JSON.stringify({ name: 'esm-only', type: 'module', exports }),
    );
    write('node_modules/esm-only/index.js', 'export const a = await Promise.resolve(1); export default 2;');
    write('node_modules/esm-only/sub.js', 'export const b = 3;');
    const cell =
      "import two, { a as one } from 'esm-only';\nimport * as sub from 'esm-only/sub';\n[one, two, sub.b]";
    assert.equal((await run(cell)).value, '[ 1, 2, 3 ]');
    assert.equal((await run("(await import('esm-only')).a")).value, '1');
  });

  it('reads names of a CommonJS module that only show at run time', async () => {
    write('node_modules/cjs/index.js', "const name = 'hid' + 'den'; module.exports[name] = 4;");
    assert.equal((await run("import { hidden } from 'cjs';\nhidden")).value, '4');
    assert.equal((await run("require('cjs').hidden")).value, '4');
  });

  it('reads names of a CommonJS package that exports a function', async () => {
    const inherited =
      'Object.setPrototypeOf(module.exports, { get far() { return 2; }, __proto__: Function.prototype })';
    write(
      'node_modules/callable/index.js',
      `module.exports = () => 0; module.exports.near = 1; ${inherited};`,
    );
    const named = "import zero, { near, far } from 'callable'; [zero(), near, far]";
    assert.equal((await run(named)).value, '[ 0, 1, 2 ]');
    assert.equal((await run("import * as all from 'callable'; [all.default(), all.near]")).value, '[ 0, 1 ]');
    assert.equal((await run("(await import('callable')).near")).value, '1');
  });

  it('names file and line of a local module that does not parse, and nothing of what compiles it', async () => {
    write('unparsed.ts', 'export const fine = 1;\nexport const broken = (;\n');
    const { error } = await run("import { fine } from './unparsed'; fine");
    assert.equal(error?.name, 'SyntaxError');
    assert.match(error?.message ?? '', /unparsed\.ts, line 2, column \d+\)$/);
    assert.doesNotMatch(error?.traceback.join('\n') ?? '', /esbuild|tsx/);
  });

  it('takes an export from another module for an import', async () => {
    write('parts.ts', 'export const one: number = 1; export type T = number; export default 7;');
    assert.equal((await run("export { one } from './parts'\none")).value, '1');
    await run("export { one as first, default as seven, type T } from './parts'");
    assert.equal((await run('[first, seven]')).value, '[ 1, 7 ]');
    assert.equal((await run("export * as parts from './parts'; parts.one")).value, '1');
    assert.equal((await run("export type { T } from './parts'; 2")).value, '2');
  });

  it('requires and resolves what it imports', async () => {
    assert.equal((await run("require('llm-workbook').progressOf(1, 2, 1).rate")).value, '1');
    assert.match((await run("require('no-such-package')")).error?.message ?? '', /no-such-package/);
    write('parts.ts', 'export const one: number = 1;');
    const resolved = (specifier: string) => run(`import.meta.resolve('${specifier}')`);
    assert.match(String((await resolved('./parts.ts')).value), /^'file:\/\/\/.*\/parts\.ts'$/);
    assert.match(String((await resolved('./not-there.ts')).value), /^'file:\/\/\/.*\/not-there\.ts'$/); // as Node
    assert.match(String((await resolved('llm-workbook')).value), /index\.js'$/);
    assert.match((await resolved('no-such-package')).error?.message ?? '', /no-such-package/);
  });

  it('names the export that is not there, and the cell', async () => {
    const { error } = await run("import { progresOf } from 'llm-workbook';\nprogresOf(1, 2, 3)");
    assert.match(
      error?.message ?? '',
      /Cannot import "progresOf" from "llm-workbook": it has no such export/,
    );
    assert.deepEqual([error?.place?.line, error?.place?.column], [1, 1]);
  });

  it('names the package that is not there and the folder it looked from', async () => {
    const { error } = await run("import x from 'no-such-package'");
    assert.match(error?.message ?? '', /Cannot import "no-such-package" from .*engine-/);
  });
});

describe('createEngine(): errors', () => {
  it('names cell, line and column of the TypeScript, types and blank lines above notwithstanding', async () => {
    const { error } = await run(
      'interface A { x: number }\n\n/* a comment */\nfunction f(a: A): number {\n  return a.y.z;\n}\nf({ x: 1 })',
    );
    assert.equal(error?.name, 'TypeError');
    assert.deepEqual([error?.place?.line, error?.place?.column], [5, 14]);
    assert.ok(error?.traceback.includes('    return a.y.z;'), error?.traceback.join('\n'));
  });

  it('finds the place in an earlier cell whose function throws now', async () => {
    await run('function late() {\n  throw new RangeError("later");\n}');
    const { error } = await run('\nlate()');
    assert.equal(error?.place?.line, 2);
    assert.match(
      error?.traceback.join('\n') ?? '',
      /at late \(cell \d+, line 2, column 9\)\n {4}at cell \d+, line 2, column 1/,
    );
  });

  it('says where a cell does not parse', async () => {
    const { error } = await run('const ok = 1;\nconst broken = ;');
    assert.equal(error?.name, 'SyntaxError');
    assert.deepEqual([error?.place?.line, error?.place?.column], [2, 16]);
  });

  it('reports what is thrown without being an error, and causes', async () => {
    assert.equal((await run('throw { code: 7 }')).error?.message, '{ code: 7 }');
    const { error } = await run('throw new Error("outer", { cause: new Error("inner") })');
    assert.match(error?.traceback.join('\n') ?? '', /Caused by Error: inner/);
  });

  it('and what V8 cannot compile, though TypeScript can', async () => {
    for (const [cell, line, column] of [
      ['const ok: number = 1;\nreturn 5', 2, 1],
      ['interface A {}\nlet twice = 1; let twice = 2;', 2, 20],
      ["\nexport * from './anything'", 2, 1],
    ] as const) {
      const { error } = await run(cell);
      assert.equal(error?.name, 'SyntaxError', cell);
      assert.deepEqual([error?.place?.line, error?.place?.column], [line, column], cell);
    }
  });

  it('names the lines of the TypeScript in errors that a cell catches and prints, and none of ours', async () => {
    const thrown = 'interface A {\n  a: number;\n}\ntry {\n  throw new Error("x");\n} catch (error) {\n';
    for (const shown of [
      'console.log(error);\n}',
      'console.error((error as Error).stack);\n}',
      'console.log({ error });\n}',
      'await null; console.trace(error);\n}',
    ]) {
      const { text } = await run(thrown + shown);
      assert.match(text, /at cell \d+, line 5, column 9/, shown);
      assert.doesNotMatch(text, /workbook-cell|dist\/kernel|node:inspector/, shown);
    }
    const asValue = await run('interface B {\n  b: number;\n}\nnew Error("as a value")');
    assert.match(String(asValue.value), /^Error: as a value\n {4}at cell \d+, line 4, column 1$/);
  });

  it('shows what an error carries, and where a cell waited for one from outside', async () => {
    const all = "await Promise.any([Promise.reject(new Error('r1')), Promise.reject(new TypeError('r2'))])";
    const many = (await run(all)).error;
    assert.match(
      many?.traceback.join('\n') ?? '',
      /Error 1 of 2, Error: r1\n[\s\S]*Error 2 of 2, TypeError: r2/,
    );
    assert.equal(many?.place?.line, 1);
    const own = await run('class HttpError extends Error { status = 404 }\nthrow new HttpError("no")');
    assert.equal(own.error?.traceback.at(-1), '{ status: 404 }');
    const missing = "const { readFile } = await import('node:fs/promises');\nawait readFile('/no/such/file')";
    const outside = (await run(missing)).error;
    assert.deepEqual([outside?.place?.line, outside?.place?.column], [2, 7]);
    assert.match(outside?.traceback.at(-1) ?? '', /code: 'ENOENT'/);
  });

  it('fails a cell for a promise that nobody awaited', async () => {
    assert.equal((await run('Promise.reject(new Error("lost")); 1')).error?.message, 'lost');
  });

  it('fails the next cell for a timer that throws when its own cell is over', async () => {
    await run('setTimeout(() => { throw new Error("late timer") }, 1)');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await run('1')).error?.message, 'late timer');
    assert.equal((await run('1')).error, undefined);
  });
});

describe('createEngine(): what a cell shows', () => {
  it('shows the last value, but not of an assignment, a declaration or undefined', async () => {
    assert.equal((await run('1; 2')).value, '2');
    for (const cell of ['let p; p = 1', 'const q = 1', 'undefined', 'let r = 1; r++']) {
      assert.deepEqual((await run(cell)).outputs, [], cell);
    }
  });

  it('shows promises as they are', async () => {
    assert.equal((await run('Promise.resolve(3)')).value, 'Promise { 3 }');
    assert.equal((await run('[new Promise(() => {})]')).value, '[ Promise { <pending> } ]');
    assert.equal((await run('console.log({ p: (async () => 1)() })')).text, '{ p: Promise { 1 } }\n');
  });

  it('refuses what shows itself as no MIME bundle, and takes bytes for base64', async () => {
    const shown = (bundle: string) => run(`({ [Symbol.for('Jupyter.display')]: () => (${bundle}) })`);
    for (const [bundle, got] of [
      ['5', 'an object of MIME types, got 5'],
      ["'text'", "an object of MIME types, got 'text'"],
      ['undefined', 'an object of MIME types, got undefined'],
      ['[1]', 'an object of MIME types, got [ 1 ]'],
      ["{ html: '<b>' }", 'an object of MIME types, got the key "html"'],
      ["{ 'text/plain': 5 }", 'text or bytes as text/plain, got 5'],
    ] as const) {
      const { error, outputs } = await shown(bundle);
      assert.deepEqual(outputs, []);
      assert.equal(error?.message, `A method [Symbol.for("Jupyter.display")] must return ${got}`);
    }
    const { outputs } = await shown(
      "{ 'image/png': new Uint8Array([1, 2]), 'application/json': { a: 1 }, 'text/plain': '' }",
    );
    assert.deepEqual(outputs[0], {
      type: 'result',
      data: { 'image/png': 'AQI=', 'application/json': { a: 1 }, 'text/plain': '' },
    });
  });

  it('lets classes and functions show themselves, too', async () => {
    const key = "[Symbol.for('Jupyter.display')]";
    for (const value of [
      `class D { static ${key}() { return { 'text/plain': 'D itself' } } } D`,
      `Object.assign(() => 0, { ${key}: () => ({ 'text/plain': 'D itself' }) })`,
    ])
      assert.equal((await run(value)).value, 'D itself');
  });

  it('cuts off another program that prints without end, and says so', async () => {
    const cell =
      "import { execSync } from 'node:child_process';\nexecSync('head -c 12000000 /dev/zero', { stdio: 'inherit' }); 1";
    const { text, value } = await run(cell);
    assert.ok(text.length < 10_100_000, `${text.length}`);
    assert.match(text.slice(-100), /Output cut: this cell printed more than 10000000 characters/);
    assert.equal(value, '1');
    assert.equal(
      (
        await run(
          "import { execSync } from 'node:child_process';\nexecSync('echo there', { stdio: 'inherit' })",
        )
      ).text,
      'there\n',
    );
  });

  it('lets a value show itself through Symbol.for("Jupyter.display")', async () => {
    const { outputs } = await run(
      "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<b>hi</b>' }) })",
    );
    assert.deepEqual(outputs, [{ type: 'result', data: { 'text/html': '<b>hi</b>' } }]);
  });

  it('shows a tensor with its type, shape and values', async () => {
    await run("import * as tf from '@tensorflow/tfjs'; tf.zeros([1])");
    assert.match(
      String((await run('tf.tensor2d([[1, 2], [3, 4]])')).value),
      /^Tensor float32 \[2,2\]\n\s+\[\[1, 2\],/,
    );
    assert.match(String((await run('const gone = tf.zeros([3]); gone.dispose(); gone')).value), /disposed/);
  });

  it('shows a danfojs frame as a table', async () => {
    const { outputs } = await run(
      "import { DataFrame } from 'danfojs-node';\nnew DataFrame([{ a: 1, b: '<x>' }, { a: 2.5, b: 'y' }])",
    );
    const shown = outputs.find(({ type }) => type === 'result');
    const html = shown?.type === 'result' ? String(shown.data['text/html']) : '';
    assert.match(html, /<th>a<\/th><th>b<\/th>.*<td>1<\/td><td>&lt;x&gt;<\/td>.*<td>2.5<\/td>/s);
  });

  it('shows a figure as Plotly JSON, PNG and text in one output', async () => {
    const { outputs } = await run("({ data: [{ y: [1, 2] }], layout: { title: { text: 'Loss' } } })");
    assert.equal(outputs.length, 1);
    const data = outputs[0]?.type === 'result' ? outputs[0].data : {};
    assert.deepEqual(Object.keys(data).sort(), ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
    assert.equal(Buffer.from(String(data['image/png']), 'base64').subarray(1, 4).toString(), 'PNG');
  });

  it('fails a cell whose figure needs WebGL, and says so', async () => {
    const { error } = await run("({ data: [{ type: 'scatter3d', x: [1], y: [1], z: [1] }], layout: {} })");
    assert.match(error?.message ?? '', /scatter3d.*WebGL/s);
  });

  it('gives a live figure its picture when the cell ends', async () => {
    const { outputs } = await run(
      "import { liveFigure } from 'llm-workbook';",
      'const live = liveFigure({ seconds: 0 });\nfor (const n of [1, 2]) live.update(() => ({ data: [{ y: [n] }], layout: {} }));',
    );
    const kinds = outputs.map((output) =>
      output.type === 'display' ? [output.update, 'image/png' in output.data] : [],
    );
    assert.deepEqual(kinds, [
      [false, false],
      [true, false],
      [true, true],
    ]);
  });

  it('fills a bar in place, with rate and time left, and ends it full', async () => {
    const { outputs } = await run(
      "import { progressBar } from 'llm-workbook';\nconst bar = progressBar({ total: 4, unit: 'pages' });\nfor (const n of [1, 2, 3, 4]) bar.update(n);\nbar.finish();",
    );
    const lines = outputs.map((output) => (output.type === 'display' ? output.data['text/plain'] : ''));
    assert.match(String(lines[0]), /^1\/4 pages \(25%\), \d+ pages\/s, 0 s left$/);
    assert.match(String(lines.at(-1)), /^4\/4 pages \(100%\)/);
    assert.equal(outputs.filter((output) => output.type === 'display' && !output.update).length, 1);
    assert.ok(outputs.length < 5, 'the bar is drawn at a bounded rate');
  });

  it('keeps printed text and displays in the order of the code', async () => {
    const { outputs } = await run(
      "import { show } from 'llm-workbook';\nconsole.log('a'); show({ data: [], layout: {} }); console.error('b');\n3",
    );
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ['stream', 'display', 'stream', 'result'],
    );
  });

  it('catches what is written around the console, split characters included', async () => {
    const cell =
      "const bytes = Buffer.from('é'); process.stdout.write(bytes.subarray(0, 1)); process.stdout.write(bytes.subarray(1)); const all = process.stderr.write('!');";
    const { outputs } = await run(cell);
    assert.deepEqual(outputs, [
      { type: 'stream', name: 'stdout', text: 'é' },
      { type: 'stream', name: 'stderr', text: '!' },
    ]);
  });

  it('cuts off a cell that prints without end, and says so', async () => {
    const { text } = await run(
      "const line = 'x'.repeat(1000); for (let i = 0; i < 20_000; i++) console.log(line)",
    );
    assert.ok(text.length < 10_100_000);
    assert.match(text, /Output cut: this cell printed more than 10000000 characters/);
  });

  it('lives through a garbage collection between the end of its code and the answer (Node 22 did not)', async () => {
    const waste = 'for (let i = 0; i < 30_000; i++) Promise.resolve().then(() => new Array(1000).fill(i)); 7';
    assert.equal((await run(waste)).value, '7');
  });

  it("runs tslab's display API", async () => {
    const { outputs } = await run(
      "import * as tslab from 'tslab';\ntslab.display.html('<i>x</i>');\nconst place = tslab.newDisplay();\nplace.text('one');\nplace.text('two');\ntslab.display.png(Buffer.from([1, 2]));",
    );
    const shown = outputs.filter(({ type }) => type === 'display');
    assert.deepEqual(shown[0], { type: 'display', data: { 'text/html': '<i>x</i>' } });
    assert.equal(shown[2]?.type === 'display' && shown[2].update, true);
    assert.deepEqual(shown[3], { type: 'display', data: { 'image/png': 'AQI=' } });
  });
});
