/** Every chapter at `nano`, as `npm start` runs them: half an hour and more, so it runs where it is named (`npm run test:series`). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findChapters } from '../../src/workbook/chapters.js';
import { type CodeCell, readNotebook } from '../../src/workbook/notebook.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'home-'));

// What a chapter leaves for later ones lies in WORKBOOK_HOME: first nothing, then what the first run left.
for (const cache of ['an empty cache', 'a full cache']) {
  it(`npm start runs every chapter whole from ${cache} and writes the book`, (test) => {
    const out = mkdtempSync(join(tmpdir(), 'series-'));
    const args = ['scripts/bootstrap.mjs', 'dist/cli/main.js', 'run', '--out', out];
    const env = { ...process.env, WORKBOOK_HOME: home };
    const start = Date.now();
    const { status } = spawnSync(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    test.diagnostic(`${((Date.now() - start) / 60_000).toFixed(1)} minutes from ${cache}`);
    assert.equal(status, 0);
    assert.ok(existsSync(join(out, 'index.html')));
    for (const { name } of findChapters([])) {
      assert.ok(existsSync(join(out, `${name}.html`)));
      const code = readNotebook(join(out, `${name}.ipynb`)).cells.filter(
        (cell): cell is CodeCell => cell.cell_type === 'code',
      );
      assert.deepEqual(
        code.map(({ execution_count }) => execution_count),
        code.map((_, index) => index + 1),
      );
    }
  });
}
