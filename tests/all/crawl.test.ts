import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/core/random.js';
import { crawlConfig, partsIn, resultOf, temporaryFolder, writeCrawl } from '../data/crawl/crawl.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder('killed');
const alone = join(folder, 'alone');
let paths: readonly string[];
let seconds = 0;

/** Starts `workbook data run`; `ended` is its exit status, or the signal that killed it. */
function start(out: string, ...args: string[]) {
  const all = ['data', 'run', ...paths, '--out', out, '--config', join(folder, 'config.json'), ...args];
  const child = spawn(process.execPath, [cli, ...all], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (status, signal) => resolve(signal ?? (status === 0 ? 0 : errors)));
  });
  return { child, ended };
}

before(async () => {
  ({ paths } = await writeCrawl(join(folder, 'crawl'), { pages: 600, files: 4 }));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(crawlConfig));
  const begin = performance.now();
  assert.equal(await start(alone).ended, 0);
  seconds = (performance.now() - begin) / 1000;
});

describe('workbook data run', () => {
  it('killed with SIGKILL at any moment and started again gives the same bytes', async () => {
    const random = createRandom(11);
    let [kills, finished] = [0, 0];
    for (let run = 0; kills < 25 || finished < 3; run++) {
      const out = join(folder, `killed-${finished}`);
      const { child, ended } = start(out, '--workers', `${1 + (run % 2)}`);
      // Short lives and long ones: from a start that has not read anything to the last record of the last stage.
      const life = 1000 * seconds * random.uniform() ** 3;
      const outcome = await Promise.race([ended, wait(life, 'late')]);
      if (outcome === 'late') child.kill('SIGKILL');
      const end = await ended;
      if (end === 'SIGKILL') kills++;
      else {
        assert.equal(end, 0);
        assert.deepEqual(resultOf(out), resultOf(alone));
        assert.deepEqual(partsIn(out), []);
        finished++;
      }
    }
  });

  it('with the stages that see all documents, killed and started again, gives the same bytes', async () => {
    const more = ['--exact', 'url,text', '--check-pairs', '0.7', '--lines', '--format', 'parquet'];
    const whole = join(folder, 'more');
    assert.equal(await start(whole, ...more).ended, 0);
    const random = createRandom(12);
    const out = join(folder, 'more-killed');
    for (let kills = 0; ; ) {
      const { child, ended } = start(out, ...more);
      const outcome = await Promise.race([ended, wait(2000 * seconds * random.uniform(), 'late')]);
      if (outcome === 'late' && kills < 12) child.kill('SIGKILL');
      if ((await ended) === 'SIGKILL') kills++;
      else break;
    }
    assert.deepEqual(resultOf(out), resultOf(whole));
    const ranks = join(folder, 'more-ranks');
    const stages = [
      'filter',
      'keys',
      'exact',
      'signatures',
      'buckets',
      'clusters',
      'lineKeys',
      'lines',
      'finish',
    ];
    for (const stage of stages) {
      const both = [1, 0].map((rank) =>
        start(ranks, ...more, '--tasks', '2', '--rank', `${rank}`, '--stage', stage, '--workers', '1'),
      );
      assert.deepEqual(await Promise.all(both.map(({ ended }) => ended)), [0, 0]);
    }
    assert.deepEqual(resultOf(ranks), resultOf(whole));
  });

  it('done by two processes at once gives the same bytes, and so does each rank done twice', async () => {
    const out = join(folder, 'twice');
    const both = [start(out), start(out)];
    assert.deepEqual(await Promise.all(both.map(({ ended }) => ended)), [0, 0]);
    assert.deepEqual(resultOf(out), resultOf(alone));
    const ranks = join(folder, 'ranks');
    for (const stage of ['filter', 'signatures', 'buckets', 'clusters', 'finish']) {
      const all = [0, 0, 1, 1].map((rank) =>
        start(ranks, '--tasks', '2', '--rank', `${rank}`, '--stage', stage, '--workers', '1'),
      );
      assert.deepEqual(await Promise.all(all.map(({ ended }) => ended)), [0, 0, 0, 0]);
    }
    assert.deepEqual(resultOf(ranks), resultOf(alone));
  });
});
