import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runUntrusted } from '../../dist/sandbox/index.js';

const folder = mkdtempSync(join(tmpdir(), 'run-untrusted-'));
const secretFile = join(folder, 'secret.txt');
writeFileSync(secretFile, '42');
let connections = 0;
const server = createServer((socket) => {
  connections++;
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const valueFrom = async (code: string) => (await runUntrusted(code)).value;

describe('runUntrusted(): what comes back', () => {
  it('the value of the last expression, awaited, and what was printed', async () => {
    const { value, output, error, endedBy } = await runUntrusted(
      'const n: number = await Promise.resolve(6); console.log("six"); Promise.resolve([n, n * 7])',
    );
    assert.deepEqual([value, output, error, endedBy], [[6, 42], 'six\n', undefined, undefined]);
  });

  it('plain data as it was: numbers that JSON lacks, maps, sets, dates, bytes, cycles', async () => {
    const value = (await valueFrom(
      `const all: any = { nan: NaN, big: 12n, map: new Map([[1, new Set(['a'])]]), day: new Date(5), bytes: Float32Array.of(1.5) };
      all.self = all; all`,
    )) as { readonly self: unknown };
    const { self, ...rest } = value;
    assert.equal(self, value);
    const expected = {
      nan: Number.NaN,
      big: 12n,
      map: new Map([[1, new Set(['a'])]]),
      day: new Date(5),
      bytes: Float32Array.of(1.5),
    };
    assert.deepEqual(rest, expected);
  });

  it('what is no data comes as text, and nothing of it can be called', async () => {
    for (const [code, text] of [
      ['(x: number) => x', '[Function (anonymous)]'],
      ['class Dog { name = "Rex"; bark() {} } new Dog()', "Dog { name: 'Rex' }"],
      ['({ a: { b: () => 1 } })', '{ a: { b: [Function: b] } }'],
      ['Symbol("x")', 'Symbol(x)'],
    ] as const)
      assert.equal(await valueFrom(code), text);
  });

  it('what was thrown, and a syntax error, in one line', async () => {
    assert.equal((await runUntrusted('null.x')).error?.split(':')[0], 'TypeError');
    assert.equal((await runUntrusted('throw "text"')).error, "thrown: 'text'");
    assert.match((await runUntrusted('const = 1')).error!, /^\w*SyntaxError: .*TS\d+/);
    assert.match((await runUntrusted('1;'.repeat(200_000))).error!, /^RangeError: the code has 400000/);
  });

  it('two runs share nothing, and leave no folder behind', async () => {
    await valueFrom('(globalThis as any).left = 1; require("fs").writeFileSync("left", "")');
    assert.deepEqual(await valueFrom('[typeof (globalThis as any).left, require("fs").readdirSync(".")]'), [
      'undefined',
      [],
    ]);
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('untrusted-')),
      [],
    );
  });
});

describe('runUntrusted(): what the code cannot do', () => {
  const refused: { readonly [what: string]: string } = {
    'read a file': `require('fs').readFileSync(${JSON.stringify(secretFile)}, 'utf8')`,
    'delete a file': `require('fs').rmSync(${JSON.stringify(secretFile)})`,
    'write beside its folder': `require('fs').writeFileSync('../x', '')`,
    'read the answers to exercises':
      "require('fs').readFileSync(process.argv[1].replace('sandbox/untrustedProcess.js', 'exercises/chapters/chapter01.js'))",
    'import the answers to exercises':
      "await import('file://' + process.argv[1].replace('sandbox/untrustedProcess.js', 'exercises/check.js'))",
    'start a program': `require('child_process').spawnSync('true')`,
    'start programs without end (a fork bomb)': `for (;;) require('child_process').fork(process.argv[1])`,
    'start threads without end': `const { Worker } = await import('node:worker_threads'); for (;;) new Worker('', { eval: true })`,
    'fetch': `(await fetch('http://127.0.0.1:${port}/')).json()`,
    'connect': `(await import('node:net')).connect(${port}, '127.0.0.1')`,
    'exit': 'process.exit(0)',
    'kill its parent': 'process.kill(process.ppid, 9)',
  }; // biome-ignore format: a list
  for (const [what, code] of Object.entries(refused)) {
    it(what, async () => {
      const { value, error, endedBy } = await runUntrusted(code);
      assert.equal(value, undefined);
      assert.match(error ?? `ended: ${endedBy}`, /not available in the sandbox|restricted/);
      assert.ok(existsSync(secretFile));
      assert.equal(connections, 0);
    });
  }
});

describe('runUntrusted(): what ends it', () => {
  const ends: { readonly [what: string]: readonly [code: string, endedBy: RegExp] } = {
    'a loop without end': ['for (;;);', /^time limit of 1 s$/],
    'a loop without end in promises': ['const f = async () => { for (;;) await null; }; await f()', /^time limit of 1 s$/],
    'waiting for ever': ['await new Promise(() => {})', /^time limit of 1 s, 4 times over by the clock$/],
    'memory': ['const all = []; for (;;) all.push(Buffer.alloc(1e7, 1));', /^memory limit of 300 MB$/],
    'a full heap': ['const all = []; for (;;) all.push(new Array(1000).fill(all.length));', /memory/],
    'a full disk': [
      "const fs = require('fs'); const part = Buffer.alloc(1e6); for (let n = 0; ; n++) fs.writeFileSync('f' + n, part)",
      /^limit of 10 MB for files$/,
    ],
    'a value that is too large': ["'x'.repeat(6e6)", /^a value of more than 4194304 bytes$/],
    'closing its way back': ["require('fs').closeSync(4)", /^exit status|^ended by|^time limit/],
  }; // biome-ignore format: a list
  for (const [what, [code, endedBy]] of Object.entries(ends)) {
    it(what, { timeout: 600_000 }, async () => {
      const result = await runUntrusted(code, {
        seconds: /disk|heap|memory/.test(what) ? 60 : 1,
        memory: 300,
      });
      assert.match(String(result.endedBy), endedBy);
      assert.equal(result.value, undefined);
    });
  }

  it('but 100 MB of print are only cut off', async () => {
    const code = 'for (let n = 0; n < 1000; n++) console.log("x".repeat(100_000)); "done"';
    const { value, output } = await runUntrusted(code, { outputLimit: 1000 });
    assert.equal(value, 'done');
    assert.equal(output, `${'x'.repeat(1000)}\n(output cut)\n`);
  });
});

describe('runUntrusted(): tricks with prototypes and messages harm the code alone', () => {
  const send = (json: string) => `
    const body = Buffer.from(${JSON.stringify(json)}); const head = Buffer.alloc(4); head.writeUInt32LE(body.length);
    require('fs').writeSync(4, Buffer.concat([head, body])); await new Promise(() => {})`;

  it('a key named __proto__ stays a key', async () => {
    const value = (await valueFrom('JSON.parse(\'{"__proto__": {"polluted": 1}}\')')) as object;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal((value as { polluted?: unknown }).polluted, undefined);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('patched prototypes change only what the code says of itself', async () => {
    const { value } = await runUntrusted(
      `(Object.prototype as any).toJSON = () => 1; (Array.prototype as any).map = () => [];
      JSON.stringify = () => '{"graph":{"roots":[42],"nodes":[]}}'; 7`,
    );
    assert.ok([7, 42, undefined].includes(value as number));
    assert.deepEqual([1].map(String), ['1']);
  });

  for (const [what, json] of [
    ['that it is ready once more', '"ready"'],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a graph that is none', '{"graph":{"roots":1,"nodes":[[0]]}}'],
    ['a function of ours', '{"graph":{"roots":[["r",0]],"nodes":[[0,["known",[],0]]]}}'],
    ['an instance', '{"graph":{"roots":[["r",0]],"nodes":[[0,["instance",[],0,["a"],[],null]]]}}'],
    ['a part that is missing', '{"graph":{"roots":[["r",7]],"nodes":[]}}'],
  ] as const) {
    it(`it says ${what} on the way back`, async () => {
      const { value, endedBy } = await runUntrusted(send(json));
      assert.equal(value, undefined);
      assert.equal(endedBy, 'a message that nobody can read');
    });
  }
});
