import assert from 'node:assert/strict';
import { it } from 'node:test';
import { selectBackend } from '../../src/backend/index.js';
import { createRandom } from '../../src/core/random.js';
import {
  createParams,
  type GptConfig,
  growVocabulary,
  llamaConfig,
  nextLogits,
} from '../../src/model/index.js';

await selectBackend();

const sizes = { vocabSize: 11, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 8 };

const families: readonly GptConfig[] = [sizes, llamaConfig({ ...sizes, nKvHead: 1 })];

for (const config of families) {
  it(`growVocabulary() changes no logit of an old id (${config.tiedHead === false ? 'a head of its own' : 'tied'})`, () => {
    const params = createParams(config, createRandom(1));
    const grown = growVocabulary(params, 15, createRandom(2));
    const [before, after] = [params, grown].map((model) => nextLogits(model, [3, 1, 4]));
    assert.equal(after!.length, 15);
    for (const [id, logit] of before!.entries()) assert.ok(Math.abs(after![id]! - logit) < 1e-5, `id ${id}`);
    const [most, least] = [Math.max(...before!), Math.min(...before!)];
    for (const logit of after!.slice(11))
      assert.ok(logit < most && logit > least, 'a new id is nothing special');
  });
}

it('growVocabulary() refuses to shrink', () => {
  const params = createParams(sizes, createRandom(1));
  assert.throws(() => growVocabulary(params, 10, createRandom(1)), /expected 11 ids or more, got 10/);
});
