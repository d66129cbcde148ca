import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { completionBatch, type Example, exampleBatches } from '../../src/chat/examples.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, disposeParams } from '../../src/model/params.js';
import { batchNats } from '../../src/train/loss.js';
import { assertClose } from '../backend/compare.js';

const examples: Example[] = [
  { prompt: [1, 2, 3], completion: [4, 5] },
  { prompt: [6], completion: [7, 8, 9] },
  { prompt: [2, 2], completion: [3] },
];

describe('completionBatch()', () => {
  before(() => selectBackend({ name: 'cpu' }));

  it('has a target for each token of the completions and for nothing else', () => {
    const { batchSize, length, inputs, targets } = completionBatch(examples);
    assert.deepEqual([batchSize, length], [3, 4]);
    assert.deepEqual([...Array.from(inputs)], [1, 2, 3, 4, 6, 7, 8, 0, 2, 2, 0, 0]);
    assert.deepEqual([...Array.from(targets)], [-1, -1, 4, 5, 7, 8, 9, -1, -1, 3, -1, -1]);
  });

  it('costs the examples together what they cost one by one: padding changes nothing', () => {
    const params = createParams(
      { vocabSize: 10, blockSize: 9, nLayer: 2, nHead: 2, nEmbd: 8 },
      createRandom(1),
    );
    const alone = examples.map((example) => batchNats(params, completionBatch([example])));
    const sum = alone.reduce((total, { nats }) => total + nats, 0);
    for (const options of [{}, { length: 9 }]) {
      const { nats, tokens } = batchNats(params, completionBatch(examples, options));
      assert.equal(tokens, 6);
      assertClose([nats], [sum], 1e-4);
    }
    disposeParams(params);
  });

  it('refuses what cannot be learned from', () => {
    assert.throws(() => completionBatch([]), /expected an example, got none/);
    assert.throws(() => completionBatch([{ prompt: [], completion: [1] }]), /of example 0 is empty/);
    assert.throws(
      () => completionBatch([examples[0]!, { prompt: [1], completion: [] }]),
      /of example 1 is empty/,
    );
    assert.throws(() => completionBatch(examples, { length: 3 }), /expected at most 4 tokens, got 5/);
  });
});

describe('exampleBatches()', () => {
  const firstTokens = (batchSize: number, count: number, seed = 1) => {
    const many = Array.from({ length: 10 }, (_, nth) => ({ prompt: [nth], completion: [0] }));
    const batches = exampleBatches(many, { batchSize }, createRandom(seed));
    return Array.from({ length: count }, () => [...Array.from(batches.next().value.inputs)]).flat();
  };

  it('show every example once in each pass, in another order', () => {
    for (const batchSize of [1, 3, 10, 25]) {
      const shown = firstTokens(batchSize, 30 / batchSize + 1);
      const passes = [shown.slice(0, 10), shown.slice(10, 20), shown.slice(20, 30)];
      for (const pass of passes)
        assert.deepEqual(
          pass.toSorted((a, b) => a - b),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        );
      assert.notDeepEqual(passes[0], passes[1]);
    }
  });

  it('are full, and the same for the same seed', () => {
    assert.equal(firstTokens(7, 1).length, 7);
    assert.deepEqual(firstTokens(4, 5), firstTokens(4, 5));
    assert.notDeepEqual(firstTokens(4, 5, 2), firstTokens(4, 5));
  });

  it('refuse to be made of nothing', () => {
    const first = (some: Example[], batchSize: number) => () =>
      exampleBatches(some, { batchSize }, createRandom(1)).next();
    assert.throws(first([], 1), /expected an example, got none/);
    for (const size of [0, 1.5, Number.NaN]) assert.throws(first(examples, size), new RegExp(`got ${size}`));
  });
});
