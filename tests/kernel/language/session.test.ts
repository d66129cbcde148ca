import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { check } from '../../../dist/kernel/language/check.js';
import { createSession } from '../../../dist/kernel/language/session.js';
import { loadTypeScript } from '../../../dist/kernel/language/typescript.js';

const ts = loadTypeScript(tmpdir());

/** A session after so many cells, each of which uses the one before it. */
function after(count: number) {
  const session = createSession(ts, tmpdir());
  session.cells.ran('const n0 = 0;');
  for (let n = 1; n < count; n++) session.cells.ran(`const n${n} = n${n - 1} + 1;`);
  return session;
}

describe('createSession(): a question after many cells', () => {
  it('reads one file anew, whatever their number', () => {
    for (const count of [10, 200]) {
      const session = after(count);
      const files = () => new Set(session.service.getProgram()?.getSourceFiles());
      assert.deepEqual(check(session, 'n1.toFixed()'), []);
      const before = files();
      assert.ok(before.size > count);
      assert.equal(check(session, `const s: string = n${count - 1};`).length, 1);
      const fresh = [...files()].filter((file) => !before.has(file)).map(({ fileName }) => fileName);
      assert.deepEqual(fresh, [session.cells.current], `after ${count} cells`);
    }
  });

  it('names only what the cell mentions, so that the rest is not looked at', () => {
    const session = after(200);
    const { prelude } = session.cells.open('n7 + n9', 'mentioned');
    assert.deepEqual(prelude.match(/\bn\d+\b/g)?.sort(), ['n7', 'n9']);
    assert.equal(session.cells.open('', 'all').prelude.match(/\bn\d+\b/g)?.length, 200);
  });
});
