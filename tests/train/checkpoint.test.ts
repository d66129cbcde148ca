import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { readSafetensors, writeSafetensors } from '../../src/model/files/safetensors.js';
import { createParams, disposeParams, namedParams } from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/checkpoint.js';
import { updateParams } from '../../src/train/step.js';
import { assertNoLeak } from '../backend/compare.js';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
const config = { vocabSize: 13, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 };

describe('checkpoints', () => {
  before(() => selectBackend({ name: 'wasm' }));
  const path = join(folder, 'model.safetensors');
  const params = () => createParams(config, createRandom(3));

  it('bring back every parameter, the step, the optimizer and the random state', () => {
    const saved = params();
    const optimizer = createAdamW(saved, { step: 7 });
    const random = createRandom(9);
    random.uniform();
    saveCheckpoint(path, { params: saved, step: 7, optimizer, randomState: random.state() });
    const loaded = loadCheckpoint(path);
    assert.deepEqual([loaded.step, loaded.optimizer?.step(), loaded.params.config], [7, 7, config]);
    assert.equal(createRandom(loaded.randomState!).uniform(), random.uniform());
    for (const [name, variable] of namedParams(saved)) {
      assert.deepEqual(namedParams(loaded.params).get(name)!.dataSync(), variable.dataSync(), name);
    }
    for (const { dispose } of [optimizer, loaded.optimizer!]) dispose();
    for (const model of [saved, loaded.params]) disposeParams(model);
  });

  it('bring back a head that was trained with the model, and its means', () => {
    const saved = params();
    const head = tf.variable(tf.tensor2d([[1], [2]]));
    const optimizer = createAdamW(new Map([...namedParams(saved), ['reward.weight', head]]));
    updateParams(optimizer, () => head.square().sum<tf.Scalar>(), 0.1);
    saveCheckpoint(path, { params: saved, heads: new Map([['reward.weight', head]]), optimizer });
    const loaded = loadCheckpoint(path);
    assert.deepEqual([...loaded.heads.keys()], ['reward.weight']);
    const [one, other] = [
      updateParams(optimizer, () => head.square().sum<tf.Scalar>(), 0.1),
      updateParams(
        loaded.optimizer!,
        () => loaded.heads.get('reward.weight')!.square().sum<tf.Scalar>(),
        0.1,
      ),
    ];
    loaded.optimizer!.dispose();
    assert.deepEqual(other, one);
    for (const each of [head, optimizer, loaded.heads.get('reward.weight')!]) each.dispose();
    for (const model of [saved, loaded.params]) disposeParams(model);
  });

  it('name the tensor that is missing or of another shape', () => {
    const saved = params();
    saveCheckpoint(path, { params: saved });
    const { tensors, metadata } = readSafetensors(path);
    const changed = (change: (copy: Map<string, { shape: number[]; data: Float32Array }>) => void) => {
      const copy = new Map(tensors) as Map<string, { shape: number[]; data: Float32Array }>;
      change(copy);
      writeSafetensors(path, { tensors: copy, metadata });
      return () => loadCheckpoint(path);
    };
    const expected = /expected tensor ln_f\.bias of shape \[16\], got/;
    assert.throws(
      changed((copy) => copy.delete('ln_f.bias')),
      expected,
    );
    assert.throws(
      changed((copy) => copy.set('ln_f.bias', { shape: [1], data: Float32Array.of(1) })),
      expected,
    );
    writeSafetensors(path, { tensors, metadata: {} });
    assert.throws(() => loadCheckpoint(path), /model\.safetensors: it holds no GPT's configuration/);
    disposeParams(saved);
  });

  it('are refused where a claim of the header is none that training can go on from', () => {
    const saved = params();
    saveCheckpoint(path, { params: saved, step: 7, randomState: createRandom(1).state() });
    const { tensors, metadata } = readSafetensors(path);
    const refuses = (changed: { readonly [key: string]: string }, message: RegExp) => {
      writeSafetensors(path, { tensors, metadata: { ...metadata, ...changed } });
      assert.throws(() => loadCheckpoint(path), { name: 'SyntaxError', message });
    };
    for (const step of ['abc', '', '-1', '1.5', '1e999'])
      refuses({ step }, /model\.safetensors: expected step to be a whole number, got/);
    refuses({ random: '{}' }, /model\.safetensors: expected random to be a list of numbers, got \{\}/);
    refuses({ random: '[1,' }, /expected random to be a list of numbers/);
    const huge = (field: object) => ({ config: JSON.stringify({ ...config, ...field }) });
    refuses(
      huge({ vocabSize: 1e9 }),
      /expected tensor wte\.weight of shape \[1000000000,16\], got \[13,16\]/,
    );
    refuses(huge({ nLayer: 1e9 }), /expected tensor h\.1\.ln_1\.weight of shape \[16\], got nothing/);
    disposeParams(saved);
  });

  it('are refused where a weight is declared to be integers', () => {
    const saved = params();
    saveCheckpoint(path, { params: saved });
    const { tensors, metadata } = readSafetensors(path);
    const { shape, data } = tensors.get('wte.weight')!;
    const integers = { shape, data: new Int32Array(data.buffer) };
    writeSafetensors(path, { tensors: new Map([...tensors, ['wte.weight', integers]]), metadata });
    assert.throws(
      () => loadCheckpoint(path),
      /expected tensor wte\.weight of shape \[13,16\], got .* of integers/,
    );
    disposeParams(saved);
  });

  it('leave no part of a file and no tensor behind', () => {
    const saved = params();
    assertNoLeak(() => {
      saveCheckpoint(path, { params: saved });
      disposeParams(loadCheckpoint(path).params);
    });
    const { tensors, metadata } = readSafetensors(path);
    writeSafetensors(path, { tensors: new Map([...tensors].slice(0, 5)), metadata });
    assertNoLeak(() => assert.throws(() => loadCheckpoint(path)));
    assert.deepEqual(
      readdirSync(folder).filter((name) => !name.endsWith('.safetensors')),
      [],
    );
    disposeParams(saved);
  });
});
