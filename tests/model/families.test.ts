/** What holds whichever parts a model is put together from: GPT-2's, Llama's, or any mixture. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { parameterCount } from '../../src/model/counts.js';
import { logits, throughLayers } from '../../src/model/gpt.js';
import {
  copyParams,
  createParams,
  disposeParams,
  type GptParams,
  namedParams,
  paramShapes,
} from '../../src/model/params.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/checkpoint.js';
import { batchLoss } from '../../src/train/loss.js';
import { backendNames } from '../backend/backends.js';
import { assertClose } from '../backend/compare.js';

const sizes = { vocabSize: 7, blockSize: 6, nLayer: 1, nHead: 2, nEmbd: 8 };
const grouped = { vocabSize: 13, blockSize: 12, nLayer: 2, nHead: 4, nEmbd: 32, nKvHead: 2, nInner: 40 };
const families: Readonly<Record<string, GptConfig>> = {
  'GPT-2': { vocabSize: 13, blockSize: 12, nLayer: 2, nHead: 2, nEmbd: 16 },
  Llama: llamaConfig(grouped),
};

/** All 64 mixtures of parts. */
const mixtures: readonly GptConfig[] = [{ nKvHead: 2 }, { nKvHead: 1, nInner: 12 }].flatMap((heads) =>
  [true, false].flatMap((bias) =>
    [true, false].flatMap((tiedHead) =>
      (['learned', 'rotary'] as const).flatMap((position) =>
        (['layer', 'rms'] as const).flatMap((norm) =>
          (['gelu', 'swiGlu'] as const).map((feedForward) => ({
            ...sizes,
            ...heads,
            bias,
            tiedHead,
            position,
            norm,
            feedForward,
          })),
        ),
      ),
    ),
  ),
);

/** A model in which every number counts. */
function drawnParams(config: GptConfig, seed = 1): GptParams {
  const random = createRandom(seed);
  const params = createParams(config, random);
  for (const variable of namedParams(params).values()) {
    const values = Float32Array.from({ length: variable.size }, () => 0.5 * random.normal());
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape).add(variable)));
  }
  return params;
}

const scores = (params: GptParams, ids: readonly number[][]) =>
  tf.tidy(() => logits(params, ids).dataSync<'float32'>());
const ids = [1, 5, 2, 9, 12, 0, 7, 7, 3, 4];

describe('a model of any parts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'families-'));
  before(() => selectBackend({ name: 'cpu' }));
  after(() => rmSync(folder, { recursive: true }));

  it('has the parameters that its configuration says, by name and shape and in number', () => {
    assert.equal(new Set(mixtures.map((config) => JSON.stringify(config))).size, 64);
    for (const config of mixtures) {
      const params = createParams(config, createRandom(1));
      const made = [...namedParams(params)].map(([name, { shape }]) => [name, shape]);
      assert.deepEqual(made, [...paramShapes(config)]);
      const count = [...namedParams(params).values()].reduce((sum, { size }) => sum + size, 0);
      assert.equal(count, parameterCount(config), JSON.stringify(config));
      disposeParams(params);
    }
  });

  it('has gradients that are the slopes of its loss, for each parameter', () => {
    const batch = { batchSize: 1, length: 5, inputs: [1, 5, 2, 0, 6], targets: [5, 2, 0, 6, -1] };
    for (const config of mixtures) {
      const params = drawnParams(config);
      const variables = namedParams(params);
      const { value, grads } = tf.variableGrads(() => batchLoss(params, batch), [...variables.values()]);
      for (const [name, variable] of variables) {
        const { slope, expected } = slopeAlong(variable, grads[variable.name]!, () =>
          tf.tidy(() => batchLoss(params, batch).dataSync()[0]!),
        );
        assertClose([slope], [expected], 5e-3, `${name} of ${JSON.stringify(config)}`);
      }
      tf.dispose([value, grads]);
      disposeParams(params);
    }
  });

  it('comes back from a checkpoint as it was, configuration and all', () => {
    for (const config of mixtures) {
      const [params, path] = [drawnParams(config), join(folder, 'model.safetensors')];
      saveCheckpoint(path, { params });
      const { params: loaded, heads } = loadCheckpoint(path);
      assert.deepEqual([loaded.config, heads.size], [config, 0]);
      const text = [[1, 5, 2, 0, 6]];
      assert.deepEqual(scores(loaded, text), scores(params, text));
      for (const model of [params, loaded]) disposeParams(model);
    }
  });

  it('is copied whole and freed whole', () => {
    for (const config of mixtures) {
      const before = tf.memory().numTensors;
      const params = drawnParams(config);
      const copy = copyParams(params);
      assert.equal(tf.memory().numTensors, before + 2 * [...paramShapes(config)].length);
      disposeParams(params);
      assert.ok(scores(copy, [[1, 2, 3]]).every(Number.isFinite));
      disposeParams(copy);
      assert.equal(tf.memory().numTensors, before);
    }
  });
});

/** The slope of a loss along a direction through one variable: by the gradient, and by going there and back. */
function slopeAlong(variable: tf.Variable, gradient: tf.Tensor, loss: () => number) {
  const random = createRandom(variable.size);
  const direction = Float32Array.from({ length: variable.size }, () => random.normal());
  const length = Math.hypot(...direction);
  const start = variable.dataSync<'float32'>().slice();
  const lossAt = (distance: number) => {
    const moved = start.map((value, at) => value + (distance * direction[at]!) / length);
    tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
    return loss();
  };
  const h = 1e-2;
  const expected = (lossAt(h) - lossAt(-h)) / (2 * h);
  lossAt(0);
  const slope = gradient.dataSync<'float32'>().reduce((sum, g, at) => sum + (g * direction[at]!) / length, 0);
  return { slope, expected };
}

for (const [family, config] of Object.entries(families)) {
  describe(`a model of ${family}’s parts`, () => {
    let params: GptParams;
    before(async () => {
      await selectBackend({ name: 'wasm' });
      params = drawnParams(config);
    });
    after(() => disposeParams(params));

    it('cannot see the future: changing token t leaves the logits before t as they were', () => {
      const plain = scores(params, [ids]);
      for (const t of [1, 4, 9]) {
        const changed = scores(params, [ids.map((id, at) => (at === t ? 11 : id))]);
        assertClose(changed.subarray(0, t * 13), plain.subarray(0, t * 13), 1e-6);
        assert.notDeepEqual(changed.subarray(t * 13), plain.subarray(t * 13));
      }
    });

    it('gives the same logits on every backend', async () => {
      const results: Float32Array[] = [];
      for (const name of backendNames) {
        await selectBackend({ name });
        const own = drawnParams(config);
        results.push(scores(own, [ids, [...ids].reverse()]));
        disposeParams(own);
      }
      await selectBackend({ name: 'wasm' });
      for (const [nth, each] of results.entries()) assertClose(each, results[0]!, 1e-4, backendNames[nth]!);
    });
  });
}

describe('grouped-query attention in a model', () => {
  before(() => selectBackend({ name: 'cpu' }));

  it('is that of as many heads of keys and values, each weight of them repeated', () => {
    const [shared, apart] = [
      drawnParams(llamaConfig(grouped)),
      drawnParams(llamaConfig({ ...grouped, nKvHead: 4 })),
    ];
    const theirs = namedParams(apart);
    for (const [name, variable] of namedParams(shared)) {
      tf.tidy(() => {
        if (!name.endsWith('c_attn.weight')) return theirs.get(name)!.assign(variable);
        const heads = tf.split(variable, 4 + 2 + 2, 1); // 4 heads of queries, 2 of keys, 2 of values
        const order = [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7];
        return theirs.get(name)!.assign(
          tf.concat(
            order.map((nth) => heads[nth]!),
            1,
          ),
        );
      });
    }
    assertClose(scores(apart, [ids]), scores(shared, [ids]), 1e-5);
    for (const params of [shared, apart]) disposeParams(params);
  });
});

describe('rotary positions in a model', () => {
  before(() => selectBackend({ name: 'cpu' }));
  const hiddenFrom = (params: GptParams, start: number) =>
    tf.tidy(() => {
      const positions = Int32Array.from({ length: 6 }, (_, nth) => start + nth);
      const input = tf.tensor2d(ids.slice(0, 6), [1, 6], 'int32');
      return throughLayers(params, input, positions).dataSync<'float32'>();
    });

  it('are distances: a text that stands further on in the window means the same', () => {
    const params = drawnParams(llamaConfig(grouped));
    for (const start of [1, 6, 1000]) assertClose(hiddenFrom(params, start), hiddenFrom(params, 0), 2e-4);
    disposeParams(params);
  });

  it('unlike learned ones, which are places', () => {
    const params = drawnParams(families['GPT-2']!);
    assert.notDeepEqual(hiddenFrom(params, 6), hiddenFrom(params, 0));
    disposeParams(params);
  });

  it('tell orders apart', () => {
    const params = drawnParams(llamaConfig(grouped));
    const last = (text: number[]) => scores(params, [text]).subarray(-13);
    const [one, other] = [last([1, 2, 3]), last([2, 1, 3])];
    assert.ok(one.some((score, id) => Math.abs(score - other[id]!) > 0.1));
    disposeParams(params);
  });
});
