import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { countNgrams } from '../../src/evaluate/ngrams/counts.js';
import { estimateDiscounts } from '../../src/evaluate/ngrams/discounts.js';
import { type NgramModel, type NgramModelOptions, ngramModel } from '../../src/evaluate/ngrams/model.js';
import { assertClose } from '../backend/compare.js';
import { plainNgramModel } from './plainNgramModel.js';

const random = createRandom(17);
/** Words as Zipf has them, where some follow others more often than not. */
const zipf = (V: number) => Math.floor(V * random.uniform() ** 3);
function textOf(length: number, V: number): number[] {
  const ids = [0];
  while (ids.length < length) ids.push(random.uniform() < 0.5 ? (ids.at(-1)! * 7 + 3) % V : zipf(V));
  return ids;
}
const orders = [1, 2, 3, 4, 5];
const rules: NgramModelOptions[] = [
  { smoothing: 'kneserNey' },
  { smoothing: 'kneserNey', discount: 0.75 },
  { smoothing: 'wittenBell' },
];
const row = (model: NgramModel, context: readonly number[], V: number) =>
  Array.from({ length: V }, (_, next) => model.probability(context, next));

describe('countNgrams()', () => {
  it('counts what a map of joined texts counts, and the tokens before each', () => {
    const ids = textOf(3000, 20);
    const { levels, tokens } = countNgrams(ids, { vocabSize: 20 });
    assert.equal(tokens, 3000);
    for (const order of orders) {
      const { size, counts, continuations, find } = levels[order - 1]!;
      const expected = new Map<string, number>();
      const before = new Map<string, Set<number>>();
      for (let at = 0; at + order <= ids.length; at++) {
        const key = ids.slice(at, at + order).join();
        expected.set(key, (expected.get(key) ?? 0) + 1);
        if (at > 0) before.set(key, (before.get(key) ?? new Set()).add(ids[at - 1]!));
      }
      assert.equal(order === 1 ? expected.size : size, expected.size);
      for (const [key, count] of expected) {
        const nth = key.split(',').reduce((parent, id, at) => levels[at]!.find(parent, Number(id)), 0);
        assert.equal(counts[nth], count);
        assert.equal(continuations[nth], order === 5 ? 0 : (before.get(key)?.size ?? 0));
      }
      assert.equal(order === 1 ? -1 : find(size, 0), -1);
    }
  });

  it('keeps at most 55 bytes for each different n-gram', () => {
    const counts = countNgrams(Uint16Array.from(textOf(100_000, 500)), { vocabSize: 500 });
    const different = counts.levels.reduce((sum, { size }) => sum + size, 0);
    assert.ok(counts.memory <= 55 * different, `${counts.memory / different} bytes`);
  });

  it('refuses a text that is too short, an order beyond 5 and an id beyond the vocabulary', () => {
    assert.throws(() => countNgrams([1, 2], { vocabSize: 3, order: 3 }), /order 3: the text has 2 tokens/);
    assert.throws(() => countNgrams([1, 2], { vocabSize: 3, order: 6 }), /an order from 1 to 5, got 6/);
    assert.throws(() => countNgrams([1, 3], { vocabSize: 3, order: 1 }), /0 to 2, got 3 at token 1/);
  });
});

describe('ngramModel()', () => {
  it('gives what is worked out by hand for "a b a b a c"', () => {
    const counts = countNgrams([0, 1, 0, 1, 0, 2], { vocabSize: 3, order: 2 });
    // Kneser-Ney, discount 1/2: one token comes before each of a, b and c, so each has 1/3; after a come b b c.
    const byKneserNey = ngramModel(counts, { discount: 0.5 });
    assertClose(row(byKneserNey, [0], 3), [2 / 18, 11 / 18, 5 / 18], 1e-12);
    assertClose(row(byKneserNey, [], 3), [1 / 3, 1 / 3, 1 / 3], 1e-12);
    // Witten-Bell: of 6 tokens and 3 kinds a has (3 + 1) / 9; after a the two kinds pass 2 of 5 on.
    const byWittenBell = ngramModel(counts, { smoothing: 'wittenBell' });
    assertClose(row(byWittenBell, [], 3), [4 / 9, 3 / 9, 2 / 9], 1e-12);
    assertClose(row(byWittenBell, [0], 3), [8 / 45, 24 / 45, 13 / 45], 1e-12);
  });

  it('gives what the formulas of the papers give, written out over maps, at every order', () => {
    const V = 30;
    const ids = textOf(2000, V);
    const counts = countNgrams(ids, { vocabSize: V });
    for (const rule of rules) {
      for (const order of orders) {
        const model = ngramModel(counts, { ...rule, order });
        const plain = plainNgramModel(ids, { ...rule, order, vocabSize: V });
        for (let nth = 0; nth < 200; nth++) {
          const at = random.integer(ids.length - 6);
          const context = nth % 2 ? ids.slice(at, at + 5) : Array.from({ length: 5 }, () => zipf(V));
          const next = nth % 3 ? ids[at + 5]! : zipf(V);
          assertClose([Math.log(model.probability(context, next))], [Math.log(plain(context, next))], 1e-9);
        }
      }
    }
  });

  it('adds up to one over the vocabulary, where no probability is 0, after seen and unseen contexts', () => {
    const V = 40;
    const ids = [...textOf(800, 30), 35]; // the last token is followed by nothing, others never come
    const counts = countNgrams(ids, { vocabSize: V });
    const contexts = [[], [35], [39, 38], ids.slice(-4), ids.slice(10, 14), [1, 2, 3, 4, 5, 6, 7]];
    for (const rule of rules)
      for (const order of orders)
        for (const context of contexts) {
          const shares = row(ngramModel(counts, { ...rule, order }), context, V);
          assert.ok(shares.every((share) => share > 0));
          assertClose([shares.reduce((sum, share) => sum + share, 0)], [1], 1e-12);
        }
  });

  it('asks the next shorter context where the longer one never came', () => {
    const counts = countNgrams(textOf(800, 30), { vocabSize: 40 });
    for (const rule of rules) {
      const model = ngramModel(counts, rule);
      assert.deepEqual(row(model, [39, 2, 1], 40), row(model, [2, 1], 40));
      assert.deepEqual(row(model, [2, 39], 40), row(model, [], 40));
    }
  });

  it('takes a token that follows one other alone for unlikely elsewhere, however often it comes', () => {
    // 0 1 is "San Francisco", thirty times; 2 is "glasses", after ten different words.
    const ids = Array.from({ length: 40 }, (_, nth) => (nth % 4 ? [0, 1] : [3 + ((nth / 4) % 10), 2])).flat();
    const counts = countNgrams(ids, { vocabSize: 14, order: 2 });
    const unseen = (rule: NgramModelOptions) =>
      [1, 2].map((next) => ngramModel(counts, rule).probability([13], next));
    const [byKneserNey, byWittenBell] = [unseen({}), unseen({ smoothing: 'wittenBell' })];
    assert.ok(byKneserNey[0]! < byKneserNey[1]!, `${byKneserNey}`);
    assert.ok(byWittenBell[0]! > byWittenBell[1]!, `${byWittenBell}`); // which looks at counts alone
  });

  it('comes near the entropy of a chain that remembers two tokens, and of noise, and no nearer with five', () => {
    const V = 12;
    const chain = [0, 1];
    while (chain.length < 60_000) {
      const sure = (chain.at(-1)! + 5 * chain.at(-2)!) % V;
      chain.push(random.uniform() < 0.75 ? sure : random.integer(V));
    }
    const hit = 0.75 + 0.25 / V;
    const entropy = -hit * Math.log(hit) - (1 - hit) * Math.log(0.25 / V);
    const counts = countNgrams(chain.slice(0, 50_000), { vocabSize: V });
    for (const rule of rules) {
      const loss = (order: number) => ngramModel(counts, { ...rule, order }).streamLoss(chain.slice(50_000));
      assertClose([loss(1)], [Math.log(V)], 0.01);
      assertClose([loss(3)], [entropy], 0.03);
      assert.ok(loss(2) > loss(3) + 0.3 && loss(5) > entropy - 0.03, `${[2, 3, 5].map(loss)}`);
    }
  });

  it('sees in a batch what stands in the same window, and in a stream all of it', () => {
    const ids = textOf(500, 20);
    const model = ngramModel(countNgrams(ids, { vocabSize: 20, order: 3 }));
    const batch = { batchSize: 2, length: 3, inputs: [1, 2, 3, 4, 5, 6], targets: [2, 3, 4, 5, -1, 7] };
    const seen = [
      [[1], 2],
      [[1, 2], 3],
      [[2, 3], 4],
      [[4], 5],
      [[5, 6], 7],
    ] as const;
    const mean = (guesses: readonly (readonly [context: readonly number[], next: number])[]) =>
      -guesses.reduce((sum, [context, next]) => sum + Math.log(model.probability(context, next)), 0) /
      guesses.length;
    assertClose([model.loss([batch])], [mean(seen)], 1e-12);
    const whole = [
      [[1], 2],
      [[1, 2], 3],
      [[2, 3], 4],
      [[3, 4], 5],
      [[4, 5], 6],
    ] as const;
    assertClose([model.streamLoss([1, 2, 3, 4, 5, 6])], [mean(whole)], 1e-12);
  });

  it('refuses an order and a discount out of range, and ids beyond the vocabulary', () => {
    const counts = countNgrams([0, 1, 2, 0], { vocabSize: 3, order: 2 });
    const model = ngramModel(counts);
    assert.throws(() => ngramModel(counts, { order: 3 }), /an order from 1 to 2, got 3/);
    assert.throws(() => ngramModel(counts, { discount: 1.5 }), /a discount above 0 and at most 1, got 1.5/);
    assert.throws(() => model.probability([0], 3), /expected ids from 0 to 2, got 3/);
    assert.throws(() => model.probability([-1], 0), /expected ids from 0 to 2, got -1/);
    assert.throws(() => model.streamLoss([1]), /no token counts/);
  });
});

describe('estimateDiscounts()', () => {
  it('is the formula of Chen and Goodman, worked out by hand', () => {
    // Y = 4 / (4 + 2 * 2) = 1/2; 1 - 2 Y 2/4, 2 - 3 Y 1/2, 3 - 4 Y 1/1
    assert.deepEqual(estimateDiscounts([4, 2, 1, 1]), [0.5, 1.25, 1]);
  });
  it('falls back where the formula has no answer', () => {
    for (const impossible of [
      [0, 2, 1, 1],
      [4, 2, 0, 1],
      [1, 9, 200, 1],
    ] as const)
      assert.deepEqual(estimateDiscounts(impossible), [0.5, 1, 1.5]);
  });
});
