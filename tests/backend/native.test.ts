import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { adamWUpdate } from '../../src/backend/ops/adamW.js';
import { causalAttention } from '../../src/backend/ops/attention.js';
import { linear } from '../../src/backend/ops/linear.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { hasCompiler } from './backends.js';
import { assertClose, normal, weighted } from './compare.js';

/** Runs the same on tfjs's own `cpu` backend and on ours, from the same numbers. */
async function onBoth(
  make: () => tf.Tensor[],
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
): Promise<[Outcome, Outcome]> {
  const outcomes: Outcome[] = [];
  for (const name of ['cpu', 'native']) {
    await selectBackend({ name });
    const y = f(...make());
    outcomes.push({ shape: y.shape, dtype: y.dtype, values: Array.from(y.dataSync()) });
  }
  return outcomes as [Outcome, Outcome];
}

interface Outcome {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

function assertSame([cpu, native]: [Outcome, Outcome], tolerance: number, what: string): void {
  assert.deepEqual(native.shape, cpu.shape, `${what}: shape`);
  assert.equal(native.dtype, cpu.dtype, `${what}: dtype`);
  for (const [at, want] of cpu.values.entries()) {
    const got = native.values[at]!;
    const close =
      Object.is(got, want) || got === want || Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want));
    assert.ok(close, `${what}[${at}]: expected ${want}, got ${got}`);
  }
}

/** tfjs's operations by name. */
const operations = tf as unknown as Readonly<Record<string, (x: tf.Tensor, ...rest: unknown[]) => tf.Tensor>>;

const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 88.8, -88, -104, 1e30, -1e-30];

if (hasCompiler) {
  describe('the native backend, beside tfjs’s cpu backend', () => {
    before(() => selectBackend({ name: 'native' }));

    const unary =
      'abs ceil cos exp expm1 floor log log1p neg reciprocal relu rsqrt sigmoid sign sin sqrt square tanh';
    for (const name of unary.split(' ')) {
      it(`${name}() agrees, with NaN and infinities too`, async () => {
        for (const values of [odd, [], normal([40000]).dataSync<'float32'>()]) {
          const both = await onBoth(
            () => [tf.tensor1d(values as number[])],
            (x) => operations[name]!(x),
          );
          assertSame(both, 2e-6, name);
        }
      });
    }

    const shapes: [number[], number[]][] = [
      [
        [3, 4],
        [3, 4],
      ],
      [[3, 4], [4]],
      [[1], [7, 1, 5]],
      [
        [2, 1, 3, 1],
        [4, 1, 5],
      ],
      [[], [2, 2]],
      [[0, 3], [3]],
      [
        [300, 200],
        [300, 1],
      ],
      [
        [1, 200],
        [300, 1],
      ],
    ];
    const binary =
      'add sub mul div maximum minimum squaredDifference equal notEqual less lessEqual greater greaterEqual';
    for (const name of binary.split(' ')) {
      it(`${name}() agrees, broadcast in every way`, async () => {
        for (const [a, b] of shapes) {
          const make = () => [normal(a), normal(b, createRandom(8))];
          assertSame(await onBoth(make, (x, y) => operations[name]!(x!, y!)), 1e-6, `${name} ${a} ${b}`);
        }
        const make = () => [tf.tensor2d(odd, [odd.length, 1]), tf.tensor1d(odd)];
        assertSame(await onBoth(make, (x, y) => operations[name]!(x!, y!)), 1e-6, `${name} odd`);
      });
    }

    it('matMul() agrees for odd sizes, transposed on either side, in batches, with empty sides', async () => {
      const random = createRandom(3);
      const size = () => 1 + Math.floor(random.uniform() * 90);
      const cases = Array.from({ length: 12 }, () => [size(), size(), size()] as const);
      for (const [M, K, N] of [...cases, [0, 3, 2], [3, 0, 2], [1, 1, 1], [130, 700, 70]] as const) {
        for (const [left, right] of [[], [3], [2, 2]].flatMap((batch) => [
          [batch, batch],
          [batch, []],
        ]) as [number[], number[]][]) {
          for (const [ta, tb] of [
            [false, false],
            [true, false],
            [false, true],
            [true, true],
          ] as const) {
            const a = [...left, ...(ta ? [K, M] : [M, K])];
            const b = [...right, ...(tb ? [N, K] : [K, N])];
            const both = await onBoth(
              () => [normal(a), normal(b, createRandom(8))],
              (x, y) => tf.matMul(x!, y!, ta, tb),
            );
            assertSame(both, 1e-4, `matMul ${a} ${b}`);
          }
        }
      }
    });

    it('a large matMul() agrees with the same product taken apart', () => {
      const [a, b] = [normal([700, 650]) as tf.Tensor2D, normal([650, 3500], createRandom(8)) as tf.Tensor2D];
      const whole = tf.matMul(a, b).slice([690, 3400], [10, 100]);
      const [rows, columns] = [a.slice([690, 0], [10, -1]), b.slice([0, 3400], [-1, 100])];
      const apart = rows.expandDims(2).mul(columns.expandDims(0)).sum(1);
      assertClose(whole.dataSync<'float32'>(), apart.dataSync<'float32'>(), 1e-4);
    });

    it('linear() has the gradients of a product and a bias, however the product is cut', async () => {
      // Many and few rows, more than one stretch of them, more inputs than one block holds, empty sides.
      const sizes = [
        [1000, 40, 700],
        [5, 3, 2],
        [7, 6200, 33],
        [901, 13, 31],
        [0, 4, 3],
        [4, 0, 3],
        [4, 3, 0],
      ] as const;
      const random = createRandom(9);
      await selectBackend({ name: 'native' });
      for (const [rows, inputs, outputs] of sizes) {
        const given = [[rows, inputs], [inputs, outputs], [outputs]].map((shape) => normal(shape, random));
        const ours = tf.grads((x, w, b) => weighted(linear(x!, w as tf.Tensor2D, b as tf.Tensor1D)));
        const plain = tf.grads((x, w, b) => weighted(tf.matMul(x!, w!).add(b!)));
        const expected = plain(given);
        for (const [nth, gradient] of ours(given).entries()) {
          assert.deepEqual(gradient.shape, expected[nth]!.shape);
          const what = `[${rows},${inputs}] to ${outputs}, gradient ${nth}`;
          assertClose(gradient.dataSync<'float32'>(), expected[nth]!.dataSync<'float32'>(), 1e-3, what);
        }
      }
    });

    it('sum(), mean() and max() agree over every stretch of axes', async () => {
      for (const name of ['sum', 'mean', 'max'] as const) {
        for (const shape of [[2, 3, 4, 5], [1, 1], [70000], [3, 40000], [40000, 3]]) {
          const sets =
            shape.length === 4 ? [[0], [1], [3], [0, 1], [1, 2], [2, 3], [0, 2], [0, 1, 2, 3]] : [[0]];
          for (const axes of [...sets, undefined]) {
            for (const keepDims of [true, false]) {
              const both = await onBoth(
                () => [normal(shape)],
                (x) => operations[name]!(x!, axes, keepDims),
              );
              assertSame(both, 1e-3, `${name} ${shape} over ${axes}`);
            }
          }
        }
        assertSame(
          await onBoth(
            () => [tf.tensor2d([...odd, ...odd], [2, odd.length])],
            (x) => operations[name]!(x!, 0),
          ),
          1e-5,
          name,
        );
      }
    });

    it('softmax() agrees, and rows sum to one', async () => {
      for (const shape of [
        [1, 1],
        [5, 7],
        [2, 3, 1000],
        [0, 4],
      ]) {
        const both = await onBoth(
          () => [normal(shape).mul(20)],
          (x) => tf.softmax(x!),
        );
        assertSame(both, 1e-5, `softmax ${shape}`);
      }
      assertClose(
        tf
          .softmax(normal([50, 300]))
          .sum(-1)
          .dataSync<'float32'>(),
        new Float32Array(50).fill(1),
        1e-5,
      );
    });

    it('transpose(), slice() and concat() move every number to its place', async () => {
      for (const perm of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [0, 2, 1, 3],
        [1, 0, 3, 2],
      ]) {
        const both = await onBoth(
          () => [normal([3, 4, 5, 6])],
          (x) => tf.transpose(x!, perm),
        );
        assertSame(both, 0, `transpose ${perm}`);
      }
      for (const [begin, size] of [
        [
          [0, 0, 0],
          [4, 5, 6],
        ],
        [
          [1, 2, 3],
          [2, 1, 2],
        ],
        [
          [3, 0, 0],
          [1, -1, -1],
        ],
        [
          [0, 0, 5],
          [4, 5, 0],
        ],
      ] as const) {
        const both = await onBoth(
          () => [normal([4, 5, 6])],
          (x) => tf.slice(x!, [...begin], [...size]),
        );
        assertSame(both, 0, `slice ${begin}`);
      }
      for (const axis of [0, 1, 2, -1]) {
        const make = () => [
          normal([2, 3, 4]),
          normal([2, 3, 4], createRandom(8)),
          normal([2, 3, 4], createRandom(9)),
        ];
        assertSame(await onBoth(make, (...parts) => tf.concat(parts, axis)), 0, `concat ${axis}`);
      }
    });

    it('gather() and its gradient, oneHot(), where() and cast() agree', async () => {
      const ids = () => tf.tensor2d([4, 0, 2, 4, 4, 1], [2, 3], 'int32');
      assertSame(
        await onBoth(
          () => [normal([5, 7])],
          (x) => tf.gather(x!, ids()),
        ),
        0,
        'gather',
      );
      const gradient = tf.grad((x: tf.Tensor) =>
        tf
          .gather(x, ids())
          .mul(normal([2, 3, 7], createRandom(8)))
          .sum(),
      );
      assertSame(await onBoth(() => [normal([5, 7])], gradient), 1e-6, 'gradient of gather');
      assert.throws(
        () => tf.gather(normal([5, 7]), tf.tensor1d([5], 'int32')),
        /GatherV2: the index value 5 is not in \[0, 4\]/,
      );
      const hot = (x: tf.Tensor) => tf.oneHot(x, 4, 2, -1, 'float32');
      assertSame(await onBoth(() => [tf.tensor2d([0, 3, 4, -1], [2, 2], 'int32')], hot), 0, 'oneHot');
      const chosen = (x: tf.Tensor) => tf.where(x.greater(0), x, x.mul(100));
      assertSame(await onBoth(() => [normal([6, 7])], chosen), 1e-6, 'where');
      for (const from of ['int32', 'bool', 'float32'] as const) {
        for (const to of ['int32', 'bool', 'float32'] as const) {
          const both = await onBoth(
            () => [tf.tensor1d([0, 1, 1, 0], from)],
            (x) => tf.cast(x!, to),
          );
          assertSame(both, 0, `${from} to ${to}`);
        }
      }
    });

    it('attention over several blocks of queries agrees with the composite, its gradient too', async () => {
      for (const [B, T, H, D] of [
        [1, 1, 1, 2],
        [2, 64, 2, 4],
        [1, 65, 3, 8],
        [1, 200, 2, 16],
      ] as const) {
        const f = (x: tf.Tensor) => causalAttention(x as tf.Tensor3D, { nHead: H });
        const g = tf.grad((x: tf.Tensor) =>
          f(x)
            .mul(normal([B, T, H * D], createRandom(8)))
            .sum(),
        );
        assertSame(await onBoth(() => [normal([B, T, 3 * H * D])], f), 1e-5, `attention ${T}`);
        assertSame(await onBoth(() => [normal([B, T, 3 * H * D])], g), 1e-4, `its gradient ${T}`);
      }
    });

    it('shapes that do not fit throw in JavaScript', () => {
      assert.throws(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3])), /inner shapes/);
      assert.throws(() => tf.add(tf.zeros([2, 3]), tf.zeros([4])), /could not be broadcast/);
      assert.throws(() => tf.slice(tf.zeros([2, 3]), [0, 1], [2, 3]), /Error in slice/);
      const { addon } = tf.backend() as unknown as {
        readonly addon: Readonly<Record<string, (...args: unknown[]) => void>>;
      };
      const two = new Float32Array(2);
      assert.throws(() => addon.exp!(two, two, 3), /expected 3 elements, got 2/);
      assert.throws(() => addon.exp!(two, [1, 2], 2), /argument 2 .* expected a Float32Array/);
      assert.throws(() => addon.exp!(two, two, -1), /whole number of 0 or more/);
      assert.throws(() => addon.exp!(two), RangeError);
      assert.throws(() => addon.add!(two, two, two, Int32Array.of(2, 1)), RangeError);
      assert.throws(() => addon.matMul!(two, two, two, null, 1, 2, 2, 2, 0, 0, 0, 0), RangeError);
    });

    it('sizes whose product no array could have throw, instead of wrapping round to a small one', () => {
      const { addon } = tf.backend() as unknown as {
        readonly addon: Readonly<Record<string, (...args: unknown[]) => void>>;
      };
      const [two, much] = [new Float32Array(2), 2 ** 32];
      const tooLarge = /their product is larger than any array/;
      assert.throws(() => addon.matMul!(two, two, two, null, 1, much, much, much, 0, 0, 0, 0), tooLarge);
      assert.throws(() => addon.rotary!(two, two, two, two, 2 ** 31, 2 ** 31, 2 ** 31, 2, 2, 1), tooLarge);
      assert.throws(
        () => addon.attention!(two, two, two, new Int32Array(0), 2 ** 31, 2 ** 31, 4, 4, 2),
        tooLarge,
      );
      assert.throws(() => addon.layerNorm!(two, two, two, two, two, two, much, much, 1e-5), tooLarge);
      const walk = Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 1, 1, 1, 1, 1, 1);
      assert.throws(() => addon.add!(two, two, two, walk), tooLarge);
      addon.softmax!(two, two, 2 ** 50, 0); // no numbers at all
    });

    it('a tensor’s array has its own length, whatever length was rounded up to', async () => {
      for (const size of [1, 9, 1000, 1025, 70_001]) {
        for (let round = 0; round < 3; round++) {
          const y = tf.tidy(() => tf.add(tf.ones([size]), round));
          const values = y.dataSync<'float32'>();
          assert.equal(values.length, size);
          assert.equal(values.buffer.byteLength, 4 * size);
          assert.equal((await y.bytes()).length, 4 * size);
          assert.ok(values.every((value) => value === 1 + round));
          y.dispose();
        }
      }
    });

    it('an array that was read keeps its numbers, whatever is computed afterwards', () => {
      const read = tf.tidy(() => tf.add(tf.ones([1000]), 1).dataSync<'float32'>());
      for (let round = 0; round < 20; round++) tf.tidy(() => tf.add(tf.ones([1000]), round));
      assert.ok(read.every((value) => value === 2));
    });

    it('an update in place changes neither what was read, nor a clone, nor the array it was made from', () => {
      const source = new Float32Array(10).fill(1);
      const [parameter, mean, square] = [tf.tensor1d(source), tf.zeros([10]), tf.zeros([10])].map((x) =>
        tf.variable(x),
      ) as [tf.Variable, tf.Variable, tf.Variable];
      const slot = { parameter, mean, square, weightDecay: 0 };
      const numbers = { learningRate: 0.1, betas: [0.9, 0.95], epsilon: 1e-8, gradientScale: 1 } as const;
      adamWUpdate([slot], [tf.ones([10])], { ...numbers, step: 1 });
      const [read, clone] = [parameter.dataSync<'float32'>(), parameter.clone()];
      adamWUpdate([slot], [tf.ones([10])], { ...numbers, step: 2 });
      assertClose(source, new Float32Array(10).fill(1));
      assertClose(read, new Float32Array(10).fill(0.9), 1e-5);
      assertClose(clone.dataSync<'float32'>(), new Float32Array(10).fill(0.9), 1e-5);
      assertClose(parameter.dataSync<'float32'>(), new Float32Array(10).fill(0.8), 1e-5);
    });
  });
}
