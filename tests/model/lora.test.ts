import assert from 'node:assert/strict';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/index.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import {
  addLora,
  createParams,
  type GptConfig,
  type GptParams,
  generateBatch,
  llamaConfig,
  loadLora,
  loraParams,
  mergeLora,
  namedParams,
  nextLogits,
  parameterCount,
  saveHuggingFace,
  saveLora,
} from '../../src/model/index.js';
import { byteTokenizer } from '../../src/tokenizer/index.js';
import { createAdamW, loadCheckpoint, saveCheckpoint, trainStep } from '../../src/train/index.js';

await selectBackend();
const folder = mkdtempSync(join(tmpdir(), 'lora-'));
const ids = [3, 1, 4, 1, 5];
const sizes = { vocabSize: 11, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 8 };
const families: readonly GptConfig[] = [sizes, llamaConfig({ ...sizes, nKvHead: 1, nInner: 12 })];
const batch = { batchSize: 1, length: 4, inputs: ids.slice(0, -1), targets: ids.slice(1) };

/** A model with adapters that say something. */
function trained(config: GptConfig): { readonly base: GptParams; readonly adapted: GptParams } {
  const base = createParams(config, createRandom(1));
  const adapted = addLora(base, { rank: 3, alpha: 6, random: createRandom(2) });
  const optimizer = createAdamW(loraParams(adapted));
  for (let step = 0; step < 30; step++) trainStep(adapted, batch, optimizer, 0.05);
  optimizer.dispose();
  return { base, adapted };
}

function near(got: Float32Array, want: Float32Array, tolerance: number): void {
  for (const [id, logit] of want.entries())
    assert.ok(Math.abs(got[id]! - logit) <= tolerance, `${id}: ${got[id]} and ${logit}`);
}

for (const config of families) {
  describe(`adapters beside ${config.norm === 'rms' ? 'Llama' : 'GPT-2'}'s matrices`, () => {
    it('change nothing before they are trained', () => {
      const base = createParams(config, createRandom(1));
      const adapted = addLora(base, { random: createRandom(2) });
      near(nextLogits(adapted, ids), nextLogits(base, ids), 1e-6);
    });

    it('learn while the model stays bit for bit as it was', () => {
      const { base, adapted } = trained(config);
      const named = namedParams(adapted);
      for (const [name, variable] of namedParams(base))
        assert.deepEqual(named.get(name)!.dataSync(), variable.dataSync(), name);
      const [before, after] = [base, adapted].map((params) => nextLogits(params, ids.slice(0, -1)));
      assert.ok(after![5]! > before![5]!);
      assert.equal(after!.indexOf(Math.max(...after!)), 5, 'the token that it was taught');
    });

    it('can be merged: the model of W + alpha / rank A B says the same, in one pass and in the cache', () => {
      const { adapted } = trained(config);
      const merged = mergeLora(adapted);
      near(nextLogits(merged, ids), nextLogits(adapted, ids), 1e-5);
      const options = { maxTokens: 5, temperature: 0, random: createRandom(1) };
      assert.deepEqual(
        generateBatch(merged, [ids], options)[0]!.ids,
        generateBatch(adapted, [ids], options)[0]!.ids,
      );
      const name = 'h.1.mlp.c_fc';
      const numbers = (suffix: string) =>
        namedParams(adapted).get(`${name}.${suffix}`)!.arraySync() as number[][];
      const [weight, down, up] = ['weight', 'lora_A', 'lora_B'].map(numbers) as [
        number[][],
        number[][],
        number[][],
      ];
      const got = namedParams(merged).get(`${name}.weight`)!.arraySync() as number[][];
      for (const [i, row] of weight.entries())
        for (const [j, w] of row.entries()) {
          const detour = down[i]!.reduce((sum, a, r) => sum + a * up[r]![j]!, 0);
          assert.ok(Math.abs(got[i]![j]! - (w + (6 / 3) * detour)) < 1e-6);
        }
    });

    it('are counted from the configuration alone', () => {
      const { adapted, base } = trained(config);
      const count = (params: GptParams) =>
        [...namedParams(params).values()].reduce((sum, { size }) => sum + size, 0);
      assert.equal(parameterCount(adapted.config), count(adapted));
      assert.ok(count(adapted) > count(base));
    });

    it('are saved without the model, and found again beside it; a checkpoint holds both', () => {
      const { base, adapted } = trained(config);
      const [own, both] = [join(folder, 'own.safetensors'), join(folder, 'both.safetensors')];
      saveLora(own, adapted);
      saveCheckpoint(both, { params: adapted });
      assert.ok(statSync(own).size < statSync(both).size);
      for (const again of [loadLora(own, base), loadCheckpoint(both).params]) {
        assert.deepEqual(again.config.lora, { rank: 3, alpha: 6 });
        assert.deepEqual(nextLogits(again, ids), nextLogits(adapted, ids));
      }
    });
  });
}

it('a file of adapters is refused by a model of another shape, and one that holds none by any', () => {
  const { base, adapted } = trained(sizes);
  const path = join(folder, 'mine.safetensors');
  saveLora(path, adapted);
  const wide = createParams({ ...sizes, nEmbd: 16 }, createRandom(1));
  assert.throws(
    () => loadLora(path, wide),
    /mine\.safetensors: expected tensor h\.0\.attn\.c_attn\.lora_A of shape \[16,3\], got \[8,3\]/,
  );
  const other = join(folder, 'model.safetensors');
  saveCheckpoint(other, { params: base });
  assert.throws(() => loadLora(other, base), /model\.safetensors: its header says nothing of adapters/);
  assert.throws(() => loadLora(path, adapted), /expected a model without adapters/);
  writeFileSync(path, 'no');
  assert.throws(() => loadLora(path, base), /mine\.safetensors/);
});

it('adapters are refused twice, of no width, where there are none, and in another family’s folder', () => {
  const base = createParams(sizes, createRandom(1));
  const adapted = addLora(base, { random: createRandom(1) });
  assert.throws(() => addLora(adapted, { random: createRandom(1) }), /expected a model without/);
  assert.throws(
    () => addLora(base, { rank: 0, random: createRandom(1) }),
    /lora\.rank must be a whole number/,
  );
  assert.throws(() => addLora(base, { alpha: NaN, random: createRandom(1) }), /lora\.alpha must be above 0/);
  assert.throws(() => loraParams(base), /expected a model from addLora/);
  assert.throws(() => mergeLora(base), /expected a model from addLora/);
  assert.throws(
    () => saveHuggingFace(join(folder, 'hf'), { params: adapted, tokenizer: byteTokenizer() }),
    /expected a model without adapters/,
  );
});

it('loading adapters that do not fit frees what it made', () => {
  const { adapted } = trained(sizes);
  const path = join(folder, 'leak.safetensors');
  saveLora(path, adapted);
  const wide = createParams({ ...sizes, nEmbd: 16 }, createRandom(1));
  const before = tf.memory().numTensors;
  assert.throws(() => loadLora(path, wide));
  assert.equal(tf.memory().numTensors, before);
});
