/** Every fused operation on `native` and put together from tfjs's own operations on `cpu`: the same, for any shape. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adamWUpdate, globalNorm } from '../../src/backend/ops/adamW.js';
import { causalAttention } from '../../src/backend/ops/attention.js';
import { cachedAttention } from '../../src/backend/ops/cachedAttention.js';
import { crossEntropy, tokenLogProbs } from '../../src/backend/ops/crossEntropy.js';
import { embedding } from '../../src/backend/ops/embedding.js';
import { gelu } from '../../src/backend/ops/gelu.js';
import { layerNorm } from '../../src/backend/ops/layerNorm.js';
import { linear } from '../../src/backend/ops/linear.js';
import { rmsNorm } from '../../src/backend/ops/rmsNorm.js';
import { rotary, rotate, rotationAt } from '../../src/backend/ops/rotary.js';
import { swiGlu } from '../../src/backend/ops/swiGlu.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom, type Random } from '../../src/core/random.js';
import { hasCompiler } from './backends.js';
import { normal, weighted } from './compare.js';

/** An operation and the shapes of its inputs. */
interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly run: (...inputs: never[]) => tf.Tensor;
}

const sizes = [0, 1, 2, 3, 5, 8, 17, 33, 64, 65];
const batches = [0, 1, 2, 3]; // tfjs's cpu backend is slow
const one = (random: Random, from: readonly number[] = sizes) =>
  from[Math.floor(random.uniform() * from.length)]!;
const ids = (random: Random, count: number, from: number, to: number) =>
  Array.from({ length: count }, () => from + Math.floor(random.uniform() * (to - from)));

/** Makes a case of an operation; `size` draws one length. */
type Make = (size: (from?: readonly number[]) => number, random: Random) => Case;

const cases: Readonly<Record<string, Make>> = {
  'linear()': (size) => {
    const [from, to] = [size(), size()];
    return { shapes: [[size(batches), size(), from], [from, to], [to]], run: linear };
  },
  'linear() without a bias': (size) => {
    const [from, to] = [size(), size()];
    const run = (x: tf.Tensor, weight: tf.Tensor2D) => linear(x, weight);
    return {
      shapes: [
        [size(batches), size(), from],
        [from, to],
      ],
      run,
    };
  },
  'layerNorm()': (size) => {
    const C = size();
    return { shapes: [[size(batches), size(), C], [C], [C]], run: layerNorm };
  },
  'rmsNorm()': (size) => {
    const C = size();
    return { shapes: [[size(batches), size(), C], [C]], run: rmsNorm };
  },
  'gelu()': (size) => ({ shapes: [[size(), size()]], run: gelu }),
  'swiGlu()': (size) => {
    const shape = [size(), size()];
    return { shapes: [shape, shape], run: swiGlu };
  },
  'rotary()': (size) => {
    const [nHead, half] = [size([1, 2, 3]), size([1, 2, 5, 16])];
    const config = { nHead, start: size(), base: 1000 };
    const run = (x: tf.Tensor3D) => rotary(x, config);
    return { shapes: [[size([0, 1, 3]), size(), 2 * half * nHead]], run };
  },
  'rotate()': (size, random) => {
    const [nHead, half, B, T] = [size([1, 2, 3]), size([1, 2, 5, 16]), size([1, 3]), size()];
    const positions = ids(random, random.uniform() < 0.5 ? T : B * T, 0, 300);
    const turned = Math.floor(random.uniform() * (nHead + 1));
    const run = (x: tf.Tensor3D) => rotate(x, rotationAt(positions, 2 * half, {}), { nHead, turned });
    return { shapes: [[B, T, 2 * half * nHead]], run };
  },
  'causalAttention()': (size) => {
    const [nKvHead, group, D] = [size([1, 2, 3]), size([1, 1, 2, 3]), size([1, 2, 5, 16, 33])];
    const nHead = nKvHead * group;
    const run = (qkv: tf.Tensor3D) => causalAttention(qkv, { nHead, nKvHead });
    return { shapes: [[size([0, 1, 3]), size([...sizes, 130]), (nHead + 2 * nKvHead) * D]], run };
  },
  'embedding()': (size, random) => {
    const [V, T] = [size([1, 2, 40]), size()];
    const places = ids(random, 2 * T, 0, V);
    const run = (table: tf.Tensor2D) => embedding(table, tf.tensor2d(places, [2, T], 'int32'));
    return { shapes: [[V, size()]], run };
  },
  'crossEntropy()': (size, random) => {
    const [N, V] = [size(), size([2, 3, 65, 300])];
    const targets = ids(random, N, -1, V);
    const weights = targets.map(() => random.uniform());
    return { shapes: [[N, V]], run: (scores: tf.Tensor2D) => crossEntropy(scores, targets, { weights }) };
  },
};

/** Large enough for every thread and for more than one block of each kernel. */
const large: readonly number[] = [130];

interface Outcome {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The result and the gradient for each input. */
async function outcomes(name: string, { shapes, run }: Case, seed: number): Promise<Outcome[]> {
  await selectBackend({ name });
  const random = createRandom(seed);
  const inputs = shapes.map((shape) => normal([...shape], random));
  const f = (...x: tf.Tensor[]) => run(...(x as never[]));
  return [f(...inputs), ...tf.grads((...x) => weighted(f(...x)))(inputs)].map(outcome);
}

const outcome = (x: tf.Tensor): Outcome => ({ shape: x.shape, values: x.dataSync<'float32'>() });

/** The same shapes; the same infinities, and no number where there is none; else as near as a share of the largest. */
function assertAgree(native: readonly Outcome[], cpu: readonly Outcome[], what: string, share = 1e-4): void {
  assert.equal(native.length, cpu.length, what);
  for (const [nth, { shape, values }] of cpu.entries()) {
    assert.deepEqual(native[nth]!.shape, shape, `${what}, ${nth}`);
    const largest = values.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
    for (const [at, want] of values.entries()) {
      const got = native[nth]!.values[at]!;
      const near = Object.is(got, want) || got === want || Math.abs(got - want) <= share * largest;
      assert.ok(
        near,
        `${what}, ${nth === 0 ? 'result' : `gradient ${nth}`}[${at}]: expected ${want}, got ${got}`,
      );
    }
  }
}

if (hasCompiler) {
  describe('fused operations, native beside cpu', () => {
    for (const [name, make] of Object.entries(cases)) {
      it(`${name} agrees for 60 random shapes, its gradients too`, async () => {
        const random = createRandom(17);
        for (let nth = 0; nth < 60; nth++) {
          const size = (from = nth === 0 ? large : sizes) => one(random, from);
          const drawn = make(size, random);
          const what = `${name} ${drawn.shapes.map((shape) => `[${shape}]`).join(' ')}`;
          const [cpu, native] = [await outcomes('cpu', drawn, nth), await outcomes('native', drawn, nth)];
          assertAgree(native, cpu, what);
        }
      });
    }

    const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 88.8, -104, 1e30, -1e-30];
    const rows = odd.map((value) => [0.5, value, -1, 2]);
    const four = [1, 2, -1, 0.5];
    const withOdd: Readonly<Record<string, (x: tf.Tensor2D) => tf.Tensor>> = {
      gelu: (x) => gelu(x),
      swiGlu: (x) => swiGlu(x, tf.fill(x.shape, 2)),
      'swiGlu, the other side': (x) => swiGlu(tf.fill<tf.Rank.R2>(x.shape, 2), x),
      layerNorm: (x) => layerNorm(x, tf.tensor1d(four), tf.tensor1d(four)),
      rmsNorm: (x) => rmsNorm(x, tf.tensor1d(four)),
      linear: (x) => linear(x, tf.ones([4, 3]), tf.zeros([3])),
      tokenLogProbs: (x) =>
        tokenLogProbs(
          x,
          odd.map((_, nth) => nth % 4),
        ),
    };
    for (const [name, run] of Object.entries(withOdd)) {
      it(`${name}: NaN and infinity come out where they do on cpu`, async () => {
        const results: Outcome[][] = [];
        for (const backend of ['cpu', 'native']) {
          await selectBackend({ name: backend });
          results.push([outcome(run(tf.tensor2d(rows)))]);
        }
        assertAgree(results[1]!, results[0]!, name, 1e-5);
      });
    }

    it('attention has no number from a position without one on, as on cpu', async () => {
      const spoilt = normal([1, 70, 12]).dataSync<'float32'>();
      spoilt[40 * 12 + 9] = Number.NaN; // a value of position 40
      for (const name of ['cpu', 'native']) {
        await selectBackend({ name });
        const y = causalAttention(tf.tensor(spoilt, [1, 70, 12]) as tf.Tensor3D, { nHead: 1 });
        const later = y.slice([0, 40, 1], [1, 30, 1]).dataSync<'float32'>();
        assert.ok(later.every(Number.isNaN), name);
      }
    });

    it('cachedAttention() agrees for texts of any length, read in pieces of any length', async () => {
      for (let seed = 1; seed <= 30; seed++) {
        const read: Outcome[][] = [];
        for (const name of ['cpu', 'native']) {
          await selectBackend({ name });
          read.push(readInPieces(createRandom(seed)));
        }
        assertAgree(read[1]!, read[0]!, `seed ${seed}`);
      }
    });

    it('cachedAttention() refuses places outside the cache', async () => {
      await selectBackend({ name: 'native' });
      const numbers = () => new Float32Array(2 * 8 * 4);
      const layer = { keys: numbers(), values: numbers() };
      const read = (slot: number, start: number, count: number, T = 2) => {
        const places = {
          slots: Int32Array.of(slot),
          starts: Int32Array.of(start),
          counts: Int32Array.of(count),
        };
        return cachedAttention(tf.ones([1, T, 12]), layer, places, { nHead: 2, nKvHead: 2, capacity: 8 });
      };
      assert.deepEqual(read(1, 6, 2).shape, [1, 2, 4]);
      for (const [slot, start, count] of [
        [2, 0, 1],
        [-1, 0, 1],
        [0, 7, 2],
        [0, -1, 1],
        [0, 0, 3],
        [0, 0, -1],
      ] as const)
        assert.throws(() => read(slot, start, count), RangeError, `${slot} ${start} ${count}`);
    });

    it('adamWUpdate() and globalNorm() agree for parameters of any shape', async () => {
      const shapes = [[1], [3, 5], [0, 4], [70, 1000], [17]];
      const results: Outcome[][] = [];
      for (const name of ['cpu', 'native']) {
        await selectBackend({ name });
        const random = createRandom(5);
        const slots = shapes.map((shape, nth) => ({
          parameter: tf.variable(normal(shape, random)),
          mean: tf.variable(tf.zeros(shape)),
          square: tf.variable(tf.zeros(shape)),
          weightDecay: nth % 2 ? 0.1 : 0,
        }));
        const numbers = {
          learningRate: 0.01,
          betas: [0.9, 0.95],
          epsilon: 1e-8,
          gradientScale: 0.5,
        } as const;
        const norms: number[] = [];
        for (let step = 1; step <= 3; step++) {
          const gradients = shapes.map((shape) => normal(shape, random));
          norms.push(globalNorm(gradients));
          adamWUpdate(slots, gradients, { ...numbers, step });
        }
        results.push([outcome(tf.tensor1d(norms)), ...slots.map(({ parameter }) => outcome(parameter))]);
      }
      assertAgree(results[1]!, results[0]!, 'AdamW', 1e-5);
    });
  });
}

/** Three texts in slots of their own; what every new token of each piece gathered. */
function readInPieces(random: Random): Outcome[] {
  const [nKvHead, group, D] = [one(random, [1, 2, 3]), one(random, [1, 2, 3]), one(random, [1, 4, 17])];
  const [nHead, capacity, texts] = [nKvHead * group, 150, 3];
  const [C, kept] = [nHead * D, 5 * capacity * nKvHead * D];
  const layer = { keys: new Float32Array(kept), values: new Float32Array(kept) };
  const slots = Int32Array.of(4, 0, 2);
  const starts = new Int32Array(texts);
  return Array.from({ length: 4 }, () => {
    const counts = Int32Array.from(slots, () => one(random, [1, 1, 2, 7, 30]));
    const T = Math.max(...counts);
    const qkv = normal([texts, T, C + 2 * nKvHead * D], random) as tf.Tensor3D;
    const y = cachedAttention(qkv, layer, { slots, starts, counts }, { nHead, nKvHead, capacity });
    const read = Array.from(counts, (count, row) => y.slice([row, 0, 0], [1, count, C]).flatten()); // no padding
    for (let row = 0; row < texts; row++) starts[row]! += counts[row]!;
    return outcome(tf.concat(read));
  });
}
