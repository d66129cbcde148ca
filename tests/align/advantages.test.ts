import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adaptiveKl } from '../../src/align/advantages/adaptiveKl.js';
import { generalizedAdvantages } from '../../src/align/advantages/generalizedAdvantages.js';
import { groupAdvantages } from '../../src/align/advantages/groupAdvantages.js';
import { meanKl, tokenRewards } from '../../src/align/advantages/tokenRewards.js';
import { whiten } from '../../src/align/advantages/whiten.js';
import { createRandom } from '../../src/core/random.js';
import { assertClose } from '../backend/compare.js';

describe('groupAdvantages()', () => {
  it('centres each group and divides by its deviation, with n - 1 or n, plus epsilon', () => {
    const random = createRandom(1);
    const rewards = Array.from({ length: 40 }, () => random.uniform());
    const [scaled, centred] = [groupAdvantages(rewards, 8), groupAdvantages(rewards, 8, { scale: 'none' })];
    const population = groupAdvantages(rewards, 8, { deviation: 'population', epsilon: 0.5 });
    for (let group = 0; group < 5; group++) {
      const own = rewards.slice(8 * group, 8 * group + 8);
      let [sum, squares] = [0, 0];
      for (const reward of own) sum += reward;
      for (const reward of own) squares += (reward - sum / 8) * (reward - sum / 8);
      for (const [nth, reward] of own.entries()) {
        const place = 8 * group + nth;
        assertClose([centred[place]!], [reward - sum / 8], 1e-6);
        assertClose([scaled[place]!], [(reward - sum / 8) / (Math.sqrt(squares / 7) + 1e-4)], 1e-6);
        assertClose([population[place]!], [(reward - sum / 8) / (Math.sqrt(squares / 8) + 0.5)], 1e-6);
      }
    }
  });

  it('has nothing to say of a group whose rewards are equal, also where their mean is not exact', () => {
    assert.deepEqual([...groupAdvantages([0.1, 0.1, 0.1, 1, 1, 1], 3)], [0, 0, 0, 0, 0, 0]);
  });

  it('refuses groups of one, rewards that are no whole groups, and rewards that are no numbers', () => {
    assert.throws(() => groupAdvantages([1, 0], 1), /expected 2 to each prompt or more, got 1/);
    assert.throws(() => groupAdvantages([1, 0, 1], 2), /expected groups of 2, got 3 rewards/);
    assert.throws(() => groupAdvantages([1, Number.NaN], 2), /expected finite rewards, got NaN at 1/);
  });
});

describe('generalizedAdvantages()', () => {
  const random = createRandom(2);
  const row = (length: number) => Array.from({ length }, random.normal);
  const [rewards, values] = [[4, 1, 7].map(row), [4, 1, 7].map(row)];

  it('is the sum over all later steps of (gamma lambda)^l times what came unexpected', () => {
    for (const [gamma, lambda] of [
      [1, 0.95],
      [0.9, 0.5],
      [1, 0],
      [0.99, 1],
    ] as const) {
      const { advantages, returns } = generalizedAdvantages(rewards, values, { gamma, lambda });
      for (const [nth, own] of rewards.entries())
        for (let t = 0; t < own.length; t++) {
          let sum = 0;
          for (let l = 0; t + l < own.length; l++) {
            const next = values[nth]![t + l + 1] ?? 0;
            sum += (gamma * lambda) ** l * (own[t + l]! + gamma * next - values[nth]![t + l]!);
          }
          assertClose([advantages[nth]![t]!], [sum], 1e-6);
          assertClose([returns[nth]![t]!], [sum + values[nth]![t]!], 1e-6);
        }
    }
  });

  it('with lambda 1 and gamma 1 is what was still earned, less what was expected', () => {
    const { returns } = generalizedAdvantages([[1, 2, 3]], [[9, 9, 9]], { lambda: 1 });
    assertClose(returns[0]!, [6, 5, 3], 1e-6);
  });

  it('refuses rows that do not belong together', () => {
    assert.throws(() => generalizedAdvantages([[1]], []), /expected values of 1 answers, got 0/);
    assert.throws(() => generalizedAdvantages([[1, 2]], [[1]]), /expected 2 values in answer 0, got 1/);
  });
});

describe('whiten()', () => {
  it('gives mean 0 and variance 1 over all rows together, or keeps the mean', () => {
    const random = createRandom(3);
    const rows = [5, 1, 14].map((length) => Array.from({ length }, () => 3 + 2 * random.normal()));
    const all = rows.flat();
    let [sum, squares] = [0, 0];
    for (const one of all) sum += one;
    for (const one of all) squares += (one - sum / 20) ** 2;
    const plain = all.map((one) => (one - sum / 20) / Math.sqrt(squares / 20 + 1e-8));
    const flat = (some: readonly Float32Array[]) => some.flatMap((row) => [...row]);
    assertClose(flat(whiten(rows)), plain, 1e-6);
    assertClose(
      flat(whiten(rows, { shiftMean: false })),
      plain.map((one) => one + sum / 20),
      1e-6,
    );
    assert.deepEqual(
      whiten(rows).map(({ length }) => length),
      [5, 1, 14],
    );
    assert.deepEqual([...whiten([[2, 2, 2]])[0]!], [0, 0, 0]);
  });
});

describe('tokenRewards() and meanKl()', () => {
  const answers = [
    { logProbs: [-1, -0.5], referenceLogProbs: [-2, -0.25], reward: 3, stopped: true },
    { logProbs: [-1], referenceLogProbs: [-1.5], reward: 2, stopped: false },
  ];

  it('pay for each token’s distance from the reference, and the score at the last', () => {
    const rows = (options: Parameters<typeof tokenRewards>[1]) =>
      tokenRewards(answers, options).map((row) => [...row]);
    assertClose(rows({ coefficient: 0.1 }).flat(), [-0.1, 3 + 0.025, 2 - 0.05], 1e-6);
    assertClose(rows({ coefficient: 0, cutScore: -1 }).flat(), [0, 3, -1], 1e-6);
    assertClose([meanKl(answers)], [(1 - 0.25 + 0.5) / 2], 1e-6);
  });

  it('refuse an empty answer, and a reference that has read another text', () => {
    const empty = { logProbs: [], referenceLogProbs: [], reward: 0, stopped: true };
    assert.throws(() => tokenRewards([empty], { coefficient: 1 }), /answer 0 is empty/);
    const other = { ...answers[0]!, referenceLogProbs: [1] };
    assert.throws(() => meanKl([other]), /answer 0 has 2 tokens, the reference gives 1/);
    assert.throws(() => meanKl([]), /expected answers, got none/);
  });
});

describe('adaptiveKl()', () => {
  it('follows the rule of Ziegler et al.: the error is cut at a fifth, and counts by answers over the horizon', () => {
    const { coefficient, update } = adaptiveKl({ target: 6, horizon: 10_000, start: 0.15 });
    let plain = 0.15;
    for (const kl of [0.1, 3, 5.9, 6.5, 20, 7]) {
      update(kl, 512);
      const error = kl / 6 - 1;
      plain *= 1 + ((error > 0.2 ? 0.2 : error < -0.2 ? -0.2 : error) * 512) / 10_000;
      assertClose([coefficient()], [plain], 1e-9);
    }
  });

  it('settles where the KL is the target, if more penalty means less KL', () => {
    const { coefficient, update } = adaptiveKl({ target: 6, horizon: 1000, start: 0.01 });
    for (let nth = 0; nth < 500; nth++) update(1 / coefficient(), 64);
    assertClose([1 / coefficient()], [6], 1e-3);
  });

  it('refuses what is no number', () => {
    assert.throws(() => adaptiveKl({ target: 0 }), /expected target above 0, got 0/);
    assert.throws(() => adaptiveKl().update(Number.NaN, 1), /got NaN/);
  });
});
