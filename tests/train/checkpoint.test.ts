import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, disposeParams, namedParams } from '../../src/model/params.js';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.js';
import { createAdamW } from '../../src/train/adamW.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/checkpoint.js';
import { updateParams } from '../../src/train/step.js';
import { assertNoLeak } from '../backend/compare.js';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
const config = { vocabSize: 13, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 };

describe('safetensors', () => {
  const path = join(folder, 'a.safetensors');
  const good = () => {
    const tensors = new Map([
      ['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) }],
      ['b', { shape: [3], data: Int32Array.of(-1, 0, 7) }],
      ['empty', { shape: [0], data: Float32Array.of() }],
    ]);
    writeSafetensors(path, { tensors, metadata: { note: 'Größe' } });
    return { tensors, file: readFileSync(path) };
  };
  const withHeader = (header: string) => {
    const text = Buffer.from(header);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(8)]));
    return () => readSafetensors(path);
  };

  it('reads back what was written', () => {
    const { tensors } = good();
    assert.deepEqual(readSafetensors(path), { tensors, metadata: { note: 'Größe' } });
  });

  it('writes the published layout: header length, JSON, numbers in place', () => {
    const { file } = good();
    const length = Number(file.readBigUInt64LE());
    const header = JSON.parse(file.toString('utf8', 8, 8 + length));
    assert.deepEqual(header.a, { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] });
    assert.equal(file.readFloatLE(8 + length + 12), 4.5);
    assert.equal(length % 8, 0);
  });

  it('names the file and the tensor of a file cut short at any point', () => {
    const { file } = good();
    for (let length = 0; length < file.length; length++) {
      writeFileSync(path, file.subarray(0, length));
      assert.throws(() => readSafetensors(path), {
        name: 'SyntaxError',
        message: /Cannot read .*a\.safetensors/,
      });
    }
    writeFileSync(path, file.subarray(0, file.length - 1));
    assert.throws(() => readSafetensors(path), /Cannot read tensor b of .*a\.safetensors: the file ends/);
  });

  it('refuses what is not safetensors, and headers that do not add up', () => {
    writeFileSync(path, 'not a checkpoint at all');
    assert.throws(() => readSafetensors(path), /it is not a safetensors file/);
    assert.throws(withHeader('{"a":'), /header is not a JSON object/);
    const entry = '{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';
    assert.doesNotThrow(withHeader(`{"a":${entry}}`));
    assert.throws(
      withHeader(`{"a":${entry.replace('F32', 'F8')}}`),
      /tensor a .* expected type F32 or I32, got F8/,
    );
    assert.throws(withHeader(`{"a":${entry.replace('[2]', '[3]')}}`), /expected 12 bytes for \[3\], got 8/);
    assert.throws(
      withHeader(`{"a":${entry.replace('[0,8]', '[4,12]')}}`),
      /the file ends after 8 of 12 bytes/,
    );
    assert.throws(withHeader(`{"a":${entry.replace('[0,8]', '[-8,0]')}}`), SyntaxError);
    assert.throws(withHeader('{"a":{"dtype":"F32"}}'), /its shape or place is missing/);
    assert.throws(withHeader('{"a":null}'), SyntaxError);
  });
});

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

  it('refuse a step that is no number, instead of ending a training at once without a word', () => {
    const saved = params();
    saveCheckpoint(path, { params: saved });
    const { tensors, metadata } = readSafetensors(path);
    writeSafetensors(path, { tensors, metadata: { ...metadata, step: 'abc' } });
    assert.throws(() => loadCheckpoint(path), /expected a whole number as step, got "abc"/);
    disposeParams(saved);
  });

  it('refuse a configuration of another size than the tensors before making room for it, and whole numbers', () => {
    const saved = params();
    saveCheckpoint(path, { params: saved });
    const { tensors, metadata } = readSafetensors(path);
    const load = (change: object) => () => {
      const changed = JSON.stringify({ ...config, ...change });
      writeSafetensors(path, { tensors, metadata: { ...metadata, config: changed } });
      loadCheckpoint(path);
    };
    assert.throws(load({ vocabSize: 1e9 }), /expected tensor wte.weight of shape \[1000000000,/);
    assert.throws(load({ blockSize: 1e9 }), /expected tensor wpe.weight of shape \[1000000000,/);
    assert.throws(load({ nLayer: 1e9 }), /expected tensor h.999999999.ln_1.weight .* got nothing/);
    const { shape, data } = tensors.get('wte.weight')!;
    const whole = new Map([...tensors, ['wte.weight', { shape, data: Int32Array.from(data) }]]);
    writeSafetensors(path, { tensors: whole, metadata });
    assert.throws(() => loadCheckpoint(path), /wte.weight of shape \[.*\], got whole numbers/);
    disposeParams(saved);
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
