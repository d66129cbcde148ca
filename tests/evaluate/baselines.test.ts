import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { bigramModel } from '../../src/evaluate/bigram.js';
import { bitsPerByte, evaluateLoss, targetBytes } from '../../src/evaluate/bits.js';
import { createParams, disposeParams, type GptParams } from '../../src/model/params.js';
import { sequentialBatches } from '../../src/train/batches.js';
import type { Batch } from '../../src/train/loss.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const asBatch = (ids: readonly number[]): Batch[] => [
  { batchSize: 1, length: ids.length - 1, inputs: ids.slice(0, -1), targets: ids.slice(1) },
];

describe('bitsPerByte()', () => {
  it('is 8 where every byte is equally likely', () => {
    assertClose([bitsPerByte(100 * Math.log(256), 100)], [8], 1e-12);
  });
});

describe('bigramModel()', () => {
  const random = createRandom(1);
  const V = 12;
  const noise = Array.from({ length: 4000 }, () => random.integer(V));

  it('gives every token a probability, and the probabilities of a row add up to one', () => {
    const { probability } = bigramModel(noise.slice(0, 60), V);
    for (let previous = 0; previous < V; previous++) {
      const row = Array.from({ length: V }, (_, next) => probability(previous, next));
      assert.ok(row.every((share) => share > 0));
      assertClose([row.reduce((sum, share) => sum + share, 0)], [1], 1e-9);
    }
  });

  it('needs ln V nats for noise: it does not believe in chance', () => {
    const model = bigramModel(noise.slice(0, 3000), V);
    assertClose([model.loss(asBatch(noise.slice(3000)))], [Math.log(V)], 0.02);
  });

  it('finds a chain: where b follows a three times in four, it comes near the chain’s entropy', () => {
    const chain = [0];
    while (chain.length < 20_000) {
      const next = random.uniform() < 0.75 ? (chain.at(-1)! + 1) % V : random.integer(V);
      chain.push(next);
    }
    const hit = 0.75 + 0.25 / V;
    const entropy = -hit * Math.log(hit) - (1 - hit) * Math.log(0.25 / V);
    const loss = bigramModel(chain.slice(0, 15_000), V).loss(asBatch(chain.slice(15_000)));
    assertClose([loss], [entropy], 0.03);
  });

  it('is no worse than counting single tokens where pairs say nothing', () => {
    const words = Array.from({ length: 6000 }, () => Math.floor(30 * random.uniform() ** 3));
    const model = bigramModel(words.slice(0, 5000), 30);
    const counts = new Array<number>(30).fill(0);
    for (const word of words.slice(0, 5000)) counts[word]!++;
    const unigram =
      -words.slice(5001).reduce((sum, word) => sum + Math.log((counts[word]! + 1) / 5030), 0) / 999;
    assert.ok(model.loss(asBatch(words.slice(5000))) < unigram + 0.01);
  });

  it('refuses a handful of ids', () => {
    assert.throws(() => bigramModel([1, 2], V), /expected 20 ids, got 2/);
  });
});

describe('targetBytes()', () => {
  it('counts the bytes of what is predicted, and none for what does not count', () => {
    const tokenBytes = (id: number) => new Uint8Array(id);
    const batch = { batchSize: 1, length: 3, inputs: [9, 9, 9], targets: [2, -1, 3] };
    assert.equal(targetBytes([batch, batch], { tokenBytes }), 10);
  });
});

describe('evaluateLoss()', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    params = createParams({ vocabSize: 12, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 }, createRandom(1));
  });
  after(() => disposeParams(params));
  const stream = Uint16Array.from({ length: 100 }, (_, at) => at % 12);

  it('does not depend on how the tokens are cut into batches', () => {
    const loss = (batchSize: number) =>
      evaluateLoss(params, sequentialBatches(stream, { batchSize, length: 8 }));
    assertClose([loss(1), loss(5)], [loss(12), loss(12)], 1e-5);
    assertClose([loss(12)], [Math.log(12)], 0.05);
  });

  it('refuses batches in which nothing counts', () => {
    const empty = { batchSize: 1, length: 2, inputs: [1, 2], targets: [-1, -1] };
    assert.throws(() => evaluateLoss(params, [empty]), /no token counts/);
  });

  it('leaves no tensor behind', () => {
    assertNoLeak(() => void evaluateLoss(params, sequentialBatches(stream, { batchSize: 5, length: 8 })));
  });
});
