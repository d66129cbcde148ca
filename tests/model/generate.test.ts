import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { type GenerateOptions, generate, generateBatch, nextLogits } from '../../src/model/generate.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { logProb, sampleToken } from '../../src/model/sample.js';
import { backendNames } from '../backend/backends.js';
import { assertClose, assertNoLeak } from '../backend/compare.js';

const config = { vocabSize: 13, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 };
const families: Readonly<Record<string, GptConfig>> = {
  'GPT-2': config,
  Llama: llamaConfig({ ...config, nHead: 4, nKvHead: 2 }),
};

/** A model that is sure enough of its mind that a text tells whether it saw the right tokens. */
function decidedParams(shape: GptConfig = config): GptParams {
  const params = createParams(shape, createRandom(1));
  tf.tidy(() => {
    for (const variable of namedParams(params).values()) {
      if (variable.rank >= 2) variable.assign(variable.mul(8));
    }
  });
  return params;
}

/** Where a sequence begins in a text; -1 if nowhere. */
const placeOf = (text: readonly number[], sequence: readonly number[]): number =>
  text.findIndex((_, at) => sequence.every((id, nth) => text[at + nth] === id));

/** As `generate`, each token from the window as a whole. */
function uncached(params: GptParams, prompt: readonly number[], maxTokens: number, seed: number): number[] {
  const [ids, random] = [[...prompt], createRandom(seed)];
  for (let made = 0; made < maxTokens; made++) {
    ids.push(sampleToken(nextLogits(params, ids.slice(-params.config.blockSize)), {}, random));
  }
  return ids.slice(prompt.length);
}

describe('generate()', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    params = decidedParams();
  });
  after(() => disposeParams(params));

  it('hands out the same tokens for the same seed, past blockSize as well', () => {
    const text = () => [...generate(params, [1, 2], { maxTokens: 20, random: createRandom(4) })];
    assert.equal(text().length, 20);
    assert.deepEqual(text(), text());
  });

  for (const [family, shape] of Object.entries(families))
    it(`makes the text that a model of ${family}’s parts makes without a cache, past blockSize as well`, () => {
      const own = decidedParams(shape);
      for (const prompt of [[1], [1, 2, 3], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]) {
        const text = [...generate(own, prompt, { maxTokens: 25, random: createRandom(6) })];
        assert.deepEqual(text, uncached(own, prompt, 25, 6));
      }
      disposeParams(own);
    });

  it('sees at least blockSize - slide + 1 tokens where the window slides by more', () => {
    const slide = 3;
    const ids = [4, 2];
    let first = 0;
    const random = createRandom(6);
    for (const id of generate(params, ids.slice(), { maxTokens: 25, random: createRandom(6), slide })) {
      if (ids.length - first > 8) first = ids.length - 6;
      assert.equal(id, sampleToken(nextLogits(params, ids.slice(first)), {}, random));
      ids.push(id);
    }
    assert.equal(ids.length, 27);
  });

  it('ends before the stop token', () => {
    const likeliest = { maxTokens: 20, random: createRandom(4), temperature: 0 };
    const [stopId] = generate(params, [1, 2], likeliest);
    assert.deepEqual([...generate(params, [1, 2], { ...likeliest, stopId: stopId! })], []);
  });

  it('ends before the first of several stop sequences, of which no token is handed out', () => {
    const settings = () => ({ maxTokens: 40, random: createRandom(4) });
    const whole = [...generate(params, [1, 2], settings())];
    const stop = [whole.slice(30, 33), whole.slice(20, 24), [...whole.slice(10, 13), 99 % 13, 0, 0, 0]];
    const endsAt = (text: readonly number[]) =>
      Math.min(...stop.map((sequence) => placeOf(text, sequence)).filter((at) => at >= 0));
    assert.deepEqual([...generate(params, [1, 2], { ...settings(), stop })], whole.slice(0, endsAt(whole)));
    const text = generate(params, [1, 2], { ...settings(), stop });
    for (let nth = 0; nth < 10; nth++) assert.equal(text.next().value, whole[nth]);
  });

  it('hands out at the end what might have become a stop sequence', () => {
    const settings = () => ({ maxTokens: 10, random: createRandom(4) });
    const whole = [...generate(params, [1, 2], settings())];
    const longer = [...whole.slice(-3), 0, 0, 0, 0];
    assert.deepEqual([...generate(params, [1, 2], { ...settings(), stop: [longer] })], whole);
  });

  it('lets the penalty for repetition see the prompt and the new tokens', () => {
    const options = { repetitionPenalty: 1.7, temperature: 0.8 };
    const [ids, random] = [[3, 1, 2], createRandom(8)];
    for (const id of generate(params, ids.slice(), { maxTokens: 20, random: createRandom(8), ...options })) {
      assert.equal(id, sampleToken(nextLogits(params, ids.slice(-8)), { ...options, previous: ids }, random));
      ids.push(id);
    }
    assert.equal(ids.length, 23);
  });

  it('sees only the last blockSize tokens', () => {
    const settings = () => ({ maxTokens: 1, temperature: 0, random: createRandom(4) });
    const long = [5, 5, 5, 1, 2, 3, 4, 5, 6, 7, 8];
    assert.deepEqual(
      [...generate(params, long, settings())],
      [...generate(params, long.slice(-8), settings())],
    );
  });

  it('leaves no tensor behind, stopped early or not', () => {
    assertNoLeak(() => void [...generate(params, [1], { maxTokens: 3, random: createRandom(1) })]);
    assertNoLeak(() => {
      for (const _ of generate(params, [1], { maxTokens: 3, random: createRandom(1) })) break;
    });
    assertNoLeak(() => void nextLogits(params, [1, 2]));
  });

  it('refuses an empty prompt and settings that mean nothing', () => {
    const start = (prompt: number[], settings: Partial<GenerateOptions>) =>
      generate(params, prompt, { maxTokens: 1, random: createRandom(1), ...settings }).next();
    assert.throws(() => start([], {}), /got 0/);
    assert.throws(() => start([13], {}), /ids from 0 to 12, got 13/);
    assert.throws(() => start([1], { maxTokens: Number.NaN }), /maxTokens must be >= 0, got NaN/);
    assert.throws(() => start([1], { slide: 0 }), /slide must be a whole number from 1 to 8, got 0/);
    assert.throws(() => start([1], { slide: 9 }), /got 9/);
    assert.throws(() => start([1], { stop: [[2], []] }), /stop sequences that are not empty, got one at 1/);
    assert.throws(() => start([1], { stop: [[2, 13]] }), /expected stop ids from 0 to 12, got 13/);
    assert.throws(() => start([1], { stopId: 0.5 }), /expected stop ids from 0 to 12, got 0.5/);
    assert.throws(() => start([1], { topP: 0, maxTokens: 0 }), /topP must be above 0 and at most 1, got 0/);
  });
});

for (const [family, shape] of Object.entries(families)) {
  for (const name of backendNames)
    describe(`generateBatch() of ${family}’s parts on ${name}`, () => batchesOn(shape, name));
}

function batchesOn(shape: GptConfig, name: string): void {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name });
    params = decidedParams(shape);
  });
  after(() => disposeParams(params));

  const prompts = [[1], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], [3, 3, 3], [1], [12, 0, 5, 5, 2, 1]];
  const streamOf = (row: number) => createRandom(1).split(prompts.length)[row]!;

  it('makes of each prompt what generate makes of it alone', () => {
    const settings = {
      maxTokens: 15,
      stopId: 4,
      temperature: 0.9,
      topK: 9,
      topP: 0.95,
      minP: 0.01,
      repetitionPenalty: 1.1,
    };
    const texts = generateBatch(params, prompts, { ...settings, random: createRandom(1) });
    for (const [row, { ids, stopped }] of texts.entries()) {
      const alone = generate(params, prompts[row]!, { ...settings, random: streamOf(row) });
      assert.deepEqual(stopped ? ids.slice(0, -1) : ids, [...alone]);
      assert.equal(stopped, ids.includes(4));
      assert.equal(stopped, ids.length < 15 || ids.at(-1) === 4);
    }
    assert.ok(texts.some(({ stopped }) => stopped) && texts.some(({ stopped }) => !stopped));
  });

  it('ends a text behind a stop sequence, which it keeps', () => {
    const settings = () => ({ maxTokens: 15, random: createRandom(1) });
    const plain = generateBatch(params, prompts, settings());
    const stop = [plain[0]!.ids.slice(4, 6), plain[1]!.ids.slice(7, 10)];
    const texts = generateBatch(params, prompts, { ...settings(), stop });
    for (const [row, { ids, logProbs, stopped }] of texts.entries()) {
      const whole = plain[row]!.ids;
      const ends = stop.map((sequence) => placeOf(whole, sequence) + sequence.length);
      const end = Math.min(15, ...ends.filter((at, nth) => at >= stop[nth]!.length));
      assert.deepEqual([ids, logProbs.length], [whole.slice(0, end), end]);
      assert.equal(
        stopped,
        stop.some((sequence) => placeOf(whole, sequence) >= 0),
      );
    }
    assert.ok(texts[0]!.stopped && texts[1]!.stopped);
  });

  it('does not let a text depend on what else is in the batch', () => {
    const settings = { maxTokens: 12, slide: 4 };
    const together = generateBatch(params, prompts, { ...settings, random: createRandom(1) });
    const others = [[9, 9], ...prompts.slice(1)];
    const beside = generateBatch(params, others, { ...settings, random: createRandom(1) });
    const first = generateBatch(params, prompts.slice(0, 2), { ...settings, random: createRandom(1) });
    for (const [row, text] of [...beside.entries()].slice(1).concat([...first.entries()])) {
      assert.deepEqual(text.ids, together[row]!.ids);
      assertClose(text.logProbs, together[row]!.logProbs, 1e-4);
    }
  });

  it('gives the log-probability of each token at temperature 1', () => {
    const settings = { maxTokens: 15, temperature: 2, topK: 5, topP: 0.9, repetitionPenalty: 2 };
    const texts = generateBatch(params, prompts, { ...settings, random: createRandom(1) });
    for (const [row, { ids, logProbs }] of texts.entries()) {
      const all = [...prompts[row]!, ...ids];
      const truth = ids.map((id, nth) => {
        const seen = all.slice(0, prompts[row]!.length + nth).slice(-8);
        return logProb(nextLogits(params, seen), id);
      });
      assertClose(logProbs, truth, 1e-4);
    }
  });

  it('gives the same texts to the same seed, and equal prompts texts of their own', () => {
    const texts = (seed: number) =>
      generateBatch(params, [[2], [2]], { maxTokens: 12, random: createRandom(seed) }).map(({ ids }) => ids);
    assert.deepEqual(texts(5), texts(5));
    assert.notDeepEqual(texts(6), texts(5));
    assert.notDeepEqual(texts(5)[0], texts(5)[1]);
  });

  it('draws only what is allowed, and scores it among what is allowed', () => {
    const even = (made: readonly number[], nth: number) =>
      nth === 0 ? undefined : [0, 2, 4, 6].map((id) => id + 2 * made.length);
    const texts = generateBatch(params, [[1], [1]], {
      maxTokens: 3,
      random: createRandom(1),
      allowed: even,
    });
    const [, { ids, logProbs }] = texts as [unknown, (typeof texts)[0]];
    for (const [nth, id] of ids.entries()) {
      const may = even(ids.slice(0, nth), 1)!;
      assert.ok(may.includes(id));
      const logits = nextLogits(params, [1, ...ids.slice(0, nth)]);
      assertClose(
        [logProbs[nth]!],
        [
          logProb(
            may.map((id) => logits[id]!),
            may.indexOf(id),
          ),
        ],
        1e-4,
      );
    }
    const alone = [...generate(params, [1], { maxTokens: 5, random: createRandom(1), allowed: () => [7] })];
    assert.deepEqual(alone, [7, 7, 7, 7, 7]);
    const drawAmong = (ids: number[]) => () =>
      generateBatch(params, [[1]], { maxTokens: 1, random: createRandom(1), allowed: () => ids });
    assert.throws(drawAmong([]), /none of 13 tokens is allowed/);
    for (const id of [13, -1, 0.5, Number.NaN])
      assert.throws(drawAmong([id]), new RegExp(`expected allowed ids from 0 to 12, got ${id}`));
  });

  it('shows as many different first tokens in 512 texts of one prompt as independent draws would', () => {
    const logits = nextLogits(params, [1]);
    const chances = [...logits.keys()].map((id) => Math.exp(logProb(logits, id)));
    const many = generateBatch(params, new Array(512).fill([1]), { maxTokens: 1, random: createRandom(1) });
    for (const [id, chance] of chances.entries()) {
      const count = many.filter(({ ids }) => ids[0] === id).length;
      const deviation = Math.sqrt(512 * chance * (1 - chance));
      assert.ok(
        Math.abs(count - 512 * chance) <= 4 * deviation + 1,
        `token ${id}: ${count}, ${512 * chance}`,
      );
    }
  });

  it('leaves no tensor behind', () => {
    assertNoLeak(
      () => void generateBatch(params, prompts, { maxTokens: 9, stopId: 4, random: createRandom(1) }),
    );
  });
}

describe('generateBatch()', () => {
  it('shows as many different first tokens in 512 texts as 512 draws should, where there are 1,000 tokens', async () => {
    await selectBackend({ name: 'cpu' });
    const params = createParams(
      { vocabSize: 1000, blockSize: 4, nLayer: 1, nHead: 1, nEmbd: 16 },
      createRandom(1),
    );
    const logits = nextLogits(params, [1]);
    const absent = [...logits.keys()].map((id) => (1 - Math.exp(logProb(logits, id))) ** 512);
    const expected = absent.reduce((sum, chance) => sum + 1 - chance, 0);
    // Above the truth: that one token comes makes it a little less likely that another does.
    const deviation = Math.sqrt(absent.reduce((sum, chance) => sum + chance * (1 - chance), 0));
    const texts = generateBatch(params, new Array(512).fill([1]), { maxTokens: 1, random: createRandom(1) });
    const different = new Set(texts.map(({ ids }) => ids[0])).size;
    assert.ok(Math.abs(different - expected) < 4 * deviation, `${different}, expected ${expected}`);
    disposeParams(params);
  });

  it('makes nothing of nothing, and refuses what it cannot use', async () => {
    await selectBackend({ name: 'wasm' });
    const params = decidedParams();
    assert.deepEqual(generateBatch(params, [], { maxTokens: 3, random: createRandom(1) }), []);
    const random = createRandom(1);
    assert.deepEqual(generateBatch(params, [[1]], { maxTokens: 0, random }), [
      { ids: [], logProbs: [], stopped: false },
    ]);
    assert.throws(() => generateBatch(params, [[]], { maxTokens: 3, random }), /got 0/);
    assert.throws(() => generateBatch(params, [[99]], { maxTokens: 3, random }), /got 99/);
    assert.throws(() => generateBatch(params, [[1]], { maxTokens: -1, random }), /must be >= 0, got -1/);
    assert.throws(() => generateBatch(params, [[1]], { maxTokens: 1, slide: 1.5, random }), /got 1.5/);
    disposeParams(params);
  });
});
