import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import {
  type ChoiceItem,
  type ChoiceScore,
  choiceAccuracy,
  type MultipleChoiceOptions,
  multipleChoice,
} from '../../src/evaluate/multipleChoice.js';
import { logits } from '../../src/model/gpt.js';
import { createParams, disposeParams, type GptParams } from '../../src/model/params.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { assertClose } from '../backend/compare.js';
import { echo, echoModel } from './handMade.js';

const bytes = byteTokenizer();

async function scoresOf(
  params: GptParams,
  items: readonly ChoiceItem[],
  { tokenizer = bytes as Tokenizer, ...options }: MultipleChoiceOptions & { tokenizer?: Tokenizer } = {},
): Promise<ChoiceScore[]> {
  const scores: ChoiceScore[] = [];
  for await (const score of multipleChoice(params, tokenizer, items, options)) scores.push(score);
  return scores;
}

const logProbsOf = (scores: readonly ChoiceScore[]) =>
  scores.flatMap(({ endings }) => endings.map(({ logProb }) => logProb));

describe('multipleChoice()', () => {
  let echoes: GptParams;
  let random: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    echoes = echoModel(12);
    const size = { vocabSize: 300, blockSize: 24, nLayer: 2, nHead: 2, nEmbd: 16 };
    random = createParams(size, createRandom(3));
    for (const variable of [random.tokenEmbedding, random.positionEmbedding!])
      tf.tidy(() => variable.assign(variable.mul(30))); // so that it has opinions
  });
  after(() => [echoes, random].forEach(disposeParams));

  it('gives the likelihoods that are worked out by hand for a model that expects the last byte again', async () => {
    const items = [
      { context: 'ba', endings: ['aa', 'ab', 'b', 'baaaa'], answer: 3 },
      { context: 'b', endings: ['bé', ' b'], answer: 0 }, // é is two bytes
    ];
    const scores = await scoresOf(echoes, items);
    const steps = [
      [2, 0],
      [1, 1],
      [0, 1],
      [3, 2],
      [1, 2],
      [0, 2],
    ] as const;
    assertClose(
      logProbsOf(scores),
      steps.map(([same, others]) => same * echo.same + others * echo.other),
      1e-4,
    );
    const lengths = scores.flatMap(({ endings }) =>
      endings.map(({ tokens, characters }) => [tokens, characters]),
    );
    assert.deepEqual(lengths, [
      [2, 2],
      [2, 2],
      [1, 1],
      [5, 5],
      [3, 2],
      [2, 1],
    ]);
    assert.deepEqual(
      scores.map(({ answer }) => answer),
      [3, 0],
    );
  });

  it('gives what whole runs of the model give, however many items are read together', async () => {
    const draw = createRandom(4);
    const text = (length: number) =>
      Array.from({ length }, () => String.fromCharCode(97 + draw.integer(5))).join('');
    const items = Array.from({ length: 9 }, () => ({
      context: text(1 + draw.integer(14)),
      endings: Array.from({ length: 2 + draw.integer(3) }, () => text(1 + draw.integer(9))),
      answer: 0,
    }));
    const expected = items.flatMap(({ context, endings }) =>
      endings.map((ending) => {
        const ids = bytes.encode(context + ending);
        return tf.tidy(() => {
          const logProbs = tf.logSoftmax(logits(random, [ids.slice(0, -1)])).arraySync() as number[][][];
          const start = context.length - 1;
          return ids.slice(context.length).reduce((sum, id, nth) => sum + logProbs[0]![start + nth]![id]!, 0);
        });
      }),
    );
    for (const batchSize of [1, 4, 20])
      assertClose(logProbsOf(await scoresOf(random, items, { batchSize })), expected, 1e-4);
  });

  it('counts a token that stands half in the context with the ending', async () => {
    const tokenizer = trainBpe(['ab ab ab ab ab ab'], { vocabSize: 259 }); // "ab" and " ab" are tokens
    assert.deepEqual([tokenizer.encode('xa').length, tokenizer.encode('xab').length], [2, 2]);
    const [score] = await scoresOf(random, [{ context: 'xa', endings: ['b', 'c'], answer: 0 }], {
      tokenizer,
    });
    assert.deepEqual(
      score!.endings.map(({ tokens }) => tokens),
      [1, 1],
    );
    const after = (text: string, id: number) =>
      tf.tidy(() => {
        const ids = tokenizer.encode(text);
        const rows = tf.logSoftmax(logits(random, [ids])).arraySync() as number[][][];
        return rows[0]!.at(-1)![id]!;
      });
    const expected = [after('x', tokenizer.encode('xab')[1]!), after('xa', tokenizer.encode('c')[0]!)];
    assertClose(logProbsOf([score!]), expected, 1e-4);
  });

  it('begins with <|endoftext|> where the context is empty, and with what it is told anywhere', async () => {
    const bare = { context: '', endings: ['ab', 'cd'], answer: 0 };
    const end = bytes.specialTokens.get('<|endoftext|>')!;
    assertClose(
      logProbsOf(await scoresOf(echoes, [bare])),
      [2, 2].map((n) => n * echo.other),
      1e-4,
    );
    const item = { context: 'a', endings: ['ab', 'cd'], answer: 0 };
    const [front, alone] = [
      await scoresOf(random, [item], { startIds: [end] }),
      await scoresOf(random, [item]),
    ];
    assert.ok(Math.abs(logProbsOf(front)[0]! - logProbsOf(alone)[0]!) > 0.01);
    assert.equal(front[0]!.endings[0]!.tokens, 2);
    const tokenizer = { ...bytes, specialTokens: new Map<string, number>() };
    await assert.rejects(scoresOf(random, [bare], { tokenizer }), /item 0: the context is empty/);
  });

  it('lets go of the beginning where a text is longer than the model can read', async () => {
    const item = (context: string) => ({ context, endings: ['cdecd', 'ddd'], answer: 0 });
    const long = await scoresOf(random, [item(`${'ab'.repeat(30)}e`)]);
    const cut = await scoresOf(random, [item(`${'ab'.repeat(30)}e`.slice(-20))]); // 20 + 5 - 1 = 24
    assertClose(logProbsOf(long), logProbsOf(cut), 1e-5);
  });

  it('refuses items that are none, by their number', async () => {
    const good = { context: 'a', endings: ['b', 'c'], answer: 1 };
    const cases = [
      [{ ...good, endings: ['b'], answer: 0 }, /item 1: expected two or more, got 1/],
      [{ ...good, answer: 2 }, /item 1: expected an answer from 0 to 1, got 2/],
      [{ ...good, endings: ['b', ''] }, /item 1: ending 1 is empty/],
      [{ ...good, endings: ['b', 'c'.repeat(25)] }, /item 1: an ending is longer than the 24 tokens/],
    ] as const;
    for (const [item, message] of cases) await assert.rejects(scoresOf(random, [good, item]), message);
    await assert.rejects(scoresOf(random, [good], { batchSize: 0 }), /a batchSize of 1 or more, got 0/);
  });

  it('leaves no tensor behind', async () => {
    const item = { context: 'abc', endings: ['b', 'cd'], answer: 1 };
    await scoresOf(random, [item]);
    const before = tf.memory().numTensors;
    await scoresOf(random, [item, item]);
    assert.equal(tf.memory().numTensors, before);
  });
});

describe('choiceAccuracy()', () => {
  const ending = (logProb: number, tokens: number, characters: number) => ({ logProb, tokens, characters });
  it('chooses by the sum, by characters and by tokens, and rescales so that guessing is 0', () => {
    // By the sum ending 0; by characters (-1.5, -0.5, -1.25, -2) ending 1; by tokens (-3, -5, -2.5, -4) ending 2.
    const endings = [ending(-3, 1, 2), ending(-5, 1, 10), ending(-5, 2, 4), ending(-8, 2, 4)];
    const { accuracy, centred, chance, items } = choiceAccuracy(
      [0, 1, 1, 2].map((answer) => ({ answer, endings })),
    );
    assert.deepEqual(accuracy, { plain: 0.25, perCharacter: 0.5, perToken: 0.25 });
    assertClose([centred.plain, centred.perCharacter], [0, 1 / 3], 1e-12);
    assert.deepEqual([chance, items], [0.25, 4]);
  });
  it('takes the first of endings that are equally likely', () => {
    const endings = [ending(-3, 1, 1), ending(-3, 1, 1)];
    assert.equal(choiceAccuracy([{ answer: 0, endings }]).accuracy.plain, 1);
    assert.equal(choiceAccuracy([{ answer: 1, endings }]).accuracy.plain, 0);
  });
  it('refuses no items', () => {
    assert.throws(() => choiceAccuracy([]), /there are no items/);
  });
});
