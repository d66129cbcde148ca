import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { learningRateAt } from '../../src/train/schedule.js';

describe('learningRateAt()', () => {
  const schedule = { steps: 110, learningRate: 2, warmupSteps: 10, finalShare: 0.1 };
  const at = (step: number) => learningRateAt(step, schedule);

  it('climbs in a straight line that does not start at 0', () => {
    assert.deepEqual([at(0), at(4), at(9)], [0.2, 1, 2]);
  });

  it('falls along a cosine: half way down in the middle, the final share at the end', () => {
    assert.equal(at(10), 2);
    assert.ok(Math.abs(at(60) - (2 + 0.2) / 2) < 1e-12);
    assert.ok(Math.abs(at(110) - 0.2) < 1e-12);
  });

  it('stays at the end after the last step, and never rises after the warm-up', () => {
    assert.equal(at(500), at(110));
    for (let step = 11; step < 120; step++) assert.ok(at(step) <= at(step - 1));
  });

  it('works without a warm-up and for a single step', () => {
    assert.equal(learningRateAt(0, { steps: 1, learningRate: 3 }), 3);
  });
});
