import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { bpeTokenizer, byteTokenizer } from '../../../src/tokenizer/bpe.js';
import { loadTokenizer, saveTokenizer } from '../../../src/tokenizer/files/bpeFile.js';
import { tiktokenModel } from '../../../src/tokenizer/files/tiktoken.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { mixedText } from '../samples.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'tokenizer.json');

test('a loaded tokenizer is the saved one', () => {
  const tokenizers = [
    trainBpe([mixedText], { vocabSize: 320, split: 'gpt2', specialTokens: ['<|bos|>', '<|"\n|>'] }),
    byteTokenizer(),
    bpeTokenizer(tiktokenModel('gpt2')), // its bytes are in another order
  ];
  for (const tokenizer of tokenizers) {
    saveTokenizer(path, tokenizer);
    const loaded = loadTokenizer(path);
    assert.deepEqual(loaded.model, tokenizer.model);
    assert.deepEqual(loaded.encode(mixedText), tokenizer.encode(mixedText));
  }
});

test('a damaged file is named, with what is wrong', () => {
  const refuses = (content: string, message: RegExp) => {
    writeFileSync(path, content);
    assert.throws(() => loadTokenizer(path), { name: 'SyntaxError', message });
  };
  const file = (part: object) =>
    JSON.stringify({ format: 'llm-workbook-bpe-1', split: 'gpt2', merges: [], specialTokens: {}, ...part });
  refuses('{"format":"llm', /^Cannot read tokenizer .*tokenizer\.json: it is not JSON/);
  refuses('[]', /tokenizer\.json: expected format llm-workbook-bpe-1, got none/);
  refuses(file({ merges: null }), /expected a list of merges, got none/);
  refuses(file({ merges: [[97, 98], [1]] }), /expected merge 1 to be two ids, got \[1\]/);
  refuses(file({ merges: [[97, 999]] }), /expected merge 0 to join two ids below 256, got 97 and 999/);
  refuses(file({ split: 'x' }), /expected one of gpt2, gpt4, .*, got x/);
  refuses(file({ specialTokens: ['x'] }), /expected special tokens with their ids/);
  refuses(file({ bytes: 'abc' }), /expected bytes as a list of numbers/);
  assert.throws(() => loadTokenizer(join(folder, 'none.json')), {
    message: /Cannot read tokenizer .*none\.json: there is no such file/,
  });
});

test('no damage makes loading crash: it works, or it says which file is wrong', () => {
  saveTokenizer(path, trainBpe([mixedText], { vocabSize: 280 }));
  const whole = readFileSync(path);
  const random = createRandom(5);
  for (let round = 0; round < 300; round++) {
    const damaged = Buffer.from(
      whole.subarray(0, random.integer(2) ? random.integer(whole.length) : whole.length),
    );
    for (let hits = 0; hits < 3 && damaged.length > 0; hits++) {
      damaged[random.integer(damaged.length)] = random.integer(256);
    }
    writeFileSync(path, damaged);
    try {
      loadTokenizer(path);
    } catch (error) {
      assert.match(String(error), /^SyntaxError: Cannot read tokenizer .*tokenizer\.json: /);
    }
  }
});
