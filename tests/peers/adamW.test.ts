import { before, test } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../src/model/files/safetensors.js';
import { disposeParams, namedParams, paramShapes } from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { backendNames } from '../backend/backends.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';
import { answers, config, randomParams } from './randomModel.js';

const learningRate = 3e-3;
const steps = Array.from({ length: 10 }, (_, step) => step);

withPeers(import.meta.filename, () => {
  const fileOf = answers();
  const gradients = randomGradients();
  let theirs: ReadonlyMap<string, StoredTensor>;
  before(async () => {
    await selectBackend({ name: 'cpu' });
    const params = randomParams();
    saveCheckpoint(fileOf('model'), { params });
    disposeParams(params);
    writeSafetensors(fileOf('gradients'), { tensors: gradients, metadata: {} });
    const question = { file: fileOf('model'), gradients: fileOf('gradients'), learningRate };
    askPython('adamWPeer.py', { ...question, answer: fileOf('answer') });
    theirs = readSafetensors(fileOf('answer')).tensors;
  });

  for (const name of backendNames) {
    test(`ten steps on ${name} with given gradients, clipped or not, end where torch.optim.AdamW ends`, async () => {
      await selectBackend({ name });
      const params = randomParams();
      const optimizer = createAdamW(params);
      const norms = steps.map((step) => {
        const own = [...namedParams(params)].map(([name, variable]) => {
          const { shape, data } = gradients.get(`${step}.${name}`)!;
          return [variable.name, tf.tensor(data, [...shape])];
        });
        const map = Object.fromEntries(own) as tf.NamedTensorMap;
        const norm = optimizer.update(map, learningRate);
        tf.dispose(map);
        return norm;
      });
      assertClose(norms, theirs.get('norms')!.data, 1e-5, 'norms');
      for (const [name, variable] of namedParams(params)) {
        assertClose(variable.dataSync<'float32'>(), theirs.get(name)!.data, 1e-6, name);
      }
      optimizer.dispose();
      disposeParams(params);
    });
  }
});

/** A gradient for each parameter at each step, some shorter than what is clipped and some longer. */
function randomGradients(): ReadonlyMap<string, StoredTensor> {
  const random = createRandom(74);
  const draw = (shape: readonly number[], deviation: number): StoredTensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape, data: Float32Array.from({ length }, () => deviation * random.normal()) };
  };
  const shapes = [...paramShapes(config)];
  const deviation = (step: number) => 10 ** -(1 + (step % 4));
  return new Map(
    steps.flatMap((step) => shapes.map(([name, shape]) => [`${step}.${name}`, draw(shape, deviation(step))])),
  );
}
