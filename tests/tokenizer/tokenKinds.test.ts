import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpeTokenizer } from '../../src/tokenizer/bpe.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { tokenKinds } from '../../src/tokenizer/tokenKinds.js';

// The reports of Land and Bartolo's "Fishing for Magikarp" (cohere-ai/magikarp, results/reports) count the tokens of
// several bytes in which a character is cut, and list those that no text becomes: openai_community_gpt2_medium.md for
// GPT-2, openai_gpt_oss_20b.md for o200k.
const published = {
  gpt2: { parts: 216, unreachable: [] },
  o200k_base: {
    parts: 1434,
    unreachable: [3413, 3914, 24091, 48235, 63100, 65447, 99494, 125141, 147008, 175653, 182292, 193819],
  },
};
// 13 bytes and no more never occur in UTF-8 (RFC 3629, section 1).
const neverUtf8 = [0xc0, 0xc1, ...Array.from({ length: 11 }, (_, nth) => 0xf5 + nth)];

for (const name of ['gpt2', 'o200k_base'] as const) {
  test(`tokenKinds() finds the parts and the unreachable tokens of ${name} that were published`, () => {
    const tokenizer = tiktokenTokenizer(name);
    const kinds = tokenKinds(tokenizer);
    const idsOf = (kind: string) => [...kinds.keys()].filter((id) => kinds[id] === kind);
    const isLong = (id: number) => tokenizer.tokenBytes(id).length > 1;
    assert.equal(idsOf('part').filter(isLong).length, published[name].parts);
    assert.deepEqual(idsOf('unreachable').filter(isLong), published[name].unreachable);
    const bytes = idsOf('unreachable').flatMap((id) => (isLong(id) ? [] : [...tokenizer.tokenBytes(id)]));
    assert.deepEqual(bytes.sort(), neverUtf8);
    assert.deepEqual(idsOf('special'), [...tokenizer.specialTokens.values()]);
  });
}

test('every character there is leads to tokens that are whole or parts, and to no other', () => {
  const tokenizer = tiktokenTokenizer('cl100k_base');
  const kinds = tokenKinds(tokenizer);
  const met = new Set<string>();
  for (let code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 7) {
    for (const id of tokenizer.encode(String.fromCodePoint(code))) met.add(kinds[id]!);
  }
  assert.deepEqual([...met].sort(), ['part', 'whole']);
});

test('a token that its splitting rule cuts is unreachable, an id between tokens and specials unused', () => {
  const merges = [
    [49, 50],
    [256, 51],
    [257, 52],
  ] as const;
  const [end, split] = [{ '<|end|>': 262 }, 'gpt4'] as const;
  const kinds = tokenKinds(bpeTokenizer({ split, merges, specialTokens: end })).slice(256);
  // 1234 is cut behind the third digit
  assert.deepEqual(kinds, ['whole', 'whole', 'unreachable', 'unused', 'unused', 'unused', 'special']);
});
