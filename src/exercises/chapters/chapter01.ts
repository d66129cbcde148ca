/** The exercises of chapter 01: lines that end like sentences, phrases that come again, buckets, a judge's limit. */
import { linesOf } from '../../data/text/words.js';
import type { Exercise } from '../exercise.js';

const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const endsInMark = (line: string): boolean => /[.?!"']$/.test(line);

const punctuatedShare = {
  id: '01.1',
  name: 'punctuatedShare',
  answer: (text) => share(linesOf(text).filter(endsInMark).length, linesOf(text).length),
  cases: [
    ['Hi.'],
    ['Hi'],
    [''],
    ['Hi!\nHi'],
    ['Hi.\n\nHi?'],
    ['"Hi"\n\'Hi\''],
    ['Hi. Bye'],
    ['Call me Ishmael.\n  \nHome\nNews\nSports'],
  ],
  random: (random, size) => {
    const line = () =>
      `${random.pick(['Sea', 'A whale.', 'No'])}${random.pick(['', '', '.', '?', '!', '"', "'"])}`;
    return [times(size, () => random.pick(['', '  ', line(), line(), line()])).join('\n')];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (text) => linesOf(text).filter(endsInMark).length / linesOf(text).length,
      hint: 'A text without lines makes this 0 / 0, which is NaN. Such a text has the share 0.',
    },
    {
      answer: (text) => text.split('\n').filter(endsInMark).length / text.split('\n').length,
      hint: 'Blank lines do not count, neither as lines that end in a mark nor as lines at all.',
    },
    {
      answer: (text) =>
        share(linesOf(text).filter((line) => line.endsWith('.')).length, linesOf(text).length),
      hint: 'There are five marks, and the full stop is one of them.',
    },
    {
      answer: (text) =>
        share(linesOf(text).filter((line) => /[.?!"']/.test(line)).length, linesOf(text).length),
      hint: 'The mark has to be the last character of its line.',
    },
    {
      answer: (text) => linesOf(text).filter(endsInMark).length,
      hint: 'This counts the lines. The share is that number, divided by the number of all lines.',
    },
  ],
  hint: 'Count the lines that are not blank, and those of them whose last character is one of . ? ! " and \'.',
} satisfies Exercise<[text: string]>;

/** How many words are in phrases of `n` that came before; the steps are how far to go on behind such a phrase or another. */
function repeatedWords(
  words: readonly string[],
  n: number,
  { separator = ' ', step = n, newStep = 1, last = words.length - n } = {},
): number {
  const seen = new Set<string>();
  let repeated = 0;
  let at = 0;
  while (at <= last) {
    const phrase = words.slice(at, at + n).join(separator);
    const isRepeat = seen.has(phrase);
    if (isRepeat) repeated += n;
    seen.add(phrase);
    at += isRepeat ? step : newStep;
  }
  return repeated;
}

const repeatedShare = {
  id: '01.2',
  name: 'repeatedShare',
  answer: (words, n) => share(repeatedWords(words, n), words.length),
  cases: [
    [[], 2],
    [['a'], 2],
    [['a', 'a'], 1],
    [['a', 'b', 'a', 'b'], 2],
    [['a', 'a', 'a', 'a'], 2],
    [['a', 'bc', 'ab', 'c'], 2],
    [['a', 'b', 'c', 'a', 'b', 'd'], 2],
    [['the', 'great', 'whale', 'and', 'the', 'great', 'whale'], 3],
  ],
  random: (random, size) => {
    const words = times(random.integer(3 * size + 1), () => random.pick(['a', 'b', 'ab', 'ba']));
    return [words, 1 + random.integer(3)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (words, n) => repeatedWords(words, n) / words.length,
      hint: 'No words make this 0 / 0, which is NaN. Their share is 0.',
    },
    {
      answer: (words, n) => share(repeatedWords(words, n, { step: 1 }), words.length),
      hint: 'Some words are counted twice: behind a phrase that came before, go on after its last word.',
    },
    {
      answer: (words, n) => share(repeatedWords(words, n, { separator: '' }), words.length),
      hint: 'Without something between them the words "a", "bc" and "ab", "c" become the same phrase.',
    },
    {
      answer: (words, n) => share(repeatedWords(words, n, { last: words.length - n - 1 }), words.length),
      hint: 'The last phrase starts n words before the end, and it is missing.',
    },
    {
      answer: (words, n) => share(repeatedWords(words, n) / n, words.length),
      hint: 'This counts phrases. Each holds n words, and the share is one of words.',
    },
    {
      answer: (words, n) => share(repeatedWords(words, n, { newStep: n }), words.length),
      hint: 'A phrase may start at any word, not only where another one ends.',
    },
    {
      answer: (words, n) => {
        const length = words.length;
        return share(repeatedWords(words.splice(0), n), length); // takes apart what it was given
      },
    },
  ],
  hint: 'Try it on paper: which phrases have you met when you come to the second word? Only a phrase that came before counts, never its first time.',
} satisfies Exercise<[words: string[], n: number]>;

type Pair = [number, number];

/** Pairs of texts that have something in common, from keys that each signature is given. */
function pairsBy(
  signatures: readonly (readonly number[])[],
  keysOf: (signature: readonly number[]) => readonly string[],
): Pair[] {
  const keys = signatures.map(keysOf);
  return keys.flatMap((mine, first) =>
    keys.flatMap((theirs, second): Pair[] =>
      first < second && mine.some((key) => theirs.includes(key)) ? [[first, second]] : [],
    ),
  );
}

/** The buckets of a signature as texts, each with its place. */
const bucketsOf = (signature: readonly number[], size: number, write = (bucket: number[]) => bucket.join()) =>
  times(signature.length / size, () => 0).map(
    (_, nth) => `${nth}: ${write(signature.slice(nth * size, (nth + 1) * size))}`,
  );

/** `1 2 | 1 3`: two signatures. */
const listed = (text: string): number[][] => text.split(' | ').map((one) => one.split(' ').map(Number));

const meetingPairs = {
  id: '01.3',
  name: 'meetingPairs',
  answer: (signatures, perBucket) => pairsBy(signatures, (each) => bucketsOf(each, perBucket)),
  use: (answer, [signatures, perBucket]) => {
    const pairs = answer(signatures, perBucket);
    return Array.isArray(pairs) ? pairs.sort((a: Pair, b: Pair) => a[0] - b[0] || a[1] - b[1]) : pairs;
  },
  cases: [
    [[], 1],
    [listed('1'), 1],
    [listed('1 | 1'), 1],
    [listed('1 | 2'), 1],
    [listed('1 | 1 | 1'), 1],
    [listed('1 2 | 1 3'), 1],
    [listed('1 2 | 2 1'), 1],
    [listed('1 2 | 1 2'), 1],
    [listed('1 2 | 1 3'), 2],
    [listed('1 2 | 2 1'), 2],
    [listed('1 12 | 11 2'), 2],
    [listed('1 2 3 4 | 1 2 5 6 | 3 4 5 6'), 2],
  ],
  random: (random, size) => {
    const perBucket = 1 + random.integer(3);
    const buckets = 1 + random.integer(3);
    const signature = () => times(perBucket * buckets, () => random.integer(3));
    return [times(size, signature), perBucket];
  },
  mistakes: [
    {
      answer: (signatures, perBucket) =>
        pairsBy(signatures, (each) => bucketsOf(each, perBucket).map((bucket) => bucket.slice(3))),
      hint: 'A bucket meets only the bucket at the same place: the first the first, the second the second.',
    },
    {
      answer: (signatures) => pairsBy(signatures, (each) => bucketsOf(each, 1)),
      hint: 'One equal number is not enough: all numbers of the bucket have to be equal.',
    },
    {
      answer: (signatures) => pairsBy(signatures, (each) => [each.join()]),
      hint: 'One whole bucket is enough, the others may differ.',
    },
    {
      answer: (signatures, perBucket) =>
        pairsBy(signatures, (each) => bucketsOf(each, perBucket, (bucket) => bucket.join(''))),
      hint: 'Without something between them the numbers 1, 12 and 11, 2 become the same bucket.',
    },
    {
      answer: (signatures, perBucket) => {
        const buckets = times((signatures[0]?.length ?? 0) / perBucket, () => 0);
        return buckets.flatMap((_, nth) => pairsBy(signatures, (each) => [bucketsOf(each, perBucket)[nth]!]));
      },
      hint: 'A pair that meets in two buckets is still one pair.',
    },
    {
      answer: (signatures, perBucket) => {
        const pairs = pairsBy(signatures, (each) => bucketsOf(each, perBucket));
        return pairs.filter(([, second], nth) => pairs.findIndex((pair) => pair[1] === second) === nth);
      },
      hint: 'A text meets all that have its bucket, not only the first of them: three in a bucket make three pairs.',
    },
    {
      answer: (signatures, perBucket) =>
        pairsBy(signatures, (each) => bucketsOf(each, perBucket)).flatMap(([a, b]): Pair[] => [
          [a, b],
          [b, a],
        ]),
      hint: 'Each pair comes once, with the smaller place first.',
    },
  ],
  hint: 'Try it on paper: write the buckets of each text under each other, and look down each column.',
} satisfies Exercise<[signatures: number[][], perBucket: number]>;

/** How many texts there are, are kept, are good, and are both. */
type Kept = { readonly [what in 'all' | 'kept' | 'good' | 'both']: number };

/** What is made of the four numbers. */
const ratesOf =
  (rates: (counts: Kept) => object, isKept = (score: number, limit: number) => score >= limit) =>
  (scores: readonly number[], good: readonly boolean[], limit: number): object => {
    const kept = good.filter((_, nth) => isKept(scores[nth]!, limit));
    const count = (list: readonly boolean[]) => list.filter(Boolean).length;
    return rates({ all: scores.length, kept: kept.length, good: count(good), both: count(kept) });
  };

const shareOr1 = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

const rightRates = ({ both, kept, good }: Kept) => ({
  precision: shareOr1(both, kept),
  recall: shareOr1(both, good),
});

const precisionRecall = {
  id: '01.4',
  name: 'precisionRecall',
  answer: ratesOf(rightRates),
  cases: [
    [[], [], 3],
    [[4], [true], 3],
    [[4], [false], 3],
    [[2], [true], 3],
    [[2], [false], 3],
    [[3], [true], 3],
    [[4, 2], [true, true], 3],
    [[4, 4], [true, false], 3],
    [[4, 4, 2], [true, false, true], 3],
    [[1, 4, 2, 5], [true, true, true, false], 3],
  ],
  random: (random, size) => [
    times(size, () => random.integer(6)),
    times(size, () => random.integer(2) === 1),
    random.integer(6),
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: ratesOf(({ both, kept, good }) => ({ precision: both / kept, recall: both / good })),
      hint: 'Where nothing is kept, or nothing is good, this is 0 / 0, which is NaN. Nothing went wrong there: 1.',
    },
    {
      answer: ratesOf(rightRates, (score, limit) => score > limit),
      hint: 'A text whose score is the limit itself is kept.',
    },
    {
      answer: ratesOf(({ both, kept, good }) => ({
        precision: shareOr1(both, good),
        recall: shareOr1(both, kept),
      })),
      hint: 'The two are the wrong way round: precision is a share of what is kept, recall of what is good.',
    },
    {
      answer: ratesOf((counts) => ({ ...rightRates(counts), precision: shareOr1(counts.both, counts.all) })),
      hint: 'Precision looks only at the texts that are kept.',
    },
    {
      answer: ratesOf((counts) => ({ ...rightRates(counts), recall: shareOr1(counts.both, counts.all) })),
      hint: 'Recall asks how many of the good texts are kept, not how many of all.',
    },
  ],
  hint: 'Count three things: the kept texts, the good texts, and those that are both.',
} satisfies Exercise<[scores: number[], good: boolean[], limit: number]>;

export const chapter01: readonly Exercise[] = [punctuatedShare, repeatedShare, meetingPairs, precisionRecall];
