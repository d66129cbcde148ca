import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { kindOf, other } from '../../../src/tokenizer/engine/characterKinds.js';
import { type SplitName, splits, splitWords } from '../../../src/tokenizer/engine/split.js';
import { splitOfPattern, splitPatterns } from '../../../src/tokenizer/files/splitPatterns.js';
import { mixedText } from '../samples.js';
import { asInRust, isSettled, kindInNode, textOfClasses } from '../unicode.js';

const require = createRequire(import.meta.url);
/** Cuts by an expression as its author wrote it. */
const byPattern = (published: string) => {
  const pattern = new RegExp(asInRust(published), 'gu');
  return (text: string): string[] => [...(text.match(pattern) ?? [])];
};
const tiktoken = (name: string): string => require(`js-tiktoken/ranks/${name}`).pat_str;
const byGpt2 = byPattern(tiktoken('gpt2'));
const publishedCuts: { readonly [split in SplitName]: (text: string) => string[] } = {
  gpt2: byGpt2,
  gpt4: byPattern(tiktoken('cl100k_base')),
  gpt4o: byPattern(tiktoken('o200k_base')),
  // Hugging Face's Digits(individual_digits=True) before ByteLevel; llama.cpp's two expressions of `smollm`.
  smolLm: (text) => text.split(/(\p{N})/u).flatMap((part, nth) => (nth % 2 === 1 ? [part] : byGpt2(part))),
  // Qwen2's own expression is that of cl100k but for the number of digits.
  qwen2: byPattern(tiktoken('cl100k_base').replace('\\p{N}{1,3}', '\\p{N}')),
};

for (const split of splits) {
  const byTheirs = publishedCuts[split];
  const byOurs = (text: string) => text.match(new RegExp(splitPatterns[split], 'gu')) ?? [];

  test(`${split}: the scanner cuts where the published expression does, and ours`, () => {
    const random = createRandom(21);
    const texts = [mixedText, ...Array.from({ length: 5000 }, () => textOfClasses(random, 20))];
    for (const text of texts) {
      const words = splitWords(text, split);
      assert.deepEqual(words, byTheirs(text));
      assert.deepEqual(words, [...byOurs(text)]);
    }
  });

  test(`${split}: every character up to U+3FFFF is cut alike, in the middle of letters, digits, signs and spaces`, () => {
    for (let from = 0; from < 0x40000; from += 0x400) {
      let text = '';
      for (let code = from; code < from + 0x400; code++) {
        if (!isSettled(code)) continue;
        const character = String.fromCodePoint(code);
        text += `a${character}B ${character}1${character}${character}b.${character}\n`;
      }
      assert.equal(splitWords(text, split).join('|'), byTheirs(text).join('|'));
    }
  });

  test(`${split}: a text longer than a chunk is cut as one that is not`, () => {
    const random = createRandom(22);
    for (let round = 0; round < 2; round++) {
      const parts = Array.from({ length: 300 }, () => {
        const run = 'a中 \n.A5'[random.integer(7)]!;
        return random.integer(3) === 0
          ? run.repeat(random.integer(2000))
          : textOfClasses(random, 60).repeat(random.integer(9));
      });
      const text = parts.join('').replaceAll(' ', round % 2 ? ' ' : '\u3000'); // with and without places to cut
      assert.ok(text.length > 2 ** 16);
      assert.deepEqual(splitWords(text, split), byTheirs(text));
    }
  });
}

test('the table of characters is Unicode 16: this Node has other kinds only for what one of the two does not know', () => {
  const differ = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => !isSettled(code));
  const known = differ.filter((code) => kindOf(code) !== other && kindInNode(code) !== other);
  const moved = [0x295]; // a small letter in Unicode 16, one without case in 17
  assert.deepEqual(known, process.versions.unicode === '17.0' ? moved : []);
  if (process.versions.unicode === '16.0') assert.deepEqual(differ, []);
});

test('white space is what Unicode says: U+0085 is, U+FEFF is not', () => {
  assert.deepEqual(splitWords('a \u0085b', 'gpt2'), ['a', ' ', '\u0085', 'b']);
  assert.deepEqual(splitWords('\ufeff// b', 'gpt2'), ['\ufeff//', ' b']);
  for (const split of ['gpt4', 'gpt4o'] as const) {
    assert.deepEqual(splitWords('a \u0085b', split), ['a', ' ', '\u0085b']);
    assert.deepEqual(splitWords('\ufeff// b', split), ['\ufeff//', ' b']);
  }
});

test('a rule is known by our expression and by the published ones, and by no other', () => {
  for (const split of splits) assert.equal(splitOfPattern(splitPatterns[split]), split);
  assert.equal(splitOfPattern(require('js-tiktoken/ranks/gpt2').pat_str), 'gpt2');
  // As in the tokenizer.json of Llama 3, which has the rule of GPT-4.
  const llama3 =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  assert.equal(splitOfPattern(llama3), 'gpt4');
  assert.equal(splitOfPattern(llama3.replace('{1,3}', '')), 'qwen2');
  assert.equal(splitOfPattern(llama3.replace('{1,3}', '{1,2}')), undefined);
  assert.equal(splitOfPattern(''), undefined);
});
