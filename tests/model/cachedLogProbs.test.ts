import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { cachedLogits, createCache } from '../../src/model/cache.js';
import { cachedLogProbs } from '../../src/model/cachedLogProbs.js';
import { llamaConfig } from '../../src/model/config.js';
import { nextLogits } from '../../src/model/generate.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { backendNames } from '../backend/backends.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const gpt2 = { vocabSize: 13, blockSize: 12, nLayer: 2, nHead: 2, nEmbd: 16 };
const shapes = { gpt2, llama: llamaConfig({ ...gpt2, nKvHead: 1, nInner: 24 }) };
const texts = [
  [1, 5, 2, 9, 12, 0, 7, 7, 3],
  [4, 11],
  [6, 6, 6, 6, 1, 2],
];

/** ln p(id) after a text, from a run of the model for it alone. */
function logProbAfter(params: GptParams, text: readonly number[], id: number): number {
  const scores = Array.from(nextLogits(params, text));
  return scores[id]! - Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
}

for (const name of backendNames) {
  for (const [family, config] of Object.entries(shapes)) {
    describe(`cachedLogProbs() of a ${family} model on ${name}`, () => {
      let params: GptParams;
      before(async () => {
        await selectBackend({ name });
        params = createParams(config, createRandom(1));
        for (const variable of namedParams(params).values())
          if (variable.rank >= 2) tf.tidy(() => variable.assign(variable.mul(8))); // it has opinions
      });
      after(() => disposeParams(params));

      it('says of each token that follows what the whole model says, for texts of any length together', () => {
        const targets = texts.map((ids) => ids.map((id, nth) => (nth === 1 ? -1 : (3 * id + nth) % 13)));
        const expected = texts.map((ids, row) =>
          ids.map((_, nth) =>
            nth === 1 ? 0 : logProbAfter(params, ids.slice(0, nth + 1), targets[row]![nth]!),
          ),
        );
        const asked = texts.map((ids, slot) => ({ slot, ids, targets: targets[slot]! }));
        const got = cachedLogProbs(params, createCache(config, 3), asked);
        for (const [row, logProbs] of got.entries()) assertClose(logProbs, expected[row]!, 1e-4, `${row}`);
      });

      it('goes on where the cache is, and the cache goes on behind it', () => {
        const cache = createCache(config, 2);
        const [text] = texts as [number[]];
        cachedLogits(params, cache, [{ slot: 1, ids: text.slice(0, 4) }]);
        const [logProbs] = cachedLogProbs(params, cache, [
          { slot: 1, ids: text.slice(4, 7), targets: text.slice(5, 8) },
        ]);
        const expected = [5, 6, 7].map((end) => logProbAfter(params, text.slice(0, end), text[end]!));
        assertClose(logProbs!, expected, 1e-4);
        assert.deepEqual(cache.lengths, Int32Array.of(0, 7));
        const [next] = cachedLogits(params, cache, [{ slot: 1, ids: [text[7]!] }]);
        assertClose(next!, nextLogits(params, text.slice(0, 8)), 1e-4);
      });

      it('refuses targets that are none, and as many as there are not tokens', () => {
        const ask = (targets: number[]) =>
          cachedLogProbs(params, createCache(config), [{ slot: 0, ids: [1, 2], targets }]);
        assert.throws(() => ask([1]), /expected 2 targets in slot 0, got 1/);
        assert.throws(() => ask([1, 13]), /Cannot use target 13/);
      });

      it('leaves no tensor behind', () => {
        assertNoLeak(() =>
          cachedLogProbs(params, createCache(config), [{ slot: 0, ids: [1, 2], targets: [2, -1] }]),
        );
      });
    });
  }
}
