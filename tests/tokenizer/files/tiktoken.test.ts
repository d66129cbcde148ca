import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Tiktoken } from 'js-tiktoken/lite';
import { createRandom } from '../../../src/core/random.js';
import { tiktokenModel, tiktokenTokenizer } from '../../../src/tokenizer/files/tiktoken.js';
import { encodingOf } from '../../../src/tokenizer/files/tiktokenNames.js';
import { mixedText, randomText } from '../samples.js';
import { asInRust } from '../unicode.js';

const require = createRequire(import.meta.url);
const tokenizers = {
  gpt2: tiktokenTokenizer('gpt2'),
  cl100k_base: tiktokenTokenizer('cl100k_base'),
  o200k_base: tiktokenTokenizer('o200k_base'),
};
const sizes = { gpt2: 50_257, cl100k_base: 100_277, o200k_base: 200_019 } as const;

for (const name of Object.keys(sizes) as (keyof typeof sizes)[]) {
  const ranks = require(`js-tiktoken/ranks/${name}`);
  const theirs = new Tiktoken({ ...ranks, pat_str: asInRust(ranks.pat_str) });
  const ours = tokenizers[name];

  test(`${name} has ${sizes[name].toLocaleString('en')} ids`, () => {
    assert.equal(ours.vocabSize, sizes[name]);
    assert.equal(ours.specialTokens.get('<|endoftext|>'), theirs.encode('<|endoftext|>', 'all')[0]);
  });

  test(`our encoder with the ranks of ${name} equals js-tiktoken, token for token`, () => {
    const random = createRandom(11);
    const texts = [mixedText, ...Array.from({ length: 500 }, () => randomText(random, { surrogates: true }))];
    for (const text of texts) {
      assert.deepEqual(ours.encode(text), theirs.encode(text, [], []));
    }
  });

  test(`${name}: long unbroken runs give js-tiktoken's ids, and a million letters are encoded whole`, () => {
    const random = createRandom(12);
    for (const letters of ['a', 'ab', ' ', '中', 'etaoin', '=-']) {
      const run = Array.from({ length: 300 }, () => letters[random.integer(letters.length)]).join('');
      const text = `before ${run} after ${run}`;
      assert.deepEqual(ours.encode(text), theirs.encode(text, [], []));
    }
    const long = 'a'.repeat(1_000_000); // js-tiktoken would take hours for it
    assert.equal(ours.decode(ours.encode(long)), long);
  });

  test(`${name}: the bytes of each token join to the text, split characters included`, () => {
    const text = '👩‍👩‍👧‍👦 速通概念 ꙮ 𓀀';
    const bytes = ours.encode(text).map((id) => ours.tokenBytes(id));
    assert.equal(Buffer.concat(bytes).toString(), text);
    assert.ok(bytes.some((part) => Buffer.from(part).toString().includes('\ufffd'))); // some characters are split
    for (let id = 0; id < 256; id++) assert.equal(ours.decode([id]), theirs.decode([id]));
    for (let id = 0; id < sizes[name]; id += 997) assert.equal(ours.decode([id]), theirs.decode([id]));
  });
}

test('known ids of OpenAI: hello world', () => {
  assert.deepEqual(tokenizers.gpt2.encode('hello world'), [31373, 995]);
  assert.deepEqual(tokenizers.cl100k_base.encode('hello world'), [15339, 1917]);
});

test('known ids of OpenAI: what follows U+0085, and what follows a byte order mark', () => {
  const ids = (name: keyof typeof tokenizers, text: string) => tokenizers[name].encode(text);
  assert.deepEqual(ids('cl100k_base', ' \x850'), [220, 126, 227, 15]); // tiktoken's own test
  assert.deepEqual(ids('cl100k_base', '\u0085.E'), [126, 227, 5253]);
  assert.deepEqual(ids('gpt2', '\n\n\u0085'), [628, 126, 227]);
  assert.deepEqual(ids('cl100k_base', '\ufeff// x'), [35866, 865]);
  assert.deepEqual(ids('cl100k_base', '\ufeff# x'), [43372, 865]);
  assert.deepEqual(ids('o200k_base', '\ufeff// x'), [76234, 1215]);
  assert.deepEqual(ids('o200k_base', '\ufeff# x'), [110862, 1215]);
});

test('known ids of OpenAI: a letter that Unicode 17 brought is none, whatever Node runs', () => {
  const ids = tokenizers.cl100k_base.encode('\u{32cef}.w');
  assert.deepEqual(ids, [172, 110, 111, 107, 13, 86]);
});

test('an unused id of cl100k stands for nothing, one above the vocabulary is refused', () => {
  const gpt4 = tokenizers.cl100k_base;
  assert.equal(gpt4.decode([100_256]), '');
  assert.equal(gpt4.tokenBytes(100_256).length, 0);
  assert.throws(() => gpt4.decode([100_277]), /expected a token id from 0 to 100276, got 100277/);
});

test('tokenBytes() hands out copies', () => {
  const gpt2 = tokenizers.gpt2;
  const before = gpt2.decode([995]);
  gpt2.tokenBytes(995).fill(0);
  assert.equal(gpt2.decode([995]), before);
});

test('an unknown name is refused', () => {
  const message =
    'Cannot load a tokenizer: expected one of gpt2, r50k_base, cl100k_base, o200k_base, o200k_harmony, or a model that uses one, got gpt9';
  assert.throws(() => tiktokenTokenizer('gpt9' as never), { name: 'RangeError', message });
  assert.throws(() => tiktokenModel('gpt9' as never), { name: 'RangeError', message });
  assert.throws(() => tiktokenModel('toString' as never), { name: 'RangeError' });
});

test('special tokens spelled in a text are ordinary text to js-tiktoken as well', () => {
  const gpt2 = tokenizers.gpt2;
  assert.ok(!gpt2.encode('a<|endoftext|>b').includes(50_256));
  assert.throws(() => gpt2.encode(7 as never), { name: 'TypeError', message: /expected text, got number/ });
});

test('a model stands for its encoding, as in tiktoken, and gpt-oss has specials of its own', () => {
  const of: { readonly [model: string]: string } = {
    'gpt-4o-mini': 'o200k_base',
    'gpt-4-turbo': 'cl100k_base',
    'gpt-3.5-turbo': 'cl100k_base',
    davinci: 'r50k_base',
    'o3-mini': 'o200k_base',
    'gpt-oss-20b': 'o200k_harmony',
    'gpt-4x': 'none',
  };
  for (const [model, encoding] of Object.entries(of)) assert.equal(encodingOf(model) ?? 'none', encoding);
  const { specialTokens, vocabSize } = tiktokenTokenizer('gpt-oss');
  const named = ['<|return|>', '<|channel|>', '<|message|>', '<|call|>', '<|reserved_201087|>'];
  assert.deepEqual(
    named.map((name) => specialTokens.get(name)),
    [200_002, 200_005, 200_008, 200_012, 201_087],
  );
  assert.equal(vocabSize, 201_088);
});
