import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startCellHost } from '../../dist/kernel/cellHost.js';
import type { EngineOutput } from '../../src/kernel/output.js';

const host = await startCellHost(mkdtempSync(join(tmpdir(), 'interrupt-')), { lateErrors: 'own' });
after(() => host.stop());

function start(source: string, ask?: (question: { text: string; password: boolean }) => Promise<string>) {
  const outputs: EngineOutput[] = [];
  const send = (output: EngineOutput) => outputs.push(output);
  const done = host.execute(source, { milliseconds: 30_000, send, ...(ask && { ask }) });
  const text = () => outputs.map((output) => (output.type === 'stream' ? output.text : '')).join('');
  return { outputs, text, done };
}

async function run(source: string) {
  const { outputs, text, done } = start(source);
  const result = await done;
  assert.ok(result.type === 'done', `the process of the cells is gone: ${JSON.stringify(result)}`);
  const shown = outputs.find(({ type }) => type === 'result');
  const value = shown?.type === 'result' ? shown.data['text/plain'] : undefined;
  return { value, text: text(), error: result.outcome.ok ? undefined : result.outcome.error };
}

/** Starts a cell, lets it get going, and interrupts it. */
async function interrupted(source: string) {
  const { done, text } = start(source);
  await pause(150);
  host.interrupt();
  const result = await done;
  assert.ok(result.type === 'done', `the process of the cells is gone: ${JSON.stringify(result)}`);
  return { text: text(), error: result.outcome.ok ? undefined : result.outcome.error };
}

describe('interrupt(): ends any cell, and keeps the process and its variables', () => {
  const endless: { readonly [title: string]: string } = {
    'a loop that never waits': 'while (true) n++',
    'a loop that never waits, after an await (stock tslab hangs here)': 'await null; while (true) n++',
    'a loop that waits for timers':
      'while (true) { n++; await new Promise((resolve) => setTimeout(resolve, 5)); }',
    'a promise that never settles': 'n++; await new Promise(() => {})',
    'a loop that catches everything':
      'while (true) { try { await new Promise((resolve) => setTimeout(resolve, 5)); } catch { n++ } }',
    'a loop over a generator that computes and waits in turn':
      'async function* steps() { for (;;) { n++; yield n; await new Promise(setImmediate); } }\nfor await (const _ of steps()) {}',
    'a function of an earlier cell': 'spin()',
    'a promise chain that starves the event loop':
      'const again = () => Promise.resolve().then(again); await again()',
    'microtasks beside a promise that never settles':
      'Promise.resolve().then(function f(): any { return Promise.resolve().then(f); }); await new Promise(() => {})',
    'a microtask that never ends': 'queueMicrotask(() => { while (true) n++; }); await 0',
    'a static block': 'class Q { static { while (true) n++; } }',
    'ticks that call for the next':
      'process.nextTick(function f() { process.nextTick(f); }); await new Promise(() => {})',
    'a timer that never comes back':
      'setTimeout(() => { while (true) n++; }, 1); await new Promise(() => {})',
    'a value that is never done showing itself':
      "({ [Symbol.for('Jupyter.display')]: async () => { await 0; while (true) n++; } })",
    'an error whose name is never read':
      'throw { __proto__: Error.prototype, get name() { while (true) n++; } }',
    'a regular expression': "/^(a+)+$/.test('a'.repeat(40) + 'b')",
  };
  for (const [title, cell] of Object.entries(endless)) {
    it(title, async () => {
      await run('let n = 0; let kept = "kept"; function spin() { for (;;) n++; }');
      const { error } = await interrupted(cell);
      assert.equal(error?.name, 'Interrupted', JSON.stringify(error));
      assert.equal((await run('kept')).value, "'kept'");
      assert.equal((await run('await null; 1 + 1')).value, '2');
    });
  }

  it('sixty times on one kernel, in the midst of Node’s own queues', async () => {
    // Node counts the callbacks it is in, and ends the process where the count is wrong.
    const cells = [
      'queueMicrotask(function f() { queueMicrotask(f); }); await new Promise(() => {})',
      'await { then() { queueMicrotask(function f() { queueMicrotask(f); }); } }',
      'process.nextTick(function f() { process.nextTick(f); }); await new Promise(() => {})',
    ];
    const host = await startCellHost(tmpdir(), { lateErrors: 'own' });
    after(() => host.stop());
    for (let n = 0; n < 60; n++) {
      const cell = `console.log('started'); ${cells[n % cells.length]}`;
      const done = host.execute(cell, { milliseconds: 30_000, send: () => host.interrupt() });
      const result = await done;
      assert.ok(result.type === 'done' && !result.outcome.ok, `interrupt ${n}: ${JSON.stringify(result)}`);
      assert.equal(result.outcome.error.name, 'Interrupted');
    }
  });

  it('says which line was waiting', async () => {
    const { error } = await interrupted('const a = 1;\nawait new Promise(() => {});');
    assert.deepEqual([error?.place?.line, error?.place?.column], [2, 7]); // of what it waited for
  });

  it('gives figures that were still changing their pictures before it answers', async () => {
    const { done, outputs, text } = start(
      "import { liveFigure } from 'llm-workbook';\nliveFigure({ seconds: 0 }).update(() => ({ data: [{ y: [1] }], layout: {} }));\nconsole.log('drawn'); await new Promise(() => {});",
    );
    while (!text().includes('drawn')) await pause(20);
    host.interrupt();
    await done;
    const pictures = outputs.filter((output) => output.type === 'display' && 'image/png' in output.data);
    assert.equal(pictures.length, 1);
  });

  it('and answers at once when it is interrupted again', async () => {
    const slow = "({ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) })";
    const { done } = start(
      `globalThis[Symbol.for('llm-workbook.host')].display(${slow}, { id: 'slow' });\nawait new Promise(() => {});`,
    );
    await pause(150);
    host.interrupt();
    await pause(500);
    host.interrupt();
    const result = await done;
    assert.ok(result.type === 'done' && !result.outcome.ok);
    assert.equal(result.outcome.error.name, 'Interrupted');
  });

  it('lets `finally` run and closes the generator that is looped over', async () => {
    const generator =
      'async function* g() { try { for (;;) { yield 1; await new Promise((r) => setTimeout(r, 5)); } } finally { console.log("closed"); } }';
    await run(generator);
    const { text, error } = await interrupted(
      'try { for await (const _ of g()) {} } finally { console.log("finally"); }',
    );
    assert.match(text, /finally/, JSON.stringify(error));
    await pause(50);
    assert.match(text + (await run('await new Promise((r) => setTimeout(r, 20)); 1')).text, /finally/);
  });

  it('a process that is stopped ends for the reason that was given', async () => {
    const host = await startCellHost(tmpdir());
    host.stop('it held too much');
    assert.equal(await host.ended, 'it held too much');
  });

  it('does nothing to a process that is not running a cell', async () => {
    host.interrupt();
    await pause(250);
    assert.equal((await run('await null; 5')).value, '5');
  });
});

describe('late outputs reach the cell that they came from', () => {
  it('text of a timer, also while another cell runs', async () => {
    const first = start('setTimeout(() => console.log("late text"), 60); 1');
    await first.done;
    const { text } = await run(
      'await new Promise((resolve) => setTimeout(resolve, 150)); console.log("mine")',
    );
    assert.equal(text, 'mine\n');
    assert.equal(first.text(), 'late text\n');
  });

  it('a failure that nobody awaited, with its place', async () => {
    for (const cell of [
      'const later = async () => { await new Promise((r) => setTimeout(r, 40));\nthrow new Error("too late"); };\nlater(); 1',
      'setTimeout(() => {\nthrow new Error("too late"); }, 40); 1',
    ]) {
      const first = start(cell);
      await first.done;
      const { error } = await run('await new Promise((resolve) => setTimeout(resolve, 120))');
      assert.equal(error, undefined);
      assert.match(first.text(), /cell \d+, line 2.*Error: too late/s);
    }
  });
});

it('a cell that never ends does not outlive the program that started it', async () => {
  const script = `
    import { startCellHost } from '${new URL('../../dist/kernel/cellHost.js', import.meta.url).href}';
    const host = await startCellHost('${tmpdir()}');
    const send = (output) => process.stdout.write(output.text ?? '');
    await host.execute('console.log(process.pid); while (true);', { send });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  const runs = () => {
    try {
      return process.kill(Number(text), 0);
    } catch {
      return false;
    }
  };
  assert.equal(runs(), true);
  parent.kill('SIGKILL');
  for (let waited = 0; runs() && waited < 100; waited++) await pause(100);
  assert.equal(runs(), false);
});

describe('prompt()', () => {
  it('hands the question out and the answer in', async () => {
    const { done, outputs } = start(
      'await prompt("Name?", { password: true })',
      async ({ text, password }) => `${text} ${password}`,
    );
    await done;
    const shown = outputs.find(({ type }) => type === 'result');
    assert.equal(shown?.type === 'result' && shown.data['text/plain'], "'Name? true'");
  });

  it('gives each of two questions at once its own answer', async () => {
    const { done, outputs } = start(
      'await Promise.all([prompt("a"), prompt("b")])',
      async ({ text }) => `${text}!`,
    );
    await done;
    const shown = outputs.find(({ type }) => type === 'result');
    assert.equal(shown?.type === 'result' && shown.data['text/plain'], "[ 'a!', 'b!' ]");
  });

  it('says that nobody is there to answer', async () => {
    assert.match((await run('await prompt("Name?")')).error?.message ?? '', /nobody to answer/);
  });
});

describe('clearOutput()', () => {
  it('is sent in its place among the outputs', async () => {
    const { outputs, done } = start(
      'import { clearOutput } from "llm-workbook";\nconsole.log("a"); clearOutput({ wait: true }); console.log("b")',
    );
    await done;
    assert.deepEqual(
      outputs.map((output) => (output.type === 'clear' ? output.wait : output.type)),
      ['stream', true, 'stream'],
    );
  });
});
