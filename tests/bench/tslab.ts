/** Stock tslab, headless: its converter and executor in a fresh process, timed as our engine is. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measurement.js';

const script = `
const start = performance.now();
const { createConverter } = require('tslab/dist/converter');
const { createExecutor } = require('tslab/dist/executor');
const converter = createConverter({ isJS: false });
const executor = createExecutor(process.cwd(), { node: converter, browser: converter, close() {} }, { log() {}, error(e) { process.stderr.write(String(e) + '\\n'); } });
const ready = performance.now() - start;
const cell = async (source) => {
  const before = performance.now();
  if (!(await executor.execute(source))) throw new Error('tslab failed: ' + source);
  return performance.now() - before;
};
(async () => {
  await cell('1 + 1');
  const trivial = [], afterTfjs = [];
  for (let n = 0; n < COUNT; n++) trivial.push(await cell('const x' + n + ': number = ' + n + '; x' + n));
  await cell("import * as tf from '@tensorflow/tfjs'; tf.version.tfjs");
  for (let n = 0; n < COUNT; n++) afterTfjs.push(await cell('const y' + n + ': number = ' + n + '; y' + n));
  process.stdout.write(JSON.stringify({ ready, trivial, afterTfjs }));
  process.exit();
})();`;

/** Median times in milliseconds over some processes of some cells each. */
export async function tslabTimes(
  processes: number,
  cells: number,
): Promise<{ ready: number; trivial: number; afterTfjs: number }> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const runs = Array.from({ length: processes }, () => {
    const start = performance.now();
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['-e', script.replaceAll('COUNT', String(cells))],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`tslab could not be measured: ${stderr}`);
    return {
      ...(JSON.parse(stdout.slice(stdout.lastIndexOf('{"ready"'))) as {
        ready: number;
        trivial: number[];
        afterTfjs: number[];
      }),
      start,
    };
  });
  return {
    ready: median(runs.map(({ ready }) => ready)),
    trivial: median(runs.flatMap(({ trivial }) => trivial)),
    afterTfjs: median(runs.flatMap(({ afterTfjs }) => afterTfjs)),
  };
}
