import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  answerValues,
  createRewardModel,
  type RewardModel,
  scoreTexts,
  textRewards,
  tokenValues,
} from '../../src/align/rewardModel/rewardModel.js';
import { rewardScale } from '../../src/align/rewardModel/rewardScale.js';
import { simulatedLabeller } from '../../src/align/rewardModel/simulatedLabeller.js';
import {
  type PreferencePair,
  pairAccuracy,
  trainRewardModel,
} from '../../src/align/rewardModel/trainRewardModel.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { spreadOf } from '../../src/core/statistics.js';
import { calibrationRows } from '../../src/evaluate/calibration.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const config = { vocabSize: 12, blockSize: 9, nLayer: 2, nHead: 2, nEmbd: 8 };

/** A model whose hidden states differ enough for its rewards to mean something. */
function decided(): GptParams {
  const params = createParams(config, createRandom(1));
  for (const variable of namedParams(params).values())
    if (variable.rank === 2) variable.assign(tf.tidy(() => variable.mul(12)));
  return params;
}

describe('the reward model', () => {
  let params: GptParams;
  let [sum, last]: RewardModel[] = [];
  before(async () => {
    await selectBackend({ name: 'cpu' });
    params = decided();
    [sum, last] = (['sum', 'last'] as const).map((pooling) => createRewardModel(params, { pooling }));
    for (const model of [sum!, last!])
      model.head.assign(tf.tidy(() => tf.tensor2d([1, -2, 3, -4, 5, -6, 7, -8], [8, 1])));
  });
  after(() => {
    sum!.dispose();
    last!.dispose();
    disposeParams(params);
  });

  it('textRewards() of texts together are those of each alone, whatever their lengths', () => {
    const texts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 1, 2, 3, 4]];
    for (const model of [sum!, last!]) {
      const together = tf.tidy(() => textRewards(model, texts).arraySync());
      const alone = texts.map((text) => tf.tidy(() => textRewards(model, [text]).arraySync()[0]!));
      assertClose(together, alone, 1e-4);
      assert.equal(new Set(alone).size, 3);
      for (const [wrong, message] of [
        [[], /got 0/],
        [[99], /got 99/],
        [new Array(10).fill(1), /got 10/],
      ] as const)
        assert.throws(() => textRewards(model, [[1], wrong]), message);
    }
  });

  it('adds up the head’s numbers of all positions, or takes that of the last token', () => {
    const batch = { batchSize: 2, length: 3, inputs: [1, 2, 3, 4, 5, 0], targets: new Array(6).fill(-1) };
    const each = tf.tidy(() => tokenValues(sum!, batch).arraySync());
    const rewards = (model: RewardModel) => [
      ...scoreTexts(model, [
        [1, 2, 3],
        [4, 5],
      ]),
    ];
    assertClose(rewards(sum!), [each[0]! + each[1]! + each[2]!, each[3]! + each[4]!], 1e-4);
    assertClose(rewards(last!), [each[2]!, each[4]!], 1e-4);
  });

  it('answerValues() is what is expected before each token of a completion', () => {
    const answers = [
      { prompt: [1, 2], completion: [3, 4, 5] },
      { prompt: [6], completion: [7] },
    ];
    const each = tf.tidy(() => {
      const batch = { batchSize: 1, length: 4, inputs: [1, 2, 3, 4], targets: [-1, 3, 4, 5] };
      return tokenValues(sum!, batch).arraySync();
    });
    const [long, short] = answerValues(sum!, answers);
    assertClose(long!, each.slice(1), 1e-4);
    assertClose(short!, scoreTexts(sum!, [[6]]), 1e-4);
  });

  it('scoreTexts() of more texts than run together are those of textRewards()', () => {
    const random = createRandom(1);
    const texts = Array.from({ length: 300 }, () =>
      Array.from({ length: 1 + random.integer(9) }, () => random.integer(12)),
    );
    assertClose(
      scoreTexts(sum!, texts),
      tf.tidy(() => textRewards(sum!, texts).arraySync()),
      1e-4,
    );
  });

  it('textRewards() has a gradient for the head and for the model under it', () => {
    const { grads } = tf.variableGrads(
      () => textRewards(sum!, [[1, 2, 3], [4]]).sum<tf.Scalar>(),
      [...sum!.variables.values()],
    );
    assert.ok(Object.values(grads).every((gradient) => gradient.abs().sum().dataSync()[0]! > 0));
  });

  it('leaves the language model as it was, and frees what it made', () => {
    assertNoLeak(() => createRewardModel(params).dispose());
    assertNoLeak(() => void answerValues(sum!, [{ prompt: [1], completion: [2] }]));
    assert.ok(!params.tokenEmbedding.isDisposed);
  });
});

describe('trainRewardModel()', () => {
  const random = createRandom(5);
  const text = () => Array.from({ length: 2 + random.integer(5) }, () => 1 + random.integer(4));
  const ones = (ids: readonly number[]) => ids.filter((id) => id === 1).length;
  const labeller = simulatedLabeller({ score: ones, noise: 0.5, ties: 1, random });
  const labelled = (): PreferencePair => {
    const two = [text(), text()];
    const chosen = labeller.choose(two);
    return chosen === undefined ? labelled() : { better: two[chosen]!, worse: two[1 - chosen]! };
  };
  const pairs = Array.from({ length: 300 }, labelled);
  const exam = Array.from({ length: 200 }, labelled);

  it('learns a hidden taste from noisy pairs to within 5 points of the noise ceiling', async () => {
    await selectBackend({ name: 'cpu' });
    const params = createParams({ ...config, nLayer: 1 }, createRandom(1));
    const ceiling = spreadOf(
      exam.map(({ better, worse }) => Math.max(...labeller.chances([better, worse]))),
    ).mean;
    for (const pooling of ['sum', 'last'] as const) {
      const model = createRewardModel(params, { pooling });
      const losses: number[] = [];
      const options = { steps: 60, learningRate: 1e-2, batchSize: 32, random: createRandom(2) };
      for await (const { loss, accuracy } of trainRewardModel(model, pairs, options)) {
        losses.push(loss);
        assert.ok(accuracy >= 0 && accuracy <= 1);
      }
      const side = (name: 'better' | 'worse') =>
        scoreTexts(
          model,
          exam.map((pair) => pair[name]),
        );
      const accuracy = pairAccuracy(side('better'), side('worse'));
      assert.ok(Math.abs(losses[0]! - Math.log(2)) < 1e-6);
      assert.ok(accuracy > ceiling - 0.05, `${pooling}: ${accuracy}, ceiling ${ceiling}`);
      model.dispose();
    }
    disposeParams(params);
  });

  it('with the same seed gives the same losses, and frees what it holds where the loop is left', async () => {
    await selectBackend({ name: 'cpu' });
    const params = createParams({ ...config, nLayer: 1 }, createRandom(1));
    const run = async () => {
      const model = createRewardModel(params);
      const losses: number[] = [];
      const options = { steps: 9, learningRate: 1e-2, batchSize: 8, random: createRandom(3) };
      for await (const { step, loss } of trainRewardModel(model, pairs, options)) {
        losses.push(loss);
        if (step === 4) break;
      }
      model.dispose();
      return losses;
    };
    const first = await run();
    const before = tf.memory().numTensors;
    assert.deepEqual(await run(), first);
    assert.equal(first.length, 4);
    assert.equal(tf.memory().numTensors, before);
    const model = createRewardModel(params);
    const none = trainRewardModel(model, [], { steps: 1, learningRate: 1, random: createRandom(1) });
    await assert.rejects(none.next(), /expected a pair, got none/);
    model.dispose();
    disposeParams(params);
  });
});

describe('simulatedLabeller()', () => {
  const score = (item: number) => item;

  it('chooses as often as its chances say, which are those of Bradley and Terry, also among four', () => {
    for (const [items, noise] of [
      [[0, 1], 1],
      [[2, 0, 1, 1], 0.7],
    ] as const) {
      const { choose, chances } = simulatedLabeller({ score, noise, random: createRandom(4) });
      const counts = items.map(() => 0);
      const [draws, sum] = [20_000, items.reduce<number>((total, one) => total + Math.exp(one / noise), 0)];
      for (let nth = 0; nth < draws; nth++) counts[choose(items)!]!++;
      for (const [nth, item] of items.entries()) {
        const share = Math.exp(item / noise) / sum;
        assertClose([chances(items)[nth]!], [share], 1e-9);
        assert.ok(Math.abs(counts[nth]! - share * draws) < 4 * Math.sqrt(draws * share * (1 - share)));
      }
    }
  });

  it('without noise always takes the best, and sees no difference where there is hardly one', () => {
    const { choose } = simulatedLabeller({ score, noise: 0, ties: 0.5, random: createRandom(1) });
    assert.deepEqual(
      [choose([1, 3, 2]), choose([3, 1]), choose([1, 1.4]), choose([7])],
      [1, 0, undefined, 0],
    );
  });

  it('refuses scores that are none, and nothing to choose from', () => {
    const { choose } = simulatedLabeller({ score: () => Number.NaN, random: createRandom(1) });
    assert.throws(() => choose([1, 2]), /expected a finite score, got NaN for item 0/);
    assert.throws(() => choose([]), /got none/);
    assert.throws(() => simulatedLabeller({ score, noise: -1, random: createRandom(1) }), /got -1/);
  });
});

describe('rewardScale(), pairAccuracy() and calibrationRows()', () => {
  it('rewardScale() gives the samples mean 0 and variance 1', () => {
    const samples = [3, 9, 4, 1, 7];
    const { mean, deviation } = spreadOf(rewardScale(samples)(samples));
    assertClose([mean, deviation], [0, 1], 1e-6);
    assert.throws(() => rewardScale([2, 2, 2]), /two different finite samples or more/);
    assert.throws(() => rewardScale([2, Number.NaN]), /two different finite samples or more/);
  });

  it('pairAccuracy() counts equal rewards half, and wants pairs', () => {
    assert.equal(pairAccuracy([1, 2, 3, 4], [0, 2, 4, 3]), 0.625);
    assert.throws(() => pairAccuracy([], []), /got 0 and 0/);
    assert.throws(() => pairAccuracy([1], []), /got 1 and 0/);
  });

  it('calibrationRows() of probabilities that are right lie on the diagonal, and hold every prediction once', () => {
    const random = createRandom(6);
    const probabilities = Array.from({ length: 20_000 }, () => random.uniform());
    const outcomes = probabilities.map((one) => random.uniform() < one);
    const rows = calibrationRows([...probabilities, 1, 0], [...outcomes, true, false], { rows: 5 });
    assert.equal(
      rows.reduce((sum, { count }) => sum + count, 0),
      20_002,
    );
    for (const { from, to, predicted, observed } of rows) {
      assert.ok(predicted >= from && predicted <= to);
      assert.ok(Math.abs(predicted - observed) < 0.03, `${from}: ${predicted} ${observed}`);
    }
    assert.throws(() => calibrationRows([0.5], []), /got 0 for 1/);
    assert.throws(() => calibrationRows([1.5], [true]), /expected probabilities, got 1.5/);
  });
});
