import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createGrader } from '../../dist/workbook/grading/submissions.js';
import { assignment } from '../../src/workbook/grading/assignment.js';
import { stub } from '../../src/workbook/grading/student.js';
import { type Notebook, parseNotebook, writeNotebook } from '../../src/workbook/notebook.js';
import { sourceOf, withAnswers } from '../workbook/grading/notebooks.js';
import { askPython, withPeers } from './python.js';

/** As `nbgraderPeer.py` answers. */
interface Peer {
  readonly release: string;
  readonly scores: { readonly [student: string]: { readonly [gradeId: string]: number } };
  readonly feedback: readonly string[];
}

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const course = mkdtempSync(join(tmpdir(), 'nbgrader-'));
after(() => rmSync(course, { recursive: true, force: true }));

function put(folder: string, notebook: Notebook): string {
  mkdirSync(join(course, folder), { recursive: true });
  const path = join(course, folder, 'ex.ipynb');
  writeNotebook(path, notebook);
  return path;
}

const hidden =
  'assert.equal(two(), 2);\n// BEGIN HIDDEN TESTS\nassert.equal(two(4), 2);\n// END HIDDEN TESTS';
const source = sourceOf([
  { name: 'one', solution: 'const one = () => 1;', test: "assert.equal(one(), 1, 'one is wanted');" },
  { name: 'two', solution: 'const two = (_ = 2) => 2;', test: hidden },
  { name: 'part', solution: 'const part = () => 3;', test: 'part() === 3 ? 2 : 1.5;' },
]);
const copy = assignment(source);

/** What is left of a cell once Jupyter's own order of keys and empty counts are out of it. */
const cellsOf = ({ cells }: Notebook) =>
  cells.map(({ id, cell_type, source, metadata }) => ({ id, cell_type, source, metadata }));

withPeers(import.meta.filename, () => {
  test('nbgrader hands out the same copy, gives the same points, and writes its feedback', async () => {
    const install = [cli, 'kernel', 'install', '--prefix', course, '--name', 'tslab'];
    assert.equal(spawnSync(process.execPath, install).status, 0);
    const searched = [join(course, 'share', 'jupyter'), process.env.JUPYTER_PATH];
    process.env.JUPYTER_PATH = searched.filter(Boolean).join(delimiter);

    const sourcePath = put('source/ps1', source);
    const paths = {
      ann: put('submitted/ann/ps1', source),
      bob: put(
        'submitted/bob/ps1',
        withAnswers(copy, {
          one: 'const one = () => 1;',
          two: 'const two = (n = 2) => n;',
          part: 'const part = () => 4;',
        }),
      ),
      cy: put('submitted/cy/ps1', copy),
    };
    const theirs = askPython<Peer>('nbgraderPeer.py', { course, assignment: 'ps1', stub: stub.join('\n') });

    assert.deepEqual(cellsOf(copy), cellsOf(parseNotebook(theirs.release, 'release')));
    const grader = createGrader(sourcePath, {});
    const ours: Record<string, unknown> = {};
    for (const [name, path] of Object.entries(paths)) {
      const { report } = await grader.grade({ name, path });
      ours[name] = Object.fromEntries(report.tests.map(({ gradeId, points }) => [gradeId, points]));
    }
    assert.deepEqual(ours, {
      ann: { 'test-one': 2, 'test-two': 2, 'test-part': 2 },
      bob: { 'test-one': 2, 'test-two': 0, 'test-part': 1.5 },
      cy: { 'test-one': 0, 'test-two': 0, 'test-part': 0 },
    });
    assert.deepEqual(theirs.scores, ours);
    assert.deepEqual(
      theirs.feedback,
      Object.keys(paths).map((student) => `feedback/${student}/ps1/ex.html`),
    );
  });
});
