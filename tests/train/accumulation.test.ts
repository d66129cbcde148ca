import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, disposeParams, namedParams } from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import type { Batch } from '../../src/train/loss.js';
import { trainStep, updateParams } from '../../src/train/step.js';
import { StepRefused } from '../../src/train/stepRefused.js';
import { backendNames } from '../backend/backends.js';
import { assertClose } from '../backend/compare.js';

const config = { vocabSize: 19, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 };
const random = createRandom(4);
const ids = (count: number) => Array.from({ length: count }, () => random.integer(19));

/** Six texts of five tokens, some positions of which do not count, and no two rows weigh the same. */
const whole: Batch = {
  batchSize: 6,
  length: 5,
  inputs: ids(30),
  targets: ids(30).map((id, nth) => (nth % 7 === 0 || (nth >= 10 && nth < 17) ? -1 : id)),
  weights: Array.from({ length: 30 }, (_, nth) => 0.25 + (nth % 11) / 4),
};

/** Rows of it as batches of their own. */
const parts = (...sizes: number[]): Batch[] => {
  let row = 0;
  return sizes.map((batchSize) => {
    const [from, to] = [row * 5, (row + batchSize) * 5];
    row += batchSize;
    const cut = (all: ArrayLike<number>) => Array.from(all).slice(from, to);
    const { inputs, targets, weights } = whole;
    return { batchSize, length: 5, inputs: cut(inputs), targets: cut(targets), weights: cut(weights!) };
  });
};

/** What three steps measure, and the gradient of the first, as the optimizer remembers it. */
function threeSteps(batch: Batch | readonly Batch[]) {
  const params = createParams(config, createRandom(1));
  const optimizer = createAdamW(params);
  const first = trainStep(params, batch, optimizer, 1e-2);
  const means = [...optimizer.moments().values()].flatMap(({ mean }) => [...mean.dataSync<'float32'>()]);
  const more = [1, 2].map(() => trainStep(params, batch, optimizer, 1e-2));
  optimizer.dispose();
  disposeParams(params);
  const measures = [first, ...more];
  return { losses: measures.map(({ loss }) => loss), norms: measures.map(({ gradNorm }) => gradNorm), means };
}

for (const backend of backendNames)
  describe(`several batches in one step on ${backend}`, () => {
    before(() => selectBackend({ name: backend }));

    it('are one large batch to rounding, whatever counts in each of them', () => {
      const expected = threeSteps(whole);
      for (const sizes of [
        [3, 3],
        [1, 2, 3],
        [1, 1, 1, 1, 1, 1],
      ]) {
        const got = threeSteps(parts(...sizes));
        assertClose(got.losses, expected.losses, 1e-5, `losses of ${sizes}`);
        assertClose(got.norms, expected.norms, 1e-4, `norms of ${sizes}`);
        assertClose(got.means, expected.means, 1e-6, `gradient of ${sizes}`);
      }
    });

    it('are not the mean of their means where other numbers of tokens count', () => {
      const [one, two] = parts(2, 4);
      const params = createParams(config, createRandom(1));
      const lossOf = (batch: Batch | readonly Batch[]) => {
        const optimizer = createAdamW(params);
        const { loss } = trainStep(params, batch, optimizer, 0);
        optimizer.dispose();
        return loss;
      };
      const mean = (lossOf(one!) + lossOf(two!)) / 2;
      assert.ok(Math.abs(lossOf([one!, two!]) - lossOf(whole)) < 1e-5);
      assert.ok(Math.abs(mean - lossOf(whole)) > 1e-3);
      disposeParams(params);
    });
  });

describe('several batches in one step', () => {
  const withModel = (check: (params: ReturnType<typeof createParams>) => void) => {
    const params = createParams(config, createRandom(1));
    check(params);
    disposeParams(params);
  };

  it('may have one among them in which nothing counts, or nothing at all that does', () => {
    const empty = { ...whole, targets: new Array(30).fill(-1) };
    assertClose(threeSteps([empty, whole]).means, threeSteps(whole).means, 1e-6, 'gradient');
    assert.deepEqual(threeSteps([empty, empty]).losses, [0, 0, 0]);
  });

  it('leave no tensor behind, refused or not', () => {
    withModel((params) => {
      const optimizer = createAdamW(params);
      const held = tf.memory().numTensors;
      trainStep(params, parts(2, 4), optimizer, 1e-3);
      assert.equal(tf.memory().numTensors, held);
      assert.throws(
        () => trainStep(params, parts(2, 4), optimizer, 1e-3, { refuse: () => 'no' }),
        StepRefused,
      );
      assert.equal(tf.memory().numTensors, held);
      optimizer.dispose();
    });
  });

  it('that are none are refused', () => {
    withModel((params) => {
      const optimizer = createAdamW(params);
      assert.throws(() => trainStep(params, [], optimizer, 1e-3), /expected a batch, got none/);
      optimizer.dispose();
    });
  });
});

describe('a step that is refused', () => {
  it('is told its loss and the length of its gradient, and changes nothing', () => {
    const params = createParams(config, createRandom(1));
    const optimizer = createAdamW(params);
    const all = () => [...namedParams(params).values()].map((one) => [...one.dataSync()]);
    const before = all();
    let told: object | undefined;
    const refuse = (measure: object) => {
      told = measure;
      return 'it is Friday';
    };
    assert.throws(() => trainStep(params, whole, optimizer, 1e-3, { refuse }), {
      message: 'Training stopped at step 1: it is Friday; nothing was updated',
      reason: 'it is Friday',
    });
    assert.deepEqual([all(), optimizer.step()], [before, 0]);
    assert.deepEqual(told, trainStep(params, whole, optimizer, 1e-3));
    optimizer.dispose();
    disposeParams(params);
  });
});

describe('several losses in one update', () => {
  it('are added up, also where each reaches other variables', () => {
    const [one, two] = [tf.variable(tf.scalar(3)), tf.variable(tf.scalar(4))];
    const optimizer = createAdamW(new Map(Object.entries({ one, two })));
    const losses = [
      () => one.square<tf.Scalar>(),
      () => two.square<tf.Scalar>(),
      () => one.mul<tf.Scalar>(two),
    ];
    const { loss, gradNorm } = updateParams(optimizer, losses, 0.1);
    assert.equal(loss, 9 + 16 + 12);
    assert.ok(Math.abs(gradNorm - Math.hypot(2 * 3 + 4, 2 * 4 + 3)) < 1e-5);
    for (const each of [one, two, optimizer]) each.dispose();
  });
});
