import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gradeSubmission, type Report } from '../../dist/workbook/grading/grade.js';
import { defaultLimits } from '../../src/sandbox/limits.js';
import { sourceOf, withAnswers } from '../workbook/grading/notebooks.js';

const folder = mkdtempSync(join(tmpdir(), 'attacks-'));
const secretFile = join(folder, 'secret.txt');
writeFileSync(secretFile, '42');
const limits = { ...defaultLimits, cellSeconds: 2, memory: 300 };

let connections = 0;
const server = createServer((socket) => {
  connections++;
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const { port } = server.address() as { port: number };

const points = ({ tests }: Report) =>
  Object.fromEntries(tests.map(({ gradeId, points: some }) => [gradeId.replace('test-', ''), some]));
const messages = ({ tests }: Report) =>
  Object.fromEntries(tests.map(({ gradeId, message = '' }) => [gradeId.replace('test-', ''), message]));

/** Grades answers to exercises `f() === 42`, each named; between them stand exercises that are answered rightly. */
async function attack(answers: { readonly [name: string]: string }, showHidden = false): Promise<Report> {
  const names = Object.keys(answers).flatMap((name) => [name, `${name}_next`]);
  const source = sourceOf(
    names.map((name) => ({
      name,
      solution: `async function ${name}() { return 42; }`,
      test: `// BEGIN HIDDEN TESTS\nassert.equal(await ${name}(), 42, 'secret ${name}');\n// END HIDDEN TESTS`,
    })),
  );
  const report = await gradeSubmission(source, withAnswers(source, answers), { folder, limits, showHidden });
  for (const name of Object.keys(answers))
    assert.equal(
      points(report)[`${name}_next`],
      2,
      `the exercise after ${name}: ${messages(report)[`${name}_next`]}`,
    );
  assert.deepEqual(report.faults, []);
  return report;
}

/** Every attack here would answer 42 if it succeeded. */
const stealing: { readonly [name: string]: string } = {
  readsAFile: `import fs from 'node:fs'; function readsAFile() { return Number(fs.readFileSync(${JSON.stringify(secretFile)}, 'utf8')); }`,
  readsPasswords: `import fs from 'node:fs'; function readsPasswords() { fs.readFileSync('/etc/passwd'); return 42; }`,
  deletesAFile: `import fs from 'node:fs'; function deletesAFile() { fs.rmSync(${JSON.stringify(secretFile)}); return 42; }`,
  importsTheAnswers: `async function importsTheAnswers() {
    await import('file://' + process.argv[1].replace('sandbox/studentProcess.js', 'exercises/check.js')); return 42; }`,
  importsTheirRoom: `import { exercises } from 'llm-workbook/exercises'; function importsTheirRoom() { return exercises ? 42 : 0; }`,
  findsAnswersByTheDoor: `async function findsAnswersByTheDoor() {
    const { check } = await import('llm-workbook'); const report = check('02.2', () => 3);
    return report === undefined ? 0 : 42; }`,
  readsTheAnswers: `import fs from 'node:fs'; function readsTheAnswers() {
    fs.readFileSync(process.argv[1].replace('sandbox/studentProcess.js', 'exercises/chapters/chapter01.js')); return 42; }`,
  listsNeighbours: `import fs from 'node:fs'; function listsNeighbours() { fs.readdirSync('..'); return 42; }`,
  startsAProgram: `function startsAProgram() { require('child_process').spawnSync('true'); return 42; }`,
  startsAProgramByPackage: `async function startsAProgramByPackage() { const { createRequire } = await import('node:module'); createRequire('/')('child_process').execSync('true'); return 42; }`,
  startsAWorker: `async function startsAWorker() { const { Worker } = await import('node:worker_threads'); new Worker('', { eval: true }); return 42; }`,
  opensTheInspector: `async function opensTheInspector() { (await import('node:inspector')).open(0); return 42; }`,
  usesBindings: `function usesBindings() { (process as any).binding('fs'); return 42; }`,
  fetches: `async function fetches() { return (await fetch('http://127.0.0.1:${port}/')).json(); }`,
  connects: `async function connects() { const net = await import('node:net'); net.connect(${port}, '127.0.0.1'); return 42; }`,
  killsItsParent: 'function killsItsParent() { process.kill(process.ppid, 9); return 42; }',
  sendsMessages: `function sendsMessages() { (process as any).send({ type: 'done', cell: 1, outcome: { ok: true } }); return 42; }`,
  looksForTests: `function looksForTests() { return Object.keys(globalThis).join().includes('secret') || String(looksForTests.caller).includes('secret') ? 42 : 0; }`,
  printsAResult: `function printsAResult() { console.log(JSON.stringify({ version: 3, status: 'pass', points: 42 })); return 0; }`,
  writesToThePipe: `import fs from 'node:fs'; function writesToThePipe() {
    const body = Buffer.from(JSON.stringify({ op: 'run', code: 'process.exit(0)' })); const head = Buffer.alloc(4);
    head.writeUInt32LE(body.length); fs.writeSync(4, Buffer.concat([head, body])); return 41; }`,
  liesAsANumber:
    'function liesAsANumber() { let n = 0; return { valueOf: () => 42, toString: () => "42" }; }',
  liesAsAProxy:
    'function liesAsAProxy() { return new Proxy({}, { get: () => 42, has: () => true, ownKeys: () => ["a"] }); }',
  liesByGetter:
    'function liesByGetter() { return { get __proto__() { return Number.prototype; }, get value() { return 42; } }; }',
};

/** These end the process or are ended. */
const deadly: { readonly [name: string]: readonly [answer: string, message: RegExp] } = {
  loops: ['function loops() { for (;;); }', /time limit of 2 s/],
  loopsAtTheTop: ['for (;;); function loopsAtTheTop() { return 42; }', /time limit of 2 s/],
  waits: ['function waits() { return new Promise(() => {}); }', /time limit of 2 s/],
  fillsTheHeap: [
    'function fillsTheHeap() { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }',
    /memory/,
  ],
  fillsBuffers: [
    'function fillsBuffers() { const all = []; for (;;) all.push(Buffer.alloc(1e7, 1)); }',
    /memory limit of 300 MB/,
  ],
  aborts: ['function aborts() { process.abort(); }', /process\.abort is not available/],
  exits: ['function exits() { process.exit(0); }', /process\.exit is not available/],
  exitsReally: [
    'function exitsReally() { (process as any).reallyExit(0); }',
    /process\.reallyExit is not available/,
  ],
  closesThePipe: [
    `import fs from 'node:fs'; function closesThePipe() { fs.closeSync(4); }`,
    /process ended|EBADF/,
  ],
};

/** These harm nobody and answer rightly. */
const loud: { readonly [name: string]: string } = {
  printsMuch:
    'function printsMuch() { for (let i = 0; i < 300; i++) console.log("x".repeat(100_000)); return 42; }',
  opensFiles: `import fs from 'node:fs'; function opensFiles() {
    const open = []; fs.writeFileSync('a', '');
    try { for (;;) open.push(fs.openSync('a')); } catch (error) { if (error.code !== 'EMFILE' || open.length > 256) return 0; }
    for (const fd of open) fs.closeSync(fd); return 42; }`,
};

describe('gradeSubmission(): attacks earn nothing, and the exercises after them keep their points', () => {
  it('on files, programs, the network, the tests and what they are told', { timeout: 600_000 }, async () => {
    const report = await attack(stealing);
    for (const name of Object.keys(stealing))
      assert.equal(
        points(report)[name],
        0,
        `${name}: ${JSON.stringify(report.tests.find(({ gradeId }) => gradeId === `test-${name}`))}`,
      );
    assert.equal(connections, 0);
    assert.ok(existsSync(secretFile));
    assert.match(
      messages(report).connects!,
      /the network is not available in the sandbox|a hidden test fails/,
    );
    assert.ok(
      report.tests.every(({ ran }) => ran),
      'every test ran to its verdict',
    );
    assert.doesNotMatch(JSON.stringify(report), /secret [a-z]/, 'no text of a hidden test comes out');
  });

  it('on the process itself, which is started again', { timeout: 600_000 }, async () => {
    const answers = Object.fromEntries(Object.entries(deadly).map(([name, [answer]]) => [name, answer]));
    const report = await attack(answers, true);
    for (const [name, [, message]] of Object.entries(deadly)) {
      assert.equal(points(report)[name], 0, name);
      assert.match(messages(report)[name]!, message, name);
    }
  });

  it('but much output and many files are only cut off', { timeout: 600_000 }, async () => {
    const report = await attack(loud);
    assert.equal(points(report).printsMuch, 2);
    assert.equal(points(report).opensFiles, 2, messages(report).opensFiles);
    assert.ok(report.tests.every(({ output }) => output.length <= 2000));
  });

  const patches: { readonly [what: string]: string } = {
    'Array.prototype and Object.prototype': `for (const key of ['map', 'every', 'filter', 'push', 'includes'] as const) (Array.prototype as any)[key] = () => 42;
      (Object.prototype as any).toString = () => '42'; function f() { return 0; }`,
    assert: `import assert2 from 'node:assert/strict'; for (const key of Object.keys(assert2)) (assert2 as any)[key] = () => {}; function f() { return 0; }`,
    'JSON and Promise': `JSON.stringify = () => '{"op":"return","graph":{"roots":[1],"nodes":[]}}'; JSON.parse = () => 42;
      Promise.prototype.then = () => 42 as any; function f() { return 0; }`,
    'Number, Object.is and Math': `Object.is = () => true; Number.isFinite = () => true; Math.abs = () => 0; function f() { return 0; }`,
  };
  for (const [what, answer] of Object.entries(patches)) {
    it(`by patching ${what}`, { timeout: 600_000 }, async () => {
      const source = sourceOf([
        { name: 'ex', solution: 'function f() { return 42; }', test: 'assert.equal(f(), 42);' },
      ]);
      const { points: earned } = await gradeSubmission(source, withAnswers(source, { ex: answer }), {
        folder,
        limits,
      });
      assert.equal(earned, 0);
    });
  }
});
