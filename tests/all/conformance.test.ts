import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasCompiler } from '../backend/backends.js';
import type { Line } from '../conformance/run.js';

const script = fileURLToPath(new URL('../conformance/run.ts', import.meta.url));

/** How tfjs-core's cases end on a backend, by name; where several have one name, they are numbered. */
function outcomes(backend: string): Map<string, Line> {
  const file = join(mkdtempSync(join(tmpdir(), 'conformance-')), 'results.jsonl');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // or Node takes this for a test file's own process
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, backend, file], {
    env,
    encoding: 'utf8',
  });
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  assert.equal(status, 0, `${backend} ended in "${lines.at(-1)?.name}": ${stderr.slice(-1000)}`);
  const seen = new Map<string, number>();
  const ended = lines.filter((line) => line.status !== 'started');
  return new Map(
    ended.map((line) => {
      const count = (seen.get(line.name) ?? 0) + 1;
      seen.set(line.name, count);
      return [`${line.name} ${count}`, line];
    }),
  );
}

if (hasCompiler) {
  describe('tfjs-core’s own cases for backends', () => {
    it('whatever passes on tfjs’s cpu backend passes on native', { timeout: 600_000 }, (test) => {
      const [cpu, native] = [outcomes('cpu'), outcomes('native')];
      const passed = [...native.values()].filter(({ status }) => status === 'passed').length;
      test.diagnostic(`${passed} of ${native.size} cases pass on native`);
      assert.ok(passed > 4000, `only ${passed} cases ran and passed`);
      const worse = [...native].filter(
        ([name, { status }]) => cpu.get(name)?.status === 'passed' && status !== 'passed',
      );
      assert.deepEqual(worse, []);
    });
  });
}
