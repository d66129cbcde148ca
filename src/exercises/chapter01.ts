/** The exercises of chapter 01: loose duplicates, lines that end like sentences, phrases that come again. */
import { exactDuplicates } from '../data/dedup/exactDuplicates.js';
import { drop, type Filter } from '../data/filter.js';
import { linesOf } from '../data/text/words.js';
import type { Exercise } from './exercise.js';

const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);

/** A filter that drops texts of which the same form was there before. */
function duplicatesBy(form: (text: string) => string): Filter {
  const { name, judge } = exactDuplicates();
  return {
    name,
    judge: (document) => {
      const verdict = judge({ ...document, text: form(document.text) });
      return verdict.keep ? verdict : drop(verdict.reason);
    },
  };
}

const looseForm = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();

const sharedFilter = duplicatesBy(looseForm);

const looseDuplicates = {
  id: '01.1',
  name: 'looseDuplicates',
  answer: () => duplicatesBy(looseForm),
  use: (answer, [texts]) => {
    const { judge } = (answer as () => Filter)();
    return texts.map((text, nth) => judge({ id: `${nth + 1}`, text, metadata: {} }));
  },
  show: ([texts]) => `the texts ${JSON.stringify(texts)}, judged in turn by looseDuplicates()`,
  cases: [
    [['a']],
    [['a', 'a']],
    [['a', 'A']],
    [['a b', 'a  b']],
    [['a b', 'ab']],
    [['a', ' a ']],
    [['a b', 'a\n\tb']],
    [['a whale', 'a ship', 'A  Whale', 'a whale']],
  ],
  random: (random, size) => {
    const blank = () => random.pick([' ', '  ', '\n', '\t']);
    const word = () => random.pick(['a', 'A', 'sea', 'Sea']);
    const text = () => random.pick(['', blank()]) + word() + random.pick(['', blank()]) + word();
    return [times(size, text)];
  },
  mistakes: [
    {
      answer: () => duplicatesBy((text) => text),
      hint: 'You compare texts to the letter: what may differ, capitals and blanks, has to go first.',
    },
    {
      answer: () => duplicatesBy((text) => text.toLowerCase().replace(/ +/g, ' ')),
      hint: 'A line break or a tab is a blank as well, and blanks at either end do not count.',
    },
    {
      answer: () => duplicatesBy((text) => text.toLowerCase().replace(/\s+/g, ' ')),
      hint: 'Blanks at either end of a text do not count.',
    },
    {
      answer: () => duplicatesBy((text) => text.replace(/\s+/g, ' ').trim()),
      hint: 'Capital letters make no difference.',
    },
    {
      answer: () => duplicatesBy((text) => text.toLowerCase().replace(/\s+/g, '')),
      hint: 'Any number of blanks counts as one, and one is not none: "a b" and "ab" are two texts.',
    },
    { answer: () => sharedFilter }, // its memory is shared between filters
  ],
  hint: 'Nothing comes before the first text: each call makes a filter with a memory of its own. The reason is "same text", with nothing added.',
} satisfies Exercise<[texts: string[]]>;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const endsInMark = (line: string): boolean => /[.?!"']$/.test(line);

const punctuatedShare = {
  id: '01.2',
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
  id: '01.3',
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

export const chapter01: readonly Exercise[] = [looseDuplicates, punctuatedShare, repeatedShare];
