import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Tokenizer as HuggingFace } from '@huggingface/tokenizers';
import { createRandom } from '../../src/core/random.js';
import { bpeTokenizer } from '../../src/tokenizer/bpe.js';
import { splitWords } from '../../src/tokenizer/engine/split.js';
import { loadHuggingFaceTokenizer, readTokenizerFile } from '../../src/tokenizer/files/huggingFaceRead.js';
import { saveHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceWrite.js';
import { tokensOfModel } from '../../src/tokenizer/files/ranks.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { tokenizerOfVocabulary, vocabularyTokenizer } from '../../src/tokenizer/vocabularyTokenizer.js';
import { likeLlama3, likeSmolLm2 } from './publishedVocabularies.js';
import { mixedText, randomText } from './samples.js';
import { textOfClasses } from './unicode.js';

const folder = mkdtempSync(join(tmpdir(), 'vocabulary-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'tokenizer.json');

/** Texts that the file's own library in JavaScript reads as the one in Rust does. */
const texts = () => {
  const random = createRandom(52);
  return [
    mixedText,
    ...Array.from({ length: 500 }, () => textOfClasses(random, 30)),
    ...Array.from({ length: 200 }, () => randomText(random)),
  ].map((text) => Buffer.from(text).toString());
};

describe('a tokenizer of a given vocabulary', () => {
  for (const [name, make] of Object.entries({ SmolLM2: likeSmolLm2, 'Llama 3': likeLlama3 })) {
    it(`laid out as ${name}'s gives the ids of @huggingface/tokenizers, and is itself again when it is read back`, () => {
      const ours = make();
      const startIds = [ours.specialTokens.get('<|bos|>')!];
      saveHuggingFaceTokenizer(path, ours, { startIds });
      const theirs = new HuggingFace(JSON.parse(readFileSync(path, 'utf8')), {
        clean_up_tokenization_spaces: false,
      });
      for (const text of texts()) {
        const ids = encodeSpecials(ours, text);
        assert.deepEqual(theirs.encode(text, { add_special_tokens: false }).ids, ids, JSON.stringify(text));
      }
      assert.deepEqual(theirs.encode('a').ids, [...startIds, ...ours.encode('a')]);
      const read = readTokenizerFile(path);
      assert.deepEqual(read.startIds, startIds);
      assert.deepEqual(read.tokenizer.specialTokens, ours.specialTokens);
      assert.deepEqual(read.tokenizer.encode(mixedText), ours.encode(mixedText));
    });
  }

  it('gives the ids of bpeTokenizer for the same merges, whatever their numbers, on long words too', () => {
    const { model } = trainBpe([mixedText], { vocabSize: 700, split: 'gpt2' });
    const plain = bpeTokenizer(model);
    const special = new Uint8Array(0);
    const shifted = vocabularyTokenizer({
      split: 'gpt2',
      tokens: [special, special, ...tokensOfModel(model)],
      merges: model.merges.map(([left, right]) => [left + 2, right + 2] as const),
      specialTokens: { '<s>': 0, '</s>': 1 },
    });
    const random = createRandom(3);
    const long = Array.from({ length: 5000 }, () => 'aeinrst'[random.integer(7)]).join('');
    for (const text of [...texts(), long, 'a'.repeat(100_000)])
      assert.deepEqual(
        shifted.encode(text),
        plain.encode(text).map((id) => id + 2),
      );
    assert.equal(shifted.decode([1, ...shifted.encode('Hé!'), 0]), '</s>Hé!<s>');
    assert.deepEqual(shifted.tokenBytes(0), special);
  });

  it("becomes a bpeTokenizer where it is laid out as ours, and says the model's merges", () => {
    const { model } = trainBpe([mixedText], { vocabSize: 400, split: 'gpt4o' });
    const tokens = tokensOfModel(model);
    const { merges, split, specialTokens } = model;
    const made = tokenizerOfVocabulary({ split, tokens, merges, specialTokens });
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    assert.deepEqual(made.model, { ...model, bytes });
    const longer = tokenizerOfVocabulary({
      split,
      tokens: [...tokens, Buffer.from('never made')],
      merges,
      specialTokens: {},
    });
    assert.ok('tokens' in longer.model);
    assert.equal(longer.decode([tokens.length]), 'never made');
  });

  it('is refused where it contradicts itself', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    const good = {
      split: 'gpt2',
      tokens: [...bytes, Buffer.from('ab')],
      merges: [],
      specialTokens: {},
    } as const;
    const refuses = (changed: object, message: RegExp) =>
      assert.throws(() => vocabularyTokenizer({ ...good, ...changed }), { name: 'RangeError', message });
    vocabularyTokenizer({ ...good, merges: [[97, 98]] });
    refuses({ merges: [[97, 99]] }, /expected merge 0 to make a token, got 97 and 99/);
    refuses({ merges: [[97, 900]] }, /expected merge 0 to join two tokens, got 97 and 900/);
    const twice = [[97, 98] as const, [97, 98] as const];
    refuses({ merges: twice }, /expected merge 1 to be new, got 97 and 98 again/);
    refuses({ tokens: [...bytes, Uint8Array.of(97)] }, /expected tokens that differ, got .* 97 again as 256/);
    refuses({ specialTokens: { a: 97 } }, /special token a to have an id of its own, got token 97/);
    refuses({ specialTokens: { a: 300, b: 300 } }, /special token b to have an id of its own, got 300/);
    refuses({ specialTokens: { a: 0.5 } }, /special token a to have an id of its own, got 0\.5/);
    refuses({ split: 'nobody' }, /expected one of gpt2, .*, got nobody/);
  });
});

describe("a published tokenizer.json's other keys", () => {
  const changed = (change: (file: ReturnType<typeof JSON.parse>) => void) => {
    saveHuggingFaceTokenizer(path, likeSmolLm2());
    const file = JSON.parse(readFileSync(path, 'utf8'));
    change(file);
    writeFileSync(path, JSON.stringify(file));
    return () => readTokenizerFile(path);
  };

  it('digits may be cut by a step of their own, as in SmolLM2', () => {
    const { tokenizer } = changed((file) => {
      file.pre_tokenizer.pretokenizers = [
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ];
    })();
    assert.equal(tokenizer.model.split, 'smolLm');
    const together = changed((file) => {
      file.pre_tokenizer.pretokenizers = [
        { type: 'Digits', individual_digits: false },
        { type: 'ByteLevel', add_prefix_space: false },
      ];
    })().tokenizer.model.split;
    assert.deepEqual(splitWords('a 123 4', together), ['a', ' ', '123', ' ', '4']);
  });

  it("a letter that has no token is left out, as in files of Hugging Face's trainer", () => {
    const { tokenizer } = changed((file) => {
      delete file.model.vocab.z;
      file.model.merges = file.model.merges.filter((merge: string) => !merge.includes('z'));
    })();
    assert.equal(tokenizer.decode(tokenizer.encode('a zebra')), 'a ebra');
  });

  it('NFC comes first, and a blank before a text that has none', () => {
    const { encode, decode } = changed((file) => {
      file.normalizer = { type: 'Sequence', normalizers: [{ type: 'NFC' }] };
      file.pre_tokenizer = { type: 'ByteLevel', add_prefix_space: true };
    })().tokenizer;
    assert.equal(decode(encode('e\u0301')), ' \u00e9');
    assert.equal(decode(encode(' a')), ' a');
    assert.deepEqual(encode(''), []);
  });

  it('a template may put special tokens before a text and behind it, where no model reads it', () => {
    const template = (single: unknown) =>
      changed((file) => {
        file.post_processor = {
          type: 'Sequence',
          processors: [{ type: 'ByteLevel' }, { type: 'TemplateProcessing', single }],
        };
      });
    const [special, text] = [{ SpecialToken: { id: '<|bos|>' } }, { Sequence: { id: 'A' } }];
    assert.deepEqual(template([special, text])().startIds, [1]);
    assert.deepEqual(template([text])().startIds, []);
    assert.throws(template([text, special]), /expected post_processor to put nothing behind a text, got 1/);
    assert.deepEqual(loadHuggingFaceTokenizer(path).endIds, [1]);
    assert.throws(
      template([{ SpecialToken: { id: 'x' } }, text]),
      /single\[0\] to be a special token, got "x"/,
    );
    assert.throws(template(7), /processors\[1\]\.single to be a list, got 7/);
  });
});
