import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/index.js';
import { tf } from '../../src/backend/tf.js';
import { packChats, packedBatch, packedBatches, type RenderedChat } from '../../src/chat/index.js';
import { createRandom } from '../../src/core/random.js';
import {
  createParams,
  disposeParams,
  type GptConfig,
  llamaConfig,
  namedParams,
} from '../../src/model/index.js';
import { batchLoss, batchNats } from '../../src/train/index.js';

await selectBackend();

const sizes: GptConfig = { vocabSize: 30, blockSize: 40, nLayer: 2, nHead: 4, nEmbd: 16 };
const families = { 'GPT-2': sizes, Llama: llamaConfig({ ...sizes, nKvHead: 2 }) };

function chats(count: number, longest: number): RenderedChat[] {
  const random = createRandom(7);
  return Array.from({ length: count }, () => {
    const ids = Array.from({ length: 2 + random.integer(longest - 1) }, () => random.integer(30));
    return { ids, mask: ids.map((_, nth) => (nth > 0 && random.uniform() < 0.7 ? 1 : 0)) };
  });
}

/** A chat by itself: what packing must not change. */
const alone = ({ ids, mask }: RenderedChat) => ({
  batchSize: 1,
  length: ids.length - 1,
  inputs: ids.slice(0, -1),
  targets: ids.slice(1).map((id, nth) => (mask[nth + 1] ? id : -1)),
});

describe('packChats()', () => {
  for (const [family, config] of Object.entries(families)) {
    it(`gives ${family} the loss and the gradients of each chat by itself`, () => {
      const params = createParams(config, createRandom(1));
      const given = chats(40, 30);
      const { rows, packed } = packChats(given, { length: 40 });
      assert.ok(rows.length < packed.length / 2, 'several chats share a row');
      const singles = packed.map((nth) => batchNats(params, alone(given[nth]!)));
      const tokens = singles.reduce((sum, { tokens }) => sum + tokens, 0);
      const nats = singles.reduce((sum, { nats }) => sum + nats, 0);
      const together = batchNats(params, packedBatch(rows));
      assert.equal(together.tokens, tokens);
      assert.ok(Math.abs(together.nats - nats) / tokens < 1e-5);

      const list = [...namedParams(params).values()];
      const gradients = (loss: () => tf.Scalar) => tf.variableGrads(loss, list).grads;
      const ofRows = gradients(() => batchLoss(params, packedBatch(rows), { divisor: tokens }));
      const ofChats = gradients(() =>
        packed
          .map((nth) => batchLoss(params, alone(given[nth]!), { divisor: tokens }))
          .reduce((sum, loss) => sum.add(loss)),
      );
      for (const name of Object.keys(ofRows)) {
        const distance = tf.tidy(() => ofRows[name]!.sub(ofChats[name]!).abs().max().arraySync() as number);
        assert.ok(distance < 1e-5, `${name}: ${distance}`);
      }
      tf.dispose([ofRows, ofChats]);
      disposeParams(params);
    });
  }

  it('loses nobody and cuts nobody: each chat lies whole in a row, or is named', () => {
    const given = [...chats(200, 60), { ids: [], mask: [] }, { ids: [1, 2], mask: [0, 0] as const }];
    const { rows, packed, tooLong, unlearned } = packChats(given, { length: 40 });
    assert.deepEqual(
      [...packed, ...tooLong, ...unlearned].sort((a, b) => a - b),
      [...given.keys()],
    );
    assert.ok(tooLong.every((nth) => given[nth]!.ids.length > 41));
    assert.ok(unlearned.includes(200) && unlearned.includes(201));
    const found = rows.flatMap(({ inputs, starts }) => {
      const texts = new Map<number, number[]>();
      for (const [at, start] of starts.entries())
        texts.set(start, [...(texts.get(start) ?? []), inputs[at]!]);
      return [...texts.values()].map((ids) => ids.join());
    });
    for (const nth of packed) assert.ok(found.includes(given[nth]!.ids.slice(0, -1).join()), `chat ${nth}`);
  });

  it('fills rows nearly as well as can be', () => {
    const { fill } = packChats(chats(500, 30), { length: 200 });
    assert.ok(fill > 0.97, `${fill}`);
  });

  it('has a loss that is a number where most of a batch is padding, and names what cannot be packed', () => {
    const params = createParams(sizes, createRandom(1));
    const { rows } = packChats([{ ids: [1, 2], mask: [0, 1] }], { length: 40 });
    const loss = tf.tidy(() => batchLoss(params, packedBatch(rows)).arraySync());
    assert.ok(Number.isFinite(loss));
    disposeParams(params);
    assert.throws(
      () => packChats([{ ids: [1, 2], mask: [1] }], { length: 4 }),
      /chat 0: expected a mask of 2 entries, got 1/,
    );
    assert.throws(() => packChats([], { length: 0 }), /rows of 1 token or more, got 0/);
    assert.throws(
      () => packedBatches([], { batchSize: 1 }, createRandom(1)).next(),
      /expected a row, got none/,
    );
  });

  it('gives every row once in each pass', () => {
    const { rows } = packChats(chats(60, 30), { length: 40 });
    const batches = packedBatches(rows, { batchSize: 1 }, createRandom(3));
    const seen = Array.from(rows, () => String(batches.next().value?.inputs));
    assert.deepEqual(seen.sort(), rows.map(({ inputs }) => String(inputs)).sort());
  });
});
