import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCorpus, searchIndex } from '../../src/data/index.js';

const documentsOf = (texts: readonly string[]) =>
  texts.map((text, nth) => ({ id: `${nth}`, text, metadata: {} }));

describe('searchIndex()', () => {
  it('scores a word as the formula of BM25 has it, lengths in different words', () => {
    const texts = ['whale whale sea', 'whale', 'the sea and the ship and the crew', 'ship'];
    const lengths = texts.map((text) => new Set(text.split(' ')).size); // as MiniSearch counts it
    const mean = lengths.reduce((sum, length) => sum + length, 0) / texts.length;
    const idf = Math.log(1 + (texts.length - 2 + 0.5) / (2 + 0.5));
    const expected = [2, 1].map((count, nth) => {
      const norm = 1.2 * (1 - 0.75 + (0.75 * lengths[nth]!) / mean);
      return (idf * count * 2.2) / (count + norm);
    });
    const found = searchIndex(documentsOf(texts)).search('whale');
    const scores = new Map(found.map(({ document, score }) => [document.id, score]));
    for (const [nth, score] of expected.entries()) assert.ok(Math.abs(scores.get(`${nth}`)! - score) < 1e-9);
    assert.equal(found.length, 2);
  });

  it('finds the page of a country by what is asked of it', () => {
    const index = searchIndex(readCorpus('factbook'));
    const [best] = index.search('Ulaanbaatar Mongolia capital', { limit: 3 });
    assert.match(best!.document.text.slice(0, 200), /Mongolia/);
  });

  it('finds nothing for a query without words, and says what is wrong with an index over nothing', () => {
    const index = searchIndex(documentsOf(['a whale']));
    assert.deepEqual(index.search(' … '), []);
    assert.deepEqual(index.search('<|im_end|> '.repeat(1000)), []);
    assert.throws(() => searchIndex([]), /expected a document, got none/);
  });
});
