import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { fitProbe, rocArea } from '../../src/evaluate/index.js';

/** States of two overlapping clouds. */
function clouds(seed: number, count = 200, channels = 5) {
  const random = createRandom(seed);
  const labels = Array.from({ length: count }, () => random.uniform() < 0.4);
  const states = labels.map((label) =>
    Array.from({ length: channels }, (_, c) => 10 * c + (1 + c) * (random.normal() + (label ? 0.5 : -0.5))),
  );
  return { states, labels };
}

describe('fitProbe()', () => {
  it('finds the log odds of a table of two by two', () => {
    const rows: readonly [state: number, label: boolean, count: number][] = [
      [1, true, 30],
      [1, false, 10],
      [0, true, 20],
      [0, false, 40],
    ];
    const all = rows.flatMap(([state, label, count]) => new Array(count).fill({ state, label }));
    const probe = fitProbe(
      all.map(({ state }) => [state]),
      all.map(({ label }) => label),
      { l2: 1e-9 },
    );
    assert.ok(Math.abs(probe.bias - Math.log(20 / 40)) < 1e-5);
    assert.ok(Math.abs(probe.weights[0]! - (Math.log(30 / 10) - Math.log(20 / 40))) < 1e-5);
    assert.ok(Math.abs(probe.predict([1]) - 0.75) < 1e-5);
  });

  it('stands where the penalised loss is lowest: a nudge of any weight makes it worse', () => {
    const { states, labels } = clouds(1);
    const l2 = 3;
    const { weights, bias } = fitProbe(states, labels, { l2 });
    const deviations = weights.map((_, c) => {
      const values = states.map((state) => state[c]!);
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    });
    const lossOf = (own: Float64Array, constant: number) =>
      states.reduce((sum, state, nth) => {
        const z = own.reduce((total, weight, c) => total + weight * state[c]!, constant);
        return sum + Math.log(1 + Math.exp(labels[nth] ? -z : z));
      }, 0) +
      (l2 / 2) * own.reduce((sum, weight, c) => sum + (weight * deviations[c]!) ** 2, 0);
    const best = lossOf(weights, bias);
    for (const sign of [1, -1]) {
      assert.ok(lossOf(weights, bias + sign * 1e-3) > best);
      for (let c = 0; c < weights.length; c++) {
        const nudged = weights.slice();
        nudged[c]! += (sign * 1e-3) / deviations[c]!;
        assert.ok(lossOf(nudged, bias) > best, `channel ${c}`);
      }
    }
  });

  it('tells the clouds apart on states that it was not fitted on, and finds nothing where nothing is', () => {
    const { predict } = fitProbe(clouds(1).states, clouds(1).labels);
    const { states, labels } = clouds(2, 2000);
    assert.ok(rocArea(states.map(predict), labels) > 0.9);
    const random = createRandom(3);
    const coins = labels.map(() => random.uniform() < 0.5);
    const blind = fitProbe(states.slice(0, 1000), coins.slice(0, 1000));
    const area = rocArea(states.slice(1000).map(blind.predict), coins.slice(1000));
    assert.ok(Math.abs(area - 0.5) < 0.06, `${area}`);
  });

  it('is finite where a plane parts the two kinds, a channel never changes, or there are more channels than states', () => {
    const wide = fitProbe(
      [
        [1, 2, 3, 0],
        [4, 2, 6, 0],
      ],
      [true, false],
    );
    assert.ok(wide.predict([1, 2, 3, 0]) > 0.5 && wide.predict([4, 2, 6, 0]) < 0.5);
    assert.ok([...wide.weights, wide.bias].every(Number.isFinite));
  });

  it('refuses what it cannot learn from', () => {
    const wrong: [number[][], boolean[], object, RegExp][] = [
      [[], [], {}, /states of both kinds, got none/],
      [[[1], [2]], [true, true], {}, /both kinds, got one kind alone/],
      [[[1], [2]], [true], {}, /expected 2 labels, got 1/],
      [[[1], [2, 3]], [true, false], {}, /states of 1 channels, got 2 in state 1/],
      [[[1], [Number.NaN]], [true, false], {}, /finite numbers, got NaN in state 1/],
      [[[1], [2]], [true, false], { l2: 0 }, /an l2 above 0, got 0/],
    ];
    for (const [states, labels, options, message] of wrong)
      assert.throws(() => fitProbe(states, labels, options), { name: 'RangeError', message });
  });
});

describe('rocArea()', () => {
  it('is the share of pairs in the right order, ties half', () => {
    const random = createRandom(1);
    const scores = Array.from({ length: 60 }, () => random.integer(9));
    const labels = scores.map((score) => random.uniform() < score / 9);
    let [right, pairs] = [0, 0];
    for (const [i, one] of labels.entries())
      for (const [j, other] of labels.entries())
        if (one && !other) {
          pairs++;
          right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
        }
    assert.ok(Math.abs(rocArea(scores, labels) - right / pairs) < 1e-12);
    const turned = rocArea(
      scores.map((score) => -score),
      labels,
    );
    assert.ok(Math.abs(turned - (1 - right / pairs)) < 1e-12, 'turned around it is what is missing to 1');
  });

  it('knows infinities, and refuses no number and one kind alone', () => {
    assert.equal(rocArea([-Infinity, 0, Infinity], [false, false, true]), 1);
    assert.throws(() => rocArea([Number.NaN, 1], [true, false]), /got NaN/);
    assert.throws(() => rocArea([1, 2], [true, true]), /got 2 scores, 2 and 0 labels/);
  });
});
