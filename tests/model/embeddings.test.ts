import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { attentionWeights } from '../../src/model/attentionWeights.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { logitsOfEmbeddings, tokenEmbeddings } from '../../src/model/embeddings.js';
import { logits } from '../../src/model/gpt.js';
import { createParams, disposeParams, namedParams } from '../../src/model/params.js';
import { batchLoss } from '../../src/train/loss.js';
import { backendNames } from '../backend/backends.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const sizes = { vocabSize: 13, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 };
const families: Readonly<Record<string, GptConfig>> = {
  'GPT-2': sizes,
  Llama: llamaConfig({ ...sizes, nKvHead: 1 }),
};
const ids = [
  [1, 5, 2, 9, 12],
  [0, 7, 7, 3, 4],
];

for (const name of backendNames) {
  for (const [family, config] of Object.entries(families)) {
    describe(`embeddings in place of tokens, ${family}’s parts on ${name}`, () => {
      before(() => selectBackend({ name }));

      it('give the same logits as the tokens they belong to, to the last bit', () => {
        const params = createParams(config, createRandom(1));
        tf.tidy(() => {
          const given = logitsOfEmbeddings(params, tokenEmbeddings(params, ids));
          assert.deepEqual(given.shape, [2, 5, 13]);
          assert.deepEqual(given.dataSync(), logits(params, ids).dataSync());
        });
        disposeParams(params);
      });

      it('give the same gradients too, that of the table included', () => {
        const params = createParams(config, createRandom(1));
        const variables = [...namedParams(params).values()];
        const targets = [5, 2, 9, 12, -1, 7, 7, 3, 4, -1];
        const counted = targets.filter((id) => id >= 0).length;
        const lossOf = (scores: tf.Tensor3D) => {
          const logProbs = tf.logSoftmax(scores.reshape([10, 13]));
          const marks = tf
            .oneHot(
              tf.tensor1d(
                targets.map((id) => Math.max(id, 0)),
                'int32',
              ),
              13,
            )
            .toFloat();
          const counts = tf.tensor2d(targets.map((id) => [Number(id >= 0)]));
          return logProbs.mul(marks).mul(counts).sum().div(-counted) as tf.Scalar;
        };
        tf.tidy(() => {
          const own = tf.variableGrads(
            () => lossOf(logitsOfEmbeddings(params, tokenEmbeddings(params, ids))),
            variables,
          );
          const batch = { batchSize: 2, length: 5, inputs: ids.flat(), targets };
          const usual = tf.variableGrads(() => batchLoss(params, batch), variables);
          assertClose(own.value.dataSync(), usual.value.dataSync(), 1e-5, 'loss');
          for (const { name } of variables)
            assertClose(own.grads[name]!.dataSync(), usual.grads[name]!.dataSync(), 1e-4, name);
        });
        disposeParams(params);
      });
    });
  }
}

describe('logitsOfEmbeddings()', () => {
  before(() => selectBackend({ name: 'cpu' }));
  const params = () => createParams(sizes, createRandom(1));

  it('lets no position see one behind it', () => {
    const model = params();
    tf.tidy(() => {
      const one = tf.randomNormal<tf.Rank.R3>([1, 5, 16], 0, 1, 'float32', 1);
      const last = tf.concat([one.slice([0, 0, 0], [1, 4, 16]), tf.ones([1, 1, 16])], 1) as tf.Tensor3D;
      const [first, second] = [one, last].map((x) => logitsOfEmbeddings(model, x).dataSync());
      assert.deepEqual(first!.slice(0, 4 * 13), second!.slice(0, 4 * 13));
      assert.notDeepEqual(first!.slice(4 * 13), second!.slice(4 * 13));
    });
    disposeParams(model);
  });

  it('holds no memory but its result', () => {
    const model = params();
    const embeddings = tf.ones<tf.Rank.R3>([1, 3, 16]);
    assertNoLeak(() => logitsOfEmbeddings(model, embeddings).dispose());
    assertNoLeak(() => tokenEmbeddings(model, ids).dispose());
    disposeParams(model);
  });

  it('refuses vectors of another width, and too many of them', () => {
    const model = params();
    const message = /^Cannot run the model: expected embeddings \[B,T,16\], got \[1,3,15\]$/;
    assert.throws(() => logitsOfEmbeddings(model, tf.ones([1, 3, 15])), { name: 'RangeError', message });
    assert.throws(() => logitsOfEmbeddings(model, tf.ones([1, 9, 16])), /1 to 8 embeddings in a text, got 9/);
    assert.throws(() => logitsOfEmbeddings(model, tf.ones([1, 0, 16])), /1 to 8 embeddings in a text, got 0/);
    assert.throws(() => tokenEmbeddings(model, [[1, 2], [3]]), /the texts differ in length/);
    disposeParams(model);
  });
});

describe('attentionWeights() of embeddings', () => {
  before(() => selectBackend({ name: 'cpu' }));

  it('are those of the tokens they belong to', () => {
    const model = createParams(sizes, createRandom(1));
    tf.tidy(() => {
      const embeddings = tokenEmbeddings(model, [ids[0]!]);
      assert.deepEqual(attentionWeights(model, embeddings), attentionWeights(model, ids[0]!));
      assert.throws(() => attentionWeights(model, tf.ones([2, 3, 16])), /expected one text, got 2/);
    });
    disposeParams(model);
  });
});
