import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createGrader } from '../../../dist/workbook/grading/submissions.js';
import { type Notebook, writeNotebook } from '../../../src/workbook/notebook.js';
import { sourceOf } from './notebooks.js';

const folder = mkdtempSync(join(tmpdir(), 'submissions-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const source = sourceOf([{ name: 'one', solution: 'const one = () => 1;', test: 'assert.equal(one(), 1);' }]);
writeNotebook(at('source.ipynb'), source);
writeNotebook(at('good.ipynb'), source);
const grader = createGrader(at('source.ipynb'), {});
const grade = async (name: string) => (await grader.grade({ name, path: at(name) })).report;

/** The source with other metadata for each cell. */
function withMetadata(name: string, metadata: object): void {
  const cells = source.cells.map((cell) => ({ ...cell, metadata: { ...cell.metadata, ...metadata } }));
  writeNotebook(at(name), { ...source, cells } as Notebook);
}

describe('createGrader(): a bad file costs itself alone', { timeout: 600_000 }, () => {
  for (const tags of [5, {}, 'parameters', null, [5]]) {
    it(`tags that are ${JSON.stringify(tags)} change nothing`, async () => {
      withMetadata('tags.ipynb', { tags });
      assert.equal((await grade('tags.ipynb')).points, 2);
    });
  }

  it('marks that are none leave a submission without its cells', async () => {
    for (const nbgrader of [5, 'text', null, { grade_id: {} }, { grade_id: ['one'] }]) {
      withMetadata('marks.ipynb', { nbgrader });
      const { points, maxPoints } = await grade('marks.ipynb');
      assert.equal(maxPoints, 2, JSON.stringify(nbgrader));
      assert.ok(points <= 2);
    }
  });

  it("a link is refused, to another's work as well as to a device", async () => {
    symlinkSync(at('good.ipynb'), at('link.ipynb'));
    symlinkSync('/dev/zero', at('zero.ipynb'));
    for (const name of ['link.ipynb', 'zero.ipynb']) {
      const { points, maxPoints, problem } = await grade(name);
      assert.deepEqual([points, maxPoints], [0, 2]);
      assert.match(problem!, /it is a link$/);
    }
  });

  it('so is what is no file: a pipe, a folder, nothing', async () => {
    assert.equal(spawnSync('mkfifo', [at('pipe.ipynb')]).status, 0);
    mkdirSync(at('folder.ipynb'));
    assert.match((await grade('pipe.ipynb')).problem!, /it is no file$/);
    assert.match((await grade('folder.ipynb')).problem!, /it is no file$/);
    assert.match((await grade('none.ipynb')).problem!, /there is no such file$/);
  });

  it('and a file of more than 50 MB', async () => {
    writeFileSync(at('large.ipynb'), '');
    truncateSync(at('large.ipynb'), 50 * 2 ** 20 + 1);
    assert.match((await grade('large.ipynb')).problem!, /has 52428801 bytes, at most 52428800/);
  });

  it('but a source that cannot be used ends it all', async () => {
    const broken = sourceOf([{ name: 'one', solution: 'const one = ;', test: '' }]);
    writeNotebook(at('broken.ipynb'), broken);
    const other = createGrader(at('broken.ipynb'), {});
    await assert.rejects(
      other.grade({ name: 'good', path: at('good.ipynb') }),
      /Cannot grade with this source/,
    );
  });
});
