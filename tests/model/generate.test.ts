import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { generate, nextScores } from '../../src/model/generate.js';
import { createParams, disposeParams, type GptParams } from '../../src/model/params.js';
import { sampleToken } from '../../src/model/sample.js';
import { assertNoLeak } from '../backend/compare.js';

describe('sampleToken()', () => {
  const scores = [0, 2, 1, -1];
  const draws = (options: { temperature?: number; topK?: number }) => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0];
    for (let times = 0; times < 4000; times++) counts[sampleToken(scores, options, random)]!++;
    return counts.map((count) => count / 4000);
  };

  it('draws each token as often as softmax says', () => {
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    for (const [id, share] of draws({}).entries()) {
      assert.ok(Math.abs(share - Math.exp(scores[id]!) / total) < 0.03);
    }
  });

  it('always takes the likeliest at temperature 0 and at topK 1', () => {
    assert.deepEqual(draws({ temperature: 0 }), [0, 1, 0, 0]);
    assert.deepEqual(draws({ topK: 1 }), [0, 1, 0, 0]);
  });

  it('never leaves the topK likeliest', () => {
    const [first, , , last] = draws({ topK: 2, temperature: 5 });
    assert.deepEqual([first, last], [0, 0]);
  });

  it('refuses settings that mean nothing', () => {
    assert.throws(() => draws({ temperature: -1 }), /temperature must be >= 0, got -1/);
    assert.throws(() => draws({ topK: 0 }), /topK must be >= 1, got 0/);
  });
});

describe('generate()', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    params = createParams({ vocabSize: 13, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 }, createRandom(1));
  });
  after(() => disposeParams(params));

  it('hands out the same tokens for the same seed, past blockSize as well', () => {
    const text = () => [...generate(params, [1, 2], { maxTokens: 20, random: createRandom(4) })];
    assert.equal(text().length, 20);
    assert.deepEqual(text(), text());
  });

  it('ends before the stop token', () => {
    const likeliest = { maxTokens: 20, random: createRandom(4), temperature: 0 };
    const [stopId] = generate(params, [1, 2], likeliest);
    assert.deepEqual([...generate(params, [1, 2], { ...likeliest, stopId: stopId! })], []);
  });

  it('sees only the last blockSize tokens', () => {
    const settings = () => ({ maxTokens: 1, temperature: 0, random: createRandom(4) });
    const long = [5, 5, 5, 1, 2, 3, 4, 5, 6, 7, 8];
    assert.deepEqual(
      [...generate(params, long, settings())],
      [...generate(params, long.slice(-8), settings())],
    );
  });

  it('leaves no tensor behind, stopped early or not', () => {
    assertNoLeak(() => void [...generate(params, [1], { maxTokens: 3, random: createRandom(1) })]);
    assertNoLeak(() => {
      for (const _ of generate(params, [1], { maxTokens: 3, random: createRandom(1) })) break;
    });
    assertNoLeak(() => void nextScores(params, [1, 2]));
  });

  it('refuses an empty prompt', () => {
    assert.throws(() => [...generate(params, [], { maxTokens: 1, random: createRandom(1) })], /got 0/);
  });
});
