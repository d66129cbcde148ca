import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tests = ['tests/kernel/engine.test.ts', 'tests/workbook/run.test.ts'];

describe('the engine and the runner on other releases of Node', () => {
  for (const version of ['22', '24']) {
    it(`Node ${version}`, { timeout: 600_000 }, () => {
      const folder = mkdtempSync(join(tmpdir(), `node-${version}-`));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"private":true}');
      const install = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`];
      execFileSync('npm', install, { cwd: folder, stdio: 'ignore' });
      const node = join(folder, 'node_modules', 'node', 'bin', 'node');
      const found = execFileSync(node, ['--version'], { encoding: 'utf8' });
      assert.match(found, new RegExp(`^v${version}\\.`));
      const { NODE_TEST_CONTEXT: _, ...env } = process.env; // or Node takes this for a test file's own process
      const args = ['--import', 'tsx', '--test', '--test-reporter=tap', ...tests];
      const { stdout, status } = spawnSync(node, args, { cwd: root, env, encoding: 'utf8' });
      assert.equal(
        status,
        0,
        stdout
          .split('\n')
          .filter((line) => /not ok|error:|message/.test(line))
          .join('\n'),
      );
      assert.match(stdout, /^# pass [1-9]\d+$/m);
      assert.match(stdout, /^# fail 0$/m);
    });
  }
});
