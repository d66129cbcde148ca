import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';

describe('symbolTokenizer()', () => {
  it('gives symbols their places as ids, and special tokens those behind', () => {
    const { vocabSize, encode, specialTokens, tokenBytes } = symbolTokenizer(['x', 'né', '=', '😀'], {
      specialTokens: ['<|end|>', '<|pad|>'],
    });
    assert.equal(vocabSize, 6);
    assert.deepEqual(encode('né=x😀'), [1, 2, 0, 3]);
    assert.deepEqual([...specialTokens.values()], [4, 5]);
    assert.deepEqual([...tokenBytes(1)], [...Buffer.from('né')]);
    assert.equal(tokenBytes(4).length, 0);
  });

  it('takes the longest symbol that fits, from left to right', () => {
    const { encode } = symbolTokenizer(['a', 'ab', 'abc', 'b', 'c', 'd']);
    assert.deepEqual(encode('abcabdab'), [2, 1, 5, 1]);
  });

  it('brings back every text of its symbols', () => {
    const words = ['the ', 'whale ', 'sea ', '海', 'th', 'e '];
    const { encode, decode } = symbolTokenizer(words);
    const random = createRandom(1);
    for (let nth = 0; nth < 300; nth++) {
      const text = Array.from({ length: random.integer(12) }, () => random.pick(words)).join('');
      assert.equal(decode(encode(text)), text);
    }
  });

  it('names what it does not know, and does not take a special token for text', () => {
    const { encode } = symbolTokenizer([...'0123456789'], { specialTokens: ['<|end|>'] });
    assert.throws(() => encode('12x4'), /^RangeError: Cannot encode "12x4": no symbol fits at place 2, "x"$/);
    assert.throws(() => encode('1<|end|>'), /no symbol fits at place 1, "<"/);
    assert.throws(() => encode('1😀'), /at place 1, "😀"/);
  });

  it('refuses symbols that are empty, there twice, or half a character', () => {
    assert.throws(() => symbolTokenizer(['a', '']), /symbols that are not empty, got an empty one/);
    assert.throws(() => symbolTokenizer(['a', 'b', 'a']), /each symbol once, got "a" twice/);
    assert.throws(() => symbolTokenizer(['a'], { specialTokens: ['a'] }), /each symbol once, got "a" twice/);
    assert.throws(() => symbolTokenizer(['\ud83d']), /expected whole characters/);
  });
});
