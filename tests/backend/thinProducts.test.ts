/** Products of a large matrix with a few vectors, as one more token of a text asks for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linear } from '../../src/backend/ops/linear.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { hasCompiler } from './backends.js';
import { assertClose, normal } from './compare.js';

const depths = [1, 7, 33, 300];
const large = [63, 64, 67, 600];

const drawn = new Map<string, Float32Array>();

/** A matrix of that shape and seed, drawn once. */
function matrix(shape: [number, number], seed: number): tf.Tensor2D {
  const key = `${shape} ${seed}`;
  const values = drawn.get(key) ?? normal(shape, createRandom(seed)).dataSync<'float32'>();
  drawn.set(key, values as Float32Array);
  return tf.tensor2d(values, shape);
}

/** The same on `cpu` and on `native`. */
async function assertAgree(run: () => tf.Tensor, what: string): Promise<void> {
  await selectBackend({ name: 'cpu' });
  const expected = run();
  await selectBackend({ name: 'native' });
  const got = run();
  assert.deepEqual(got.shape, expected.shape, what);
  assertClose(got.dataSync<'float32'>(), expected.dataSync<'float32'>(), 1e-4, what);
}

if (hasCompiler) {
  describe('thin products, native beside cpu', () => {
    it('few rows agree for matrices of any shape, turned over or not, with a bias or none', async () => {
      for (const rows of [1, 2, 3, 4, 5, 6, 7, 13, 49])
        for (const inputs of depths)
          for (const outputs of large) {
            const what = `[${rows},${inputs}] by [${inputs},${outputs}]`;
            const x = () => matrix([rows, inputs], rows + inputs + outputs);
            const weight = () => matrix([inputs, outputs], 2);
            await assertAgree(() => linear(x(), weight(), normal([outputs]) as tf.Tensor1D), what);
            await assertAgree(() => tf.matMul(x(), weight()), what);
            const [columns, turned] = [() => x().transpose(), () => weight().transpose()];
            await assertAgree(() => tf.matMul(x(), turned(), false, true), `${what}, right turned`);
            await assertAgree(() => tf.matMul(columns(), weight(), true, false), `${what}, left turned`);
          }
    });

    it('few columns agree, as where the head scores the last token', async () => {
      for (const columns of [1, 2, 3, 4, 5, 6, 7, 13, 49])
        for (const inputs of depths)
          for (const outputs of large) {
            const what = `[${outputs},${inputs}] by [${inputs},${columns}]`;
            const table = () => matrix([outputs, inputs], columns);
            const hidden = () => matrix([columns, inputs], 3);
            await assertAgree(() => tf.matMul(table(), hidden(), false, true), `${what}, right turned`);
            await assertAgree(() => tf.matMul(table(), hidden().transpose()), what);
            const turned = () => table().transpose();
            await assertAgree(() => tf.matMul(turned(), hidden(), true, true), `${what}, both turned`);
          }
    });

    it('a number that is none spoils what is multiplied by it, and nothing else', async () => {
      await selectBackend({ name: 'native' });
      const values = normal([100, 70]).dataSync<'float32'>();
      values[3 * 70 + 69] = Number.NaN;
      const weight = tf.tensor2d(values, [100, 70]);
      const isSpoilt = (y: tf.Tensor) => Array.from(y.dataSync<'float32'>(), Number.isNaN);
      const columns = isSpoilt(tf.matMul(tf.ones([1, 100]), weight));
      assert.deepEqual(
        columns,
        columns.map((_, column) => column === 69),
      );
      const rows = isSpoilt(tf.matMul(weight, tf.ones([70, 1])));
      assert.deepEqual(
        rows,
        rows.map((_, row) => row === 3),
      );
    });
  });
}
