import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import {
  logProb,
  type SampleOptions,
  sampleDistribution,
  sampleToken,
  scoredSampler,
} from '../../src/model/sample.js';
import { assertClose } from '../backend/compare.js';

describe('sampleToken()', () => {
  const scores = [0, 2, 1, -1];
  const draws = (options: { temperature?: number; topK?: number }) => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0];
    for (let times = 0; times < 4000; times++) counts[sampleToken(scores, options, random)]!++;
    return counts.map((count) => count / 4000);
  };

  it('draws each token as often as softmax says', () => {
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    for (const [id, share] of draws({}).entries()) {
      assert.ok(Math.abs(share - Math.exp(scores[id]!) / total) < 0.03);
    }
  });

  it('always takes the likeliest at temperature 0 and at topK 1', () => {
    assert.deepEqual(draws({ temperature: 0 }), [0, 1, 0, 0]);
    assert.deepEqual(draws({ topK: 1 }), [0, 1, 0, 0]);
    for (const count of [1, 2, 3]) {
      const kept = sampleDistribution([-5, 0, -100, -2], { topK: count }).map((chance) => Math.sign(chance));
      assert.deepEqual([...kept], [count === 3 ? 1 : 0, 1, 0, count > 1 ? 1 : 0]); // however far apart they are
    }
  });

  it('never leaves the topK likeliest', () => {
    const [first, , , last] = draws({ topK: 2, temperature: 5 });
    assert.deepEqual([first, last], [0, 0]);
  });

  it('takes the token at which the random number falls, among the topK likeliest in the order of ids', () => {
    const random = createRandom(3);
    for (const spread of [0.1, 1, 5]) {
      for (const topK of [1, 7, 99.5, 100, 200]) {
        const many = Array.from({ length: 100 }, () => Math.round(20 * spread * random.normal()) / 20); // has ties
        const order = many.map((_, id) => id).sort((a, b) => many[b]! - many[a]! || a - b);
        const kept = order.slice(0, Math.ceil(topK)).sort((a, b) => a - b);
        const weights = kept.map((id) => Math.exp(many[id]! / 0.7));
        const drawn = random.uniform();
        let left = drawn * weights.reduce((sum, weight) => sum + weight, 0);
        const place = weights.findIndex((weight) => {
          left -= weight;
          return left < 0;
        });
        const fixed = { ...random, uniform: () => drawn };
        assert.equal(sampleToken(many, { temperature: 0.7, topK }, fixed), kept[place]);
      }
    }
  });

  it('never draws what has no chance', () => {
    const masked = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, -9];
    const random = createRandom(1);
    for (let times = 0; times < 100; times++) assert.ok(sampleToken(masked, {}, random) % 2 === 1);
  });

  it('refuses settings that mean nothing', () => {
    assert.throws(() => draws({ temperature: -1 }), /temperature must be >= 0, got -1/);
    assert.throws(() => draws({ topK: 0 }), /topK must be >= 1, got 0/);
  });
});

describe('sampleToken() of a model that has gone wrong', () => {
  it('says which logit is none, and that nothing is allowed', () => {
    for (const temperature of [0, 1]) {
      const draw = (logits: number[]) => () => sampleToken(logits, { temperature }, createRandom(1));
      assert.throws(draw([5, Number.NaN, 1]), /expected finite logits, got NaN for token 1/);
      assert.throws(draw([5, 1, Number.POSITIVE_INFINITY]), /got Infinity for token 2/);
      assert.throws(
        draw([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]),
        /none of 2 tokens is allowed/,
      );
    }
  });
});

describe('scoredSampler()', () => {
  it('draws what sampleToken() draws and scores it as logProb() does, whatever it was drawn with', () => {
    const scores = Array.from({ length: 50 }, (_, id) => 3 * Math.sin(id * id));
    for (const config of [
      {},
      { topK: 3 },
      { temperature: 0.5 },
      { temperature: 0 },
      { temperature: 2, topK: 9 },
      { topP: 0.5 },
      { minP: 0.1 },
      { repetitionPenalty: 3, previous: [1, 2, 3, 4, 5] },
    ]) {
      const { previous = [], ...options } = config as SampleOptions;
      const draw = scoredSampler(options);
      for (let seed = 1; seed < 20; seed++) {
        for (const some of [scores, scores.map((score, nth) => (nth % 3 === 0 ? -Infinity : score))]) {
          const { id, logProb: scored } = draw(some, previous, createRandom(seed));
          assert.equal(id, sampleToken(some, config, createRandom(seed)));
          assertClose([scored], [logProb(some, id)], 1e-12);
        }
      }
    }
  });
});

describe('logProb()', () => {
  it('is the logarithm of softmax, however large the scores', () => {
    const scores = [1000, 1002, 1001];
    const total = 1 + Math.exp(2) + Math.exp(1);
    const probabilities = scores.map((_, id) => Math.exp(logProb(scores, id)));
    assertClose(probabilities, [1 / total, Math.exp(2) / total, Math.exp(1) / total], 1e-12);
  });
});

/** Logits of the kind that models give: a few likely tokens and many that are not. */
const drawnLogits = (seed: number, size = 60) => {
  const random = createRandom(seed);
  return Array.from({ length: size }, () => 3 * random.normal());
};
const softmax = (logits: readonly number[]) => {
  const weights = logits.map((logit) => Math.exp(logit));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};
const logsOf = (...chances: number[]) => chances.map((chance) => Math.log(chance));

describe('sampleDistribution()', () => {
  it('is the softmax, of the logits divided by the temperature', () => {
    const logits = drawnLogits(1);
    assertClose(sampleDistribution(logits), softmax(logits), 1e-12);
    const cooler = softmax(logits.map((logit) => logit / 0.6));
    assertClose(sampleDistribution(logits, { temperature: 0.6 }), cooler, 1e-12);
  });

  it('is one token at temperature 0', () => {
    assert.deepEqual(sampleDistribution([0, 5, 1], { temperature: 0 }), Float64Array.of(0, 1, 0));
  });

  it('is that which tokens are drawn from', () => {
    const logits = drawnLogits(2, 12);
    const previous = [0, 3, 3, 7];
    const options = { temperature: 1.5, topK: 9, topP: 0.95, minP: 0.02, repetitionPenalty: 1.3, previous };
    const [chances, random, draws] = [sampleDistribution(logits, options), createRandom(1), 20_000];
    const counts = new Array<number>(12).fill(0);
    for (let times = 0; times < draws; times++) counts[sampleToken(logits, options, random)]!++;
    for (const [id, chance] of chances.entries()) {
      const deviation = Math.sqrt(draws * chance * (1 - chance));
      assert.ok(Math.abs(counts[id]! - draws * chance) <= 4 * deviation, `${id}: ${counts[id]}, ${chance}`);
    }
  });

  it('keeps with topP the fewest likeliest tokens that have that share, each as likely beside the others as before', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const plain = sampleDistribution(drawnLogits(seed));
      for (const topP of [0.01, 0.3, 0.9, 0.999]) {
        const cut = sampleDistribution(drawnLogits(seed), { topP });
        const kept = plain.filter((_, id) => cut[id]! > 0).sort();
        const mass = kept.reduce((sum, chance) => sum + chance, 0);
        assert.ok(mass >= topP && mass - kept[0]! < topP, `${topP}: ${mass}`);
        const lost = plain.filter((_, id) => cut[id] === 0);
        assert.ok(Math.max(...lost) <= kept[0]!);
        assertClose(
          cut,
          plain.map((chance, id) => (cut[id]! > 0 ? chance / mass : 0)),
          1e-12,
        );
      }
    }
  });

  it('keeps with minP what is likely enough beside the likeliest', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const plain = sampleDistribution(drawnLogits(seed));
      for (const minP of [0.001, 0.05, 0.5, 1]) {
        const cut = sampleDistribution(drawnLogits(seed), { minP });
        const enough = minP * Math.max(...plain);
        for (const [id, chance] of plain.entries()) assert.equal(cut[id]! > 0, chance >= enough, `${minP}`);
      }
    }
  });

  it('moves what has come before towards less likely, each token once, on either side of 0', () => {
    const options = { repetitionPenalty: 1.5, previous: [0, 1, 1, 3] };
    const moved = softmax([2 / 1.5, -1 * 1.5, 3, 0]);
    assertClose(sampleDistribution([2, -1, 3, 0], options), moved, 1e-12);
    const nothing = sampleDistribution([2, -1, 3, 0], { repetitionPenalty: 1.5 });
    assertClose(nothing, softmax([2, -1, 3, 0]), 1e-12);
    assert.equal(sampleToken([2, 1.5], { temperature: 0, ...options, previous: [0] }, createRandom(1)), 1);
  });

  it('filters one after the other, each what the ones before it have left', () => {
    const logits = logsOf(0.5, 0.3, 0.15, 0.05);
    assertClose(sampleDistribution(logits, { topP: 0.6 }), [0.625, 0.375, 0, 0], 1e-12);
    assertClose(sampleDistribution(logits, { topK: 2, topP: 0.6 }), [1, 0, 0, 0], 1e-12); // 0.5 / 0.8 is enough
    assertClose(sampleDistribution(logits, { topP: 0.9, minP: 0.4 }), [0.625, 0.375, 0, 0], 1e-12);
    const cold = { temperature: 0.5, topP: 0.6 }; // 0.25 / 0.365 is enough
    assertClose(sampleDistribution(logits, cold), [1, 0, 0, 0], 1e-12);
    const penalised = { repetitionPenalty: 2, previous: [0], topK: 1 }; // the logarithm of 0.5, twice
    assertClose(sampleDistribution(logits, penalised), [0, 1, 0, 0], 1e-12);
  });

  it('gives nothing to what must not come', () => {
    const logits = [Number.NEGATIVE_INFINITY, 1, 1, Number.NEGATIVE_INFINITY];
    for (const options of [{}, { topP: 0.9 }, { topK: 3 }, { repetitionPenalty: 2, previous: [0, 1, 2] }])
      assertClose(sampleDistribution(logits, options), [0, 0.5, 0.5, 0], 1e-12);
  });

  it('refuses options that mean nothing, by name', () => {
    const refused = (options: SampleOptions, message: RegExp) =>
      assert.throws(() => sampleDistribution([0, 1], options), { name: 'RangeError', message });
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      refused({ temperature: value }, /temperature must be/);
    for (const value of [0, 0.5, -3, Number.NaN]) refused({ topK: value }, /topK must be >= 1/);
    for (const value of [0, -0.1, 1.1, Number.NaN])
      refused({ topP: value }, /topP must be above 0 and at most 1/);
    for (const value of [-0.1, 1.1, Number.NaN]) refused({ minP: value }, /minP must be from 0 to 1/);
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      refused({ repetitionPenalty: value }, /repetitionPenalty must be above 0/);
    for (const id of [2, -1, 0.5])
      refused({ repetitionPenalty: 2, previous: [id] }, new RegExp(`previous ids from 0 to 1, got ${id}`));
  });
});
