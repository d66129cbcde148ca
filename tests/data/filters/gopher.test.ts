// The limits are those of Rae et al. 2021 (arXiv 2112.11446), appendix A.1.1 and table A1.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import type { Filter } from '../../../src/data/filter.js';
import { gopherQuality } from '../../../src/data/filters/gopherQuality.js';
import { gopherRepetition } from '../../../src/data/filters/gopherRepetition.js';

const prose = `The old man had fished alone for many days and had taken nothing of any size. In the first weeks a boy
had been with him, but then the boy's parents told him that luck had left the boat, and so the boy went with another
crew. It made him sad to see the old man come home each evening with an empty skiff.`;
const words = (n: number, word = 'whale') =>
  Array.from({ length: n }, (_, i) => (i % 10 ? `${word}` : 'the of')).join(' ');
const reason = (filter: Filter, text: string) => {
  const verdict = filter.judge({ id: 'x', text, metadata: {} });
  return verdict.keep ? 'keep' : verdict.reason;
};

describe('gopherQuality()', () => {
  const quality = (text: string, options = {}) => reason(gopherQuality(options), text);

  it('keeps ordinary prose', () => assert.equal(quality(prose), 'keep'));

  it('wants 50 to 100,000 words and counts no punctuation as a word', () => {
    const n = (count: number) => `the of ${'whale '.repeat(count - 2)}`;
    assert.equal(quality(n(49)), 'too few words');
    assert.equal(quality(n(50)), 'keep');
    assert.equal(quality(`${n(49)} ! ! , ,`), 'too few words');
    assert.equal(quality(n(100_000)), 'keep');
    assert.equal(quality(n(100_001)), 'too many words');
  });

  it('wants words of 3 to 10 characters on average', () => {
    assert.equal(quality(words(60, 'ab')), 'words too short');
    assert.equal(quality(words(60, 'incomprehensibly')), 'words too long');
    assert.equal(quality(words(60, 'whale')), 'keep');
  });

  it('allows one # or one ellipsis for ten words, not more', () => {
    const marked = (mark: string, every: number) =>
      `the of ${Array.from({ length: 98 }, (_, i) => (i % every ? 'whale' : `${mark} whale`)).join(' ')}`;
    for (const [mark, why] of [
      ['#', 'too many #'],
      ['...', 'too many ellipses'],
      ['…', 'too many ellipses'],
    ] as const) {
      assert.equal(quality(marked(mark, 10)), 'keep');
      assert.equal(quality(marked(mark, 9)), why);
    }
  });

  it('wants a letter in 80 % of the words', () => {
    const mixed = (numbers: number) => `the of ${'whale '.repeat(98 - numbers)}${'1851 '.repeat(numbers)}`;
    assert.equal(quality(mixed(20)), 'keep');
    assert.equal(quality(mixed(21)), 'too few letters');
  });

  it('counts marks as words there only when asked, as the later code of FineWeb does', () => {
    const text = 'the, of, '.concat('whale, '.repeat(58));
    assert.equal(quality(text), 'keep');
    assert.equal(quality(text, { countMarks: true }), 'too few letters');
  });

  it('wants two different small words out of the eight of the paper', () => {
    assert.equal(quality(`the ${'whale '.repeat(59)}`), 'no small words');
    assert.equal(quality(`the the ${'whale '.repeat(59)}`), 'no small words');
    assert.equal(quality(`the with ${'whale '.repeat(59)}`), 'keep');
  });

  it('allows 90 % of lines with a bullet and 30 % with an ellipsis at the end', () => {
    const lines = (n: number, make: (i: number) => string) =>
      Array.from({ length: n }, (_, i) => make(i)).join('\n');
    const bullets = (n: number) => lines(20, (i) => `${i < n ? '• ' : ''}the hunt of a whale`);
    assert.deepEqual(
      [18, 19].map((n) => quality(bullets(n))),
      ['keep', 'mostly bullets'],
    );
    const cut = (n: number) =>
      lines(10, (i) => `the hunt of a great white whale in the far sea${i < n ? '...' : ''}`);
    assert.deepEqual(
      [3, 4].map((n) => quality(cut(n))),
      ['keep', 'lines cut off'],
    );
    const parted = (n: number) => `${cut(n).replaceAll('\n', '\n\n')}\n`; // 19 lines for datatrove, 9 of them blank
    assert.deepEqual(
      [5, 6].map((n) => quality(parted(n))),
      ['keep', 'lines cut off'],
    );
  });

  it('drops an empty text rather than divide by nothing', () => assert.equal(quality(''), 'too few words'));
});

describe('gopherRepetition()', () => {
  const repetition = (text: string, options = {}) => reason(gopherRepetition(options), text);
  const random = createRandom(1);
  const letters = (n: number) =>
    Array.from({ length: n }, () => 'abcdefghijklmnopqrstuvwxyz'[random.integer(26)]).join('');
  const different = (n: number) =>
    Array.from({ length: n }, () => Array.from({ length: 8 }, () => letters(5)).join(' '));

  it('keeps ordinary prose', () => assert.equal(repetition(prose), 'keep'));

  it('allows 30 % of lines and of paragraphs to come again', () => {
    // Short repeats, so that the rule on characters stays silent.
    const with_ = (repeats: number, glue: string) =>
      [...different(10 - repeats - 1), ...Array(repeats + 1).fill('Next')].join(glue);
    assert.deepEqual(
      [3, 4].map((n) => repetition(with_(n, '\n'))),
      ['keep', 'repeated lines'],
    );
    assert.deepEqual(
      [3, 4].map((n) => repetition(with_(n, '\n\n'))),
      ['keep', 'repeated paragraphs'],
    );
  });

  it('allows 20 % of the characters in lines that come again', () => {
    const line = 'a line that is said twice in the very same words';
    const text = (others: number) => [line, line, ...different(others)].join('\n');
    assert.equal(repetition(text(9)), 'keep');
    assert.equal(repetition(text(2)), 'repeated lines');
  });

  it('drops a text of which one phrase of two words is more than 20 %', () => {
    const text = (times: number) =>
      [...different(20), ...Array.from({ length: times }, (_, i) => `buy now ${i * 17}`)].join(' ');
    assert.equal(repetition(text(5)), 'keep');
    assert.equal(repetition(text(60)), 'one phrase all over');
  });

  it('drops a text with a long passage that comes twice', () => {
    const passage = 'it was the best of times it was the worst of times and we had everything before us';
    const others = different(4).join(' ');
    assert.equal(repetition(`${passage} ${others}`), 'keep');
    assert.equal(repetition(`${passage} ${others} ${passage}`), 'repeated phrases');
  });

  it('takes each limit as an option', () => {
    assert.equal(
      repetition('a\na\na', { maxLines: 1, maxLineCharacters: 1, topPhrases: [], repeatedPhrases: [] }),
      'keep',
    );
  });

  it('judges an empty text without a fault', () => assert.equal(repetition(''), 'keep'));
});
