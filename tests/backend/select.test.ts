import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { startTensorflow, startTensorflowOnCard } from '../../src/backend/start.js';
import { tf } from '../../src/backend/tf.js';
import { backendNames, hasCompiler } from './backends.js';

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

  it('refuses a number of threads that is none', async () => {
    for (const threads of [0, -1, 1.5, Number.NaN])
      await assert.rejects(selectBackend({ name: 'cpu', threads }), {
        name: 'RangeError',
        message: `Cannot use threads ${threads}: expected a whole number from 1`,
      });
    process.env.WORKBOOK_THREADS = 'two';
    try {
      const message = 'Cannot use WORKBOOK_THREADS two: expected a whole number from 1';
      await assert.rejects(selectBackend({ name: 'cpu' }), { name: 'RangeError', message });
    } finally {
      delete process.env.WORKBOOK_THREADS;
    }
  });

  if (hasCompiler) {
    it('gives the native backend as many threads as are asked for, and keeps that number', async () => {
      const many = (await selectBackend({ name: 'native', threads: 1024 })).reason; // as many as there are cores
      const one = 'native runs (asked for by name): our C++ kernels, 1 thread.';
      assert.equal((await selectBackend({ name: 'native', threads: 1 })).reason, one);
      assert.equal((await selectBackend({ name: 'native' })).reason, one);
      assert.equal((await selectBackend({ name: 'native', threads: 1024 })).reason, many);
      process.env.WORKBOOK_THREADS = '1';
      try {
        assert.equal((await selectBackend({ name: 'native' })).reason, one);
      } finally {
        delete process.env.WORKBOOK_THREADS;
      }
    });
  }

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
  it('says that the package is not installed, or which one that it needs', async () => {
    const missing = (name: string) => () => {
      const message = `Cannot find module '${name}'\nRequire stack:\n- here`;
      throw Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
    };
    const said = async (name: string, message: string) =>
      assert.rejects(startTensorflow(missing(name)), { message });
    await said('@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node-gpu is not installed');
    await said('abbrev', "@tensorflow/tfjs-node-gpu does not load: Cannot find module 'abbrev'");
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
    const what = await startTensorflow(load, util);
    tf.removeBackend('tensorflow');
    assert.match(what, /without a graphics card$/);
    assert.equal(util.isArray, isArray);
    assert.deepEqual([null, undefined, 0].map(util.isNullOrUndefined!), [true, true, false]);
  });
});

describe('the order of tensorflow and native', () => {
  /** As the package does when it is loaded, on a machine with or without a card. */
  const loader = (isUsingGpuDevice: boolean) => () =>
    tf.registerBackend('tensorflow', () =>
      Object.assign(Object.create(tf.findBackend('cpu')) as tf.KernelBackend, { isUsingGpuDevice }),
    );
  const optionsOn = (card: boolean, native: () => Promise<string>) => [
    { name: 'tensorflow', start: () => startTensorflowOnCard(loader(card)) },
    { name: 'cpu', start: native }, // in the place of native
    { name: 'tensorflow', start: () => startTensorflow(loader(card)) },
  ];
  const choose = async (options: ReturnType<typeof optionsOn>, name?: string) => {
    await tf.setBackend('cpu');
    try {
      return await selectBackend({ name, options });
    } finally {
      await tf.setBackend('cpu');
      tf.removeBackend('tensorflow');
    }
  };
  const kernels = () => Promise.resolve('our kernels');
  const none = () => Promise.reject(new Error('no C++ compiler was found'));

  it('is tensorflow first where it sees a graphics card', async () => {
    const { name, reason } = await choose(optionsOn(true, kernels));
    assert.equal(name, 'tensorflow');
    assert.equal(
      reason,
      'tensorflow runs: libtensorflow, through @tensorflow/tfjs-node-gpu, on a graphics card.',
    );
  });

  it('is native first where it sees none, and the reason says so', async () => {
    assert.deepEqual(await choose(optionsOn(false, kernels)), {
      name: 'cpu',
      reason:
        'cpu runs: our kernels. Not tensorflow: @tensorflow/tfjs-node-gpu loads but sees no graphics card.',
    });
  });

  it('comes to tensorflow without a card where native does not run, or tensorflow is asked for', async () => {
    const what = 'libtensorflow, through @tensorflow/tfjs-node-gpu, without a graphics card';
    assert.deepEqual(await choose(optionsOn(false, none)), {
      name: 'tensorflow',
      reason: `tensorflow runs: ${what}. Not cpu: no C++ compiler was found.`,
    });
    assert.deepEqual(await choose(optionsOn(false, kernels), 'tensorflow'), {
      name: 'tensorflow',
      reason: `tensorflow runs (asked for by name): ${what}.`,
    });
  });
});
