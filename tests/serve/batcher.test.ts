import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { generate } from '../../src/model/generate.js';
import { disposeParams } from '../../src/model/params.js';
import { logProb, sampleToken } from '../../src/model/sample.js';
import { createBatcher, QueueFullError } from '../../src/serve/batcher/batcher.js';
import type { BatchedText, TextRequest } from '../../src/serve/index.js';
import { type TinyModel, tinyModel } from './tinyModel.js';

/** Prompts of 1 to 60 tokens and 1 to 60 more, drawn in different ways. */
const requests = Array.from({ length: 24 }, (_, nth) => {
  const random = createRandom(nth);
  const promptIds = Array.from({ length: 1 + random.integer(60) }, () => random.integer(256));
  const drawing = random.pick([
    {},
    { temperature: 0.5 },
    { topK: 5 },
    { topP: 0.8, minP: 0.01 },
    { repetitionPenalty: 1.3 },
  ]);
  return { ...drawing, promptIds, maxTokens: 1 + random.integer(60) };
});

async function idsOf(text: BatchedText): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of text) ids.push(id);
  return ids;
}

describe('createBatcher()', () => {
  let model: TinyModel;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    model = tinyModel();
  });
  after(() => disposeParams(model.params));
  const alone = (request: Omit<TextRequest, 'random'>, seed: number) => [
    ...generate(model.params, request.promptIds, { ...request, random: createRandom(seed) }),
  ];

  for (const [what, options] of Object.entries({
    'together, prompts read whole': { slots: 24, portion: 10_000 },
    'together, prompts read in portions of 7 tokens': { slots: 24, portion: 7 },
    'through 3 slots, with little room for readers': { slots: 3, readAhead: 1 },
  }))
    it(`makes the text that generate makes alone: ${what}`, async () => {
      const { submit, load } = createBatcher(model.params, options);
      const texts = requests.map((request, seed) => submit({ ...request, random: createRandom(seed) }));
      const made = await Promise.all(texts.map(idsOf));
      assert.deepEqual(made, requests.map(alone));
      assert.deepEqual([load().running, load().waiting], [0, 0]);
      assert.ok(texts.every((text) => text.endedBy() === 'length'));
    });

  it('who comes later changes nothing for who is there, and begins before they end', async () => {
    const { submit } = createBatcher(model.params, { slots: 4, readAhead: 1 });
    const long = { promptIds: [1, 2], maxTokens: 100 };
    const first = submit({ ...long, random: createRandom(5) })[Symbol.asyncIterator]();
    const made = [(await first.next()).value!.id];
    assert.deepEqual(
      await idsOf(submit({ promptIds: [9], maxTokens: 4, random: createRandom(6) })),
      alone({ promptIds: [9], maxTokens: 4 }, 6),
    );
    for (let next = await first.next(); !next.done; next = await first.next()) made.push(next.value.id);
    assert.deepEqual(made, alone(long, 5));
  });

  it('who comes while many are written begins before all of them have their next token', async () => {
    const { submit } = createBatcher(model.params, { slots: 40 });
    const order: string[] = [];
    let late: Promise<void> | undefined;
    const read = async (name: string, text: BatchedText) => {
      let tokens = 0;
      for await (const _ of text) {
        order.push(`${name}: ${++tokens}`);
        if (name === 'text 0' && tokens === 5)
          late = read('late', submit({ promptIds: [7, 8], maxTokens: 2, random: createRandom(99) }));
      }
    };
    const texts = Array.from({ length: 32 }, (_, nth) =>
      submit({ promptIds: [nth, 1], maxTokens: 8, random: createRandom(nth) }),
    );
    await Promise.all(texts.map((text, nth) => read(`text ${nth}`, text)));
    await late;
    assert.ok(order.indexOf('late: 1') < order.indexOf('text 31: 5'));
  });

  it('does not read again what a slot has read, and makes the same text', async () => {
    const { submit } = createBatcher(model.params, { slots: 2 });
    const promptIds = [1, 2, 3, 4, 5, 6];
    const ask = async (ids: number[]) => {
      const text = submit({ promptIds: ids, maxTokens: 5, random: createRandom(2) });
      return [await idsOf(text), text.cachedTokens()] as const;
    };
    const [answer] = await ask(promptIds);
    assert.deepEqual(await ask(promptIds), [answer, 5]);
    const longer = [...promptIds, ...answer, 7, 8];
    assert.deepEqual(await ask(longer), [alone({ promptIds: longer, maxTokens: 5 }, 2), 10]); // the last was never read
  });

  it('a reader who does not read is waited for alone, and one who leaves makes room at once', async () => {
    const { submit, load } = createBatcher(model.params, { slots: 2, readAhead: 4 });
    const slow = submit({ promptIds: [3], maxTokens: 60, random: createRandom(1) });
    const other = { promptIds: [4], maxTokens: 50 };
    assert.deepEqual(await idsOf(submit({ ...other, random: createRandom(2) })), alone(other, 2));
    assert.equal(load().running, 1);
    const made: number[] = [];
    for await (const { id } of slow) if (made.push(id) === 10) break;
    assert.equal(load().running, 0);
    assert.deepEqual(made, alone({ promptIds: [3], maxTokens: 10 }, 1));
  });

  it('refuses who comes when the queue is full, and takes others when it is not', async () => {
    const { submit, load } = createBatcher(model.params, { slots: 1, maxQueue: 2 });
    const ask = () => submit({ promptIds: [3], maxTokens: 20, random: createRandom(1) });
    const texts = [ask(), ask(), ask()];
    assert.throws(ask, QueueFullError);
    while (load().running === 0) await pause(1);
    assert.deepEqual(load(), { running: 1, waiting: 2, slots: 1 });
    texts[1]!.cancel(); // while it waits
    texts.push(ask());
    const lengths = (await Promise.all(texts.map(idsOf))).map(({ length }) => length);
    assert.deepEqual(lengths, [20, 0, 20, 20]);
  });

  it('ends before a stop token, at the end of the context, and at once where nothing is wanted', async () => {
    const { submit } = createBatcher(model.params, { contextLength: 20 });
    const request = { promptIds: [1, 2, 3], random: createRandom(1), maxTokens: 100 };
    const text = submit(request);
    const ids = await idsOf(text);
    assert.deepEqual([ids.length, text.endedBy()], [17, 'length']);
    const stopped = submit({ ...request, random: createRandom(1), stopIds: [ids[9]!] });
    assert.deepEqual(await idsOf(stopped), ids.slice(0, ids.indexOf(ids[9]!)));
    assert.equal(stopped.endedBy(), 'stop');
    assert.deepEqual(await idsOf(submit({ ...request, maxTokens: 0 })), []);
  });

  it('penalties and biases change the logits by what they say, once or by count', async () => {
    const { submit } = createBatcher(model.params);
    const request = {
      promptIds: [1, 2, 3],
      maxTokens: 30,
      presencePenalty: 0.5,
      frequencyPenalty: 1.5,
      biases: new Map([[7, 5]]),
    };
    const made = await idsOf(submit({ ...request, random: createRandom(3) }));
    const seen: number[] = [];
    const random = createRandom(3);
    const { nextLogits } = await import('../../src/model/generate.js');
    for (const id of made) {
      const scores = nextLogits(model.params, [...request.promptIds, ...seen]).slice();
      scores[7]! += 5;
      for (const one of new Set(seen)) scores[one]! -= 0.5;
      for (const one of seen) scores[one]! -= 1.5;
      assert.equal(sampleToken(scores, {}, random), id);
      seen.push(id);
    }
  });

  it('gives the model’s own log-probabilities, however tokens are drawn, and the likeliest tokens in order', async () => {
    const { submit } = createBatcher(model.params);
    const { nextLogits } = await import('../../src/model/generate.js');
    const ids = [1, 2, 3];
    const request = {
      promptIds: [1, 2, 3],
      maxTokens: 10,
      temperature: 2,
      topLogProbs: 4,
      random: createRandom(3),
    };
    for await (const token of submit(request)) {
      const logits = nextLogits(model.params, ids);
      const all = [...logits.keys()].map((id) => ({ id, logProb: logProb(logits, id) }));
      const best = all.sort((a, b) => b.logProb - a.logProb).slice(0, 4);
      assert.deepEqual(
        token.top!.map(({ id }) => id),
        best.map(({ id }) => id),
      );
      for (const [nth, { logProb }] of token.top!.entries())
        assert.ok(Math.abs(logProb - best[nth]!.logProb) < 1e-4);
      assert.ok(Math.abs(token.logProb! - logProb(logits, token.id)) < 1e-4);
      ids.push(token.id);
    }
  });

  it('a request that cannot be drawn fails alone', async () => {
    const { submit } = createBatcher(model.params, { slots: 2 });
    const wrong = submit({
      promptIds: [1],
      maxTokens: 5,
      random: createRandom(1),
      biases: new Map([[0, Number.NaN]]),
    });
    const right = { promptIds: [5], maxTokens: 9 };
    const [failed, made] = await Promise.allSettled([
      idsOf(wrong),
      idsOf(submit({ ...right, random: createRandom(2) })),
    ]);
    assert.equal(failed.status, 'rejected');
    assert.deepEqual(made.status === 'fulfilled' && made.value, alone(right, 2));
  });

  it('says in one sentence what it cannot do', () => {
    const { submit } = createBatcher(model.params, { contextLength: 8 });
    const random = createRandom(1);
    const ask = (request: Partial<TextRequest>) => () =>
      submit({ promptIds: [1], maxTokens: 1, random, ...request });
    assert.throws(ask({ promptIds: [] }), /expected 1 to 8 tokens of prompt, got 0/);
    assert.throws(ask({ promptIds: Array(9).fill(1) }), /expected 1 to 8 tokens of prompt, got 9/);
    assert.throws(ask({ promptIds: [1000] }), /got 1000/);
    assert.throws(ask({ maxTokens: -1 }), /maxTokens must be >= 0, got -1/);
    assert.throws(ask({ temperature: -1 }), /temperature must be >= 0, got -1/);
    assert.throws(() => createBatcher(model.params, { contextLength: 129 }), /at most 128, .*got 129/);
    assert.throws(() => createBatcher(model.params, { slots: 0 }), /slots of 1 or more, got 0/);
  });
});
