import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { groupAdvantages } from '../../src/align/advantages.js';
import { clippedLoss, policyBatches } from '../../src/align/policy.js';
import { createRewardModel, pairLoss, type RewardModel, textRewards } from '../../src/align/rewardModel.js';
import { rollouts } from '../../src/align/rollouts.js';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { spreadOf } from '../../src/core/statistics.js';
import { passRates } from '../../src/evaluate/passRates.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { sortDigits } from '../../src/tasks/sortDigits.js';
import { drawProblems } from '../../src/tasks/task.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';
import { batchLogits } from '../../src/train/loss.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const task = sortDigits({ digits: 2 });
const tokenizer = symbolTokenizer(task.symbols, { specialTokens: ['<|end|>'] });
const config = { vocabSize: tokenizer.vocabSize, blockSize: 9, nLayer: 2, nHead: 2, nEmbd: 8 };
const stopId = tokenizer.specialTokens.get('<|end|>')!;
const problems = drawProblems(task, 6, { random: createRandom(3) });
const options = () => ({ tokenizer, stopId, samples: 4, maxTokens: 5, random: createRandom(1) });

/** A model whose logits differ enough for its samples to mean something. */
function decided(): GptParams {
  const params = createParams(config, createRandom(1));
  for (const variable of namedParams(params).values())
    if (variable.rank === 2) variable.assign(tf.tidy(() => variable.mul(12)));
  return params;
}

describe('groupAdvantages()', () => {
  it('centres each group and divides by its deviation, with n - 1, plus 0.0001', () => {
    const random = createRandom(1);
    const rewards = Array.from({ length: 40 }, () => random.uniform());
    const [scaled, centred] = [groupAdvantages(rewards, 8), groupAdvantages(rewards, 8, { scale: 'none' })];
    for (let group = 0; group < 5; group++) {
      const own = rewards.slice(8 * group, 8 * group + 8);
      let [sum, squares] = [0, 0];
      for (const reward of own) sum += reward;
      for (const reward of own) squares += (reward - sum / 8) * (reward - sum / 8);
      for (const [nth, reward] of own.entries()) {
        assertClose([centred[8 * group + nth]!], [reward - sum / 8], 1e-6);
        assertClose([scaled[8 * group + nth]!], [(reward - sum / 8) / (Math.sqrt(squares / 7) + 1e-4)], 1e-5);
      }
    }
  });

  it('has nothing to say of a group whose rewards are equal, also where their mean is not exact', () => {
    assert.deepEqual([...groupAdvantages([0.1, 0.1, 0.1, 1, 1, 1], 3)], [0, 0, 0, 0, 0, 0]);
  });

  it('refuses groups of one, and rewards that are no whole groups', () => {
    assert.throws(() => groupAdvantages([1, 0], 1), /expected 2 to each prompt or more, got 1/);
    assert.throws(() => groupAdvantages([1, 0, 1], 2), /expected groups of 2, got 3 rewards/);
  });
});

describe('passRates()', () => {
  it('counts tries and problems', () => {
    assert.deepEqual(passRates([1, 1, 0, 0, 0, 1, 0, 0, 0], 3), { at1: 1 / 3, atK: 2 / 3 });
    assert.deepEqual(passRates([0.99, 1], 1), { at1: 0.5, atK: 0.5 });
    assert.throws(() => passRates([1, 0, 1], 2), /expected 2 for each problem, got 3 in all/);
    assert.throws(() => passRates([], 2), /got 0 in all/);
  });
});

describe('rollouts and the policy loss', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'cpu' });
    params = decided();
  });
  after(() => disposeParams(params));

  it('rollouts() draws the samples of each problem together and rewards their text without the stop token', () => {
    const answers = rollouts(
      params,
      { reward: ({ prompt }, text) => prompt.length + text.length },
      problems,
      options(),
    );
    assert.equal(answers.length, 24);
    for (const [nth, { prompt, completion, text, logProbs, stopped, reward }] of answers.entries()) {
      assert.deepEqual(prompt, tokenizer.encode(problems[Math.floor(nth / 4)]!.prompt));
      assert.equal(stopped, completion.at(-1) === stopId);
      assert.equal(text, tokenizer.decode(completion.filter((id) => id !== stopId)));
      assert.equal(reward, 3 + text.length);
      assert.equal(logProbs.length, completion.length);
    }
    assert.ok(answers.some(({ stopped }) => stopped) && answers.some(({ stopped }) => !stopped));
    assert.ok(new Set(answers.map(({ text }) => text)).size > 6);
    assert.throws(() => rollouts(params, task, problems, { ...options(), samples: 0 }), /got 0/);
  });

  it('policyBatches() uses each answer with an advantage once, and puts numbers where the targets are', () => {
    const answers = rollouts(params, task, problems, options());
    const advantages = answers.map((_, nth) => (nth % 3) - 1);
    const batches = [...policyBatches(answers, advantages, { parts: 3, random: createRandom(2) })];
    assert.deepEqual(batches.map(({ batchSize }) => batchSize).toSorted(), [5, 5, 6]);
    const seen: string[] = [];
    for (const { batchSize, length, targets, oldLogProbs, advantages } of batches) {
      for (let row = 0; row < batchSize; row++) {
        const places = Array.from({ length }, (_, at) => row * length + at);
        const counted = places.filter((place) => targets[place]! >= 0);
        for (const place of places)
          if (targets[place]! < 0) assert.deepEqual([oldLogProbs[place], advantages[place]], [0, 0]);
        seen.push(`${counted.map((place) => oldLogProbs[place])} ${advantages[counted[0]!]}`);
      }
    }
    const expected = answers.flatMap(({ logProbs }, nth) =>
      advantages[nth] === 0 ? [] : [`${[...Float32Array.from(logProbs)]} ${advantages[nth]}`],
    );
    assert.deepEqual(seen.sort(), expected.sort());
    assert.deepEqual(
      [
        ...policyBatches(
          answers,
          answers.map(() => 0),
          { random: createRandom(2) },
        ),
      ],
      [],
    );
    assert.throws(
      () => policyBatches(answers, [1], { random: createRandom(2) }).next(),
      /expected 24 advantages, got 1/,
    );
  });

  it('clippedLoss() is a plain loop over the tokens, and at the policy itself minus the mean advantage', () => {
    const answers = rollouts(params, task, problems, options());
    const advantages = answers.map((_, nth) => Math.sin(nth + 1));
    const [batch] = policyBatches(answers, advantages, { random: createRandom(2) });
    const meanAdvantage = (old: ArrayLike<number>, clip: number): number => {
      const logs = tf.tidy(() => tf.logSoftmax(batchLogits(params, batch!)).arraySync());
      let [sum, tokens] = [0, 0];
      for (const [at, row] of logs.entries()) {
        const id = batch!.targets[at]!;
        if (id < 0) continue;
        const [ratio, advantage] = [Math.exp(row[id]! - old[at]!), batch!.advantages[at]!];
        sum += Math.min(ratio * advantage, Math.min(Math.max(ratio, 1 - clip), 1 + clip) * advantage);
        tokens++;
      }
      return -sum / tokens;
    };
    const lossOf = (some: typeof batch, clip?: number) =>
      tf.tidy(() => clippedLoss(params, some!, clip ? { clip } : {}).arraySync());
    assertClose([lossOf(batch)], [meanAdvantage(batch!.oldLogProbs, 0.2)], 1e-5);
    const counted = [...batch!.advantages].filter((_, at) => batch!.targets[at]! >= 0);
    assertClose([lossOf(batch)], [-spreadOf(counted).mean], 1e-4);
    const random = createRandom(4);
    const moved = { ...batch!, oldLogProbs: batch!.oldLogProbs.map((old) => old + random.normal() / 2) };
    for (const clip of [0.1, 0.2, 0.5])
      assertClose([lossOf(moved, clip)], [meanAdvantage(moved.oldLogProbs, clip)], 1e-4);
  });

  it('clippedLoss() has no gradient where a ratio has gone far enough, and one where it went the wrong way', () => {
    const slope = (advantage: number, old: number) =>
      tf.tidy(() => {
        const answer = { prompt: [1], completion: [2], logProbs: [old] };
        const [batch] = policyBatches([answer], [advantage], { random: createRandom(1) });
        const { grads } = tf.variableGrads(() => clippedLoss(params, batch!), [params.tokenEmbedding]);
        return Object.values(grads)[0]!.abs().sum().dataSync()[0]!;
      });
    const [farLikelier, likelier, farLessLikely] = [-50, -9, 0]; // by the old log-probability
    assert.equal(slope(1, farLikelier), 0);
    assert.ok(slope(-1, likelier) > 0);
    assert.equal(slope(-1, farLessLikely), 0);
    assert.ok(slope(1, farLessLikely) > 0);
  });

  it('leave no tensor behind', () => {
    assertNoLeak(() => void rollouts(params, task, problems, options()));
  });
});

describe('the reward model', () => {
  let params: GptParams;
  let model: RewardModel;
  before(async () => {
    await selectBackend({ name: 'cpu' });
    params = decided();
    model = createRewardModel(params);
    model.head.assign(tf.tidy(() => tf.tensor2d([1, -2, 3, -4, 5, -6, 7, -8], [8, 1])));
  });
  after(() => {
    model.dispose();
    disposeParams(params);
  });

  it('textRewards() of texts together are those of each alone, whatever their lengths', () => {
    const texts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 1, 2, 3, 4]];
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
  });

  it('textRewards() has a gradient for the head and for the model under it', () => {
    const { grads } = tf.variableGrads(
      () => textRewards(model, [[1, 2, 3], [4]]).sum<tf.Scalar>(),
      [...model.variables.values()],
    );
    assert.ok(Object.values(grads).every((gradient) => gradient.abs().sum().dataSync()[0]! > 0));
  });

  it('pairLoss() is -log sigmoid of the difference, however large it is', () => {
    const [better, worse] = [
      [1, -2, 0, 500, -500],
      [0, 3, 0, -500, 500],
    ];
    const loss = (nth: number) =>
      tf.tidy(() => pairLoss(tf.tensor1d([better[nth]!]), tf.tensor1d([worse[nth]!])).arraySync());
    const plain = (difference: number) =>
      Math.log1p(Math.exp(-Math.abs(difference))) + Math.max(-difference, 0);
    for (const nth of better.keys()) assertClose([loss(nth)], [plain(better[nth]! - worse[nth]!)], 1e-4);
  });

  it('leaves the language model as it was, and frees what it made', () => {
    assertNoLeak(() => createRewardModel(params).dispose());
    assert.ok(!params.tokenEmbedding.isDisposed);
  });
});
