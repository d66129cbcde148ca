/** Products with weights that stay quantised, on every backend. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PackedMatrix, packedEmbedding, packedLinear } from '../../src/backend/ops/packed.js';
import { type PackedType, packedTypes } from '../../src/backend/ops/packedTypes.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { halfBits } from '../../src/core/half.js';
import { createRandom, type Random } from '../../src/core/random.js';
import { hasCompiler } from './backends.js';
import { normal } from './compare.js';

const backends = hasCompiler ? ['native', 'cpu'] : ['cpu'];
const types = Object.keys(packedTypes) as PackedType[];
const half = (value: number): number => halfBits(new Uint32Array(Float32Array.of(value).buffer)[0]!);

/** Weights of about 0.1, any digits. */
function randomMatrix(type: PackedType, shape: readonly [number, number], random: Random): PackedMatrix {
  const { bytes: blockBytes, hasLeast } = packedTypes[type];
  const bytes = Uint8Array.from({ length: ((shape[0] * shape[1]) / 32) * blockBytes }, () =>
    random.integer(256),
  );
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += blockBytes) {
    view.setUint16(at, half(random.normal() * (type === 'Q8_0' ? 0.001 : 0.02)), true);
    if (hasLeast) view.setUint16(at + 2, half(random.normal() * 0.1), true);
  }
  return { type, shape, bytes };
}

function weightsOf({ type, shape, bytes }: PackedMatrix): Float32Array {
  const weights = new Float32Array(shape[0] * shape[1]);
  packedTypes[type].decode(bytes, weights, 0);
  return weights;
}

/** The product with the numbers that the weights stand for. */
function reference(x: Float32Array, matrix: PackedMatrix): Float64Array {
  const [outputs, inputs] = matrix.shape;
  const weights = weightsOf(matrix);
  return Float64Array.from({ length: (x.length / inputs) * outputs }, (_, nth) => {
    const [row, output] = [Math.floor(nth / outputs) * inputs, (nth % outputs) * inputs];
    let sum = 0;
    for (let at = 0; at < inputs; at++) sum += x[row + at]! * weights[output + at]!;
    return sum;
  });
}

function assertNear(got: ArrayLike<number>, want: ArrayLike<number>, share: number, what: string): void {
  assert.equal(got.length, want.length, what);
  const largest = Array.from(want).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let at = 0; at < want.length; at++)
    assert.ok(
      Math.abs(got[at]! - want[at]!) <= share * largest,
      `${what}[${at}]: ${want[at]}, got ${got[at]}`,
    );
}

const sizes = [
  [1, 32, 1],
  [1, 576, 70],
  [3, 64, 5],
  [4, 96, 33],
  [9, 1536, 6],
  [130, 64, 130],
] as const;

describe('packed weights', () => {
  for (const type of types) {
    for (const backend of backends)
      it(`${type}: products on ${backend} are those of the numbers that the weights stand for`, async () => {
        await selectBackend({ name: backend });
        for (const [rows, inputs, outputs] of sizes) {
          const random = createRandom(rows + inputs + outputs);
          const matrix = randomMatrix(type, [outputs, inputs], random);
          const x = normal([rows, inputs], random);
          const y = packedLinear(x, matrix);
          assert.deepEqual(y.shape, [rows, outputs]);
          const want = reference(x.dataSync<'float32'>(), matrix);
          assertNear(y.dataSync<'float32'>(), want, 1e-4, `[${rows},${inputs}] to ${outputs}`);
        }
      });

    it(`${type}: a bias is added, and positions keep their places`, async () => {
      await selectBackend();
      const random = createRandom(5);
      const matrix = randomMatrix(type, [40, 320], random);
      const [x, bias] = [normal([2, 3, 320], random), normal([40], random) as tf.Tensor1D];
      const plain = tf.matMul(x.reshape([6, 320]), tf.tensor2d(weightsOf(matrix), [40, 320]), false, true);
      const y = packedLinear(x, matrix, bias);
      assert.deepEqual(y.shape, [2, 3, 40]);
      assertNear(y.dataSync<'float32'>(), plain.add(bias).dataSync<'float32'>(), 1e-4, type);
    });

    it(`${type}: rows of a table are its numbers`, () => {
      const table = randomMatrix(type, [10, 64], createRandom(2));
      const found = packedEmbedding(table, tf.tensor2d([[3, 9, 3]], [1, 3], 'int32'));
      assert.deepEqual(found.shape, [1, 3, 64]);
      const weights = weightsOf(table);
      const want = [3, 9, 3].flatMap((id) => [...weights.subarray(64 * id, 64 * id + 64)]);
      assert.deepEqual([...found.dataSync<'float32'>()], want);
    });

    it(`${type}: zeros give zeros, and what is no number spoils its own row alone`, async () => {
      for (const backend of backends) {
        await selectBackend({ name: backend });
        const matrix = randomMatrix(type, [5, 64], createRandom(3));
        for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const values = new Float32Array(2 * 64);
          values[70] = odd;
          const y = packedLinear(tf.tensor2d(values, [2, 64]), matrix).dataSync<'float32'>();
          assert.deepEqual([...y.subarray(0, 5)].map(Math.abs), [0, 0, 0, 0, 0], backend);
          assert.ok(!y.subarray(5).some(Number.isFinite), `${backend}: ${odd}`);
        }
      }
    });
  }

  it('refuse a wrong number of channels, inputs that are no floats, and a gradient', async () => {
    await selectBackend();
    const matrix = randomMatrix('Q4_0', [5, 64], createRandom(3));
    assert.throws(() => packedLinear(tf.ones([1, 32]), matrix), /expected a tensor with 64 channels/);
    assert.throws(() => packedLinear(tf.ones([1, 64], 'int32'), matrix), /expected float32/);
    assert.throws(() => tf.grad((x) => packedLinear(x, matrix))(tf.ones([1, 64])), /for reading alone/);
  });
});
