import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Tiktoken } from 'js-tiktoken/lite';
import { bpeTokenizer } from '../../src/tokenizer/bpe.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';

const require = createRequire(import.meta.url);
const text = 'one <|endoftext|>two<|fim_prefix|><|endoftext|> <|endofprompt|>\n<|endoftext';

test("encodeSpecials() gives js-tiktoken's ids, whatever is allowed", () => {
  const ours = tiktokenTokenizer('cl100k_base');
  const theirs = new Tiktoken(require('js-tiktoken/ranks/cl100k_base'));
  assert.deepEqual(encodeSpecials(ours, text), theirs.encode(text, 'all', []));
  for (const allowed of [[], ['<|endoftext|>'], ['<|fim_prefix|>', '<|endofprompt|>']]) {
    assert.deepEqual(encodeSpecials(ours, text, { allowed }), theirs.encode(text, allowed, []));
  }
  assert.equal(ours.decode(encodeSpecials(ours, text)), text);
});

test('a refused name is an error that says where it stands; all others are text or ids', () => {
  const ours = tiktokenTokenizer('cl100k_base');
  assert.throws(() => encodeSpecials(ours, text, { refused: 'all' }), {
    name: 'RangeError',
    message: 'Cannot encode special tokens: expected no <|endoftext|> in the text, got one at character 4',
  });
  assert.throws(
    () => encodeSpecials(ours, text, { allowed: ['<|endoftext|>'], refused: 'all' }),
    /expected no <\|fim_prefix\|> in the text, got one at character 20/,
  );
  const refused = ['<|fim_middle|>'];
  assert.deepEqual(encodeSpecials(ours, text, { refused }), encodeSpecials(ours, text));
  assert.deepEqual(encodeSpecials(ours, 'plain', { refused: 'all' }), ours.encode('plain'));
  assert.throws(() => encodeSpecials(ours, text, { allowed: ['<|pad|>'] }), /got <\|pad\|>$/);
  assert.throws(() => encodeSpecials(ours, 7 as never), { name: 'TypeError' });
  for (const option of ['allowed', 'refused'])
    assert.throws(() => encodeSpecials(ours, text, { [option]: '<|endoftext|>' }), {
      message: `Cannot encode special tokens: expected ${option} to be "all" or a list of names, got <|endoftext|>`,
    });
});

test('where one name begins with another, the longer one is read; names are no expressions', () => {
  const specialTokens = { '<a>': 256, '<a>+': 257, '.*': 258 };
  const tokenizer = bpeTokenizer({ split: 'gpt4', merges: [], specialTokens });
  assert.deepEqual(encodeSpecials(tokenizer, '<a><a>+.*b'), [256, 257, 258, 98]);
  assert.throws(
    () => bpeTokenizer({ split: 'gpt4', merges: [], specialTokens: { '': 256 } }),
    /expected special tokens to have names, got an empty one/,
  );
});
