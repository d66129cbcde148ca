import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { attentionWeights } from '../../src/model/attentionWeights.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { hiddenStates, throughLayers } from '../../src/model/gpt.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const sizes = { vocabSize: 13, blockSize: 9, nLayer: 2, nHead: 4, nEmbd: 16 };
const families: Readonly<Record<string, GptConfig>> = {
  'GPT-2': sizes,
  Llama: llamaConfig({ ...sizes, nKvHead: 2 }),
};
const ids = [1, 5, 2, 9, 12, 0, 7];

/** A model whose heads look at one position more than at another. */
function decidedParams(config: GptConfig): GptParams {
  const params = createParams(config, createRandom(1));
  tf.tidy(() => {
    for (const variable of namedParams(params).values())
      if (variable.rank >= 2) variable.assign(variable.mul(20));
  });
  return params;
}

for (const [family, config] of Object.entries(families)) {
  describe(`attentionWeights() of ${family}’s parts`, () => {
    before(() => selectBackend({ name: 'cpu' }));

    it('is a share of 1 for each position seen, and nothing for the future, in every head of every layer', () => {
      const params = decidedParams(config);
      const layers = attentionWeights(params, ids);
      assert.deepEqual([layers.length, ...layers.map((heads) => heads.length)], [2, 4, 4]);
      for (const pattern of layers.flat()) {
        assert.equal(pattern.length, 49);
        for (let row = 0; row < 7; row++) {
          const line = pattern.subarray(row * 7, (row + 1) * 7);
          assertClose([line.reduce((sum, share) => sum + share, 0)], [1], 1e-5);
          assert.ok(line.subarray(row + 1).every((share) => share === 0));
          assert.ok(line.subarray(0, row + 1).every((share) => share >= 0));
        }
      }
      const sharpest = Math.max(...layers.flat().map((pattern) => Math.max(...pattern.subarray(42))));
      assert.ok(sharpest > 0.5, `${sharpest}`);
      disposeParams(params);
    });

    it('mixes the values to what attention gathers', () => {
      const params = decidedParams(config);
      const layers = attentionWeights(params, ids);
      const { nHead: H, nKvHead: K = H } = config;
      const byPattern = (qkv: tf.Tensor3D, layer: number) => {
        const heads = tf.split(qkv.reshape<tf.Tensor2D>([7, -1]), H + 2 * K, 1);
        const mixed = layers[layer]!.map((pattern, head) =>
          tf.matMul(tf.tensor2d(pattern, [7, 7]), heads[H + K + Math.floor((head * K) / H)]!),
        );
        return tf.concat(mixed, 1).reshape<tf.Tensor3D>([1, 7, 16]);
      };
      tf.tidy(() => {
        const input = tf.tensor2d(ids, [1, 7], 'int32');
        const theirs = throughLayers(params, input, Int32Array.from(ids.keys()), byPattern);
        assertClose(theirs.dataSync(), hiddenStates(params, input).dataSync(), 1e-4);
      });
      disposeParams(params);
    });

    it('leaves no tensor behind, and refuses what the model cannot read', () => {
      const params = decidedParams(config);
      assertNoLeak(() => void attentionWeights(params, ids));
      assert.throws(() => attentionWeights(params, []), /expected 1 to 9 tokens, got 0/);
      assert.throws(() => attentionWeights(params, [13]), /expected ids from 0 to 12, got 13/);
      disposeParams(params);
    });
  });
}

describe('attentionWeights() of rotary positions', () => {
  it('is the same wherever a text stands in the window, if nothing else is seen', async () => {
    await selectBackend({ name: 'cpu' });
    // One layer, so that what a head sees of two tokens depends on these and their distance alone.
    const params = decidedParams(llamaConfig({ ...sizes, nLayer: 1, nKvHead: 2 }));
    const [early] = attentionWeights(params, [4, 8, 3, 3, 3, 3, 3]);
    const [late] = attentionWeights(params, [3, 3, 3, 3, 3, 4, 8]);
    for (let head = 0; head < 4; head++) {
      const ratio = (pattern: Float32Array, row: number) =>
        Math.log(pattern[row * 7 + row - 1]! / pattern[row * 7 + row]!); // the difference of two scores
      assertClose([ratio(late![head]!, 6)], [ratio(early![head]!, 1)], 1e-3);
    }
    disposeParams(params);
  });
});
