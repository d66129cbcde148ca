/** Products with weights that stay quantised: whole numbers times whole numbers, as llama.cpp's, on every backend. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { type PackedMatrix, packedEmbedding, packedLinear } from '../../src/backend/ops/packed.js';
import { type PackedType, packedTypes } from '../../src/backend/ops/packedTypes.js';
import { selectBackend } from '../../src/backend/select.js';
import { halfBits, halfTable } from '../../src/core/half.js';
import { createRandom, type Random } from '../../src/core/random.js';
import { hasCompiler } from './backends.js';
import { normal } from './compare.js';

const types = Object.keys(packedTypes) as PackedType[];
const half = (value: number): number => halfBits(new Uint32Array(Float32Array.of(value).buffer)[0]!);
const toHalf = (value: number): number => halfTable()[half(value)]!;

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

/** What ggml says in plain C: numbers as round(x / scale), the scale in half precision, sums of Q4_1's blocks too. */
function reference(x: Float32Array, matrix: PackedMatrix): Float64Array {
  const [outputs, inputs] = matrix.shape;
  const weights = weightsOf(matrix);
  const view = new DataView(matrix.bytes.buffer);
  const { bytes: blockBytes, hasLeast } = packedTypes[matrix.type];
  const rows = x.length / inputs;
  const y = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++)
    for (let from = 0; from < inputs; from += 32) {
      const block = x.subarray(row * inputs + from, row * inputs + from + 32);
      const largest = block.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const exact = Math.fround(largest / 127);
      const digits = block.map((value) => Math.round(value * Math.fround(127 / largest)));
      const scale = toHalf(exact);
      const sum = digits.reduce((sum, digit) => sum + digit, 0);
      for (let output = 0; output < outputs; output++) {
        const at = output * inputs + from;
        const least = hasLeast ? halfTable()[view.getUint16((at / 32) * blockBytes + 2, true)]! : 0;
        let products = 0;
        for (let nth = 0; nth < 32; nth++) products += (weights[at + nth]! - least) * digits[nth]!;
        y[row * outputs + output]! += scale * products + least * toHalf(Math.fround(exact * sum));
      }
    }
  return y;
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
    for (const backend of hasCompiler ? ['native', 'cpu'] : ['cpu'])
      it(`${type}: products on ${backend} are ggml's, of inputs rounded to 8 bits`, async () => {
        await selectBackend({ name: backend });
        for (const [rows, inputs, outputs] of sizes) {
          const random = createRandom(rows + inputs + outputs);
          const matrix = randomMatrix(type, [outputs, inputs], random);
          const x = normal([rows, inputs], random);
          const want = reference(x.dataSync<'float32'>(), matrix);
          const y = packedLinear(x, matrix);
          assert.deepEqual(y.shape, [rows, outputs]);
          // Only the native kernel rounds the sums of Q4_1's blocks to half precision.
          const share = backend === 'native' || type !== 'Q4_1' ? 2e-5 : 1e-3;
          assertNear(y.dataSync<'float32'>(), want, share, `[${rows},${inputs}] to ${outputs}`);
        }
      });

    it(`${type}: a bias is added, positions keep their places, and rounding costs less than 2 percent`, async () => {
      await selectBackend();
      const random = createRandom(5);
      const matrix = randomMatrix(type, [40, 320], random);
      const [x, bias] = [normal([2, 3, 320], random), normal([40], random) as tf.Tensor1D];
      const plain = tf.matMul(x.reshape([6, 320]), tf.tensor2d(weightsOf(matrix), [40, 320]), false, true);
      const y = packedLinear(x, matrix, bias);
      assert.deepEqual(y.shape, [2, 3, 40]);
      assertNear(y.dataSync<'float32'>(), plain.add(bias).dataSync<'float32'>(), 0.02, type);
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
      for (const backend of hasCompiler ? ['native', 'cpu'] : ['cpu']) {
        await selectBackend({ name: backend });
        const matrix = randomMatrix(type, [5, 64], createRandom(3));
        for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const values = new Float32Array(2 * 64);
          values[70] = odd;
          const y = packedLinear(tf.tensor2d(values, [2, 64]), matrix).dataSync<'float32'>();
          assert.deepEqual([...y.subarray(0, 5)].map(Math.abs), [0, 0, 0, 0, 0], backend);
          assert.ok(y.subarray(5).every(Number.isNaN), `${backend}: ${odd}`);
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
