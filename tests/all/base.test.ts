/** The chapter that later ones build on, at `nano`; all of them run at that size by `npm run test:series`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNotebook } from '../../src/workbook/notebook.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm start -- 05 runs the chapter whole, and the GPT falls clearly below the bigram model', () => {
  const out = mkdtempSync(join(tmpdir(), 'start-'));
  const args = ['scripts/bootstrap.mjs', 'dist/cli/main.js', 'run', '05', '--out', out];
  const env = { ...process.env, WORKBOOK_HOME: mkdtempSync(join(tmpdir(), 'home-')) };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
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
