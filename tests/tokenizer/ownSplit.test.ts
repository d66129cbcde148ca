import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Tokenizer as HuggingFace } from '@huggingface/tokenizers';
import { createRandom } from '../../src/core/random.js';
import { type Split, splitWords } from '../../src/tokenizer/engine/split.js';
import { loadTokenizer, saveTokenizer } from '../../src/tokenizer/files/bpeFile.js';
import { loadHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceRead.js';
import { saveHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceWrite.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { mixedText } from './samples.js';
import { textOfClasses } from './unicode.js';

const folder = mkdtempSync(join(tmpdir(), 'own-split-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'tokenizer.json');

const splits: { readonly [name: string]: Split } = {
  'an expression': / ?\p{L}+|\p{N}{1,2}|[^\p{L}\p{N}]/u,
  'an expression with gaps': /\d/u,
  'digits from the right': /\d{1,3}(?=(?:\d{3})*(?!\d))/,
  'a list': [/\p{N}{1,3}/u, 'gpt2'],
  none: 'none',
};
const texts = () => {
  const random = createRandom(5);
  return [mixedText, ...Array.from({ length: 200 }, () => textOfClasses(random, 20))];
};

describe("a split of one's own", () => {
  it('cuts at every match and between, in turn, and joins to the text', () => {
    assert.deepEqual(splitWords('a12b345 c', /\d{2}/), ['a', '12', 'b', '34', '5 c']);
    assert.deepEqual(splitWords('1234567 x', splits['digits from the right']), ['1', '234', '567', ' x']);
    assert.deepEqual(splitWords("it's 12345", [/\p{N}{1,3}/u, 'gpt2']), ['it', "'s", ' ', '123', '45']);
    assert.deepEqual(splitWords('one two', 'none'), ['one two']);
    assert.deepEqual(splitWords('😀a', /(?:)/), ['😀a'], 'an empty match cuts nothing');
    assert.deepEqual(splitWords('', 'none'), []);
    for (const split of Object.values(splits))
      for (const text of [...texts(), 'ab 12 '.repeat(20_000), 'a'.repeat(100_000)])
        assert.equal(splitWords(text, split).join(''), text);
  });

  for (const [name, split] of Object.entries(splits)) {
    it(`${name}: training keeps to it, and both files give the same ids`, () => {
      const ours = trainBpe([mixedText, mixedText], { vocabSize: 400, split });
      for (const word of splitWords(mixedText, split)) {
        const alone = ours.encode(word);
        assert.equal(ours.decode(alone), word);
      }
      const inWords = splitWords(mixedText, split).flatMap((word) => ours.encode(word));
      if (!String(split).includes('(?=')) assert.deepEqual(ours.encode(mixedText), inWords);
      saveTokenizer(path, ours);
      const again = loadTokenizer(path);
      saveHuggingFaceTokenizer(path, ours);
      const theirs = new HuggingFace(JSON.parse(readFileSync(path, 'utf8')), {});
      const read = loadHuggingFaceTokenizer(path);
      for (const text of texts()) {
        const ids = ours.encode(text);
        const withSpecials = encodeSpecials(ours, Buffer.from(text).toString());
        assert.deepEqual(again.encode(text), ids);
        assert.deepEqual(read.encode(text), ids, text);
        assert.deepEqual(theirs.encode(Buffer.from(text).toString()).ids, withSpecials, text);
      }
    });
  }

  it('none learns across words, which no rule does', () => {
    const { encode, decode } = trainBpe(['of the of the '.repeat(9)], { vocabSize: 270, split: 'none' });
    assert.ok(encode('of the ').some((id) => /\S \S/.test(decode([id]))));
  });

  it('what others would read otherwise is not written, and what is no rule is refused', () => {
    const refuses = (split: Split, message: RegExp) =>
      assert.throws(() => saveHuggingFaceTokenizer(path, trainBpe([mixedText], { vocabSize: 300, split })), {
        name: 'RangeError',
        message,
      });
    refuses(/[a-z]+/i, /as we do, got the flag i/);
    refuses(/\bword/, /got \\b/);
    refuses(/\p{Emoji}/u, /got \\p\{Emoji\}/);
    refuses('nobody' as never, /expected one of gpt2, .*, none, an expression, got nobody/);
    refuses(new RegExp(String.fromCharCode(92, 45)), /expected an expression that reads code points/);
  });
});

describe('special tokens in the texts of training', () => {
  it('are text by default, and as separators part the text and leave nothing behind', () => {
    const texts = ['low lower<|endoftext|>lowest '.repeat(50)];
    const learned = (spelledSpecials: 'text' | 'separators') => {
      const { model, decode } = trainBpe(texts, { vocabSize: 300, spelledSpecials });
      return model.merges.map((_, nth) => decode([256 + nth]));
    };
    assert.ok(learned('text').includes('endoftext'));
    const parted = trainBpe(texts[0]!.split('<|endoftext|>'), { vocabSize: 300 }).model;
    assert.deepEqual(trainBpe(texts, { vocabSize: 300, spelledSpecials: 'separators' }).model, parted);
    assert.ok(!learned('separators').some((token) => /[<|>x]/.test(token)));
    assert.throws(() => learned('other' as never), /expected spelledSpecials text or separators, got other/);
  });
});
