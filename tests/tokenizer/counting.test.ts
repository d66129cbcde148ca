import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { countTokens } from '../../src/tokenizer/countTokens.js';
import { tokenOffsets } from '../../src/tokenizer/tokenOffsets.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { vocabularyTokenizer } from '../../src/tokenizer/vocabularyTokenizer.js';
import { mixedText, randomText } from './samples.js';

const tokenizer = trainBpe([mixedText], { vocabSize: 400, minCount: 1 });
const random = createRandom(6);
const texts = [mixedText, '', ...Array.from({ length: 300 }, () => randomText(random))];

describe('countTokens()', () => {
  it('is the number of ids, or Infinity where it is above the limit', () => {
    for (const text of texts) {
      const count = tokenizer.encode(text).length;
      assert.equal(countTokens(tokenizer, text), count);
      assert.equal(countTokens(tokenizer, text, { limit: count }), count);
      if (count > 0)
        assert.equal(countTokens(tokenizer, text, { limit: count - 1 }), Number.POSITIVE_INFINITY);
    }
    assert.throws(() => countTokens(tokenizer, 'a', { limit: -1 }), /expected a limit of at least 0, got -1/);
  });

  it('does not encode what is too long by its length alone', () => {
    const bytes = byteTokenizer();
    const never = { ...bytes, encode: () => assert.fail('it was encoded') };
    assert.equal(countTokens(never, 'a'.repeat(101), { limit: 100 }), Number.POSITIVE_INFINITY);
  });
});

describe('tokenOffsets()', () => {
  it('gives places whose bytes hold the token, one behind the other, up to the end', () => {
    for (const text of texts) {
      const ids = tokenizer.encode(text);
      const places = tokenOffsets(tokenizer, text);
      assert.equal(places.length, ids.length);
      let covered = 0;
      for (const [nth, [start, end]] of places.entries()) {
        assert.ok(start <= covered && end >= covered);
        assert.ok(Buffer.from(text.slice(start, end)).includes(Buffer.from(tokenizer.tokenBytes(ids[nth]!))));
        covered = end;
      }
      assert.equal(covered, text.length);
    }
  });

  it('is refused where a text is changed before it is encoded', () => {
    const tokens = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    const model = { split: 'gpt2', tokens, merges: [], specialTokens: {}, normalization: 'NFC' } as const;
    assert.throws(
      () => tokenOffsets(vocabularyTokenizer(model), 'e\u0301'),
      /Cannot tell where tokens stand/,
    );
  });
});
