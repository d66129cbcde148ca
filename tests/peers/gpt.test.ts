import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import type { GptConfig } from '../../src/model/config.js';
import { readSafetensors } from '../../src/model/files/safetensors.js';
import { logits } from '../../src/model/gpt.js';
import { disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { batchLoss } from '../../src/train/loss.js';
import { trainStep } from '../../src/train/step.js';
import { backendNames } from '../backend/backends.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';
import { answers, config, ids, llama, randomParams, targets } from './randomModel.js';

const learningRate = 3e-3;
const batch = { batchSize: ids.length, length: ids[0]!.length, inputs: ids.flat(), targets: targets.flat() };

withPeers(import.meta.filename, () => {
  for (const [family, shape] of Object.entries({ 'GPT-2': config, Llama: llama }))
    besidePyTorch(family, shape);
});

function besidePyTorch(family: string, shape: GptConfig): void {
  const fileOf = answers();
  let theirs: (name: string) => Float32Array;
  before(async () => {
    await selectBackend({ name: 'cpu' });
    const params = randomParams(shape);
    saveCheckpoint(fileOf('model'), { params });
    disposeParams(params);
    askPython('gpt.py', { file: fileOf('model'), ids, targets, learningRate, answer: fileOf('answer') });
    const { tensors } = readSafetensors(fileOf('answer'));
    theirs = (name) => tensors.get(name)!.data as Float32Array;
  });

  for (const backend of backendNames) {
    describe(`a GPT of ${family}’s parts and random weights on ${backend}`, () => {
      before(() => selectBackend({ name: backend }));
      const withParams = (check: (params: GptParams) => void) => () => {
        const params = randomParams(shape);
        check(params);
        disposeParams(params);
      };

      it(
        'gives the logits, the loss and the gradients of PyTorch',
        withParams((params) => {
          const scores = logits(params, ids);
          assertClose(scores.dataSync<'float32'>(), theirs('logits'), 1e-4, 'logits');
          const { value, grads } = tf.variableGrads(
            () => batchLoss(params, batch),
            [...namedParams(params).values()],
          );
          assertClose(value.dataSync<'float32'>(), theirs('loss'), 1e-5, 'loss');
          for (const [name, variable] of namedParams(params)) {
            const own = grads[variable.name]!.dataSync<'float32'>();
            assertClose(own, theirs(`gradient.${name}`), 1e-4, name);
          }
          tf.dispose([scores, value, grads]);
        }),
      );

      it(
        'trains as in PyTorch: ten steps of AdamW give the same losses and gradient norms',
        withParams((params) => {
          const optimizer = createAdamW(params);
          const reports = Array.from({ length: 10 }, () => trainStep(params, batch, optimizer, learningRate));
          assertClose(
            reports.map(({ loss }) => loss),
            theirs('losses'),
            1e-4,
            'losses',
          );
          assertClose(
            reports.map(({ gradNorm }) => gradNorm),
            theirs('norms'),
            1e-3,
            'norms',
          );
          optimizer.dispose();
        }),
      );
    });
  }
}
