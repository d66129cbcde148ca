import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type BpeTokenizer, bpeTokenizer, byteTokenizer } from '../../src/tokenizer/bpe.js';
import { saveHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceWrite.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import type { VocabularyTokenizer } from '../../src/tokenizer/vocabularyTokenizer.js';
import { likeLlama3, likeSmolLm2 } from '../tokenizer/publishedVocabularies.js';
import { mixedText } from '../tokenizer/samples.js';
import { hostileTexts } from './hostileTexts.js';
import { askPython, withPeers } from './python.js';

const tokenizers: Readonly<Record<string, () => BpeTokenizer | VocabularyTokenizer>> = {
  bytes: byteTokenizer,
  'one that was trained by the rule of GPT-2': () =>
    trainBpe([mixedText], { vocabSize: 500, split: 'gpt2', specialTokens: ['<|bos|>', '<|eos|>'] }),
  'one that was trained by the rule of GPT-4': () => trainBpe([mixedText], { vocabSize: 500 }),
  'one that was trained by the rule of GPT-4o': () =>
    trainBpe([mixedText], { vocabSize: 500, split: 'gpt4o' }),
  'one with a gap before its specials': () =>
    bpeTokenizer({ split: 'gpt4', merges: [[97, 97]], specialTokens: { '<s>': 300, '</s>': 299 } }),
  'GPT-2': () => tiktokenTokenizer('gpt2'),
  'GPT-4': () => tiktokenTokenizer('cl100k_base'),
  'GPT-4o': () => tiktokenTokenizer('o200k_base'),
  'one laid out as that of SmolLM2': likeSmolLm2,
  'one laid out as that of Llama 3': likeLlama3,
};

withPeers(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenizers-'));
  after(() => rmSync(folder, { recursive: true }));
  const made = Object.entries(tokenizers).map(([name, make]) => [name, make()] as const);
  const specials = [...new Set(made.flatMap(([, { specialTokens }]) => [...specialTokens.keys()]))];
  const texts = [...hostileTexts, ...specials.map((special) => `a${special} b${special}${special}`)];
  const files = made.map(([, tokenizer], nth) => {
    const file = join(folder, `${nth}.json`);
    saveHuggingFaceTokenizer(file, tokenizer);
    return file;
  });
  type Answer = [size: number, ids: number[][], texts: string[]];
  const theirs = askPython<Answer[]>('tokenizersPeer.py', { files, texts });

  for (const [nth, [name, tokenizer]] of made.entries()) {
    test(`Hugging Face's Rust reads our file of ${name} and gives our ids, and the texts back`, () => {
      const [, ids, decoded] = theirs[nth]!;
      const isWhole = !('tokens' in tokenizer.model); // others lack control characters
      for (const [at, text] of texts.entries()) {
        assert.deepEqual(ids[at], encodeSpecials(tokenizer, text), JSON.stringify(text));
        assert.equal(decoded[at], isWhole ? text : tokenizer.decode(ids[at]!));
      }
    });
  }
});
