import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../../src/index.js';
import { grpo } from './grpo.js';
import { rewardModel } from './rewardModel.js';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('what a builder writes with the door alone', () => {
  before(() => selectBackend());

  it('is short: GRPO with its SFT in 45 lines, a reward model in 25, imports counted', () => {
    for (const [name, most] of [
      ['grpo', 45],
      ['rewardModel', 25],
    ] as const) {
      const text = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');
      const lines = text.split('\n').filter((line) => line.trim());
      assert.ok(lines.length <= most, `${name}: ${lines.length} lines`);
      const modules = [...text.matchAll(/from '([^']+)'/g)].map(([, module]) => module);
      assert.deepEqual(modules, ['../../../src/index.js']);
    }
  });

  it('GRPO: the demonstrations are learned, and what is rewarded comes more often than after them', async () => {
    const { losses, before, after } = await grpo({
      digits: 3,
      width: 32,
      demos: 60,
      steps: 120,
      updates: 40,
    });
    assert.ok(mean(losses.slice(-10)) < mean(losses.slice(0, 10)) / 2);
    const answers = 800; // to 100 problems that were held out
    const variances = [before.at1, after.at1].map((rate) => (rate * (1 - rate)) / answers);
    const error = Math.sqrt(variances[0]! + variances[1]!);
    assert.ok(after.at1 - before.at1 > 4 * error, `${before.at1} before, ${after.at1} after`);
  });

  it('the reward model ranks new pairs as the judge means, though one in five of its verdicts was turned over', () => {
    const [better, worse] = rewardModel({});
    const right = better.filter((reward, nth) => reward > worse[nth]!).length;
    // A coin is right in 150 of 300, and in more than 185 of them less often than once in ten thousand.
    assert.ok(right > 185, `${right} of ${better.length}`);
  });

  it('the same seed gives the same rewards, another seed others', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => [...rewardModel({ steps: 2, seed })[0]]);
    assert.deepEqual(same, one);
    assert.notDeepEqual(other, one);
  });
});
