import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Tokenizer as HuggingFace } from '@huggingface/tokenizers';
import { createRandom } from '../../../src/core/random.js';
import { type BpeTokenizer, bpeTokenizer, byteTokenizer } from '../../../src/tokenizer/bpe.js';
import { loadHuggingFaceTokenizer } from '../../../src/tokenizer/files/huggingFaceRead.js';
import { saveHuggingFaceTokenizer } from '../../../src/tokenizer/files/huggingFaceWrite.js';
import { tiktokenTokenizer } from '../../../src/tokenizer/files/tiktoken.js';
import { encodeSpecials } from '../../../src/tokenizer/specials.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { mixedText, randomText } from '../samples.js';
import { textOfClasses } from '../unicode.js';

const folder = mkdtempSync(join(tmpdir(), 'hugging-face-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'tokenizer.json');
const code = readFileSync(new URL(import.meta.url), 'utf8');

const tokenizers: { readonly [name: string]: () => BpeTokenizer } = {
  'ours by the rule of GPT-2': () =>
    trainBpe([mixedText, code], { vocabSize: 900, split: 'gpt2', specialTokens: ['<|bos|>', '<|eos|>'] }),
  'ours by the rule of GPT-4': () => trainBpe([mixedText, code], { vocabSize: 900 }),
  'ours by the rule of GPT-4o': () => trainBpe([mixedText, code], { vocabSize: 900, split: 'gpt4o' }),
  bytes: byteTokenizer,
  'GPT-2': () => tiktokenTokenizer('gpt2'),
  cl100k: () => tiktokenTokenizer('cl100k_base'),
};

for (const [name, make] of Object.entries(tokenizers)) {
  const ours = make();

  test(`${name}: @huggingface/tokenizers loads the file and gives our ids, on text, code and Unicode`, () => {
    saveHuggingFaceTokenizer(path, ours);
    const config = { clean_up_tokenization_spaces: false };
    const theirs = new HuggingFace(JSON.parse(readFileSync(path, 'utf8')), config);
    const random = createRandom(51);
    const specials = [...ours.specialTokens.keys()].map((special) => `a${special} b`).join('');
    const texts = [
      ...[mixedText, code, specials],
      ...Array.from({ length: 250 }, () => textOfClasses(random, 20)),
      ...Array.from({ length: 100 }, () => randomText(random)),
    ].map((text) => Buffer.from(text).toString()); // half surrogates cannot be in a file, nor in their input
    for (const text of texts) {
      const ids = encodeSpecials(ours, text);
      assert.deepEqual(theirs.encode(text).ids, ids);
      if (ids.length > 0) assert.equal(theirs.decode(ids), text);
    }
  });

  test(`${name}: reading the file back gives ours`, () => {
    saveHuggingFaceTokenizer(path, ours);
    const loaded = loadHuggingFaceTokenizer(path);
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    assert.deepEqual(loaded.model, { bytes, ...ours.model });
    assert.deepEqual(loaded.encode(mixedText), ours.encode(mixedText));
  });
}

test('a file of GPT-2 as Hugging Face publishes it loads: ByteLevel cuts by itself', () => {
  const ours = tiktokenTokenizer('gpt2');
  saveHuggingFaceTokenizer(path, ours);
  const file = JSON.parse(readFileSync(path, 'utf8'));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };
  file.model.merges = file.model.merges.map((merge: string) => merge.split(' '));
  Object.assign(file.model, { type: undefined, continuing_subword_prefix: '', end_of_word_suffix: '' });
  Object.assign(file, { pre_tokenizer: byteLevel, decoder: byteLevel, post_processor: byteLevel });
  writeFileSync(path, JSON.stringify(file));
  assert.deepEqual(loadHuggingFaceTokenizer(path).model, ours.model);
});

test('special tokens stand in the vocabulary too, as Rust numbers those that do not over any gap; without them it loads', () => {
  const ours = bpeTokenizer({ split: 'gpt4', merges: [[97, 97]], specialTokens: { '<s>': 300 } });
  saveHuggingFaceTokenizer(path, ours);
  const file = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual([file.model.vocab.aa, file.model.vocab['<s>']], [256, 300]);
  delete file.model.vocab['<s>'];
  writeFileSync(path, JSON.stringify(file));
  assert.equal(loadHuggingFaceTokenizer(path).specialTokens.get('<s>'), 300);
});

test('what would change ids and is not known here is refused by its key', () => {
  saveHuggingFaceTokenizer(path, trainBpe(['aaabdaaabac'], { vocabSize: 260 }));
  const whole = readFileSync(path, 'utf8');
  const refuses = (change: (file: ReturnType<typeof JSON.parse>) => void, message: RegExp) => {
    const file = JSON.parse(whole);
    change(file);
    writeFileSync(path, JSON.stringify(file));
    assert.throws(() => loadHuggingFaceTokenizer(path), { name: 'SyntaxError', message });
  };
  const head = 'Cannot read tokenizer .*tokenizer\\.json: expected ';
  const says = (rest: string) => new RegExp(`^${head}${rest}`);
  refuses(
    (file) => (file.normalizer = { type: 'Lowercase' }),
    says('normalizer to be left out or null or "NFC" or .*, got "Lowercase"'),
  );
  refuses(
    (file) => (file.truncation = { max_length: 2, strategy: 'LongestFirst', stride: 0 }),
    says('truncation to be left out or null, got \\{"max_length'),
  );
  refuses(
    (file) => (file.padding = { strategy: { Fixed: 8 }, pad_id: 0 }),
    says('padding to be left out or null, got \\{"strategy'),
  );
  refuses(
    (file) => (file.model.type = 'Unigram'),
    says('model\\.type to be left out or "BPE", got "Unigram"'),
  );
  refuses(
    (file) => (file.model.ignore_merges = 1),
    says('model\\.ignore_merges to be left out or false or true'),
  );
  refuses(
    (file) => (file.model.merges[1] = 'x'),
    says('model\\.merges\\[1\\] to be two tokens of the voc.*"x"'),
  );
  refuses(
    (file) => (file.model.merges[1] = 'b b'),
    says('model\\.merges\\[1\\] to make a token of the vocabulary, got "b b"'),
  );
  refuses((file) => (file.model.merges = 3), says('model\\.merges to be a list, got 3'));
  refuses(
    (file) => (file.model.vocab.zz = 9000),
    says('model\\.vocab\\["zz"\\] to be an id below \\d+, got 9000'),
  );
  refuses(
    (file) => (file.model.vocab['a b'] = 300),
    says('model\\.vocab\\["a b"\\] to be spelled in the letters'),
  );
  refuses((file) => file.model.merges.push(file.model.merges[0]), /: model: .*expected merge 3 to be new/);
  refuses((file) => (file.model.vocab.zz = 9), says('model\\.vocab\\["zz"\\] to have an id of its own'));
  refuses((file) => {
    delete file.model.vocab.z;
    file.model.unk_token = 'a';
  }, says('model\\.unk_token to be left out or null, got "a"'));
  refuses((file) => (file.pre_tokenizer = null), says('pre_tokenizer to have keys, got null'));
  refuses(
    (file) => (file.pre_tokenizer.pretokenizers[0].pattern.Regex = 'a\\b'),
    says('pre_tokenizer\\.pretokenizers\\[0\\]\\.pattern\\.Regex to be known here, and \\\\b is not'),
  );
  refuses(
    (file) => (file.pre_tokenizer.pretokenizers[0].pattern.Regex = `${'a'.repeat(3000)}[z-a]`),
    says('pre_tokenizer\\.pretokenizers\\[0\\]\\.pattern\\.Regex to be known here, and Range out of order'),
  );
  refuses(
    (file) => (file.pre_tokenizer.pretokenizers[1].add_prefix_space = true),
    says('pre_tokenizer\\.pretokenizers\\[1\\]\\.add_prefix_space to be false, got true'),
  );
  refuses(
    (file) => (file.added_tokens[0].lstrip = true),
    says('added_tokens\\[0\\]\\.lstrip to be left out'),
  );
  refuses(
    (file) => (file.added_tokens[0].id = 300),
    says('model\\.vocab\\["<\\|endoftext\\|>"\\] to be 300, got 259'),
  );
  refuses(
    (file) => (file.added_tokens[0].id = file.model.vocab['<|endoftext|>'] = 5),
    /: added_tokens: .*special token <\|endoftext\|> to have an id of its own, got token 5/,
  );
  writeFileSync(path, `\uFEFF${whole}`);
  assert.deepEqual(loadHuggingFaceTokenizer(path).encode('aaab'), [258], 'a byte order mark changes nothing');
  writeFileSync(path, '{"model":');
  assert.throws(() => loadHuggingFaceTokenizer(path), {
    name: 'SyntaxError',
    message: /json: it is not JSON/,
  });
  assert.throws(() => loadHuggingFaceTokenizer(join(folder, 'none')), /none: there is no such file/);
});

test('two tokens that are spelled the same are not written', () => {
  const special = bpeTokenizer({ split: 'gpt2', merges: [[97, 98]], specialTokens: { ab: 257 } });
  assert.throws(() => saveHuggingFaceTokenizer(path, special), {
    name: 'RangeError',
    message:
      'Cannot write a tokenizer.json: expected tokens that are spelled differently, got "ab" as 256 and 257',
  });
});
