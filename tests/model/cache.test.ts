import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { causalAttention } from '../../src/backend/ops/attention.js';
import { cachedAttention } from '../../src/backend/ops/cachedAttention.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { cachedLogits, createCache } from '../../src/model/cache.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { nextLogits } from '../../src/model/generate.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { backendNames } from '../backend/backends.js';
import { assertClose, assertNoLeak, normal } from '../backend/compare.js';

const config = { vocabSize: 13, blockSize: 12, nLayer: 2, nHead: 2, nEmbd: 16 };
const families: Readonly<Record<string, GptConfig>> = {
  'GPT-2': config,
  Llama: llamaConfig({ ...config, nHead: 4, nKvHead: 2 }),
};
const ids = [1, 5, 2, 9, 12, 0, 7, 7, 3, 4, 11, 6];

/** A model sure enough of its mind that its scores tell what it has read. */
function decidedParams(shape: GptConfig = config): GptParams {
  const params = createParams(shape, createRandom(1));
  tf.tidy(() => {
    for (const variable of namedParams(params).values()) {
      if (variable.rank >= 2) variable.assign(variable.mul(8));
    }
  });
  return params;
}

for (const [family, config] of Object.entries(families)) {
  for (const name of backendNames)
    describe(`cachedLogits() of ${family}’s parts on ${name}`, () => readsOn(config, name));
}

function readsOn(config: GptConfig, name: string): void {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name });
    params = decidedParams(config);
  });
  after(() => disposeParams(params));
  const truth = (length: number, text: readonly number[] = ids) => nextLogits(params, text.slice(0, length));

  it('says at each position what the model says without a cache', () => {
    const cache = createCache(config);
    for (const [at, id] of ids.entries()) {
      assertClose(cachedLogits(params, cache, [{ slot: 0, ids: [id] }])[0]!, truth(at + 1), 1e-4);
    }
    assert.deepEqual(cache.lengths, Int32Array.of(12));
  });

  it('does not care in which pieces a text is read', () => {
    for (const cuts of [[12], [5, 7], [1, 3, 8], [9, 1, 2]]) {
      const cache = createCache(config);
      for (const [nth, size] of cuts.entries()) {
        const start = cuts.slice(0, nth).reduce((sum, before) => sum + before, 0);
        const piece = ids.slice(start, start + size);
        const [scores] = cachedLogits(params, cache, [{ slot: 0, ids: piece }]);
        assertClose(scores!, truth(start + size), 1e-4, `${cuts} after ${start + size}`);
      }
    }
  });

  it('keeps texts of different lengths apart, whichever slots go on', () => {
    const texts = [ids, [...ids].reverse(), [3, 3, 3, 3, 8, 8], [1, 2, 3, 4, 5, 6, 7, 8]];
    const cache = createCache(config, 4);
    const read = (moves: readonly (readonly [slot: number, count: number])[]) => {
      const news = moves.map(([slot, count]) => {
        const start = cache.lengths[slot]!;
        return { slot, ids: texts[slot]!.slice(start, start + count) };
      });
      for (const [nth, scores] of cachedLogits(params, cache, news).entries()) {
        const { slot } = news[nth]!;
        assertClose(scores, truth(cache.lengths[slot]!, texts[slot]), 1e-4, `slot ${slot}`);
      }
    };
    // biome-ignore format: a round to a line
    const rounds: (readonly [number, number])[][] = [
        [[2, 3], [0, 4], [3, 2]], // together, padded
        [[1, 1], [0, 1], [3, 1]],
        [[3, 5], [2, 2], [1, 3]], // old and new texts together
        [[2, 1], [0, 7]],
      ];
    for (const round of rounds) read(round);
    assert.deepEqual(cache.lengths, Int32Array.of(12, 4, 6, 8));
  });

  it('reads equal beginnings once and lets them part', () => {
    const cache = createCache(config, 3);
    const start = ids.slice(0, 4);
    const news = [0, 1, 2].map((slot) => ({ slot, ids: slot === 1 ? [8, 8, 8, 8] : start }));
    const scores = cachedLogits(params, cache, news);
    assert.deepEqual(scores[2], scores[0]);
    const parted = cachedLogits(params, cache, [
      { slot: 0, ids: [9] },
      { slot: 2, ids: [10] },
    ]);
    assertClose(parted[0]!, truth(5, [...start, 9]), 1e-4);
    assertClose(parted[1]!, truth(5, [...start, 10]), 1e-4);
  });

  it('forgets what is behind a smaller length', () => {
    const cache = createCache(config);
    cachedLogits(params, cache, [{ slot: 0, ids }]);
    cache.lengths[0] = 3;
    const [scores] = cachedLogits(params, cache, [{ slot: 0, ids: [8] }]);
    assertClose(scores!, truth(4, [...ids.slice(0, 3), 8]), 1e-4);
  });

  it('leaves no tensor behind', () => {
    const cache = createCache(config);
    assertNoLeak(() => {
      cache.lengths[0] = 0;
      cachedLogits(params, cache, [{ slot: 0, ids: [1, 2, 3] }]);
      cachedLogits(params, cache, [{ slot: 0, ids: [4] }]);
    });
  });
}

describe('a cache', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    params = decidedParams();
  });
  after(() => disposeParams(params));

  it('runs a large batch of prompts in portions, each text by itself', () => {
    const wide = { ...config, blockSize: 500 };
    const own = decidedParams(wide);
    const texts = Array.from({ length: 12 }, (_, slot) => ({
      slot,
      ids: Array.from({ length: 450 - 40 * slot + 30 }, (_, at) => (at * (slot + 3)) % 13),
    }));
    const scores = cachedLogits(own, createCache(wide, 12), texts);
    for (const [nth, text] of texts.entries()) assertClose(scores[nth]!, nextLogits(own, text.ids), 1e-4);
    disposeParams(own);
  });

  it('keeps the heads of keys and values, and no copies of them for the heads of queries', () => {
    const { layers } = createCache(llamaConfig({ ...config, nHead: 4, nKvHead: 1 }), 3, 10);
    assert.deepEqual(
      layers.map(({ keys, values }) => [keys.length, values.length]),
      [
        [3 * 10 * 4, 3 * 10 * 4],
        [3 * 10 * 4, 3 * 10 * 4],
      ],
    );
  });

  it('refuses impossible sizes', () => {
    assert.throws(() => createCache(config, 0), /expected 1 slot or more, got 0/);
    assert.throws(() => createCache(config, 1, 13), /room for 1 to 12 tokens, got 13/);
    assert.throws(() => createCache(config, 1, 0), /room for 1 to 12 tokens, got 0/);
  });

  it('refuses texts that it cannot go on with, and stays as it was', () => {
    const cache = createCache(config, 2, 4);
    const read = (...texts: { slot: number; ids: number[] }[]) => cachedLogits(params, cache, texts);
    assert.throws(() => read({ slot: 2, ids: [1] }), /expected each slot once, got slot 2 of 2/);
    assert.throws(() => read({ slot: 1, ids: [1] }, { slot: 1, ids: [2] }), /got slot 1 twice/);
    assert.throws(() => read({ slot: 0, ids: [1, 2, 3, 4, 5] }), /slot 0 has room for 4 tokens, got 5/);
    assert.throws(() => read({ slot: 0, ids: [] }), /expected 1 to 12 tokens, got 0/);
    assert.throws(() => read({ slot: 1, ids: [1] }, { slot: 0, ids: [13] }), /ids from 0 to 12, got 13/);
    assert.deepEqual(cache.lengths, Int32Array.of(0, 0));
  });
});

describe('cachedAttention()', () => {
  const [T, nHead, C] = [7, 3, 15]; // neither a head's width nor the text is a multiple of four
  const size = { nHead, nKvHead: nHead, capacity: 7 };
  const emptyLayer = () => ({ keys: new Float32Array(2 * 7 * C), values: new Float32Array(2 * 7 * C) });
  const placesOf = (slots: number[], start: number, count: number) => ({
    slots: Int32Array.from(slots),
    starts: new Int32Array(slots.length).fill(start),
    counts: new Int32Array(slots.length).fill(count),
  });
  before(() => selectBackend({ name: 'cpu' }));

  it('is causal attention, row by row', () => {
    tf.tidy(() => {
      const qkv = normal([2, T, 3 * C]) as tf.Tensor3D;
      const whole = causalAttention(qkv, { nHead });
      const layer = emptyLayer();
      for (let at = 0; at < T; at++) {
        const one = qkv.slice([0, at, 0], [2, 1, -1]);
        const row = cachedAttention(one, layer, placesOf([0, 1], at, 1), size);
        assertClose(row.dataSync(), whole.slice([0, at, 0], [2, 1, -1]).dataSync(), 1e-5, `position ${at}`);
      }
      const together = emptyLayer();
      assertClose(
        cachedAttention(qkv, together, placesOf([0, 1], 0, T), size).dataSync(),
        whole.dataSync(),
        1e-5,
      );
      assert.deepEqual(together, layer);
    });
  });

  it('is causal attention, row by row, where heads share keys and values', () => {
    tf.tidy(() => {
      const heads = { nHead: 3, nKvHead: 1 };
      const qkv = normal([2, T, 5 * 5]) as tf.Tensor3D;
      const layer = { keys: new Float32Array(2 * 7 * 5), values: new Float32Array(2 * 7 * 5) };
      const whole = causalAttention(qkv, heads);
      for (let at = 0; at < T; at++) {
        const one = qkv.slice([0, at, 0], [2, 1, -1]);
        const row = cachedAttention(one, layer, placesOf([0, 1], at, 1), { ...heads, capacity: 7 });
        assertClose(row.dataSync(), whole.slice([0, at, 0], [2, 1, -1]).dataSync(), 1e-5, `position ${at}`);
      }
    });
  });

  it('does not look at what lies behind, not even at numbers that are none', () => {
    tf.tidy(() => {
      const one = normal([1, 1, 3 * C]) as tf.Tensor3D;
      const clean = cachedAttention(one, emptyLayer(), placesOf([1], 2, 1), size).dataSync();
      const layer = emptyLayer();
      const D = C / nHead;
      for (const numbers of [layer.keys, layer.values]) {
        numbers.fill(Number.NaN, 0, 7 * C); // the other slot
        for (let head = 0; head < nHead; head++) {
          numbers.fill(Number.NaN, 7 * C + (head * 7 + 2) * D, 7 * C + (head + 1) * 7 * D);
        }
      }
      assert.deepEqual(cachedAttention(one, layer, placesOf([1], 2, 1), size).dataSync(), clean);
    });
  });

  it('leaves the work to the backend’s own kernel where there is one', () => {
    const kernelName = 'FusedCachedAttention';
    const calls: object[] = [];
    tf.registerKernel({
      kernelName,
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs }) => {
        calls.push(attrs!);
        return tf.zeros([1, 1, inputs.qkv!.shape[2]! / 3]);
      },
    });
    const [layer, places] = [emptyLayer(), placesOf([0], 0, 1)];
    tf.tidy(() => {
      const qkv = tf.ones<tf.Rank.R3>([1, 1, 3 * C]);
      assert.deepEqual(cachedAttention(qkv, layer, places, size).shape, [1, 1, C]);
    });
    tf.unregisterKernel(kernelName, 'cpu');
    assert.deepEqual(calls, [{ ...layer, ...places, ...size }]);
  });
});
