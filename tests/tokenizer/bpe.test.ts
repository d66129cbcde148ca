import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { type BpeModel, bpeTokenizer, byteTokenizer, smallerBpe } from '../../src/tokenizer/bpe.js';
import { splits, splitWords } from '../../src/tokenizer/engine/split.js';
import { mergePair } from '../../src/tokenizer/pairs.js';
import { bytesPerToken, tokenPieces } from '../../src/tokenizer/tokenPieces.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { mixedText, randomText } from './samples.js';

const trained = trainBpe([mixedText], { vocabSize: 400, minCount: 1 });

test('decode(encode(text)) is the text, whatever is in it', () => {
  const random = createRandom(1);
  for (let round = 0; round < 2000; round++) {
    const text = randomText(random);
    for (const tokenizer of [trained, byteTokenizer()]) {
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
    }
  }
  assert.equal(trained.decode(trained.encode(mixedText)), mixedText);
});

test('half a surrogate pair becomes U+FFFD, as in every UTF-8 encoder', () => {
  const random = createRandom(2);
  assert.equal(trained.decode(trained.encode('a\ud83db')), 'a\ufffdb');
  for (let round = 0; round < 500; round++) {
    const text = randomText(random, { surrogates: true });
    assert.equal(trained.decode(trained.encode(text)), Buffer.from(text).toString());
  }
});

test('a word that was encoded before is encoded the same again, past the bound of the cache', () => {
  const words = Array.from({ length: 80_000 }, (_, nth) => ` w${nth.toString(36)}`);
  const once = words.map((word) => trained.encode(word));
  assert.deepEqual(trained.encode(words.join('')), once.flat());
});

test('encode() applies merges in the order in which they were learned', () => {
  const random = createRandom(3);
  for (let round = 0; round < 300; round++) {
    const length = 1 + random.integer(120); // short and long words take different paths
    const text = Array.from({ length }, () => 'abc'[random.integer(3)]).join('');
    const tokenizer = trainBpe([text.slice(0, 60), 'abcabcaabbcc'], { vocabSize: 290, minCount: 1 });
    let slow = [...Buffer.from(text)];
    for (const [nth, pair] of tokenizer.model.merges.entries()) slow = mergePair(slow, pair, 256 + nth);
    assert.deepEqual(tokenizer.encode(text), slow);
  }
});

test('the words of every splitting rule join to the text', () => {
  const random = createRandom(4);
  for (const split of splits) {
    assert.equal(splitWords(mixedText, split).join(''), mixedText);
    for (let round = 0; round < 300; round++) {
      const text = randomText(random, { surrogates: true });
      assert.equal(splitWords(text, split).join(''), text);
    }
  }
});

test('the splitting rules differ as their authors say', () => {
  assert.deepEqual(splitWords("I'M 12345 days\n\n  old", 'gpt2'), [
    'I',
    "'",
    'M',
    ' 12345',
    ' days',
    '\n\n ',
    ' old',
  ]);
  assert.deepEqual(splitWords("I'M 12345 days\n\n  old"), [
    'I',
    "'M",
    ' ',
    '123',
    '45',
    ' days',
    '\n\n',
    ' ',
    ' old',
  ]);
  assert.deepEqual(splitWords("camelCase I'M", 'gpt4o'), ['camel', 'Case', " I'M"]);
});

test('a byte tokenizer has 256 bytes and <|endoftext|>', () => {
  const bytes = byteTokenizer();
  assert.equal(bytes.vocabSize, 257);
  assert.deepEqual(bytes.encode('hé'), [0x68, 0xc3, 0xa9]);
  assert.equal(bytes.specialTokens.get('<|endoftext|>'), 256);
  assert.equal(bytesPerToken(bytes, 'any text'), 1);
});

test('special tokens never come out of encode(), have no bytes, and decode to their name', () => {
  const id = trained.specialTokens.get('<|endoftext|>')!;
  assert.equal(id, trained.vocabSize - 1);
  assert.ok(!trained.encode('a<|endoftext|>b').includes(id));
  assert.equal(trained.tokenBytes(id).length, 0);
  assert.equal(trained.decode([97, id]), 'a<|endoftext|>');
  assert.equal(tokenPieces(trained, [id])[0]?.name, '<|endoftext|>');
});

test('decode() joins bytes before it reads them as UTF-8, and keeps a byte order mark', () => {
  const bytes = byteTokenizer();
  assert.equal(bytes.decode([0xe5, 0x88, 0x86]), '分');
  assert.equal(bytes.decode([0xe5, 0x88]), '\ufffd');
  assert.equal(bytes.decode(bytes.encode('\ufefftext')), '\ufefftext');
});

test('tokenBytes() hands out copies', () => {
  const bytes = byteTokenizer();
  bytes.tokenBytes(65)[0] = 66;
  assert.equal(bytes.decode([65]), 'A');
});

test('smallerBpe() gives what training with a smaller vocabulary gives', () => {
  const small = trainBpe([mixedText], { vocabSize: 300, minCount: 1 });
  assert.deepEqual(smallerBpe(trained.model, 300), small.model);
  assert.throws(
    () => smallerBpe(trained.model, 9999),
    /Cannot shrink a tokenizer: expected a vocabulary from 257 to 400, got 9999/,
  );
});

test('wrong ids and things that are not text get one clear sentence', () => {
  const bytes = byteTokenizer();
  const range = (got: string) => new RegExp(`^Cannot decode: expected a token id from 0 to 256, got ${got}$`);
  assert.throws(() => bytes.decode([257]), { name: 'RangeError', message: range('257') });
  assert.throws(() => bytes.decode([-1]), { name: 'RangeError', message: range('-1') });
  assert.throws(() => bytes.decode([1.5]), { name: 'RangeError', message: range('1.5') });
  assert.throws(() => bytes.decode(['1'] as never), { name: 'TypeError', message: range('1') });
  assert.throws(() => bytes.tokenBytes(999), /Cannot look up a token: expected a token id/);
  for (const [wrong, got] of [
    [5, 'number'],
    [null, 'null'],
    [undefined, 'undefined'],
  ] as const) {
    const expected = { name: 'TypeError', message: `Cannot encode: expected text, got ${got}` };
    assert.throws(() => bytes.encode(wrong as never), expected);
  }
});

test('a model that contradicts itself is refused', () => {
  const base: BpeModel = { split: 'gpt2', merges: [], specialTokens: {} };
  const wrong: [Partial<BpeModel>, RegExp][] = [
    [{ merges: [[97, 256]] }, /expected merge 0 to join two ids below 256, got 97 and 256/],
    [{ merges: [[97, 0.5]] }, /expected merge 0 to join two ids/],
    [
      {
        merges: [
          [97, 97],
          [97, 97],
        ],
      },
      /expected merge 1 to be new, got 97 and 97 again/,
    ],
    [{ specialTokens: { x: 255 } }, /expected special tokens to have ids from 256, got 255/],
    [{ specialTokens: { x: 256, y: 256 } }, /expected special tokens to have ids of their own/],
    [{ bytes: [1, 2, 3] }, /expected each of the 256 bytes once, got 3 different/],
    [
      { split: 'nobody' as never },
      /expected one of gpt2, gpt4, gpt4o, smolLm, qwen2, none, an expression, got nobody/,
    ],
    // Forty doublings would be a token of a terabyte.
    [
      { merges: Array.from({ length: 40 }, (_, n) => (n ? [255 + n, 255 + n] : [97, 97])) },
      /at most 268435456 bytes/,
    ],
  ];
  for (const [part, message] of wrong) {
    assert.throws(() => bpeTokenizer({ ...base, ...part }), { name: 'RangeError', message });
  }
});

test('decode() reads ids from any list, a generator that gives them once too', () => {
  const tokenizer = bpeTokenizer({ split: 'gpt4', merges: [[72, 105]], specialTokens: { '<|end|>': 260 } });
  function* once() {
    yield* [256, 33, 258, 260];
  }
  assert.equal(tokenizer.decode(once()), 'Hi!<|end|>');
  assert.equal(tokenizer.decode(Int32Array.of(256, 33)), 'Hi!');
  assert.equal(tokenizer.decode(new Array(3000).fill(256)), 'Hi'.repeat(3000)); // more than it makes room for
  assert.equal(tokenizer.decode([]), '');
  for (const [ids, got] of [
    [null, 'null'],
    [undefined, 'undefined'],
    [7, 'number'],
    [{ length: 1 }, 'object'],
  ])
    assert.throws(() => tokenizer.decode(ids as never), {
      name: 'TypeError',
      message: `Cannot decode: expected a list of token ids, got ${got}`,
    });
});
