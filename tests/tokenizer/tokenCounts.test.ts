import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCorpus } from '../../src/data/corpora/corpora.js';
import { splitWords } from '../../src/tokenizer/engine/split.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { mergePair } from '../../src/tokenizer/pairs.js';
import { mergeCounts, tokenCounts } from '../../src/tokenizer/tokenCounts.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';

const texts = readCorpus('moby-dick')
  .slice(0, 4)
  .map(({ text }) => text);

test('tokenCounts() adds up to the number of tokens, and counts each id where it stands', () => {
  const gpt2 = tiktokenTokenizer('gpt2');
  const counts = tokenCounts(gpt2, texts);
  const ids = texts.flatMap((text) => gpt2.encode(text));
  assert.equal(counts.length, 50_257);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    ids.length,
  );
  for (const id of new Set(ids)) assert.equal(counts[id], ids.filter((other) => other === id).length);
});

test('mergeCounts() gives what a replay of the merges, one after the other, counts', () => {
  const tokenizer = trainBpe(texts, { vocabSize: 400 });
  let words = texts.flatMap((text) => splitWords(text)).map((word) => [...Buffer.from(word)]);
  const length = () => words.reduce((sum, word) => sum + word.length, 0);
  const replayed = tokenizer.model.merges.map((pair, merge) => {
    const before = length();
    words = words.map((word) => mergePair(word, pair, 256 + merge));
    return before - length(); // each time that a pair is joined, one symbol is gone
  });
  assert.deepEqual(mergeCounts(tokenizer, texts), replayed);
});

test('the merges of any vocabulary add up to the bytes that the text has more than tokens', () => {
  for (const name of ['gpt2', 'cl100k_base'] as const) {
    const tokenizer = tiktokenTokenizer(name);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const tokens = texts.reduce((sum, text) => sum + tokenizer.encode(text).length, 0);
    const made = mergeCounts(tokenizer, texts).reduce((sum, count) => sum + count, 0);
    assert.equal(made, bytes - tokens);
  }
});
