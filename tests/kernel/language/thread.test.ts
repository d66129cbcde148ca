import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { type Problem, startLanguage } from '../../../dist/kernel/language/index.js';

const codes = async (problems: Promise<Problem[]>) => (await problems).map(({ code }) => code);
const nextThread = () => new Promise<Worker>((resolve) => process.once('worker', resolve));

describe('startLanguage(): the thread', () => {
  it('answers with an error when it dies, and works again with what has run', async () => {
    const { check, ran, close } = startLanguage({ folder: tmpdir() });
    await ran('let step = 1;');
    const thread = nextThread();
    const first = check("step = 'one'");
    await (await thread).terminate();
    await assert.rejects(
      first,
      /^Error: Cannot answer about a cell: the TypeScript thread ended: it exited with/,
    );
    await ran("const late = 'two';");
    assert.deepEqual(await codes(check('step = late')), [2322]);
    await close();
  });

  it('is ended when it takes too long', async () => {
    const { check, close } = startLanguage({ folder: tmpdir(), seconds: 0.001 });
    await assert.rejects(check('1'), /there was no answer within 0\.001 s/);
    await close();
  });

  it('refuses questions when it is closed, those that wait included', async () => {
    const { check, close } = startLanguage({ folder: tmpdir() });
    const waiting = assert.rejects(check('1'), /the TypeScript thread ended: it was closed/);
    await close();
    await waiting;
    await assert.rejects(check('1'), /the language service is closed/);
  });

  it('answers who waits before it makes checks, and checks a cell against those that had run when it was asked', async () => {
    const { check, inspect, ran, close } = startLanguage({ folder: tmpdir() });
    const ended: string[] = [];
    const noted = async <T>(name: string, answer: Promise<T>): Promise<T> => {
      const value = await answer;
      ended.push(name);
      return value;
    };
    await ran('const size = 1;');
    const checks = Array.from({ length: 5 }, (_, nth) => noted(`check ${nth}`, check('size * 2')));
    await ran("const size = 'one';");
    const inspected = noted('inspection', inspect('size', 1));
    const after = check('size * 2');
    assert.match(String((await inspected).data['text/plain']), /"one"/);
    assert.ok(ended.length < checks.length, `behind ${ended.join(', ')}`);
    for (const problems of checks) assert.deepEqual(await codes(problems), []);
    assert.deepEqual(await codes(after), [2362]);
    await close();
  });

  it('survives a cell that is nested too deeply to be read, as a question and as one that ran', async () => {
    const { check, ran, close } = startLanguage({ folder: tmpdir() });
    const deep = '('.repeat(200_000);
    await assert.rejects(check(deep), /TypeScript failed: Maximum call stack size exceeded/);
    await ran(deep);
    await ran('let step = 1;');
    assert.deepEqual(await codes(check("step = 'one'")), [2322]);
    await close();
  });

  it('leaves the thread of the asker free while it starts, and takes a folder that is not there for an empty one', async () => {
    const { check, ran, close } = startLanguage({ folder: '/nowhere/at/all' });
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await check('1');
    clearInterval(timer);
    assert.ok(turns > 10, `${turns} turns`);
    await ran('let step = 1;');
    assert.deepEqual(await codes(check("step = 'one'")), [2322]);
    await close();
  });
});
