import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { splitWords } from '../../src/tokenizer/engine/split.js';
import { mergePair, pairCounts } from '../../src/tokenizer/pairs.js';
import { type TieBreak, trainBpe, trainBpeAsync } from '../../src/tokenizer/trainBpe.js';

test('trainBpe() makes the merges of the Wikipedia example: aaabdaaabac becomes XdXac', () => {
  // https://en.wikipedia.org/wiki/Byte-pair_encoding: Z=aa, Y=ab, X=ZY
  const tokenizer = trainBpe(['aaabdaaabac'], { vocabSize: 300, specialTokens: [] });
  const [Z, Y, X] = [256, 257, 258];
  const [a, b, d, c] = [...Buffer.from('abdc')];
  assert.deepEqual(tokenizer.model.merges, [
    [a, a],
    [a, b],
    [Z, Y],
  ]);
  assert.deepEqual(tokenizer.encode('aaabdaaabac'), [X, d, X, a, c]);
  assert.equal(tokenizer.vocabSize, 259); // no pair occurs twice any more, so training stops
});

/** Training as it is told: count all pairs of all words, pick the best, join it everywhere, and again. */
function slowMerges(texts: readonly string[], wanted: number, tieBreak: TieBreak, minCount: number) {
  let words = texts.flatMap((text) => splitWords(text, 'gpt2')).map((word) => [...Buffer.from(word)]);
  const tokens = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte));
  const merges: [number, number][] = [];
  while (merges.length < wanted) {
    const totals = new Map<string, number>();
    for (const word of words) {
      for (const [pair, count] of pairCounts(word)) totals.set(pair, (totals.get(pair) ?? 0) + count);
    }
    const most = Math.max(0, ...totals.values());
    if (most < minCount) break;
    const best = [...totals].filter(([, count]) => count === most).map(([key]) => key.split(',').map(Number));
    if (tieBreak === 'lowestIds') best.sort((p, q) => p[0]! - q[0]! || p[1]! - q[1]!);
    if (tieBreak === 'greatestBytes') {
      const compare = (x: number, y: number) => Buffer.compare(tokens[y]!, tokens[x]!);
      best.sort((p, q) => compare(p[0]!, q[0]!) || compare(p[1]!, q[1]!));
    }
    const pair = best[0] as [number, number];
    words = words.map((word) => mergePair(word, pair, 256 + merges.length));
    tokens.push(Buffer.concat(pair.map((id) => tokens[id]!)));
    merges.push(pair);
  }
  return merges;
}

for (const tieBreak of ['lowestIds', 'firstSeen', 'greatestBytes'] as const) {
  test(`trainBpe() agrees with a slow trainer merge by merge, ties by ${tieBreak}`, () => {
    const random = createRandom(7);
    for (let round = 0; round < 60; round++) {
      const letters = 'aab cé'.slice(0, 2 + random.integer(5));
      const texts = Array.from({ length: 1 + random.integer(4) }, () =>
        Array.from({ length: random.integer(150) + 1 }, () => letters[random.integer(letters.length)]).join(
          '',
        ),
      );
      const minCount = 1 + random.integer(2);
      const options = { vocabSize: 256 + 40, split: 'gpt2', specialTokens: [], tieBreak, minCount } as const;
      assert.deepEqual(trainBpe(texts, options).model.merges, slowMerges(texts, 40, tieBreak, minCount));
    }
  });
}

test('the order of the texts changes nothing, since ties go to the lowest ids', () => {
  const texts = ['the cat sat', 'on the mat', 'with the other cat'];
  assert.deepEqual(
    trainBpe(texts, { vocabSize: 280 }).model,
    trainBpe([...texts].reverse(), { vocabSize: 280 }).model,
  );
});

test('texts may come from a generator', () => {
  function* texts() {
    yield 'low lower lowest';
    yield 'new newer newest';
  }
  const tokenizer = trainBpe(texts(), { vocabSize: 262 });
  assert.equal(tokenizer.vocabSize, 262);
});

test('texts may come over time, and train as those at hand do', async () => {
  async function* texts() {
    yield 'low lower lowest';
    yield 'new newer newest';
  }
  const { model } = await trainBpeAsync(texts(), { vocabSize: 262 });
  assert.deepEqual(model, trainBpe(['low lower lowest', 'new newer newest'], { vocabSize: 262 }).model);
  await assert.rejects(trainBpeAsync('text', { vocabSize: 262 }), /expected a list of texts, got one string/);
  await assert.rejects(trainBpeAsync([7 as never], { vocabSize: 262 }), { name: 'TypeError' });
});

test('special tokens get the last ids, in the order given', () => {
  const tokenizer = trainBpe(['abababab'], { vocabSize: 259, specialTokens: ['<|bos|>', '<|user|>'] });
  assert.deepEqual(
    [...tokenizer.specialTokens],
    [
      ['<|bos|>', 257],
      ['<|user|>', 258],
    ],
  );
});

test('a long unbroken run trains, and is encoded by what was learned', () => {
  const tokenizer = trainBpe(['a'.repeat(500_000), 'b'.repeat(3)], { vocabSize: 300 });
  assert.equal(tokenizer.encode('a'.repeat(1 << 17)).length, 1);
});

test('wrong input gets one clear sentence', () => {
  const fails = (run: () => unknown, name: string, message: RegExp) => assert.throws(run, { name, message });
  fails(() => trainBpe([], { vocabSize: 300 }), 'RangeError', /expected some text, got an empty corpus/);
  fails(
    () => trainBpe(['', ''], { vocabSize: 300 }),
    'RangeError',
    /expected some text, got an empty corpus/,
  );
  fails(
    () => trainBpe(['text'], { vocabSize: 256 }),
    'RangeError',
    /^Cannot train a tokenizer: expected vocabSize of at least 257 \(256 bytes and 1 special tokens\), got 256$/,
  );
  fails(() => trainBpe(['text'], { vocabSize: 300.5 }), 'RangeError', /got 300.5/);
  fails(() => trainBpe('text', { vocabSize: 300 }), 'TypeError', /expected a list of texts, got one string/);
  fails(
    () => trainBpe(undefined as never, { vocabSize: 300 }),
    'TypeError',
    /a list of texts, got undefined/,
  );
  fails(
    () => trainBpe(['a', { text: 'b' } as never], { vocabSize: 300 }),
    'TypeError',
    /expected text 1 to be a string, got object/,
  );
  const twice = { vocabSize: 300, specialTokens: ['<|a|>', '<|a|>'] };
  fails(() => trainBpe(['text'], twice), 'RangeError', /expected each special token once/);
  fails(
    () => trainBpe(['text'], { vocabSize: 300, split: 'x' as never }),
    'RangeError',
    /expected one of gpt2/,
  );
  fails(
    () => trainBpe(['text'], { vocabSize: 300, tieBreak: 'x' as never }),
    'RangeError',
    /expected tieBreak lowestIds, firstSeen or greatestBytes, got x/,
  );
  for (const minCount of [Number.NaN, '2'])
    fails(
      () => trainBpe(['text'], { vocabSize: 300, minCount: minCount as never }),
      'TypeError',
      /expected minCount to be a number, got (NaN|2)$/,
    );
  fails(
    () => trainBpe(['text'], { vocabSize: 300, specialTokens: '<|a|>' as never }),
    'TypeError',
    /expected specialTokens to be a list of names, got <\|a\|>$/,
  );
});
