import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeFileAtomic } from '../../src/core/files.js';
import { duration, progressLine, progressOf } from '../../src/core/progress.js';
import { createRandom } from '../../src/core/random.js';
import { type Size, sized } from '../../src/core/size.js';
import { spreadOf } from '../../src/core/statistics.js';

describe('createRandom()', () => {
  const draws = (random: ReturnType<typeof createRandom>) =>
    Array.from({ length: 20 }, () => random.integer(1000));

  it('gives the same stream for the same seed, another for another, and goes on from a saved state', () => {
    assert.deepEqual(draws(createRandom(3)), draws(createRandom(3)));
    assert.notDeepEqual(draws(createRandom(3)), draws(createRandom(4)));
    const random = createRandom(3);
    draws(random);
    assert.deepEqual(draws(createRandom(random.state())), draws(random));
  });

  it('draws normal numbers of mean 0 and variance 1, and whole numbers evenly', () => {
    const random = createRandom(1);
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    const mean = normal.reduce((sum, x) => sum + x, 0) / normal.length;
    const variance = normal.reduce((sum, x) => sum + (x - mean) ** 2, 0) / normal.length;
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.05, `mean ${mean}, variance ${variance}`);
    const counts = new Array<number>(6).fill(0);
    for (let n = 0; n < 6000; n++) counts[random.integer(6)]!++;
    assert.ok(
      counts.every((count) => count > 850 && count < 1150),
      counts.join(),
    );
  });

  it('shuffles a copy, and keeps every item', () => {
    const items = [1, 2, 3, 4, 5];
    assert.deepEqual([...createRandom(2).shuffle(items)].sort(), items);
    assert.deepEqual(items, [1, 2, 3, 4, 5]);
  });

  it('refuses a seed that is not a whole number', () =>
    assert.throws(() => createRandom(0.5), /expected a whole number as seed, got 0.5/));
});

describe('writeFileAtomic()', () => {
  it('leaves the old file and no other when a write fails', () => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'));
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'old');
    assert.throws(() => writeFileAtomic(path, Symbol('not text') as unknown as string));
    assert.deepEqual([readdirSync(folder), readFileSync(path, 'utf8')], [['a.txt'], 'old']);
  });
});

describe('progress', () => {
  it('tells rate and time left', () => {
    assert.equal(progressLine(progressOf(25, 100, 5), 'steps'), '25/100 steps (25%), 5.0 steps/s, 15 s left');
    assert.equal(progressLine(progressOf(3, undefined, 0), 'pages'), '3 pages, 0.0 pages/s');
    const slow = (seconds: number) => progressLine(progressOf(1, undefined, seconds), 'notebooks');
    assert.equal(slow(40), '1 notebooks, 1.5 notebooks/min');
    assert.equal(slow(1800), '1 notebooks, 2.0 notebooks/h');
    assert.deepEqual(
      [duration(59.6), duration(75), duration(3725)],
      ['1 min 00 s', '1 min 15 s', '1 h 02 min'],
    );
  });
});

describe('sized()', () => {
  it('names the sizes when given another', () => {
    const settings = { smoke: 1, nano: 2, small: 3, gpu: 4 };
    assert.equal(sized('nano', settings), 2);
    assert.throws(
      () => sized('huge' as Size, settings),
      /Cannot use size "huge": expected one of smoke, nano, small, gpu/,
    );
  });
});

describe('spreadOf()', () => {
  it("gives what Python's statistics.stdev gives, wherever the values lie", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    assert.deepEqual(spreadOf(values), { mean: 5, deviation: Math.sqrt(32 / 7), count: 8 });
    const far = spreadOf(Float64Array.from(values, (value) => 1e9 + value));
    assert.deepEqual(far, { mean: 1e9 + 5, deviation: Math.sqrt(32 / 7), count: 8 });
  });

  it('has no deviation for one value and no mean for none', () => {
    assert.deepEqual(spreadOf([3]), { mean: 3, deviation: Number.NaN, count: 1 });
    assert.deepEqual(spreadOf([]), { mean: Number.NaN, deviation: Number.NaN, count: 0 });
  });
});
