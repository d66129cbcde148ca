// The rules were first written plainly and are kept that way in slow/: the fast ones must not differ in one verdict.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { readCorpus } from '../../../src/data/corpora/corpora.js';
import type { Filter } from '../../../src/data/filter.js';
import { c4Quality } from '../../../src/data/filters/c4Quality.js';
import { finewebQuality } from '../../../src/data/filters/finewebQuality.js';
import { gopherQuality } from '../../../src/data/filters/gopherQuality.js';
import { gopherRepetition } from '../../../src/data/filters/gopherRepetition.js';
import { labelledCrawl } from '../../../src/data/samples/labelledCrawl.js';
import { currentWords } from '../../../src/data/text/currentWords.js';
import { c4Quality as slowC4 } from './slow/c4Quality.js';
import { finewebQuality as slowFineweb } from './slow/finewebQuality.js';
import { gopherQuality as slowQuality } from './slow/gopherQuality.js';
import { gopherRepetition as slowRepetition } from './slow/gopherRepetition.js';
import { wordsOf } from './slow/words.js';

const random = createRandom(11);
const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
const madeOf = (parts: readonly string[], count: number): string =>
  Array.from({ length: count }, () => pick(parts)).join('');

// Few different parts, so that much comes again, and words that part in two ways: ab c, a bc.
const parts = [
  ...[
    'a',
    'b',
    'ab',
    'ba',
    'abc',
    ' ',
    ' ',
    ' ',
    '\n',
    '\n\n',
    '. ',
    ', ',
    "'",
    '’',
    '-',
    '...',
    '…',
    '!!',
    '#',
  ],
  ...[
    'é',
    'e\u0301',
    '\u0301',
    '١',
    '🐋',
    '𝕏',
    '\uD83D',
    '\uDC0B',
    '•',
    '\t',
    '\u00a0',
    '\u2028',
    'the',
    'of',
    '12',
  ],
  ...[
    'javascript',
    'Lorem Ipsum',
    '{',
    '[12]',
    '[edit]',
    'Terms of Use',
    'long'.repeat(300),
    '? ',
    '"',
    '\r',
  ],
];
const strange = Array.from({ length: 1000 }, () => madeOf(parts, random.integer(120)));
const plain = Array.from({ length: 1000 }, () => {
  const few = Array.from({ length: 2 + random.integer(60) }, () =>
    madeOf(['a', 'b', 'c', '.', 'ing', '-'], 4),
  );
  return madeOf([...few.flatMap((word) => [word, ' ']), ' ', '. ', '\n'], 20 + random.integer(400));
});
const crawl = [...labelledCrawl({ pages: 100, seed: 3 })].flatMap(({ text, html }) => [text, html]);
const lists = readCorpus('factbook')
  .slice(0, 7)
  .map(({ text }) => text);
const texts = [...strange, ...plain, ...crawl, ...lists, '', ' ', '\n', 'x', 'the of '.repeat(50_001)];

/** Compares all verdicts, and makes sure that there was something to compare. */
function sameVerdicts(fast: Filter, slow: Filter, reasons: number, some = texts): void {
  const seen = new Set<string>();
  for (const text of some) {
    const document = { id: 'x', text, metadata: {} };
    const expected = slow.judge(document);
    assert.deepEqual(fast.judge(document), expected, JSON.stringify(text.slice(0, 200)));
    seen.add(expected.keep ? 'keep' : expected.reason);
  }
  assert.ok(seen.size >= reasons, [...seen].join(', '));
}

describe('currentWords()', () => {
  it('finds the pieces that the expression finds', () => {
    for (const text of texts) {
      const { count, from, to } = currentWords(text);
      const pieces = Array.from({ length: count }, (_, nth) => text.slice(from[nth]!, to[nth]!));
      assert.deepEqual(pieces, [...wordsOf(text)]);
    }
  });
});

describe('the fast filters', () => {
  it('gopherRepetition() gives the verdicts of the slow one', () => {
    sameVerdicts(gopherRepetition(), slowRepetition(), 4);
  });
  it('gopherRepetition() gives them for phrases of every length', () => {
    const some = texts.filter((text, nth) => nth % 4 === 0 && text.length < 10_000);
    const open = { maxLines: 1, maxLineCharacters: 1, maxParagraphs: 1, maxParagraphCharacters: 1 };
    for (const n of [1, 2, 3, 5, 10]) {
      const top = { ...open, topPhrases: [[n, 0.05]] as const, repeatedPhrases: [] };
      sameVerdicts(gopherRepetition(top), slowRepetition(top), 2, some);
      const repeated = { ...open, topPhrases: [], repeatedPhrases: [[n, 0.02]] as const };
      sameVerdicts(gopherRepetition(repeated), slowRepetition(repeated), 2, some);
    }
    const mixed = {
      ...open,
      topPhrases: [
        [4, 0.3],
        [2, 0.3],
        [3, 0.1],
        [1, 0.2],
      ] as const,
    };
    sameVerdicts(gopherRepetition(mixed), slowRepetition(mixed), 2, some);
  });
  it('gopherQuality() gives the verdicts of the slow one', () => {
    sameVerdicts(gopherQuality(), slowQuality(), 6);
    const loose = { minWords: 1, minMeanLength: 0, maxMeanLength: 1e9 };
    sameVerdicts(gopherQuality(loose), slowQuality(loose), 6);
    const looser = { ...loose, maxSymbolsPerWord: 9, minAlphabetic: 0, minStopWords: 0, countMarks: true };
    sameVerdicts(gopherQuality(looser), slowQuality(looser), 4);
  });
  it('c4Quality() gives the verdicts of the slow one', () => {
    sameVerdicts(c4Quality(), slowC4(), 4);
    for (const options of [
      { terminalPunctuation: true, minSentences: 2 },
      { minWordsPerLine: 0, minSentences: 0, maxWordLength: 3 },
      { policyPhrases: ['ab', 'ς'], minWordsPerLine: 1, minSentences: 1 },
    ])
      sameVerdicts(c4Quality(options), slowC4(options), 2);
  });
  it('c4Quality() takes for the end of a sentence only what Node takes for one', () => {
    const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
    let ends = 0;
    for (const line of texts.slice(1000).flatMap((text) => text.split('\n'))) {
      const starts = new Set([...sentences.segment(line)].map(({ index }) => index));
      for (const { index } of line.matchAll(/(?<=[a-z][.?!] )[A-Z]/g)) {
        assert.ok(starts.has(index), line.slice(index - 30, index + 10));
        ends++;
      }
    }
    assert.ok(ends > 700, `${ends}`);
  });
  it('finewebQuality() gives the verdicts of the slow one', () => {
    sameVerdicts(finewebQuality(), slowFineweb(), 4);
  });
});
