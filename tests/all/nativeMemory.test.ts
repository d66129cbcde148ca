import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasCompiler } from '../backend/backends.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MB = 2 ** 20;

/** Runs code in a process of its own; it sees tfjs and a started backend. */
function inOwnProcess(code: string): string {
  const script = `
    import * as tf from '@tensorflow/tfjs';
    import { selectBackend } from './src/backend/select.ts';
    import { createRandom } from './src/core/random.ts';
    import { createParams } from './src/model/params.ts';
    import { createAdamW } from './src/train/adamW.ts';
    import { trainStep } from './src/train/step.ts';
    await selectBackend({ name: 'native' });
    ${code}`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

if (hasCompiler) {
  describe('the memory of the native backend', () => {
    it('forty training steps on texts of differing lengths stay under 600 MB', () => {
      const rss = inOwnProcess(`
        const config = { vocabSize: 2048, blockSize: 512, nLayer: 2, nHead: 4, nEmbd: 128 };
        const params = createParams(config, createRandom(1));
        const optimizer = createAdamW(params);
        for (let step = 0; step < 40; step++) {
          const [batchSize, length] = [8, 100 + (step * 157) % 401];
          const ids = Int32Array.from({ length: batchSize * length }, (_, at) => (at * 31 + step) % 2048);
          trainStep(params, { batchSize, length, inputs: ids, targets: ids }, optimizer, 1e-3);
        }
        process.stdout.write(String(process.memoryUsage().rss));`);
      assert.ok(Number(rss) < 600 * MB, `${Math.round(Number(rss) / MB)} MB`);
    });

    it('thousands of tensors of differing sizes, all disposed, take less than a tenth of what went through at any time', () => {
      const rss = inOwnProcess(`
        const add = (size) => void tf.zeros([size]).add(1);
        for (let n = 0; n < 4000; n++) tf.tidy(() => add(200_000 + 64 * n));
        process.stdout.write(String(1024 * process.resourceUsage().maxRSS));`);
      // 4,000 results of .8 to 1.8 MB are 2.6 GB, and as much again for what they were added to.
      assert.ok(Number(rss) < 520 * MB, `${Math.round(Number(rss) / MB)} MB`);
    });
  });
}
