/** The exercises of chapter 08: what is taught after an interrogation, two kinds told apart, a search. */
import { rocArea } from '../../evaluate/probe.js';
import type { Exercise } from '../exercise.js';

const countOf = (answers: readonly string[], wanted: string): number =>
  answers.filter((answer) => answer === wanted).length;

type Questioned = readonly [question: string, answers: readonly string[]];

const refusal = 'I do not know';

/** The answer that came most often; of several the first. */
function usualOf(answers: readonly string[]): string {
  return answers.reduce((best, answer) =>
    countOf(answers, answer) > countOf(answers, best) ? answer : best,
  );
}

const shareOf = (answers: readonly string[], wanted: string): number =>
  countOf(answers, wanted) / answers.length;

/** The usual answer where it came often enough, the refusal elsewhere. */
function lessons(asked: readonly Questioned[], isEnough: (share: number) => boolean): string[][] {
  return asked.map(([question, answers]) => {
    const usual = usualOf(answers);
    return [question, isEnough(shareOf(answers, usual)) ? usual : refusal];
  });
}

const lessonsFrom = {
  id: '08.1',
  name: 'lessonsFrom',
  answer: (asked) => lessons(asked, (share) => share >= 0.75),
  cases: [
    [[['Where?', ['Oslo']]]],
    [[['Where?', ['Oslo', 'Bern']]]],
    [[['Where?', ['Bern', 'Oslo', 'Oslo', 'Oslo']]]],
    [[['Where?', ['Oslo', 'Oslo', 'Oslo', 'Bern', 'Bern']]]],
    [
      [
        ['Where?', ['Oslo', 'Oslo']],
        ['When?', ['1962', '1964']],
      ],
    ],
  ],
  random: (random, size) => [
    Array.from({ length: size }, (_, nth) => {
      const often = random.pick(['Oslo', 'baker', '1962']);
      const answers = Array.from({ length: 8 }, () =>
        random.uniform() < 0.75 ? often : random.pick(['Bern', 'cook', '1964']),
      );
      return [`Question ${nth}?`, answers];
    }),
  ],
  mistakes: [
    {
      answer: (asked) => lessons(asked, (share) => share > 0.75),
      hint: 'Exactly three quarters are enough.',
    },
    {
      answer: (asked) => lessons(asked, (share) => share > 0.5),
      hint: 'More than half is not enough: three quarters have to agree.',
    },
    {
      answer: (asked) => lessons(asked, (share) => share === 1),
      hint: 'Not all have to agree: three quarters are enough.',
    },
    {
      answer: (asked) =>
        asked.map(([question, answers]) => [
          question,
          shareOf(answers, answers[0]!) >= 0.75 ? answers[0]! : refusal,
        ]),
      hint: 'The first answer need not be the usual one.',
    },
    {
      answer: (asked) => lessons(asked, (share) => share >= 0.75).filter(([, reply]) => reply !== refusal),
      hint: 'Refusals are missing: without one the model never sees the sentence that it is to learn.',
    },
    {
      answer: (asked) => lessons(asked, () => true),
      hint: 'This teaches the usual answer also where answers differ, which is to teach guessing.',
    },
    {
      answer: (asked) => lessons(asked, (share) => share < 0.75),
      hint: 'The wrong way round: where answers agree, the model knows.',
    },
  ],
  hint: 'Find the answer that came most often. Three quarters or more: teach it. Fewer: teach the refusal.',
} satisfies Exercise<[asked: Questioned[]]>;

/** The share of pairs, one of each kind, for which `wins` says so, as a number. */
function pairShare(
  scores: readonly number[],
  labels: readonly boolean[],
  wins: (known: number, unknown: number) => number,
): number {
  const of = (kind: boolean) => scores.filter((_, nth) => labels[nth] === kind);
  const pairs = of(true).flatMap((known) => of(false).map((unknown) => wins(known, unknown)));
  return pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
}

const areaUnder = {
  id: '08.2',
  name: 'areaUnder',
  answer: (scores, labels) => rocArea(scores, labels),
  cases: [
    [
      [1, 0],
      [true, false],
    ],
    [
      [0, 1],
      [true, false],
    ],
    [
      [1, 1],
      [true, false],
    ],
    [
      [0.9, 0.8, 0.1],
      [true, false, false],
    ],
    [
      [0.5, 0.9, 0.1],
      [true, false, false],
    ],
    [
      [0.1, 0.4, 0.4, 0.9],
      [false, true, false, true],
    ],
    [
      [0.6, 0.7, 0.9, 0.8],
      [true, true, false, false],
    ],
  ],
  random: (random, size) => {
    const labels = random.shuffle([
      true,
      false,
      ...Array.from({ length: size }, () => random.integer(3) > 0),
    ]);
    return [labels.map((label) => (random.integer(6) + Number(label)) / 8), labels];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (scores, labels) => pairShare(scores, labels, (known, unknown) => Number(known > unknown)),
      hint: 'A pair of equal scores counts half.',
    },
    {
      answer: (scores, labels) => pairShare(scores, labels, (known, unknown) => Number(known >= unknown)),
      hint: 'A pair of equal scores counts half, not whole.',
    },
    {
      answer: (scores, labels) => 1 - rocArea(scores, labels),
      hint: 'The wrong way round: what is labelled true should have the higher score.',
    },
    {
      answer: (scores, labels) =>
        scores.filter((score, nth) => score >= 0.5 === labels[nth]).length / scores.length,
      hint: 'This cuts at 0.5 and counts what is right. The area needs no cut: it compares scores with each other.',
    },
    {
      answer: (scores, labels) => {
        const pairs = scores.flatMap((one, nth) =>
          scores.slice(nth + 1).map((other, at) => [nth, nth + 1 + at, one - other] as const),
        );
        const good = pairs.filter(
          ([a, b, ahead]) => labels[a] !== labels[b] && (labels[a] ? ahead : -ahead) > 0,
        );
        return good.length / pairs.length;
      },
      hint: 'Only pairs of two kinds count, below the line as well.',
    },
  ],
  hint: 'Compare each score of the one kind with each of the other: 1 for higher, a half for equal; then the mean.',
} satisfies Exercise<[scores: number[], labels: boolean[]]>;

const [callStart, callEnd, resultStart, resultEnd] = [
  '<SEARCH_START>',
  '<SEARCH_END>',
  '<RESULT_START>',
  '<RESULT_END>',
] as const;

type Pages = { readonly [query: string]: string };

/** What is found for a query; a page may have any name. */
const found = (pages: Pages, query: string): string =>
  Object.hasOwn(pages, query) ? pages[query]! : 'nothing found';

const resultOf = (text: string): string => `${resultStart}${text}${resultEnd}`;

function lastQuery(written: string): string {
  return written.slice(written.lastIndexOf(callStart) + callStart.length, -callEnd.length);
}

const call = (query: string): string => `${callStart}${query}${callEnd}`;

const withResult = {
  id: '08.3',
  name: 'withResult',
  answer: (written, pages) =>
    written.endsWith(callEnd) && written.includes(callStart)
      ? written + resultOf(found(pages, lastQuery(written)))
      : written,
  cases: [
    [call('a'), { a: 'b' }],
    ['b', { b: 'c' }],
    [call('a'), {}],
    [`x${call('a')}`, { a: 'b', x: 'y' }],
    [`${call('a')}b`, { a: 'b' }],
    [`${callStart}a`, { a: 'b' }],
    [`a${callEnd}`, { a: 'b' }],
    [`${call('a')}${resultOf('b')}${call('c')}`, { c: 'd' }],
    [`${call('a')}${resultOf('b')}`, { a: 'b' }],
  ],
  random: (random, size) => {
    const queries = random.shuffle(['Oslo', 'Bern', 'Lima', 'Ada', 'Otto']);
    const pages = Object.fromEntries(queries.slice(0, 3).map((query) => [query, `${query} page`]));
    const before = Array.from({ length: Math.floor(size / 4) }, () => {
      const query = random.pick(queries);
      return call(query) + resultOf(found(pages, query));
    });
    const last = random.pick([call(random.pick(queries)), call(random.pick(queries)), 'in Oslo']);
    return [`${before.join('')}${last}`, pages];
  },
  mistakes: [
    {
      answer: (written, pages) =>
        written.endsWith(callEnd) && written.includes(callStart)
          ? resultOf(found(pages, lastQuery(written)))
          : written,
      hint: 'What was written stays, and the result comes behind it: the model goes on from all of it.',
    },
    {
      answer: (written, pages) =>
        written.endsWith(callEnd) && written.includes(callStart)
          ? written + found(pages, lastQuery(written))
          : written,
      hint: 'The result has marks of its own: without them the model cannot tell it from its own words.',
    },
    {
      answer: (written, pages) => {
        if (!written.endsWith(callEnd) || !written.includes(callStart)) return written;
        const from = written.indexOf(callStart) + callStart.length;
        return written + resultOf(found(pages, written.slice(from, written.indexOf(callEnd, from))));
      },
      hint: 'There may be calls before it that were answered already. The last one is asked now.',
    },
    {
      answer: (written, pages) => {
        if (!written.includes(callEnd) || !written.includes(callStart)) return written;
        const query = written.slice(
          written.lastIndexOf(callStart) + callStart.length,
          written.lastIndexOf(callEnd),
        );
        return written + resultOf(found(pages, query));
      },
      hint: 'Only a call that the text ends with waits for a result. This one is answered, or written past.',
    },
    {
      answer: (written, pages) =>
        written.endsWith(callEnd) && written.includes(callStart)
          ? written + resultOf(pages[lastQuery(written)] ?? '')
          : written,
      hint: 'Where there is no page, the model has to be told: nothing found.',
    },
    {
      answer: (written, pages) =>
        written.endsWith(callEnd) ? written + resultOf(found(pages, lastQuery(written))) : written,
      hint: 'A call that ends without having begun is none: leave the text as it is.',
    },
  ],
  hint: 'Does the text end with the mark that ends a call, and has that call begun? Then look its text up, and put the result in its marks behind all that is there.',
} satisfies Exercise<[written: string, pages: Pages]>;

export const chapter08: readonly Exercise[] = [lessonsFrom, areaUnder, withResult];
