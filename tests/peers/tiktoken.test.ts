import assert from 'node:assert/strict';
import { test } from 'node:test';
import { characterTable } from '../../src/tokenizer/engine/characterTable.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { hostileTexts } from './hostileTexts.js';
import { askPython, withPeers } from './python.js';

const names = ['gpt2', 'cl100k_base', 'o200k_base'] as const;

withPeers(import.meta.filename, () => {
  const ours = new Map(names.map((name) => [name, tiktokenTokenizer(name)]));
  const specials = [...ours.values()].flatMap(({ specialTokens }) => [...specialTokens.keys()]);
  const texts = [...hostileTexts, ...specials.map((special) => `a${special} b${special}${special}`)];
  const encodings = Object.fromEntries([...ours].map(([name, tokenizer]) => [name, ranks(tokenizer)]));
  const theirs = askPython<Record<string, [plain: number[][], special: number[][]]>>('tiktokenPeer.py', {
    encodings,
    texts,
  });

  for (const [name, tokenizer] of ours) {
    test(`${name} gives the ids of OpenAI's own tiktoken, specials as text and as specials`, () => {
      const [plain, special] = theirs[name]!;
      for (const [nth, text] of texts.entries()) {
        assert.deepEqual(tokenizer.encode(text), plain[nth], JSON.stringify(text));
        assert.deepEqual(encodeSpecials(tokenizer, text), special[nth], JSON.stringify(text));
      }
    });
  }

  test('every character is of the kind that it is of in tiktoken', () => {
    assert.equal(characterTable, askPython<string>('characterKinds.py', null));
  });
});

/** The bytes of the regular tokens, in the order of their ids, in base 64. */
function ranks({ vocabSize, specialTokens, tokenBytes }: Tokenizer): string[] {
  const special = new Set(specialTokens.values());
  const regular = Array.from({ length: vocabSize }, (_, id) => (special.has(id) ? [] : tokenBytes(id)));
  return regular.filter(({ length }) => length > 0).map((bytes) => Buffer.from(bytes).toString('base64'));
}
