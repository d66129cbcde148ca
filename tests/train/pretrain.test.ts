import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { evaluateLoss } from '../../src/evaluate/bits.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import { randomBatches, sequentialBatches } from '../../src/train/batches.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/checkpoint.js';
import type { Batch } from '../../src/train/loss.js';
import { pretrain, type StepReport, type TrainOptions } from '../../src/train/pretrain.js';
import { trainStep, updateParams } from '../../src/train/step.js';
import { backendNames } from '../backend/backends.js';

const config = { vocabSize: 27, blockSize: 16, nLayer: 2, nHead: 2, nEmbd: 32 };
const text = 'the quick brown fox jumps over the lazy dog and runs away '.repeat(20);
const stream = Uint16Array.from(text, (letter) => (letter === ' ' ? 26 : letter.charCodeAt(0) - 97));
const size = { batchSize: 4, length: 16 };
const schedule = { steps: 12, learningRate: 3e-3, warmupSteps: 3 };
const model = (seed = 1) => createParams(config, createRandom(seed));
const batches = (seed = 2) => randomBatches(stream, size, createRandom(seed));

async function reportsOf(
  params: GptParams,
  source: Iterable<Batch>,
  train: TrainOptions,
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for await (const report of pretrain(params, source, train)) reports.push(report);
  return reports;
}

async function lossesOf(params: GptParams, source: Iterable<Batch>, train: TrainOptions): Promise<number[]> {
  return (await reportsOf(params, source, train)).map(({ loss }) => loss);
}

describe('pretrain()', () => {
  before(() => selectBackend({ name: 'wasm' }));

  it('learns one batch by heart', async () => {
    const params = model();
    const [batch] = sequentialBatches(stream, size);
    const same = Array.from({ length: 150 }, () => batch!);
    const losses = await lossesOf(params, same, { steps: 150, learningRate: 1e-2, warmupSteps: 5 });
    assert.ok(losses[0]! > 3, `started at ${losses[0]}`);
    assert.ok(losses.at(-1)! < 0.2, `ended at ${losses.at(-1)}`);
    disposeParams(params);
  });

  it('gives the same losses for the same seed, others for another', async () => {
    const runs: number[][] = [];
    for (const seed of [2, 2, 3]) {
      const params = model();
      runs.push(await lossesOf(params, batches(seed), schedule));
      disposeParams(params);
    }
    assert.deepEqual(runs[0], runs[1]);
    assert.notDeepEqual(runs[0], runs[2]);
  });

  it('stopped, saved, loaded and resumed, it goes on to exactly the same losses', async () => {
    const whole = model();
    const expected = await lossesOf(whole, batches(), schedule);
    disposeParams(whole);

    const path = join(mkdtempSync(join(tmpdir(), 'pretrain-')), 'model.safetensors');
    const params = model();
    const optimizer = createAdamW(params);
    const random = createRandom(2);
    const losses: number[] = [];
    const own = { ...schedule, optimizer };
    for await (const { step, loss } of pretrain(params, randomBatches(stream, size, random), own)) {
      losses.push(loss);
      if (step < 5) continue;
      saveCheckpoint(path, { params, step, optimizer, randomState: random.state() });
      break;
    }
    optimizer.dispose();
    disposeParams(params);

    const loaded = loadCheckpoint(path);
    const rest = randomBatches(stream, size, createRandom(loaded.randomState!));
    const more = { ...schedule, optimizer: loaded.optimizer! };
    for await (const { loss } of pretrain(loaded.params, rest, more)) losses.push(loss);
    assert.deepEqual(losses, expected);
    loaded.optimizer!.dispose();
    disposeParams(loaded.params);
  });

  it('gives the same losses on every backend, to 1e-4', async () => {
    const runs: number[][] = [];
    for (const name of backendNames) {
      await selectBackend({ name });
      const params = model();
      runs.push(await lossesOf(params, batches(), { ...schedule, steps: 5 }));
      disposeParams(params);
    }
    for (const run of runs)
      for (const [step, loss] of run.entries()) assert.ok(Math.abs(loss - runs[0]![step]!) < 1e-4);
  });

  it('reports steps, rates and speed, and measures validation first, last and in between', async () => {
    const params = model();
    const validate = () => evaluateLoss(params, sequentialBatches(stream, { ...size, maxBatches: 2 }));
    const reports = await reportsOf(params, batches(), { ...schedule, validate, validateEvery: 5 });
    const measured = reports.filter((report) => report.validationLoss !== undefined);
    assert.deepEqual(
      measured.map(({ step }) => step),
      [1, 5, 10, 12],
    );
    assert.ok(measured.at(-1)!.validationLoss! < measured[0]!.validationLoss!);
    const last = reports.at(-1)!;
    assert.deepEqual([last.step, last.tokens], [12, 12 * 64]);
    assert.ok(last.tokensPerSecond > 0 && last.seconds > 0 && last.gradNorm > 0);
    assert.equal(reports[2]!.learningRate, 3e-3);
    disposeParams(params);
  });

  it('frees everything when it ends, when the reader breaks, and when the batches run out', async () => {
    const params = model();
    const before = tf.memory().numTensors;
    await lossesOf(params, batches(), { ...schedule, steps: 2 });
    for await (const _ of pretrain(params, batches(), schedule)) break;
    const [batch] = sequentialBatches(stream, size);
    assert.equal((await lossesOf(params, [batch!], schedule)).length, 1);
    assert.equal(tf.memory().numTensors, before);
    disposeParams(params);
  });

  it('stops with one sentence when the loss is not a number, and frees everything', async () => {
    const params = model();
    const before = tf.memory().numTensors;
    params.finalNorm.gain.assign(tf.tidy(() => tf.fill([32], Number.NaN)));
    const held = tf.memory().numTensors;
    const message =
      /^Training stopped at step 1, learning rate 0\.001: the loss is NaN; try a smaller learning rate$/;
    await assert.rejects(lossesOf(params, batches(), schedule), { message });
    assert.equal(tf.memory().numTensors, held);
    assert.ok(held >= before);
    disposeParams(params);
  });

  it('refuses a validation that is no number, such as a promise', async () => {
    const params = model();
    const validate = (async () => 1) as unknown as () => number;
    await assert.rejects(
      lossesOf(params, batches(), { ...schedule, validate }),
      /to return a number, got a promise/,
    );
    disposeParams(params);
  });

  it('refuses numbers that would end it at once, or the model at its first update', async () => {
    const params = model();
    const held = tf.memory().numTensors;
    const refuses = (options: object, expected: string) =>
      assert.rejects(lossesOf(params, batches(), { ...schedule, ...options }), {
        name: 'RangeError',
        message: new RegExp(`: expected ${expected}, got `),
      });
    for (const bad of [Number.NaN, -1]) {
      await refuses({ steps: bad }, 'steps of 0 or more');
      await refuses({ validateEvery: bad }, 'validateEvery above 0');
      for (const betas of [[bad, 0.95], [0.9, bad], [0.9]])
        await refuses({ betas }, 'two betas from 0 to below 1');
      await refuses({ epsilon: bad }, 'an epsilon above 0');
      await refuses({ weightDecay: bad }, 'a weightDecay of 0 or more');
      await refuses({ clipNorm: bad }, 'a clipNorm above 0'); // below 0 it would go uphill
    }
    await refuses({ betas: [1, 0.95] }, 'two betas from 0 to below 1');
    assert.equal(tf.memory().numTensors, held);
    disposeParams(params);
  });

  it('lets other work run between steps', async () => {
    const params = model();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await lossesOf(params, batches(), schedule);
    clearInterval(timer);
    assert.ok(turns > 3, `${turns} turns`);
    disposeParams(params);
  });
});

describe('trainStep()', () => {
  it('leaves no tensor behind', () => {
    const params = model();
    const optimizer = createAdamW(params);
    const [batch] = sequentialBatches(stream, size);
    trainStep(params, batch!, optimizer, 1e-3);
    const before = tf.memory();
    for (let times = 0; times < 5; times++) trainStep(params, batch!, optimizer, 1e-3);
    const { numTensors, numBytes } = tf.memory();
    assert.deepEqual({ numTensors, numBytes }, { numTensors: before.numTensors, numBytes: before.numBytes });
    optimizer.dispose();
    disposeParams(params);
  });
});

describe('updateParams()', () => {
  it('refuses a gradient that is not finite before anything is changed, and names the tensor', () => {
    const params = model();
    const optimizer = createAdamW(params);
    const [batch] = sequentialBatches(stream, size);
    trainStep(params, batch!, optimizer, 1e-3);
    const gain = params.blocks[0]!.norm2.gain;
    gain.assign(tf.tidy(() => gain.mul(1e20)));
    const all = () => [
      optimizer.step(),
      ...[...namedParams(params).values()].map((variable) => [...variable.dataSync()]),
      ...[...optimizer.moments().values()].map(({ mean, square }) => [
        ...mean.dataSync(),
        ...square.dataSync(),
      ]),
    ];
    const before = all();
    assert.throws(
      () => trainStep(params, batch!, optimizer, 1e-3),
      /^Error: Training stopped at step 2: the gradient of \S+ is not finite; nothing was updated$/,
    );
    assert.deepEqual(all(), before);
    gain.assign(tf.tidy(() => tf.onesLike(gain)));
    const held = all();
    for (const rate of [Number.NaN, Number.POSITIVE_INFINITY, -1])
      assert.throws(
        () => trainStep(params, batch!, optimizer, rate),
        /expected a learning rate of 0 or more/,
      );
    assert.deepEqual(all(), held);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const gradients: tf.NamedTensorMap = {};
      for (const each of namedParams(params).values()) gradients[each.name] = tf.zeros(each.shape);
      gradients[params.finalNorm.gain.name] = tf.fill([32], bad);
      assert.throws(() => optimizer.update(gradients, 1e-3), /the gradient of ln_f.weight is not finite/);
    }
    assert.deepEqual(all(), held);
    optimizer.dispose();
    disposeParams(params);
  });

  it('trains a head beside a model or alone, and leaves what has no gradient as it is', () => {
    const head = tf.variable(tf.tensor1d([1, 2]));
    const other = tf.variable(tf.tensor1d([5]));
    const optimizer = createAdamW(
      new Map([
        ['head', head],
        ['other', other],
      ]),
    );
    const losses = Array.from(
      { length: 20 },
      () => updateParams(optimizer, () => head.square().sum<tf.Scalar>(), 0.1).loss,
    );
    assert.equal(losses[0], 5);
    assert.ok(losses.at(-1)! < 0.2);
    assert.deepEqual([...other.dataSync()], [5]);
    for (const each of [head, other, optimizer]) each.dispose();
  });

  it('refuses an optimizer of another model', () => {
    const [mine, yours] = [model(), model()];
    const optimizer = createAdamW(yours);
    const [batch] = sequentialBatches(stream, size);
    assert.throws(
      () => trainStep(mine, batch!, optimizer, 1e-3),
      /the optimizer was made for another model \(wte.weight\)/,
    );
    for (const each of [mine, yours]) disposeParams(each);
    optimizer.dispose();
  });
});
