import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { entropy } from '../../src/align/losses/entropy.js';
import { type KlEstimator, klEstimate } from '../../src/align/losses/klEstimate.js';
import { type PolicyLossOptions, policyLoss, reinforceLoss } from '../../src/align/losses/policyLoss.js';
import { bestOfKLoss, dpoLoss, pairLoss } from '../../src/align/losses/preferenceLosses.js';
import { valueLoss } from '../../src/align/losses/valueLoss.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { assertClose, assertGradients, assertNoLeak, normal } from '../backend/compare.js';
import { lossAndSlope, madeUpRows, plainPolicyLoss } from './plainPolicy.js';

const settings: readonly PolicyLossOptions[] = [
  {},
  { clip: 0.1, clipHigh: 0.3 },
  { clip: Number.POSITIVE_INFINITY },
  { average: 'sequence' },
  { average: 16 },
  { ratio: 'sequence', average: 'sequence', clip: 0.05 },
  ...(['k1', 'k2', 'k3'] as const).map((estimator) => ({ kl: { coefficient: 0.3, estimator } })),
  { average: 'sequence', kl: { coefficient: 0.04 } },
];

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const scalar = (loss: () => tf.Scalar) => tf.tidy(() => loss().arraySync());
const drawn = (count: number, seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, random.normal);
};

before(() => selectBackend({ name: 'cpu' }));

describe('policyLoss()', () => {
  for (const options of settings)
    it(`${JSON.stringify(options)}: value and gradient are those of a plain loop`, () => {
      for (const seed of [1, 2, 3]) {
        const rows = madeUpRows(seed);
        const { value, slope } = lossAndSlope((x) => policyLoss(x, rows, options), rows.logProbs);
        assertClose([value], [plainPolicyLoss(rows, options)], 1e-6, `seed ${seed}`);
        for (const place of rows.targets.keys()) {
          const moved = (by: number) => {
            const logProbs = rows.logProbs.map((one, nth) => (nth === place ? one + by : one));
            return plainPolicyLoss({ ...rows, logProbs }, options);
          };
          const h = 2 ** -10;
          const numeric = rows.targets[place] === -1 ? 0 : (moved(h) - moved(-h)) / (2 * h);
          assertClose([slope[place]!], [numeric], 2e-3, `seed ${seed}, place ${place}`);
        }
      }
    });

  it('of the policy that drew has the gradient of REINFORCE', () => {
    const rows = madeUpRows(4);
    for (const average of ['token', 'sequence', 9] as const) {
      const ppo = lossAndSlope((x) => policyLoss(x, rows, { average }), rows.oldLogProbs);
      const reinforce = lossAndSlope((x) => reinforceLoss(x, rows, { average }), rows.oldLogProbs);
      assertClose(ppo.slope, reinforce.slope, 1e-6);
    }
  });

  it('counts a token of a long answer as much as one of a short one, or less, or length not at all', () => {
    const rows = { ...madeUpRows(1, [1, 4]), advantages: new Float32Array(12).fill(1) };
    const slopes = (average: 'token' | 'sequence' | number) => {
      const { slope } = lossAndSlope((x) => reinforceLoss(x, rows, { average }), rows.logProbs);
      return [slope[1]!, slope[7]!];
    };
    assertClose(slopes('token'), [-1 / 5, -1 / 5], 1e-6);
    assertClose(slopes('sequence'), [-1 / 2, -1 / 8], 1e-6);
    assertClose(slopes(10), [-1 / 20, -1 / 20], 1e-6);
  });

  it('says which row has not the right number of numbers', () => {
    const rows = madeUpRows(1);
    const { referenceLogProbs: _, ...without } = rows;
    const call = (batch: Parameters<typeof policyLoss>[1], options: PolicyLossOptions = {}) => {
      tf.tidy(() => void policyLoss(tf.tensor1d(rows.logProbs), batch, options));
    };
    assert.throws(() => call({ ...rows, advantages: [1] }), /expected 28 advantages, got 1/);
    assert.throws(() => call({ ...rows, oldLogProbs: [] }), /expected 28 oldLogProbs, got 0/);
    assert.throws(() => call(without, { kl: { coefficient: 1 } }), /the batch has no referenceLogProbs/);
    assert.throws(() => call(rows, { average: 0 }), /expected a number of tokens above 0, got 0/);
  });
});

describe('klEstimate()', () => {
  it('k1 and k3 estimate the KL divergence without bias, k3 with less scatter; k2 has its gradient', () => {
    const [p, q] = [
      [0.5, 0.3, 0.2],
      [0.4, 0.4, 0.2],
    ];
    const [logP, logQ] = [p, q].map((one) => one!.map(Math.log));
    const kl = p!.reduce((sum, share, nth) => sum + share * (logP![nth]! - logQ![nth]!), 0);
    const moments = (estimator: KlEstimator) => {
      const each = tf.tidy(() => klEstimate(tf.tensor1d(logP!), tf.tensor1d(logQ!), estimator).arraySync());
      const mean = each.reduce((sum, one, nth) => sum + p![nth]! * one, 0);
      return [mean, each.reduce((sum, one, nth) => sum + p![nth]! * (one - mean) ** 2, 0)];
    };
    assertClose([moments('k1')[0]!, moments('k3')[0]!], [kl, kl], 1e-6);
    assert.ok(moments('k3')[1]! < moments('k1')[1]! / 2);
    // Of logits z with p = softmax(z): the mean of the estimate's slope, tokens drawn from p, beside the slope of KL.
    const slopes = (estimator: KlEstimator) =>
      tf.tidy(() => {
        const share = tf.tensor1d(p!);
        const loss = (z: tf.Tensor) =>
          klEstimate(tf.logSoftmax(z) as tf.Tensor1D, tf.tensor1d(logQ!), estimator)
            .mul(share)
            .sum();
        return tf.grad(loss)(tf.tensor1d(logP!)).dataSync<'float32'>();
      });
    const exact = p!.map((share, nth) => share * (logP![nth]! - logQ![nth]! - kl));
    assertClose(slopes('k2'), exact, 1e-6);
    assertClose(slopes('k1'), [0, 0, 0], 1e-6);
  });
});

describe('entropy()', () => {
  it('is that of the softmax, 0 where nothing counts, with the right gradient', () => {
    const logits = normal([4, 6]);
    const rows = tf.tidy(() => tf.softmax(logits).arraySync()) as number[][];
    const plain = rows.map((row) => -row.reduce((sum, share) => sum + share * Math.log(share), 0));
    const found = tf.tidy(() => entropy(logits as tf.Tensor2D, [1, -1, 2, 3]).arraySync());
    assertClose(found, [plain[0]!, 0, plain[2]!, plain[3]!], 1e-6);
    assertGradients((x) => entropy(x as tf.Tensor2D), [logits]);
    assert.throws(() => entropy(logits as tf.Tensor2D, [1]), /expected 4 targets, got 1/);
    logits.dispose();
  });
});

describe('valueLoss()', () => {
  it('is a plain loop: the worse of the value and the value held near the old one', () => {
    const rows = madeUpRows(2);
    const [oldValues, returns] = [rows.logProbs, rows.referenceLogProbs];
    for (const clip of [0.2, 0.01, Number.POSITIVE_INFINITY]) {
      let [sum, tokens] = [0, 0];
      for (const [place, value] of rows.oldLogProbs.entries()) {
        if (rows.targets[place] === -1) continue;
        const [old, goal] = [oldValues[place]!, returns[place]!];
        const held = Math.min(Math.max(value, old - clip), old + clip);
        sum += Math.max((value - goal) ** 2, (held - goal) ** 2) / 2;
        tokens++;
      }
      const batch = { ...rows, oldValues, returns };
      const { value } = lossAndSlope((x) => valueLoss(x, batch, { clip }), rows.oldLogProbs);
      assertClose([value], [sum / tokens], 1e-6);
    }
    const wrong = { ...rows, oldValues, returns: [1] };
    assert.throws(
      () => tf.tidy(() => valueLoss(tf.tensor1d(rows.logProbs), wrong)),
      /expected 28 returns, got 1/,
    );
  });
});

describe('pairLoss()', () => {
  it('is -log sigmoid of the difference, however large it is', () => {
    const [better, worse] = [
      [1, -2, 0, 500, -500],
      [0, 3, 0, -500, 500],
    ];
    const loss = (nth: number) =>
      scalar(() => pairLoss(tf.tensor1d([better[nth]!]), tf.tensor1d([worse[nth]!])));
    const plain = (difference: number) =>
      Math.log1p(Math.exp(-Math.abs(difference))) + Math.max(-difference, 0);
    for (const nth of better.keys()) assertClose([loss(nth)], [plain(better[nth]! - worse[nth]!)], 1e-6);
  });

  it('wants a lead of the margin, of all pairs or each, and keeps rewards around 0', () => {
    const [better, worse] = [drawn(5, 1), drawn(5, 2)];
    const margins = [0, 1, 2, 0.5, 3];
    const plain = (margin: (nth: number) => number, centring: number) => {
      let sum = 0;
      for (const nth of better.keys()) {
        sum -= Math.log(logistic(better[nth]! - worse[nth]! - margin(nth)));
        sum += centring * (better[nth]! + worse[nth]!) ** 2;
      }
      return sum / 5;
    };
    const loss = (options: Parameters<typeof pairLoss>[2]) =>
      scalar(() => pairLoss(tf.tensor1d(better), tf.tensor1d(worse), options));
    assertClose([loss({ margin: 1, centring: 0.01 })], [plain(() => 1, 0.01)], 1e-6);
    assertClose([loss({ margin: margins })], [plain((nth) => margins[nth]!, 0)], 1e-6);
  });
});

describe('bestOfKLoss()', () => {
  it('is -log softmax of what was chosen, and of two texts the loss on pairs', () => {
    const rewards = [drawn(4, 3), drawn(4, 4), drawn(4, 5)];
    const chosen = [2, 0, 3];
    let sum = 0;
    for (const [row, own] of rewards.entries())
      sum -= Math.log(Math.exp(own[chosen[row]!]!) / own.reduce((total, one) => total + Math.exp(one), 0));
    assertClose([scalar(() => bestOfKLoss(tf.tensor2d(rewards), chosen))], [sum / 3], 1e-6);
    const [better, worse] = [rewards.map(([one]) => one!), rewards.map(([, two]) => two!)];
    const pairs = tf.tidy(() => tf.stack([tf.tensor1d(better), tf.tensor1d(worse)], 1) as tf.Tensor2D);
    assertClose(
      [scalar(() => bestOfKLoss(pairs, [0, 0, 0]))],
      [scalar(() => pairLoss(tf.tensor1d(better), tf.tensor1d(worse)))],
      1e-6,
    );
    pairs.dispose();
  });

  it('refuses a choice that was not there', () => {
    const call = (chosen: number[]) => () => tf.tidy(() => bestOfKLoss(tf.zeros([2, 3]), chosen));
    assert.throws(call([0, 3]), /expected 2 from 0 to 2, got 3/);
    assert.throws(call([0]), /expected 2 from 0 to 2, got 1/);
    assert.throws(call([0, -1]), /got -1/);
  });
});

describe('dpoLoss()', () => {
  it('is -log sigmoid of beta times the lead over the reference, smoothed where labels may be wrong', () => {
    const [better, worse, before, after] = [1, 2, 3, 4].map((seed) => drawn(6, seed).map((one) => 5 * one));
    for (const [beta, labelSmoothing] of [
      [0.1, 0],
      [0.5, 0.2],
    ] as const) {
      let sum = 0;
      for (const nth of better!.keys()) {
        const lead = beta * (better![nth]! - before![nth]! - (worse![nth]! - after![nth]!));
        sum -= (1 - labelSmoothing) * Math.log(logistic(lead)) + labelSmoothing * Math.log(logistic(-lead));
      }
      const loss = scalar(() => {
        const policy = { better: tf.tensor1d(better!), worse: tf.tensor1d(worse!) };
        return dpoLoss(policy, { better: before!, worse: after! }, { beta, labelSmoothing });
      });
      assertClose([loss], [sum / 6], 1e-6);
    }
    const policy = { better: tf.tensor1d([1]), worse: tf.tensor1d([1]) };
    assert.throws(() => dpoLoss(policy, { better: [1], worse: [] }), /expected 1 on each side, got 0/);
    tf.dispose(policy);
  });
});

it('the losses leave no tensor behind', () => {
  const rows = madeUpRows(1);
  const [logProbs, pair] = [tf.tensor1d(rows.logProbs), tf.tensor1d([1, 2])];
  for (const loss of [
    () => policyLoss(logProbs, rows, { ratio: 'sequence', kl: { coefficient: 1 } }),
    () => reinforceLoss(logProbs, rows),
    () => valueLoss(logProbs, { ...rows, oldValues: rows.oldLogProbs, returns: rows.advantages }),
    () => pairLoss(pair, pair, { centring: 1 }),
    () => dpoLoss({ better: pair, worse: pair }, { better: [1, 2], worse: [1, 2] }, { labelSmoothing: 0.1 }),
  ])
    assertNoLeak(() => loss().dispose());
  tf.dispose([logProbs, pair]);
});
