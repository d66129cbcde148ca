import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { logits } from '../../src/model/gpt.js';
import {
  copyParams,
  createParams,
  disposeParams,
  type GptParams,
  namedParams,
} from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import { batchLoss, batchNats } from '../../src/train/loss.js';
import { trainStep } from '../../src/train/step.js';
import { backendNames } from '../backend/backends.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';
import { tinyBatch, tinyParams, truth } from './tinyGpt2.js';

const tiny = { vocabSize: 13, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 };
const scores = (params: GptParams, ids: number[][]) =>
  tf.tidy(() => logits(params, ids).dataSync<'float32'>());

for (const name of backendNames) {
  describe(`a GPT on ${name}`, () => {
    before(() => selectBackend({ name }));

    it('gives PyTorch’s logits, loss and gradients', () => {
      const params = tinyParams();
      assertClose(scores(params, truth.ids), truth.logits, 1e-4, 'logits');
      const variables = namedParams(params);
      const { value, grads } = tf.variableGrads(() => batchLoss(params, tinyBatch), [...variables.values()]);
      assertClose(value.dataSync(), [truth.loss], 1e-5, 'loss');
      for (const [name, variable] of variables) {
        assertClose(grads[variable.name]!.dataSync(), truth.gradients[name]!, 1e-4, name);
      }
      assert.deepEqual([...variables.keys()], Object.keys(truth.gradients));
      disposeParams(params);
    });

    it('takes PyTorch’s AdamW steps, clipping included', () => {
      const params = tinyParams();
      const optimizer = createAdamW(params);
      for (const expected of truth.steps) {
        const { loss, gradNorm } = trainStep(params, tinyBatch, optimizer, 1e-2);
        assertClose([loss, gradNorm], [expected.loss, expected.gradNorm], 2e-4, 'step');
      }
      for (const [name, values] of Object.entries(truth.after)) {
        assertClose(namedParams(params).get(name)!.dataSync(), values, 1e-3, name);
      }
      optimizer.dispose();
      disposeParams(params);
    });
  });
}

describe('logits()', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    params = createParams(tiny, createRandom(1));
  });
  after(() => disposeParams(params));

  it('cannot see the future: changing token t leaves the logits before t as they were', () => {
    const ids = [1, 2, 3, 4, 5, 6, 7, 8];
    const plain = scores(params, [ids]);
    for (const t of [1, 4, 7]) {
      const changed = scores(params, [ids.map((id, at) => (at === t ? 12 : id))]);
      assertClose(changed.subarray(0, t * 13), plain.subarray(0, t * 13), 1e-6);
      assert.notDeepEqual(changed.subarray(t * 13), plain.subarray(t * 13));
    }
  });

  it('treats each text of a batch by itself', () => {
    const [one, two] = [
      [1, 2, 3],
      [9, 8, 7],
    ];
    const together = scores(params, [one!, two!]);
    assertClose(scores(params, [two!, one!]).subarray(39), together.subarray(0, 39), 1e-5);
  });

  it('knows nothing before training: the loss is about ln V', () => {
    const random = createRandom(5);
    const draw = () => Array.from({ length: 64 }, () => random.integer(13));
    const { nats, tokens } = batchNats(params, { batchSize: 8, length: 8, inputs: draw(), targets: draw() });
    assert.equal(tokens, 64);
    assertClose([nats / tokens], [Math.log(13)], 0.05);
  });

  it('leaves no tensor behind but the one it returns', () => {
    assertNoLeak(() => logits(params, [[1, 2, 3]]).dispose());
    assertNoLeak(() => batchNats(params, { ...tinyBatch, inputs: tinyBatch.inputs }));
    assertNoLeak(() => disposeParams(createParams(tiny, createRandom(1))));
  });

  it('says what is wrong with ids it cannot read', () => {
    assert.throws(() => logits(params, [[1, 13]]), /expected ids from 0 to 12, got 13/);
    assert.throws(() => logits(params, [[0.5]]), /expected ids from 0 to 12, got 0.5/);
    assert.throws(() => logits(params, [[]]), /expected 1 to 8 tokens, got 0/);
    assert.throws(() => logits(params, [new Array(9).fill(1)]), /expected 1 to 8 tokens, got 9/);
    assert.throws(() => logits(params, [[1, 2], [1]]), /the texts differ in length/);
  });
});

describe('createParams()', () => {
  it('makes the same parameters from the same seed, of GPT-2’s spread', () => {
    const [one, two] = [createParams(tiny, createRandom(3)), createParams(tiny, createRandom(3))];
    const values = one.tokenEmbedding.dataSync<'float32'>();
    assert.deepEqual(two.tokenEmbedding.dataSync(), values);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    assertClose([deviation], [0.02], 0.003);
    disposeParams(one);
    disposeParams(two);
  });
});

describe('copyParams()', () => {
  it('gives the same numbers in variables of their own, which disposeParams() frees', async () => {
    await selectBackend({ name: 'cpu' });
    const params = createParams(
      { vocabSize: 5, blockSize: 4, nLayer: 2, nHead: 1, nEmbd: 4 },
      createRandom(1),
    );
    const before = tf.memory().numTensors;
    const copy = copyParams(params);
    const zeros = tf.zerosLike(params.tokenEmbedding);
    params.tokenEmbedding.assign(zeros as tf.Tensor2D);
    zeros.dispose();
    for (const [name, variable] of namedParams(copy)) {
      const original = namedParams(params).get(name)!;
      assert.notEqual(variable, original);
      if (name !== 'wte.weight') assert.deepEqual(variable.dataSync(), original.dataSync());
      else assert.ok(variable.dataSync().some((value) => value !== 0));
    }
    disposeParams(copy);
    assert.equal(tf.memory().numTensors, before);
    disposeParams(params);
  });
});
