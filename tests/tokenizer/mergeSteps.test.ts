import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { splitWords } from '../../src/tokenizer/engine/split.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { mergeSteps } from '../../src/tokenizer/mergeSteps.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { mixedText, randomText } from './samples.js';

test('mergeSteps() goes through the Wikipedia example: aaabdaaabac, ZabdZabac, ZYdZYac, XdXac', () => {
  const tokenizer = trainBpe(['aaabdaaabac'], { vocabSize: 260 });
  const letter = (id: number) => (id < 256 ? String.fromCharCode(id) : 'ZYX'[id - 256]);
  const steps = mergeSteps(tokenizer, 'aaabdaaabac').map((ids) => ids.map(letter).join(''));
  assert.deepEqual(steps, ['aaabdaaabac', 'ZabdZabac', 'ZYdZYac', 'XdXac']);
});

test('it begins with the bytes, ends with what encode gives, and gets shorter with each step', () => {
  const random = createRandom(21);
  const text = [mixedText, ...Array.from({ length: 20 }, () => randomText(random))].join('\n');
  const tokenizer = tiktokenTokenizer('gpt2');
  for (const word of new Set(splitWords(text, 'gpt2'))) {
    if (splitWords(word, 'gpt2').length > 1) continue; // one word there, and several when it stands alone
    const steps = mergeSteps(tokenizer, word);
    assert.deepEqual(steps.at(-1), tokenizer.encode(word));
    assert.equal(steps[0]!.length, Buffer.byteLength(word));
    for (const ids of steps) assert.equal(tokenizer.decode(ids), word);
    assert.ok(steps.every((ids, nth) => nth === 0 || ids.length < steps[nth - 1]!.length));
  }
});

test('no word has no steps, and several words are refused', () => {
  assert.deepEqual(mergeSteps(byteTokenizer(), ''), []);
  assert.throws(() => mergeSteps(byteTokenizer(), 'two words'), /"two words": expected one word, got 2/);
});
