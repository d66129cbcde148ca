import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cosineSchedule, linearSchedule, warmupStableDecay } from '../../src/train/schedule.js';

const options = { steps: 110, learningRate: 2, warmupSteps: 10 };
const schedules = {
  cosine: cosineSchedule(options),
  linear: linearSchedule(options),
  'warm-up, stable, decay': warmupStableDecay(options),
};

for (const [name, at] of Object.entries(schedules))
  describe(`the schedule ${name}`, () => {
    it('climbs in a straight line that does not start at 0', () => {
      assert.deepEqual([at(0), at(4), at(9)], [0.2, 1, 2]);
      assert.equal(at(10), 2);
    });

    it('stays at the end after the last step, and never rises after the warm-up', () => {
      assert.equal(at(500), at(110));
      for (let step = 11; step < 120; step++) assert.ok(at(step) <= at(step - 1), `step ${step}`);
    });
  });

describe('cosineSchedule()', () => {
  it('falls along a cosine: half way down in the middle, the final share at the end', () => {
    const at = cosineSchedule({ ...options, finalShare: 0.1 });
    assert.ok(Math.abs(at(60) - (2 + 0.2) / 2) < 1e-12);
    assert.ok(Math.abs(at(110) - 0.2) < 1e-12);
  });

  it('works without a warm-up and for a single step', () => {
    assert.equal(cosineSchedule({ steps: 1, learningRate: 3 })(0), 3);
  });
});

describe('linearSchedule()', () => {
  it('loses the same with each step', () => {
    const at = linearSchedule({ ...options, finalShare: 0.5 });
    for (let step = 10; step < 110; step++) assert.ok(Math.abs(at(step) - at(step + 1) - 0.01) < 1e-12);
    assert.equal(at(110), 1);
  });
});

describe('warmupStableDecay()', () => {
  it('is level until the way down, which takes a fifth of the run and is 1 - sqrt, as in llm.c', () => {
    const at = warmupStableDecay({ steps: 100, learningRate: 1 });
    for (let step = 0; step <= 80; step++) assert.equal(at(step), 1);
    for (let step = 81; step <= 100; step++)
      assert.ok(Math.abs(at(step) - (1 - Math.sqrt((step - 80) / 20))) < 1e-12);
  });

  it('ends at the final share, in a straight line where that is asked for', () => {
    const at = warmupStableDecay({ ...options, decaySteps: 50, decay: 'linear', finalShare: 0.2 });
    assert.equal(at(60), 2);
    assert.ok(Math.abs(at(85) - 1.2) < 1e-12);
    assert.ok(Math.abs(at(110) - 0.4) < 1e-12);
  });

  it('may be made longer before its way down without changing a step that was made', () => {
    const longer = warmupStableDecay({ ...options, steps: 1000 });
    for (let step = 0; step <= 88; step++)
      assert.equal(longer(step), schedules['warm-up, stable, decay'](step));
  });
});
