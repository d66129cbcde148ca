import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { randomBatches, sequentialBatches, splitDocuments, tokenStream } from '../../src/train/batches.js';
import { epochBatches } from '../../src/train/epochBatches.js';
import { mixedBatches } from '../../src/train/mixedBatches.js';

const stream = Uint16Array.from({ length: 23 }, (_, at) => at);

describe('tokenStream()', () => {
  it('puts the separator in front of each document', () => {
    const joined = tokenStream([[1, 2], [], [3]], { separatorId: 9, vocabSize: 10 });
    assert.deepEqual([...joined], [9, 1, 2, 9, 9, 3]);
  });

  it('takes two bytes a token where they suffice, four otherwise', () => {
    assert.ok(tokenStream([[65_535]], { separatorId: 0, vocabSize: 65_536 }) instanceof Uint16Array);
    assert.deepEqual([...tokenStream([[65_536]], { separatorId: 0, vocabSize: 65_537 })], [0, 65_536]);
  });
});

describe('tokenStream() of ids that are none', () => {
  it('throws instead of wrapping them around', () => {
    const join = (ids: number[], vocabSize: number, separatorId = 0) => {
      return () => tokenStream([[1], ids], { separatorId, vocabSize });
    };
    assert.throws(join([1, 70_000], 65_536), /expected ids from 0 to 65535, got 70000 in document 1/);
    assert.throws(join([-1], 65_536), /got -1 in document 1/);
    assert.throws(join([1.5], 65_536), /got 1.5/);
    assert.throws(join([Number.NaN], 100_000), /got NaN/);
    assert.throws(join([1], 10, 10), /got 10 as separator/);
  });
});

describe('splitDocuments()', () => {
  const documents = Array.from({ length: 40 }, (_, at) => `document ${at}`);

  it('puts every document on exactly one side, whole', () => {
    const { train, validation } = splitDocuments(documents, { share: 0.1, random: createRandom(1) });
    assert.equal(validation.length, 4);
    assert.deepEqual([...train, ...validation].sort(), [...documents].sort());
  });

  it('sets at least one aside, but not the only one', () => {
    const sides = (count: number) =>
      splitDocuments(documents.slice(0, count), { share: 0.001, random: createRandom(1) }).validation.length;
    assert.deepEqual([sides(2), sides(1), sides(0)], [1, 0, 0]);
  });

  it('leaves at least one to train on', () => {
    for (const share of [0.5, 0.9, 0.999])
      for (const count of [2, 3, 40]) {
        const { train } = splitDocuments(documents.slice(0, count), { share, random: createRandom(1) });
        assert.ok(train.length > 0, `${count} documents, ${share}`);
      }
  });

  it('refuses a share that is no part', () => {
    for (const share of [0, 1, 1.5, -0.1, Number.NaN])
      assert.throws(
        () => splitDocuments(documents, { share, random: createRandom(1) }),
        new RegExp(`expected a share between 0 and 1, got ${share}`),
      );
  });
});

describe('randomBatches()', () => {
  const take = (seed: number) => {
    const batches = randomBatches(stream, { batchSize: 50, length: 5 }, createRandom(seed));
    return batches.next().value!;
  };

  it('targets are the tokens that follow the inputs', () => {
    const { inputs, targets, batchSize, length } = take(1);
    assert.deepEqual([batchSize, length, inputs.length], [50, 5, 250]);
    for (let at = 0; at < 250; at++) assert.equal(targets[at], inputs[at]! + 1);
  });

  it('reach from the first token to the last', () => {
    const { inputs, targets } = take(1);
    assert.equal(Math.min(...Array.from(inputs)), 0);
    assert.equal(Math.max(...Array.from(targets)), 22);
  });

  it('are the same for the same seed and go on from a saved state', () => {
    assert.deepEqual(take(2), take(2));
    const random = createRandom(3);
    const batches = randomBatches(stream, { batchSize: 2, length: 5 }, random);
    batches.next();
    const later = randomBatches(stream, { batchSize: 2, length: 5 }, createRandom(random.state()));
    assert.deepEqual(later.next(), batches.next());
  });

  it('refuse a stream that is too short for one window', () => {
    const batches = () => randomBatches(stream, { batchSize: 1, length: 23 }, createRandom(1)).next();
    assert.throws(batches, /Cannot cut windows of 23 tokens: the stream has 23, one more is needed/);
  });
});

it('all batches refuse counts that are none, which would give nothing at all', () => {
  const size = { batchSize: 2, length: 4 };
  for (const batchSize of [0, -1, 1.5, Number.NaN]) {
    const message = new RegExp(`expected batchSize to be a whole number from 1 up, got ${batchSize}$`);
    const refuses = (make: () => unknown) => assert.throws(make, { name: 'RangeError', message });
    refuses(() => randomBatches(stream, { ...size, batchSize }, createRandom(1)));
    refuses(() => epochBatches(stream, { ...size, batchSize }, createRandom(1)));
    refuses(() => sequentialBatches(stream, { ...size, batchSize }).next());
    const batches = randomBatches(stream, { batchSize: 1, length: 4 }, createRandom(1));
    refuses(() => mixedBatches([{ batches, weight: 1 }], { batchSize }, createRandom(1)));
  }
  const noEnd = Number.NaN;
  assert.throws(
    () => sequentialBatches(stream, { ...size, maxBatches: noEnd }).next(),
    /maxBatches of 0 or more/,
  );
  assert.throws(
    () => epochBatches(stream, { ...size, epochs: noEnd }, createRandom(1)),
    /epochs of 0 or more/,
  );
});

describe('sequentialBatches()', () => {
  it('cover the stream once, in order, and predict each token but the first once', () => {
    const targets = [...sequentialBatches(stream, { batchSize: 2, length: 4 })].map((batch) => [
      ...Array.from(batch.targets),
    ]);
    assert.deepEqual(
      targets.map((row) => row.length),
      [8, 8, 4],
    );
    assert.deepEqual(
      targets.flat(),
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  it('are spread over the whole stream where fewer are wanted', () => {
    const [batch, ...more] = sequentialBatches(stream, { batchSize: 2, length: 4, maxBatches: 1 });
    assert.deepEqual([[...Array.from(batch!.inputs)], more], [[0, 1, 2, 3, 8, 9, 10, 11], []]);
  });
});
