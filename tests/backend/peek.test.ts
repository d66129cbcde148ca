import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { peek } from '../../src/backend/peek.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { backendNames } from './backends.js';

describe('peek', () => {
  for (const name of backendNames) {
    describe(`on ${name}`, () => {
      before(() => selectBackend({ name }));

      it('gives the numbers that dataSync gives, of a result and of a variable', () => {
        const [a, b] = [tf.range(0, 1000), tf.tensor1d([0.5])];
        const sum = a.add(b); // 1,000 is no length that arrays are rounded up to
        const variable = tf.variable(sum);
        for (const tensor of [a, sum, variable]) {
          const numbers = peek(tensor).slice();
          assert.equal(numbers.length, 1000);
          assert.deepEqual(numbers, tensor.dataSync<'float32'>());
        }
        tf.dispose([a, b, sum, variable]);
      });
    });
  }

  it('reads a tensor of another backend than the one that runs', async () => {
    await selectBackend({ name: 'cpu' });
    const tensor = tf.tensor1d([1, 2, 3]).add(1);
    await selectBackend({ name: backendNames.at(-1)! });
    assert.deepEqual([...peek(tensor)], [2, 3, 4]);
    tensor.dispose();
  });
});
