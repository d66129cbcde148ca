import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { randomBatches, sequentialBatches } from '../../src/train/batches.js';
import type { BatchSource } from '../../src/train/batchSource.js';
import { epochBatches } from '../../src/train/epochBatches.js';
import type { Batch } from '../../src/train/loss.js';
import { mixedBatches } from '../../src/train/mixedBatches.js';
import { permutation } from '../../src/train/permutation.js';

/** Each token is its own place, so a window says where it is from. */
const stream = Uint32Array.from({ length: 1001 }, (_, at) => at);
const size = { batchSize: 3, length: 10 };

const firsts = ({ batchSize, length, inputs }: Batch) =>
  Array.from({ length: batchSize }, (_, row) => inputs[row * length]!);

const take = (source: BatchSource, count: number): Batch[] =>
  Array.from({ length: count }, () => source.next().value!);

describe('permutation()', () => {
  it('gives each number once, whatever their count', () => {
    for (const count of [1, 2, 3, 15, 16, 17, 255, 256, 257, 1000, 4097]) {
      const order = permutation(count, createRandom(count));
      const all = Array.from({ length: count }, (_, place) => order(place));
      assert.deepEqual(
        all.sort((a, b) => a - b),
        Array.from({ length: count }, (_, at) => at),
      );
    }
  });

  it('puts every number in every place equally often, by chi-squared over 5,000 orders', () => {
    const [count, orders] = [7, 5_000];
    const seen = Array.from({ length: count }, () => new Array<number>(count).fill(0));
    for (let seed = 0; seed < orders; seed++) {
      const order = permutation(count, createRandom(seed));
      for (let place = 0; place < count; place++) seen[place]![order(place)]!++;
    }
    const expected = orders / count;
    const chi = seen.flat().reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0);
    assert.ok(chi < 73, `chi-squared ${chi} of 36 degrees of freedom; above 73 with probability 0.0003`);
  });

  it('gives neighbours nothing in common: steps up and down are as many, and as long, as in a shuffle', () => {
    const count = 10_000;
    const order = permutation(count, createRandom(5));
    let [up, sum] = [0, 0];
    for (let place = 1; place < count; place++) {
      const step = order(place) - order(place - 1);
      if (step > 0) up++;
      sum += Math.abs(step);
    }
    assert.ok(Math.abs(up - count / 2) < 4 * Math.sqrt(count / 12), `${up} steps up`);
    const mean = sum / (count - 1) / count; // 1/3 in a shuffle, with a deviation of about 0.0024
    assert.ok(Math.abs(mean - 1 / 3) < 0.012, `${mean}`);
  });

  it('orders more numbers than any list can hold', () => {
    const order = permutation(2 ** 50, createRandom(1));
    const some = new Set(Array.from({ length: 1000 }, (_, place) => order(place)));
    assert.equal(some.size, 1000);
    assert.ok([...some].every((one) => Number.isSafeInteger(one) && one >= 0 && one < 2 ** 50));
  });
});

describe('epochBatches()', () => {
  it('take every window once in each pass, in another order, and batches go over the end of a pass', () => {
    const batches = epochBatches(stream, size, createRandom(2)); // 100 windows, 33 1/3 batches
    const starts = take(batches, 100).flatMap(firsts);
    const passes = [0, 1, 2].map((nth) => starts.slice(100 * nth, 100 * (nth + 1)));
    const all = Array.from({ length: 100 }, (_, nth) => 10 * nth);
    for (const pass of passes)
      assert.deepEqual(
        [...pass].sort((a, b) => a - b),
        all,
      );
    assert.notDeepEqual(passes[0], passes[1]);
    assert.notDeepEqual(passes[1], passes[2]);
  });

  it('end after as many passes as asked for, with a smaller batch where need be', () => {
    const sizes = [...epochBatches(stream, { ...size, epochs: 2 }, createRandom(2))].map(
      ({ batchSize }) => batchSize,
    );
    assert.deepEqual([sizes.length, sizes.at(-1)], [67, 2]);
    assert.equal(
      sizes.reduce((sum, count) => sum + count),
      200,
    );
  });
});

describe('mixedBatches()', () => {
  const source = (letter: number, seed: number) =>
    randomBatches(new Uint16Array(20).fill(letter), { batchSize: 1, length: 4 }, createRandom(seed));
  const mixed = (weights: number[]) =>
    mixedBatches(
      weights.map((weight, letter) => ({ batches: source(letter, letter), weight })),
      { batchSize: 8 },
      createRandom(9),
    );

  it('take windows from their sources by weight, within five standard errors', () => {
    const counts = [0, 0, 0, 0];
    for (const batch of take(mixed([6, 3, 1, 0]), 1000))
      for (const letter of firsts(batch)) counts[letter]!++;
    for (const [letter, share] of [0.6, 0.3, 0.1].entries()) {
      const error = Math.sqrt((share * (1 - share)) / 8000);
      assert.ok(Math.abs(counts[letter]! / 8000 - share) < 5 * error, `${letter}: ${counts[letter]}`);
    }
    assert.equal(counts[3], 0);
  });

  it('give one batch of the size asked for, and keep weights where a source has them', () => {
    const [batch] = take(mixed([1, 1]), 1);
    assert.deepEqual(
      [batch!.batchSize, batch!.length, batch!.inputs.length, batch!.weights],
      [8, 4, 32, undefined],
    );
    const heavy: BatchSource = {
      ...source(5, 1),
      next: () => ({ done: false, value: { ...source(5, 1).next().value, weights: [2, 2, 2, 2] } }),
    };
    const both = [
      { batches: heavy, weight: 1 },
      { batches: source(6, 2), weight: 1 },
    ];
    const { inputs, weights } = mixedBatches(both, { batchSize: 20 }, createRandom(1)).next().value!;
    for (let at = 0; at < inputs.length; at++) assert.equal(weights![at], inputs[at] === 5 ? 2 : 1);
  });

  it('refuse weights that draw nothing, and sources of more than one window at a time', () => {
    for (const weights of [[0, 0], [-1, 2], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 1], []])
      assert.throws(() => mixed(weights), /expected weights of 0 or more, and one above 0/);
    const two = randomBatches(stream, { batchSize: 2, length: 4 }, createRandom(1));
    const batches = mixedBatches([{ batches: two, weight: 1 }], { batchSize: 2 }, createRandom(1));
    assert.throws(() => batches.next(), /expected one window of 4 tokens at a time, got 2 of 4/);
  });

  it('end when a source has ended', () => {
    const one = epochBatches(stream, { batchSize: 1, length: 100, epochs: 1 }, createRandom(1)); // 10 windows
    const batches = mixedBatches([{ batches: one, weight: 1 }], { batchSize: 4 }, createRandom(1));
    assert.deepEqual(
      [...batches].map(({ batchSize }) => batchSize),
      [4, 4],
    );
  });
});

describe('windows of documents', () => {
  // Documents of 5, 1, 12 and 3 tokens, each behind its separator, 0; others are numbered through.
  const lengths = [5, 1, 12, 3];
  let id = 0;
  const text = lengths.flatMap((length) => [0, ...Array.from({ length }, () => ++id)]);
  const tokens = Uint16Array.from(text);
  const documents = { separatorId: 0 };
  const windowsOf = (options: object) =>
    [...sequentialBatches(tokens, { batchSize: 1, length: 4, ...options })].map(({ inputs, targets }) => [
      Array.from(inputs),
      Array.from(targets),
    ]);

  it('begin at a document or a whole number of windows behind it, and count its tokens and its end, once each', () => {
    const windows = windowsOf({ documents });
    assert.deepEqual(windows.slice(0, 3), [
      [
        [0, 1, 2, 3],
        [1, 2, 3, 4],
      ],
      [
        [4, 5, 0, 6],
        [5, 0, -1, -1],
      ],
      [
        [0, 6, 0, 7],
        [6, 0, -1, -1],
      ],
    ]);
    const counted = windows.flatMap(([, targets]) => targets!).filter((target) => target !== -1);
    assert.deepEqual(counted.sort(), text.slice(1).sort());
  });

  it('never count a target that another document comes before', () => {
    for (const [inputs, targets] of windowsOf({ documents })) {
      const end = inputs!.indexOf(0, 1);
      if (end !== -1) assert.ok(targets!.slice(end).every((target) => target === -1));
    }
  });

  it('count what lies across where that is asked for', () => {
    const windows = windowsOf({ documents: { ...documents, across: 'learn' } });
    assert.deepEqual(windows[1], [
      [4, 5, 0, 6],
      [5, 0, 6, 0],
    ]);
    assert.deepEqual(windows.at(-1), [
      [0, 19, 20, 21],
      [19, 20, 21, -1],
    ]);
  });

  it('are each as likely as any other in random batches', () => {
    const batches = randomBatches(tokens, { batchSize: 8000, length: 4, documents }, createRandom(1));
    const counts = new Map<string, number>();
    const inputs = Array.from(batches.next().value.inputs);
    for (let row = 0; row < 8000; row++) {
      const key = inputs.slice(4 * row, 4 * row + 4).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, windowsOf({ documents }).length);
    const expected = 8000 / counts.size;
    for (const [key, count] of counts)
      assert.ok(Math.abs(count - expected) < 5 * Math.sqrt(expected), `${key}: ${count}`);
  });

  it('hold text in front of the first separator too, as where a shard begins inside a document', () => {
    const [first] = [...sequentialBatches(tokens.subarray(3), { batchSize: 1, length: 4, documents })];
    assert.deepEqual([...Array.from(first!.inputs)], [3, 4, 5, 0]);
  });
});

const one = { batchSize: 1, length: 10 };
const sources: { readonly [name: string]: (seed: number) => BatchSource } = {
  randomBatches: (seed) => randomBatches(stream, size, createRandom(seed)),
  epochBatches: (seed) => epochBatches(stream, size, createRandom(seed)),
  mixedBatches: (seed) =>
    mixedBatches(
      [
        { batches: randomBatches(stream, one, createRandom(seed)), weight: 1 },
        { batches: epochBatches(stream, one, createRandom(seed + 1)), weight: 2 },
      ],
      { batchSize: 5 },
      createRandom(seed + 2),
    ),
};

for (const [name, make] of Object.entries(sources))
  describe(`the state of ${name}()`, () => {
    it('kept as JSON, another source of the same making goes on from it, over the end of a pass too', () => {
      for (const taken of [0, 1, 32, 33, 34, 70]) {
        const source = make(3);
        take(source, taken);
        const state = JSON.parse(JSON.stringify(source.state()));
        const other = make(99);
        take(other, 5);
        other.restore(state);
        assert.deepEqual(take(other, 40), take(source, 40), `${taken} taken`);
      }
    });

    it('is refused where it is of other tokens, of another kind, or damaged', () => {
      const state = make(1).state();
      const refused = (changed: object) =>
        assert.throws(() => make(1).restore(changed as never), {
          name: 'SyntaxError',
          message: /Cannot go on with these batches/,
        });
      refused({});
      refused({ ...state, kind: 'others' });
      refused({ ...state, batchSize: 999 });
      for (const random of [undefined, [], [0, 0, 0, 0], [1, 2, 3, 'x'], 'abc'])
        refused({ ...state, random });
      const fields = Object.keys(state).filter((field) => ['epoch', 'at', 'sources'].includes(field));
      for (const field of fields)
        for (const value of [-1, 1.5, 'x', null]) refused({ ...state, [field]: value });
    });
  });
