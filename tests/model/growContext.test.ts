import assert from 'node:assert/strict';
import { it } from 'node:test';
import { selectBackend } from '../../src/backend/index.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, type GptConfig, growContext, llamaConfig, nextLogits } from '../../src/model/index.js';

await selectBackend();

const sizes = { vocabSize: 11, blockSize: 4, nLayer: 2, nHead: 2, nEmbd: 8 };
const families: readonly (readonly [name: string, config: GptConfig])[] = [
  ['learned positions', sizes],
  ['rotary positions', llamaConfig({ ...sizes, nKvHead: 1 })],
];

for (const [name, config] of families) {
  it(`growContext() changes nothing that the model could read before, and lets it read on (${name})`, () => {
    const params = createParams(config, createRandom(1));
    const grown = growContext(params, 7);
    const [before, after] = [params, grown].map((model) => nextLogits(model, [3, 1, 4, 1]));
    assert.deepEqual(after, before);
    assert.throws(() => nextLogits(params, [3, 1, 4, 1, 5]), RangeError);
    assert.ok(nextLogits(grown, [3, 1, 4, 1, 5, 9, 2]).every(Number.isFinite));
    assert.equal(grown.config.blockSize, 7);
  });
}

it('growContext() starts the new positions as the last old one', () => {
  const params = createParams(sizes, createRandom(1));
  const rows = growContext(params, 6).positionEmbedding!.arraySync() as number[][];
  assert.deepEqual(rows.slice(4), [rows[3], rows[3]]);
});

it('growContext() refuses to shrink', () => {
  const params = createParams(sizes, createRandom(1));
  for (const blockSize of [3, 4.5, Number.NaN])
    assert.throws(() => growContext(params, blockSize), /expected 4 tokens or more/);
});
