import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { answerLogProbs, drawAnswers } from '../../src/align/answers.js';
import { clippedLoss } from '../../src/align/losses/policyLoss.js';
import { policyBatches } from '../../src/align/policyBatches.js';
import { rollouts } from '../../src/align/rollouts.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { spreadOf } from '../../src/core/statistics.js';
import { passRates } from '../../src/evaluate/passRates.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { sortDigits } from '../../src/tasks/sortDigits.js';
import { drawProblems } from '../../src/tasks/task.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';
import { batchLogits } from '../../src/train/loss.js';
import { backendNames } from '../backend/backends.js';
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

  it('rollouts() say which answer has no reward, and what the verifier said', () => {
    const call = (reward: () => number) => () => rollouts(params, { reward }, problems, options());
    const which = /Cannot reward the answer "\d*" to "\d\d=": /.source;
    assert.throws(
      call(() => Number.NaN),
      new RegExp(`${which}expected a finite number, got NaN`),
    );
    assert.throws(
      call(() => {
        throw new TypeError('no such digit');
      }),
      (error: Error) => {
        assert.match(error.message, new RegExp(`${which}no such digit`));
        return error.cause instanceof TypeError;
      },
    );
  });

  it('no answer depends on what is drawn beside it, and no two share their draws', () => {
    const answers = drawAnswers(params, problems, { ...options(), samples: 8 });
    const fewer = drawAnswers(params, problems.slice(0, 2), { ...options(), samples: 8 });
    assert.deepEqual(
      fewer.map(({ completion }) => completion),
      answers.slice(0, 16).map(({ completion }) => completion),
    );
    const texts = Array.from(
      { length: 6 },
      (_, group) => new Set(answers.slice(8 * group, 8 * group + 8).map(({ text }) => text)).size,
    );
    assert.ok(
      texts.every((count) => count > 4),
      `${texts}`,
    );
  });

  it('policyBatches() place what is known of each token, and keep rows and answers together', () => {
    const answers = drawAnswers(params, problems, options()).map((answer) => ({
      ...answer,
      referenceLogProbs: answer.logProbs.map((one) => one - 1),
      values: answer.logProbs.map((one) => one - 2),
      returns: answer.logProbs.map((one) => one - 3),
    }));
    const rows = answers.map(({ logProbs }) => logProbs.map((one) => one - 4));
    let tokens = 0;
    for (const batch of policyBatches(answers, rows, { parts: 2, random: createRandom(1), length: 8 })) {
      assert.equal(batch.length, 8);
      for (const [place, id] of Array.from(batch.targets).entries()) {
        const old = id < 0 ? undefined : batch.oldLogProbs[place]!;
        const names = ['referenceLogProbs', 'oldValues', 'returns', 'advantages'] as const;
        const found = names.map((name) => batch[name]![place]!);
        assertClose(found, old === undefined ? [0, 0, 0, 0] : [old - 1, old - 2, old - 3, old - 4], 1e-5);
        tokens += Number(id >= 0);
      }
    }
    assert.equal(
      tokens,
      answers.reduce((sum, { completion }) => sum + completion.length, 0),
    );
    const zeros = answers.map(() => 0);
    const [kept] = policyBatches(answers, zeros, { random: createRandom(1), keepNeutral: true });
    assert.equal(kept!.batchSize, 24);
    assert.throws(
      () =>
        policyBatches(
          answers,
          rows.map(() => [1]),
          { random: createRandom(1) },
        ).next(),
      /expected \d advantages of an answer, got 1/,
    );
  });

  it('leave no tensor behind', () => {
    assertNoLeak(() => void rollouts(params, task, problems, options()));
    assertNoLeak(() => void answerLogProbs(params, drawAnswers(params, problems, options())));
  });
});

describe('the sampler and the training pass', () => {
  for (const name of backendNames)
    it(`agree on every token to 1e-4 on ${name}, at temperature 1 and any other`, async () => {
      await selectBackend({ name });
      const params = decided();
      for (const temperature of [1, 0.5, 2, 0]) {
        const answers = drawAnswers(params, problems, { ...options(), samples: 8, temperature });
        const again = answerLogProbs(params, answers);
        for (const [nth, { logProbs }] of answers.entries()) assertClose(again[nth]!, logProbs, 1e-4);
      }
      disposeParams(params);
    });
});
