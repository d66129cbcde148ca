import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { groupAdvantages } from '../../src/align/advantages/groupAdvantages.js';
import { whiten } from '../../src/align/advantages/whiten.js';
import { answerLogProbs, drawAnswers } from '../../src/align/answers.js';
import { clippedLoss } from '../../src/align/losses/policyLoss.js';
import { policyBatches } from '../../src/align/policyBatches.js';
import { createRewardModel } from '../../src/align/rewardModel/rewardModel.js';
import { taskRewards } from '../../src/align/rollouts.js';
import { bestOfN } from '../../src/align/trainers/bestOfN.js';
import { dpo } from '../../src/align/trainers/dpo.js';
import { expertIteration } from '../../src/align/trainers/expertIteration.js';
import { grpo } from '../../src/align/trainers/grpo.js';
import { ppo } from '../../src/align/trainers/ppo.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom, type Random } from '../../src/core/random.js';
import {
  copyParams,
  createParams,
  disposeParams,
  type GptParams,
  namedParams,
} from '../../src/model/params.js';
import { sortDigits } from '../../src/tasks/sortDigits.js';
import { drawProblems } from '../../src/tasks/task.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';
import { createAdamW } from '../../src/train/adamW.js';
import { updateParams } from '../../src/train/step.js';
import { assertClose } from '../backend/compare.js';

const task = sortDigits({ digits: 2 });
const tokenizer = symbolTokenizer(task.symbols, { specialTokens: ['<|end|>'] });
const config = { vocabSize: tokenizer.vocabSize, blockSize: 9, nLayer: 1, nHead: 2, nEmbd: 16 };
const stopId = tokenizer.specialTokens.get('<|end|>')!;
const problems = (random: Random) => drawProblems(task, 8, { random });
/** Something that a policy can learn in a few steps: to say 7. */
const sevens = taskRewards({
  reward: (_, text) => [...text].filter((digit) => digit === '7').length / 3,
});
const plan = (seed = 1) => ({
  tokenizer,
  stopId,
  maxTokens: 3,
  problems,
  reward: sevens,
  random: createRandom(seed),
  steps: 6,
  learningRate: 0.02,
});

type Report = Readonly<Record<string, unknown>>;

async function all<One extends object>(
  run: AsyncIterable<One>,
  { until = Number.POSITIVE_INFINITY }: { readonly until?: number } = {},
): Promise<One[]> {
  const reports: One[] = [];
  for await (const report of run) {
    reports.push(report);
    if (reports.length >= until) break;
  }
  return reports;
}

/** Without what the clock says. */
const timeless = (reports: readonly object[]) =>
  reports.map((report) => ({ ...(report as Report), seconds: 0 }));

const valuesOf = (params: GptParams) =>
  [...namedParams(params).values()].map((variable) => Array.from(variable.dataSync()));

describe('trainers', () => {
  let [params, start] = [] as unknown as [GptParams, GptParams];
  let folder: string;
  before(async () => {
    await selectBackend();
    start = createParams(config, createRandom(1));
    folder = mkdtempSync(join(tmpdir(), 'trainers-'));
  });
  beforeEach(() => {
    if (params) disposeParams(params);
    params = copyParams(start);
  });
  after(() => {
    disposeParams(params);
    disposeParams(start);
    rmSync(folder, { recursive: true });
  });
  const inFolder = (name: string) => join(folder, name);

  /** Each trainer, with everything that has a state: a critic, a coefficient that moves, several updates a step. */
  const runs = {
    grpo: (policy: GptParams, options: object) =>
      grpo(policy, {
        ...plan(),
        samples: 4,
        parts: 2,
        reference: start,
        kl: { coefficient: 0.1 },
        ...options,
      }),
    ppo: (policy: GptParams, options: object) =>
      ppo(policy, {
        ...plan(),
        samples: 4,
        reference: start,
        klCoefficient: { target: 0.1, horizon: 100 },
        ...options,
      }),
    expertIteration: (policy: GptParams, options: object) =>
      expertIteration(policy, { ...plan(), least: 1 / 3, batchSize: 4, ...options }),
    dpo: (policy: GptParams, options: object) =>
      dpo(policy, pairs, { ...plan(), reference: start, ...options }),
  };
  const pairs = Array.from({ length: 5 }, (_, nth) => ({
    prompt: [nth, nth + 1],
    better: [7, 7, stopId],
    worse: [3, stopId],
  }));

  for (const [name, run] of Object.entries(runs))
    it(`${name}() stops and goes on as if it had never stopped`, async () => {
      const whole = timeless(await all<object>(run(params, {})));
      const values = valuesOf(params);
      const other = copyParams(start);
      const options = { folder: inFolder(name), checkpointEvery: 2 };
      const first = await all<object>(run(other, options), { until: 3 });
      const again = copyParams(start); // the weights come from the checkpoint
      const second = await all<object>(run(again, { ...options, random: createRandom(99) }));
      assert.deepEqual(timeless([...first, ...second]), whole);
      assert.deepEqual(valuesOf(again), values);
      assert.deepEqual(await all<object>(run(again, options)), [], 'a run that is done does nothing');
      disposeParams(other);
      disposeParams(again);
    });

  it('ppo() keeps its critic in the checkpoint', async () => {
    const critics = [1, 2, 3].map(() => createRewardModel(start));
    const options = { ...plan(), reference: start, klCoefficient: 0.1, samples: 4, steps: 4 };
    const whole = await all(ppo(params, { ...options, critic: critics[0]! }));
    const policy = copyParams(start);
    const kept = { ...options, random: createRandom(1), folder: inFolder('critic') };
    const first = await all(ppo(policy, { ...kept, critic: critics[1]! }), { until: 2 });
    const second = await all(ppo(policy, { ...kept, critic: critics[2]! }));
    assert.deepEqual(timeless([...first, ...second]), timeless(whole));
    const [one, other] = [critics[0]!, critics[2]!].map(({ head }) => Array.from(head.dataSync()));
    assert.deepEqual(one, other);
    assert.ok(
      one!.some((value) => value !== 0),
      'the critic has learned something',
    );
    for (const critic of critics) critic.dispose();
    disposeParams(policy);
  });

  it('grpo(), ppo() and expertIteration() raise the reward', async () => {
    const longer = (seed: number) => ({ ...plan(seed), steps: 30, samples: 8 });
    const learn = {
      grpo: (seed: number) => grpo(params, longer(seed)),
      ppo: (seed: number) => ppo(params, { ...longer(seed), reference: start, klCoefficient: 0, epochs: 1 }),
      expertIteration: (seed: number) =>
        expertIteration(params, { ...longer(seed), least: 1 / 3, epochs: 1 }),
    };
    for (const [name, run] of Object.entries(learn)) {
      for (const seed of [1, 2, 3]) {
        for (const [key, variable] of namedParams(params)) variable.assign(namedParams(start).get(key)!);
        const reports = await all<{ readonly reward: number }>(run(seed));
        const [first, last] = [reports[0]!.reward, reports.at(-1)!.reward];
        assert.ok(last > first + 0.2, `${name}, seed ${seed}: ${first} to ${last}`);
      }
    }
  });

  it('a step of grpo() is the one that its parts make by hand', async () => {
    const options = { ...plan(), steps: 1, samples: 4 };
    const [report] = await all(grpo(params, options));
    const policy = copyParams(start);
    const optimizer = createAdamW(policy, { weightDecay: 0 });
    const random = createRandom(1);
    const answers = drawAnswers(policy, problems(random), {
      tokenizer,
      stopId,
      maxTokens: 3,
      samples: 4,
      random,
    });
    const rewards = sevens(answers);
    const [batch] = policyBatches(answers, groupAdvantages(rewards, 4), { random });
    const { loss } = updateParams(optimizer, () => clippedLoss(policy, batch!), 0.02);
    assert.equal(report!.loss, loss);
    assert.deepEqual(valuesOf(params), valuesOf(policy));
    assert.equal(report!.reward, rewards.reduce((sum, one) => sum + one, 0) / rewards.length);
    assert.equal(report!.answers.length, 32);
    optimizer.dispose();
    disposeParams(policy);
  });

  it('ppo() without a critic whitens reward less KL, answer by answer', async () => {
    const moved = copyParams(start);
    for (const variable of namedParams(moved).values()) variable.assign(tf.tidy(() => variable.mul(1.5)));
    const options = { ...plan(), steps: 1, samples: 4, reference: moved, klCoefficient: 0.5, epochs: 1 };
    const [report] = await all(ppo(params, options));
    const answers = report!.answers;
    const read = answerLogProbs(moved, answers);
    const kls = answers.map(({ logProbs }, nth) =>
      logProbs.reduce((sum, own, at) => sum + own - read[nth]![at]!, 0),
    );
    assert.ok(Math.abs(report!.kl - kls.reduce((sum, kl) => sum + kl, 0) / kls.length) < 1e-5);
    const net = answers.map(({ reward }, nth) => reward - 0.5 * kls[nth]!);
    const whitened = whiten([net])[0]!;
    // At the policy that drew, every ratio is 1: the loss is minus the mean advantage of a token.
    const tokens = answers.reduce((sum, { completion }) => sum + completion.length, 0);
    const mean =
      answers.reduce((sum, { completion }, nth) => sum + completion.length * whitened[nth]!, 0) / tokens;
    assertClose([report!.loss], [-mean], 1e-4);
    disposeParams(moved);
  });

  it('ppo() ends before it strays further than it may', async () => {
    const options = { ...plan(), reference: start, klCoefficient: 0, samples: 8, steps: 40 };
    const reports = await all(ppo(params, { ...options, mostKl: 0.5 }));
    assert.ok(reports.length > 1 && reports.length < 40);
    assert.ok(reports.every(({ kl }) => kl <= 0.5));
  });

  it('bestOfN() takes the best of those that are drawn', async () => {
    const asked = problems(createRandom(5));
    const options = { tokenizer, stopId, maxTokens: 3, samples: 5, reward: sevens };
    const best = await bestOfN(params, asked, { ...options, random: createRandom(2) });
    const drawn = drawAnswers(params, asked, { ...options, random: createRandom(2) });
    const rewards = sevens(drawn);
    for (const [nth, { problem, reward }] of best.entries()) {
      assert.equal(problem, asked[nth]);
      assert.equal(reward, Math.max(...rewards.slice(5 * nth, 5 * nth + 5)));
    }
  });

  it('a reward may take its time, and one that is none loses nothing', async () => {
    let calls = 0;
    const reward = async (answers: Parameters<typeof sevens>[0]) => {
      await Promise.resolve();
      calls += 1;
      return calls > 3 ? answers.map(() => Number.NaN) : sevens(answers);
    };
    const options = { ...plan(), reward, folder: inFolder('broken') };
    await assert.rejects(
      all(grpo(params, options)),
      /Cannot reward the answer .* expected a finite number, got NaN/,
    );
    const mended = copyParams(start);
    const rest = await all(grpo(mended, { ...options, reward: sevens }));
    assert.deepEqual(
      rest.map(({ step }) => step),
      [4, 5, 6],
    );
    assert.ok(existsSync(join(inFolder('broken'), 'model.safetensors')));
    disposeParams(mended);
  });

  it('says in a sentence what cannot be trained with', async () => {
    const other = createParams({ ...config, vocabSize: config.vocabSize + 1 }, createRandom(1));
    const short = createParams({ ...config, blockSize: 4 }, createRandom(1));
    const critic = createRewardModel(other);
    const leash = { reference: start, klCoefficient: 0 };
    const cases: [AsyncIterable<object>, RegExp][] = [
      [ppo(params, { ...plan(), ...leash, reference: other }), /this reference: expected a vocabulary of 12/],
      [
        ppo(params, { ...plan(), ...leash, reference: short }),
        /this reference: expected a context of 9 tokens/,
      ],
      [ppo(params, { ...plan(), ...leash, critic }), /this critic: expected a vocabulary/],
      [ppo(params, { ...plan(), ...leash, klCoefficient: -1 }), /a KL coefficient of 0 or more, got -1/],
      [grpo(params, { ...plan(), samples: 1 }), /expected 2 to each prompt or more, got 1/],
      [grpo(params, { ...plan(), problems: () => [] }), /expected a problem in each step, got none/],
      [grpo(params, { ...plan(), kl: { coefficient: 1 }, keepNeutral: true }), /no referenceLogProbs/],
      [grpo(params, { ...plan(), reward: () => [1] }), /expected 64 rewards, got 1/],
      [dpo(params, [], { ...plan(), reference: start }), /expected a pair, got none/],
      [dpo(params, pairs, { ...plan(), reference: other }), /this reference/],
      [grpo(params, { ...plan(), steps: 0 }), /expected steps to be a whole number from 1 up, got 0/],
    ];
    const untouched = valuesOf(params);
    for (const [run, message] of cases) await assert.rejects(all(run), message);
    assert.deepEqual(valuesOf(params), untouched);
    const equal = { ...plan(), steps: 2, reward: (answers: readonly unknown[]) => answers.map(() => 1) };
    const reports = await all(grpo(params, equal));
    assert.deepEqual(
      reports.map(({ mixed, loss }) => [mixed, loss]),
      [
        [0, Number.NaN],
        [0, Number.NaN],
      ],
    );
    assert.deepEqual(valuesOf(params), untouched, 'rewards that are all equal teach nothing');
    critic.dispose();
    disposeParams(other);
    disposeParams(short);
  });
});
