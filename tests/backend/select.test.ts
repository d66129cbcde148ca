import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { selectBackend } from '../../src/backend/select.js';
import { startTensorflow } from '../../src/backend/start.js';
import { backendNames } from './backends.js';

describe('selectBackend()', () => {
  it('takes the best that runs and says why the better ones do not', async () => {
    const absent = { name: 'absent', start: () => Promise.reject(new Error('no such card')) };
    const cpu = { name: 'cpu', start: () => Promise.resolve('plain') };
    const never = { name: 'never', start: () => assert.fail('a worse backend was tried') };
    const choice = await selectBackend({ name: undefined, options: [absent, cpu, never] });
    assert.deepEqual(choice, { name: 'cpu', reason: 'cpu runs: plain. Not absent: no such card.' });
    assert.equal(tf.getBackend(), 'cpu');
  });

  it('takes the named one, and makes it tfjs’s current backend', async () => {
    for (const name of backendNames) {
      assert.equal((await selectBackend({ name })).name, name);
      assert.equal(tf.getBackend(), name);
    }
  });

  it('answers an unknown name with the known ones', async () => {
    const message = 'Cannot use backend "webgpu": expected one of tensorflow, native, wasm, cpu';
    await assert.rejects(selectBackend({ name: 'webgpu' }), { name: 'RangeError', message });
  });

  it('says why a backend that was asked for cannot run', async () => {
    const broken = { name: 'broken', start: () => Promise.reject(new Error('it is broken')) };
    const message = 'Cannot start a backend. Not broken: it is broken.';
    await assert.rejects(selectBackend({ name: 'broken', options: [broken] }), { message });
  });

  it('honours WORKBOOK_BACKEND and prints nothing, not even tfjs’s greeting', () => {
    const script = `
      import { selectBackend } from './src/backend/select.ts';
      import * as tf from '@tensorflow/tfjs';
      const { name } = await selectBackend();
      process.stdout.write(name + tf.add(1, 2).dataSync()[0] + process.listenerCount('unhandledRejection'));`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    for (const WORKBOOK_BACKEND of backendNames) {
      const env = { ...process.env, WORKBOOK_BACKEND };
      const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      assert.deepEqual({ stdout, stderr }, { stdout: `${WORKBOOK_BACKEND}30`, stderr: '' });
    }
  });
});

describe('startTensorflow()', () => {
  it('says that the package is not installed', async () => {
    const missing = Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    const load = () => {
      throw missing;
    };
    await assert.rejects(startTensorflow(load), { message: '@tensorflow/tfjs-node-gpu is not installed' });
  });

  it('says in one line why the package does not load', async () => {
    const load = () => {
      throw new Error('libtensorflow.so.2: cannot open\n  stack');
    };
    await assert.rejects(startTensorflow(load), {
      message: '@tensorflow/tfjs-node-gpu does not load: libtensorflow.so.2: cannot open',
    });
  });

  it('gives the package back what Node 23 took out of util, and nothing that is still there', async () => {
    const isArray = () => 'still there';
    const util: { isArray: unknown; isNullOrUndefined?: (value: unknown) => boolean } = { isArray };
    const load = () => tf.registerBackend('tensorflow', () => tf.backend() as tf.KernelBackend);
    await startTensorflow(load, util);
    tf.removeBackend('tensorflow');
    assert.equal(util.isArray, isArray);
    assert.deepEqual([null, undefined, 0].map(util.isNullOrUndefined!), [true, true, false]);
  });
});
