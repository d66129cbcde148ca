/** The longest of all, and the first in the alphabet: with it at the end, one of two processors would have nothing to do. */
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

it('npm start runs every chapter whole, writes the book, and the GPT falls clearly below the bigram model', {
  timeout: 1_500_000,
}, () => {
  const out = mkdtempSync(join(tmpdir(), 'start-'));
  const args = ['scripts/bootstrap.mjs', 'dist/cli/main.js', 'run', '--out', out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
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
  const losses = resultOf(
    join(out, '05-pretraining.ipynb'),
    /validationLoss: ([\d.]+),\s+bigramLoss: ([\d.]+)/,
  );
  const [gpt, bigram] = losses.map(Number);
  assert.ok(gpt! < bigram! - 0.2, `GPT ${gpt}, bigram ${bigram} nats per token`);
});

/** The groups of the first match in the values that a notebook shows. */
function resultOf(path: string, pattern: RegExp): string[] {
  for (const cell of readNotebook(path).cells) {
    if (cell.cell_type !== 'code') continue;
    for (const output of cell.outputs) {
      const text = output.output_type === 'execute_result' ? String(output.data['text/plain']) : '';
      const match = pattern.exec(text);
      if (match) return match.slice(1);
    }
  }
  throw new Error(`No output of ${path} matches ${pattern}`);
}
