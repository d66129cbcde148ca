import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { adamWUpdate, globalNorm } from '../../src/backend/ops/adamW.js';
import { causalAttention } from '../../src/backend/ops/attention.js';
import { crossEntropy, tokenLogProbs } from '../../src/backend/ops/crossEntropy.js';
import { embedding } from '../../src/backend/ops/embedding.js';
import { gelu } from '../../src/backend/ops/gelu.js';
import { layerNorm } from '../../src/backend/ops/layerNorm.js';
import { linear } from '../../src/backend/ops/linear.js';
import { rmsNorm } from '../../src/backend/ops/rmsNorm.js';
import { rotary, rotate, rotationAt } from '../../src/backend/ops/rotary.js';
import { stopGradient } from '../../src/backend/ops/stopGradient.js';
import { swiGlu } from '../../src/backend/ops/swiGlu.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { backendNames } from './backends.js';
import { assertClose, assertGradients, assertNoLeak, normal, weighted } from './compare.js';

const attention = (qkv: tf.Tensor) => causalAttention(qkv as tf.Tensor3D, { nHead: 2 });
const norm = (x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) =>
  layerNorm(x, gain as tf.Tensor1D, shift as tf.Tensor1D);
const dense = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
  linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D);
const first = { learningRate: 0.1, betas: [0.9, 0.95], epsilon: 1e-8, step: 1, gradientScale: 1 } as const;
const data = (x: tf.Tensor) => x.dataSync<'float32'>();
const loss = (targets: number[], weights?: number[]) => (scores: tf.Tensor) =>
  crossEntropy(scores as tf.Tensor2D, targets, weights ? { weights } : {});

for (const name of backendNames) {
  describe(`fused operations on ${name}`, () => {
    before(() => selectBackend({ name }));

    it('linear() is a matrix product and a bias, with the gradients of one', () => {
      const inputs = [normal([2, 3, 4]), normal([4, 5]), normal([5])] as const;
      const [x, weight, bias] = inputs;
      const plain = tf.matMul(x.reshape([6, 4]), weight).add(bias);
      const ours = dense(...inputs);
      assert.deepEqual(ours.shape, [2, 3, 5]);
      assertClose(data(ours), data(plain));
      assertGradients(dense, [...inputs]);
    });

    it('linear() needs no bias, and has the gradients of what it computes then', () => {
      const product = (x: tf.Tensor, weight: tf.Tensor) => linear(x, weight as tf.Tensor2D);
      const [x, weight] = [normal([2, 3, 4]), normal([4, 5], createRandom(8))];
      assertClose(data(product(x, weight)), data(tf.matMul(x.reshape([6, 4]), weight)));
      assertGradients(product, [x, weight]);
    });

    it('whole numbers and truth values are refused, in one sentence on every backend', () => {
      const [ints, floats] = [tf.ones([1, 1, 6], 'int32'), tf.ones([6])];
      const calls: Readonly<Record<string, () => void>> = {
        gelu: () => gelu(ints),
        layerNorm: () => norm(ints, floats, floats),
        rmsNorm: () => rmsNorm(ints, floats as tf.Tensor1D),
        swiGlu: () => swiGlu(tf.ones([1, 1, 6]), ints),
        rotary: () => rotary(ints as tf.Tensor3D, { nHead: 1 }),
        causalAttention: () => attention(ints),
        linear: () => dense(floats, tf.ones([6, 1], 'int32'), tf.ones([1])),
      };
      for (const [operation, call] of Object.entries(calls)) {
        const message = `${operation}: expected float32 tensors, got one of int32`;
        assert.throws(call, { name: 'TypeError', message });
      }
      assert.throws(() => gelu(tf.tensor1d([true], 'bool')), /got one of bool/);
    });

    it('a number of heads that is not whole is refused on every backend', () => {
      const x = tf.ones([1, 1, 9]) as tf.Tensor3D;
      assert.throws(() => causalAttention(x, { nHead: 1.5 }), RangeError);
      assert.throws(() => rotary(x, { nHead: 1.5 }), RangeError);
    });

    it('layerNorm() gives every position mean 0 and variance 1', () => {
      const y = norm(normal([4, 64]).mul(3).add(5), tf.ones([64]), tf.zeros([64]));
      const { mean, variance } = tf.moments(y, -1);
      assertClose(data(mean), [0, 0, 0, 0]);
      assertClose(data(variance), [1, 1, 1, 1], 1e-3);
    });

    it('layerNorm() has the gradients of what it computes', () => {
      assertGradients(norm, [normal([2, 2, 6]), normal([6]).add(1), normal([6])]);
    });

    it('rmsNorm() gives every position a mean square of 1, and PyTorch’s numbers', () => {
      const y = rmsNorm(normal([4, 64]).mul(3).add(5), tf.ones([64]));
      assertClose(data(y.square().mean(-1)), [1, 1, 1, 1], 1e-4);
      const x = tf.tensor2d([1, -2, 3, 0.5, 0.01, 0.02, -0.03, 0], [2, 4]);
      assertClose(
        data(rmsNorm(x, tf.tensor1d([1, 2, -1, 0.5]))),
        [0.529812, -2.11925, -1.58944, 0.132453, 0.527046, 2.10819, 1.58114, 0],
        1e-5,
      );
      const both = (x: tf.Tensor, gain: tf.Tensor) => rmsNorm(x, gain as tf.Tensor1D);
      assertGradients(both, [normal([2, 2, 6]), normal([6]).add(1)]);
    });

    it('swiGlu() has PyTorch’s numbers, and the gradients of what it computes', () => {
      const y = swiGlu(tf.tensor1d([-3, -0.5, 0, 1.25, 6]), tf.tensor1d([2, -1, 4, 0.5, -0.25]));
      assertClose(data(y), [-0.284555, 0.18877, 0, 0.485812, -1.49629], 1e-5);
      assertGradients(swiGlu, [normal([3, 4]), normal([3, 4], createRandom(8))]);
    });

    it('rotary() has PyTorch’s numbers, and the gradients of what it computes', () => {
      const x = tf.tensor3d([0.5, -1, 2, 0.25, 1, 2, -0.5, 3, -2, 0.75, 1.5, -1], [1, 3, 4]);
      assertClose(
        data(rotary(x, { nHead: 1 })),
        [0.5, -1, 2, 0.25, 0.961038, 1.9699, 0.57132, 3.01985, -0.531652, 0.769849, -2.44282, -0.984801],
        1e-5,
      );
      assertGradients((x) => rotary(x as tf.Tensor3D, { nHead: 2, start: 3 }), [normal([2, 3, 8])]);
    });

    it('rotary() keeps lengths, and a query’s product with a key depends on their distance alone', () => {
      const [query, key] = [normal([1, 1, 8]), normal([1, 1, 8], createRandom(8))] as [
        tf.Tensor3D,
        tf.Tensor3D,
      ];
      const at = (x: tf.Tensor3D, start: number) => rotary(x, { nHead: 1, start, base: 100 });
      const product = (q: number, k: number) => data(at(query, q).mul(at(key, k)).sum());
      assertClose(data(at(query, 50).norm()), data(query.norm()), 1e-5);
      assertClose(product(7, 3), product(40, 36), 1e-4);
      assert.ok(Math.abs(product(7, 3)[0]! - product(7, 4)[0]!) > 0.01);
      const text = normal([1, 5, 8]) as tf.Tensor3D;
      const later = at(text.slice([0, 2, 0]), 2);
      assertClose(data(later), data(at(text, 0).slice([0, 2, 0])), 1e-5);
    });

    it('rotary() slows slow pairs down by Llama 3.1’s rule, and leaves fast ones as they are', () => {
      const scaling = { factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalBlockSize: 64 };
      const angles = (options: object) => {
        const x = tf.tensor3d([1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 8]); // the turned pairs' cosines, then their sines
        const y = data(rotary(x, { nHead: 1, start: 1, base: 1000, ...options }));
        return [0, 1, 2, 3].map((pair) => Math.atan2(y[pair + 4]!, y[pair]!));
      };
      const [plain, slowed] = [angles({}), angles({ scaling })];
      // Full turns after 6, 35, 199 and 1117 positions: below 64 / 4, between, and twice above 64 / 1.
      const kept = (64 * 1000 ** -0.25) / (2 * Math.PI) / 3 - 1 / 3;
      assertClose(plain, [1, 1000 ** -0.25, 1000 ** -0.5, 1000 ** -0.75], 1e-6);
      assertClose(
        slowed.map((angle, pair) => angle / plain[pair]!),
        [1, kept + (1 - kept) / 8, 1 / 8, 1 / 8],
        1e-4,
      );
    });

    it('rotate() turns the first heads alone, each row by its own position', () => {
      const x = normal([2, 3, 12]) as tf.Tensor3D; // three heads of four
      const positions = [5, 0, 7, 2, 3, 4];
      const turn = (x: tf.Tensor) =>
        rotate(x as tf.Tensor3D, rotationAt(positions, 4, {}), { nHead: 3, turned: 2 });
      const expected = positions.map((start, nth) => {
        const token = x.slice([Math.floor(nth / 3), nth % 3, 0], [1, 1, -1]) as tf.Tensor3D;
        const turned = rotary(token.slice([0, 0, 0], [1, 1, 8]), { nHead: 2, start });
        return [...data(turned), ...data(token.slice([0, 0, 8]))];
      });
      assertClose(data(turn(x)), expected.flat(), 1e-5);
      assertGradients(turn, [x]);
    });

    it('shapes that do not fit throw, and say what was expected', () => {
      const [x, three] = [normal([2, 4]), tf.ones<tf.Rank.R1>([3])];
      assert.throws(() => norm(x, three, three), /layerNorm: expected a tensor with 3 channels, got \[2,4\]/);
      assert.throws(() => norm(x, tf.ones([4]), three), /layerNorm, shift: .* 4 channels, got \[3\]/);
      assert.throws(() => rmsNorm(x, three), /rmsNorm: expected a tensor with 3 channels, got \[2,4\]/);
      assert.throws(() => dense(x, tf.ones([3, 5]), tf.ones([5])), /linear: .* 3 channels, got \[2,4\]/);
      assert.throws(() => dense(x, tf.ones([4, 5]), three), /linear, bias: .* 5 channels, got \[3\]/);
      assert.throws(() => swiGlu(x, three as tf.Tensor), /swiGlu: .* one shape, got \[2,4\] and \[3\]/);
      assert.throws(() => rotary(tf.ones([1, 1, 6]), { nHead: 2 }), /rotary: .* 2 heads, got 6 in all/);
      assert.throws(() => attention(tf.ones([1, 1, 9])), /causalAttention: .* 2 heads .* share, got 9/);
      const odd = () => causalAttention(tf.ones([1, 1, 14]), { nHead: 3, nKvHead: 2 });
      assert.throws(odd, /causalAttention: .* got 2 and 3/);
    });

    it('gelu() is GPT-2’s tanh form, far out as well', () => {
      const x = tf.linspace(-12, 12, 49);
      const inner = x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
      assertClose(data(gelu(x)), data(inner.tanh().add(1).mul(x).mul(0.5)), 1e-5);
      assertGradients(gelu, [normal([3, 4])]);
    });

    it('causalAttention() is softmax(QK/sqrt(D))V over the past', () => {
      const [B, T, C, D] = [2, 5, 8, 4];
      const qkv = normal([B, T, 3 * C]) as tf.Tensor3D;
      const [q, k, v] = tf
        .split(qkv, 3, -1)
        .map((part) => part.reshape([B, T, 2, D]).transpose([0, 2, 1, 3]));
      const past = tf.linalg.bandPart(tf.ones([T, T]) as tf.Tensor2D, -1, 0);
      const scores = tf.matMul(q!, k!, false, true).div(Math.sqrt(D));
      const seen = tf.softmax(scores.mul(past).add(tf.sub(past, 1).mul(1e9)));
      const plain = tf.matMul(seen, v!).transpose([0, 2, 1, 3]).reshape([B, T, C]);
      assertClose(data(attention(qkv)), data(plain));
    });

    it('causalAttention() has the gradients of what it computes', () => {
      assertGradients(attention, [normal([1, 3, 12])]);
    });

    it('causalAttention() of shared keys and values is that of the same ones for each head', () => {
      const [B, T, D, K, group] = [2, 5, 3, 2, 2];
      const shared = normal([B, T, (K * group + 2 * K) * D]) as tf.Tensor3D;
      const heads = tf.split(shared, K * group + 2 * K, 2);
      const repeated = (from: number) => [0, 0, 1, 1].map((nth) => heads[from + nth]!);
      const apart = tf.concat([...heads.slice(0, 4), ...repeated(4), ...repeated(6)], 2) as tf.Tensor3D;
      const grouped = (qkv: tf.Tensor) => causalAttention(qkv as tf.Tensor3D, { nHead: 4, nKvHead: 2 });
      assertClose(data(grouped(shared)), data(causalAttention(apart, { nHead: 4 })), 1e-5);
      assertGradients(grouped, [normal([1, 3, 16])]);
      assertGradients(
        (qkv) => causalAttention(qkv as tf.Tensor3D, { nHead: 3, nKvHead: 1 }),
        [normal([1, 4, 10])],
      );
    });

    it('embedding() looks up rows, and its gradient counts repeated ones', () => {
      const ids = tf.tensor2d([[1, 1, 3]], [1, 3], 'int32');
      const table = normal([4, 2]);
      assertClose(data(embedding(table as tf.Tensor2D, ids)), data(tf.gather(table, [1, 1, 3])));
      const gradient = tf.grad((t) => embedding(t as tf.Tensor2D, ids).sum())(table);
      assertClose(data(gradient), [0, 0, 2, 2, 0, 0, 1, 1]);
    });

    it('crossEntropy() is -log softmax at the target, weighted, without the ignored positions', () => {
      const scores = normal([3, 5]).mul(4);
      const logs = data(tf.logSoftmax(scores));
      const expected = -(2 * logs[4]! + 0.5 * logs[5 + 2]!) / 2.5;
      assertClose(data(loss([4, 2, -1], [2, 0.5, 9])(scores)), [expected]);
      assertGradients(loss([4, 2, -1], [2, 0.5, 9]), [scores]);
    });

    it('crossEntropy() stays finite for scores that are far apart', () => {
      const scores = tf.tensor2d([
        [0, 500],
        [500, 0],
      ]);
      assertClose(data(loss([0, 0])(scores)), [250], 1e-6);
      assertClose(data(tf.grad(loss([0, 0]))(scores)), [-0.5, 0.5, 0, 0]);
    });

    it('crossEntropy() of equal scores is ln V, and of nothing that counts is 0', () => {
      assertClose(data(loss([3, 0])(tf.zeros([2, 8]))), [Math.log(8)], 1e-6);
      assertClose(data(loss([-1, -1])(normal([2, 8]))), [0]);
    });

    it('crossEntropy() of a vocabulary of one token is 0, and so is its gradient', () => {
      const [loss, slope] = [
        (logits: tf.Tensor) => crossEntropy(logits as tf.Tensor2D, [0, -1]),
        tf.grad((logits: tf.Tensor) => crossEntropy(logits as tf.Tensor2D, [0, -1])),
      ];
      assert.equal(loss(tf.tensor2d([[3], [4]])).arraySync(), 0);
      assertClose(data(slope(tf.tensor2d([[3], [4]]))), [0, 0]);
    });

    it('crossEntropy() names a target outside the vocabulary, and a wrong number of them', () => {
      assert.throws(() => loss([8])(tf.zeros([1, 8])), /Cannot use target 8: expected 0 to 7/);
      assert.throws(() => loss([1, 2])(tf.zeros([1, 8])), /expected 1 of them, got 2/);
    });

    it('tokenLogProbs() has each position’s own log-probability', () => {
      const scores = normal([3, 5]) as tf.Tensor2D;
      const logs = data(tf.logSoftmax(scores));
      assertClose(data(tokenLogProbs(scores, [4, -1, 0])), [logs[4]!, 0, logs[10]!]);
    });

    it('tokenLogProbs() has a gradient through which advantages of either sign pass, also those that add up to 0', () => {
      const scores = normal([3, 5]) as tf.Tensor2D;
      const advantages = tf.tensor1d([1, 7, -1]);
      const policy = (x: tf.Tensor) =>
        tokenLogProbs(x as tf.Tensor2D, [4, -1, 0])
          .mul(advantages)
          .sum();
      const plain = (x: tf.Tensor) => {
        const logs = tf.logSoftmax(x as tf.Tensor2D);
        return logs
          .slice([0, 4], [1, 1])
          .sum()
          .sub(logs.slice([2, 0], [1, 1]).sum());
      };
      assertClose(data(tf.grad(policy)(scores)), data(tf.grad(plain)(scores)), 1e-5);
      assertGradients(policy, [scores]);
    });

    it('crossEntropy() divides by the caller’s number, so that parts of a batch add up to the whole', () => {
      const scores = normal([4, 5]) as tf.Tensor2D;
      const [targets, weights] = [
        [4, 2, -1, 0],
        [2, 0.5, 9, 1],
      ];
      const part = (from: number) =>
        crossEntropy(scores.slice([from, 0], [2, 5]), targets.slice(from, from + 2), {
          weights: weights.slice(from, from + 2),
          divisor: 3.5,
        });
      assertClose(data(part(0).add(part(2))), data(loss(targets, weights)(scores)), 1e-6);
    });

    it('crossEntropy() refuses weights and targets that mean nothing', () => {
      const of = (targets: number[], options: object) => () =>
        crossEntropy(tf.zeros([2, 8]), targets, options);
      assert.throws(of([1, 2], { weights: [1, -0.9] }), /expected weights of 0 or more, got -0.9 at 1/);
      assert.throws(of([1, 2], { weights: [1, Number.NaN] }), /got NaN at 1/);
      assert.throws(of([1, 2], { weights: [1] }), /expected 2 weights, got 1/);
      assert.throws(of([1, 2], { divisor: 0 }), /expected a divisor above 0, got 0/);
      for (const target of [Number.NaN, 0.7, -0.5, -2])
        assert.throws(of([1, target], {}), new RegExp(`Cannot use target ${target}`));
    });

    it('stopGradient() keeps the numbers and lets no gradient through', () => {
      const slope = tf.grad((x) => x.mul(stopGradient(x)).sum());
      assertClose(data(slope(tf.tensor1d([3, -2]))), [3, -2]);
    });

    it('adamWUpdate() takes a first step of the learning rate, against the gradient’s sign', () => {
      const [parameter, mean, square] = [tf.variable(tf.tensor1d([1, 1])), ...zeros(), ...zeros()] as const;
      const slot = { parameter, mean, square, weightDecay: 0.5 };
      adamWUpdate([slot], [tf.tensor1d([3, -0.01])], first);
      assertClose(data(parameter), [0.95 - 0.1, 0.95 + 0.1], 1e-5);
    });

    it('globalNorm() is the length of all gradients as one vector', () => {
      assertClose([globalNorm([tf.tensor1d([2, 4]), tf.tensor2d([[4, 8]])])], [10]);
    });

    it('gradients have gradients of their own, as differences of them say', () => {
      const random = createRandom(5);
      const { cosines, sines } = rotationAt([0, 1, 5], 4, {});
      const operations: readonly [
        name: string,
        f: (...inputs: tf.Tensor[]) => tf.Tensor,
        inputs: number[][],
      ][] = [
        ['linear', dense, [[3, 4], [4, 2], [2]]],
        ['gelu', gelu, [[2, 5]]],
        ['layerNorm', norm, [[3, 4], [4], [4]]],
        ['rmsNorm', (x, gain) => rmsNorm(x!, gain as tf.Tensor1D), [[3, 4], [4]]],
        [
          'swiGlu',
          (gate, up) => swiGlu(gate!, up!),
          [
            [2, 5],
            [2, 5],
          ],
        ],
        ['rotary', (x) => rotate(x as tf.Tensor3D, { cosines, sines }, { nHead: 2 }), [[1, 3, 8]]],
        ['causalAttention', attention, [[1, 3, 12]]],
        ['crossEntropy', loss([2, 0, -1]), [[3, 4]]],
        [
          'embedding',
          (table) => embedding(table as tf.Tensor2D, tf.tensor2d([[2, 0, 2]], [1, 3], 'int32')),
          [[3, 2]],
        ],
      ];
      for (const [operation, f, shapes] of operations) {
        const slopes = tf.grads((...at: tf.Tensor[]) => weighted(f(...at).square()));
        const all = (...at: tf.Tensor[]) => tf.concat(slopes(at).map((slope) => slope.flatten()));
        const inputs = shapes.map((shape) => normal(shape, random));
        assertGradients(all, inputs, 0.03, operation);
      }
    });

    it('leaves no tensor behind', () => {
      const [x, wide, vector] = [normal([2, 3, 4]), normal([4, 12]), normal([12])];
      const all = (input: tf.Tensor) => {
        const turned = rotary(rmsNorm(input, tf.ones([4])) as tf.Tensor3D, { nHead: 1 });
        const y = attention(
          gelu(dense(norm(swiGlu(turned, input), tf.ones([4]), tf.zeros([4])), wide, vector)),
        );
        return crossEntropy(y.reshape([6, 4]), [0, 1, 2, 3, -1, 0]);
      };
      assertNoLeak(() => tf.tidy(() => void tf.grad(all)(x).dataSync()));
      const slot = {
        parameter: tf.variable(tf.ones([2])),
        mean: zeros()[0],
        square: zeros()[0],
        weightDecay: 0.5,
      };
      const gradient = tf.ones([2]);
      assertNoLeak(() => adamWUpdate([slot], [gradient], first));
      assertNoLeak(() => globalNorm([gradient]));
    });
  });
}

const zeros = (): [tf.Variable] => [tf.variable(tf.zeros([2]))];

describe('kernels on wasm', () => {
  const random = createRandom(11);
  const onBoth = async (f: () => tf.Tensor[]) => {
    const results: Float32Array[][] = [];
    for (const name of backendNames) {
      await selectBackend({ name });
      results.push(f().map(data));
    }
    for (const [nth, expected] of results[0]!.entries()) assertClose(results[1]![nth]!, expected, 1e-4);
  };

  it('matMul() agrees with cpu, transposed or not, in batches, odd sizes, one row, and broadcast', async () => {
    const sizes = [
      [1, 1, 1],
      [3, 17, 5],
      [33, 40, 29],
      [1, 128, 300],
      [64, 32, 64],
    ] as const;
    for (const [M, K, N] of sizes) {
      for (const batch of [[], [1], [3], [2, 2]]) {
        for (const [ta, tb] of [
          [false, false],
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const a = data(normal([...batch, M * K], random));
          const b = data(normal([...batch, K * N], random));
          await onBoth(() => [
            tf.matMul(
              tf.tensor(a, [...batch, ...(ta ? [K, M] : [M, K])]),
              tf.tensor(b, [...batch, ...(tb ? [N, K] : [K, N])]),
              ta,
              tb,
            ),
          ]);
        }
      }
    }
    await onBoth(() => [tf.matMul(normal([4, 30, 40]), normal([1, 40, 30]))]);
  });

  it('slice() agrees with cpu for blocks of any rank', async () => {
    const x = Float32Array.from({ length: 3 * 4 * 5 * 2 }, (_, at) => at);
    await onBoth(() => [
      tf.slice(tf.tensor(x, [120]), [7], [50]),
      tf.slice(tf.tensor(x, [12, 10]), [2, 3], [5, -1]),
      tf.slice(tf.tensor(x, [12, 10]), [2, 3], [5, 1]),
      tf.slice(tf.tensor(x, [3, 4, 10]), [1, 1, 0], [2, 2, 10]),
      tf.slice(tf.tensor(x, [3, 4, 5, 2]), [1, 0, 2, 1], [2, 4, 2, 1]),
      tf.slice(tf.tensor(x, [3, 4, 5, 2]), [1], [1]),
    ]);
  });

  it('gather() and its gradient agree with cpu', async () => {
    const table = data(normal([6, 3]));
    const grad = (t: tf.Tensor) =>
      tf
        .gather(t, tf.tensor2d([[5, 0, 5, 2]], [1, 4], 'int32'))
        .square()
        .sum();
    await onBoth(() => [
      tf.gather(tf.tensor2d(table, [6, 3]), tf.tensor1d([5, 0, 5, 2], 'int32')),
      tf.gather(tf.tensor2d(table, [6, 3]), tf.tensor1d([2, 0], 'int32'), 1),
      tf.grad(grad)(tf.tensor2d(table, [6, 3])),
    ]);
  });

  it('gather() refuses a row that is not there', () => {
    const rows = () => tf.gather(tf.ones([6, 3]), tf.tensor1d([6], 'int32'));
    assert.throws(rows, /GatherV2: the index value 6 is not in \[0, 5\]/);
  });

  it('what is made of no numbers agrees with cpu, whatever was in the memory before', async () => {
    const none = () => tf.zeros([0, 4]);
    const fused = (activation: 'linear' | 'relu') =>
      tf.fused.matMul({
        a: tf.zeros([2, 0]),
        b: tf.zeros([0, 3]),
        bias: tf.tensor1d([-1, 2, 3]),
        activation,
      });
    const made: (() => tf.Tensor)[] = [
      () => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])),
      () => tf.matMul(tf.zeros([2, 0, 2]), tf.zeros([2, 3, 0]), true, true),
      () => fused('linear'),
      () => fused('relu'),
      () => tf.dot(tf.zeros([0]), tf.zeros([0])),
      ...[tf.sum, tf.mean, tf.max, tf.min, tf.prod].flatMap((reduce) => [
        () => reduce(none(), 0),
        () => reduce(none()),
      ]),
      () => tf.sum(tf.zeros([4, 0], 'int32'), 1),
      () => tf.any(tf.zeros([0, 4], 'bool'), 0).cast('float32'),
      () => tf.all(tf.zeros([0, 4], 'bool'), 0).cast('float32'),
    ];
    await onBoth(() =>
      made.map((make) => {
        for (const length of [1, 2, 4, 6, 12]) tf.tidy(() => void tf.fill([length], 7).dataSync());
        return make();
      }),
    );
  });

  it('hands back all the WebAssembly memory that it borrows', async () => {
    await selectBackend({ name: 'wasm' });
    const [a, b] = [normal([8, 40, 30]), normal([8, 30, 40])];
    const memory = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
    const work = () =>
      tf.tidy(() => void tf.matMul(tf.matMul(a, b), tf.matMul(b, a, true, true), true, true));
    for (let times = 0; times < 20; times++) work();
    const before = memory();
    for (let times = 0; times < 300; times++) work();
    assert.equal(memory(), before);
  });
});
