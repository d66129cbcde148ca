/** The exercises of chapter 09: steps written out, a verifier that is not cheated, versions in their order. */
import type { Exercise } from '../exercise.js';

/** Running totals of digits, each brought below a limit. */
function totalsOf(digits: string, limit: number): number[] {
  let total = 0;
  return [...digits].map((digit) => {
    total = (total + Number(digit)) % limit;
    return total;
  });
}

const shown = (totals: readonly number[], answer = totals.at(-1)): string => `${totals.join('')}>${answer}`;

const withSteps = {
  id: '09.1',
  name: 'withSteps',
  answer: (digits) => shown(totalsOf(digits, 10)),
  cases: [['7'], ['12'], ['55'], ['99'], ['657541'], ['000']],
  random: (random, size) => [Array.from({ length: size }, () => random.integer(10)).join('')],
  mistakes: [
    {
      answer: (digits) => shown(totalsOf(digits, Infinity)),
      hint: 'Of each total only the last digit is kept: after 5 and 5 stands 0.',
    },
    {
      answer: (digits) => shown(totalsOf(digits, Infinity), totalsOf(digits, 10).at(-1)),
      hint: 'The steps are the last digits too, not only the answer: otherwise the model has to carry what it does not need.',
    },
    {
      answer: (digits) => totalsOf(digits, 10).join(''),
      hint: 'These are the steps. Behind them belongs a > and the answer.',
    },
    {
      answer: (digits) => String(totalsOf(digits, 10).at(-1)),
      hint: 'This is the answer at once. The steps belong in front of it.',
    },
    {
      answer: (digits) => `${totalsOf(digits, 10).slice(0, -1).join('')}>${totalsOf(digits, 10).at(-1)}`,
      hint: 'The last total is a step too: the answer behind the > only repeats it.',
    },
    {
      answer: (digits) => shown([...digits].map(Number), totalsOf(digits, 10).at(-1)),
      hint: 'These steps are the digits themselves. A step should do a piece of the work: the total so far.',
    },
  ],
  hint: 'Go through the digits with a total that you bring below 10 after each; write every total, then >, then the last.',
} satisfies Exercise<[digits: string]>;

const isRight = {
  id: '09.2',
  name: 'isRight',
  answer: (completion, answer) => {
    const parts = completion.split('>');
    return parts.length === 2 && parts[1] === answer;
  },
  cases: [
    ['>5', '5'],
    ['>4', '5'],
    ['5', '5'],
    ['5>', '5'],
    ['>15', '5'],
    ['>51', '5'],
    ['>05', '5'],
    ['>5>', '5'],
    ['>4>5', '5'],
    ['>5>4', '5'],
    ['> 5', '5'],
    ['2,5>5', '5'],
    ['', '5'],
  ],
  random: (random, size) => {
    const answer = String(random.integer(30));
    const piece = () => random.pick([answer, answer, String(random.integer(30)), '', `0${answer}`]);
    const pieces = Array.from({ length: 1 + random.integer(1 + Math.ceil(size / 4)) }, piece);
    return [pieces.join('>'), answer];
  },
  mistakes: [
    {
      answer: (completion, answer) => completion.split('>').at(-1) === answer,
      hint: 'A completion without > has no answer, and one with several has several: the mark has to stand there exactly once.',
    },
    {
      answer: (completion, answer) => completion.split('>').includes(answer),
      hint: 'Whoever may give several answers is soon right. Only what stands behind the one mark counts.',
    },
    {
      answer: (completion, answer) => completion.includes(answer),
      hint: 'This looks for the answer anywhere. It has to be all that stands behind the mark.',
    },
    {
      answer: (completion, answer) => completion.endsWith(`>${answer}`),
      hint: 'Nearly: in `>4>5` there are two answers, and the second must not count.',
    },
    {
      answer: (completion, answer) => completion.split('>')[1] === answer,
      hint: 'What if a second mark comes later, as in `>5>4`?',
    },
    {
      answer: (completion, answer) => {
        const parts = completion.split('>');
        return parts.length === 2 && parts[1] !== '' && Number(parts[1]) === Number(answer);
      },
      hint: 'Compare texts, not numbers: `05` and ` 5` are other answers than `5`.',
    },
    {
      answer: (completion, answer) => {
        const parts = completion.split('>');
        return parts.length === 2 && parts[1]!.startsWith(answer);
      },
      hint: 'The answer has to be all that stands behind the mark, not only its beginning.',
    },
  ],
  hint: 'Cut at the mark. How many pieces have to be there, and what has to be equal to what?',
} satisfies Exercise<[completion: string, answer: string]>;

const partsOf = (version: string): number[] => version.split('.').map(Number);

function sign(one: number, other: number): number {
  return one < other ? -1 : Number(one > other);
}

/** The first difference among so many parts; a part that is missing counts as `missing`. */
function firstDifference(one: string, other: string, count: number, missing: number): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let nth = 0; nth < count; nth++) {
    const order = sign(a[nth] ?? missing, b[nth] ?? missing);
    if (order !== 0) return order;
  }
  return 0;
}

const mostParts = (...versions: string[]): number => Math.max(...versions.map((one) => partsOf(one).length));

const compareVersions = {
  id: '09.3',
  name: 'compareVersions',
  answer: (one, other) => firstDifference(one, other, mostParts(one, other), 0),
  cases: [
    ['1', '1'],
    ['1', '2'],
    ['2', '1'],
    ['9', '10'],
    ['1.1', '1.2'],
    ['9.11', '9.9'],
    ['1.0', '1'],
    ['1', '1.0'],
    ['1.2', '1.2.1'],
    ['1.2.3', '1.2'],
    ['2.1', '1.9'],
    ['1.9', '2.1'],
    ['1.2.10', '1.2.9'],
  ],
  random: (random, size) => {
    const version = (length: number) => Array.from({ length }, () => random.pick([0, 1, 2, 9, 10, 11]));
    const one = version(1 + random.integer(Math.ceil(size / 3)));
    const kept = one.slice(0, 1 + random.integer(one.length));
    const other = [...kept, ...version(random.integer(3))];
    return random.shuffle([one.join('.'), other.join('.')]) as [string, string];
  },
  mistakes: [
    {
      answer: (one, other) => sign(Number.parseFloat(one), Number.parseFloat(other)),
      hint: 'This reads them as decimals: 9.11 is a smaller number than 9.9, but a later version.',
    },
    {
      answer: (one, other) => (one < other ? -1 : Number(one > other)),
      hint: 'As texts, 10 comes before 9. Compare the parts as numbers.',
    },
    {
      answer: (one, other) => firstDifference(one, other, 1, 0),
      hint: 'Where the first parts are equal, the next ones decide.',
    },
    {
      answer: (one, other) => firstDifference(one, other, 2, 0),
      hint: 'A version may have more than two parts.',
    },
    {
      answer: (one, other) => firstDifference(one, other, mostParts(one, other), -1),
      hint: 'A part that is missing counts as 0: 1 and 1.0 are the same version.',
    },
    {
      answer: (one, other) =>
        firstDifference(one, other, Math.min(partsOf(one).length, partsOf(other).length), 0),
      hint: 'The longer one may go on: 1.2.1 comes after 1.2.',
    },
    {
      answer: (one, other) => -firstDifference(one, other, mostParts(one, other), 0),
      hint: 'The wrong way round: -1 means that the first comes before the second.',
    },
  ],
  hint: 'Cut both at the points, and go from left to right until two parts differ as numbers.',
} satisfies Exercise<[one: string, other: string]>;

export const chapter09: readonly Exercise[] = [withSteps, isRight, compareVersions];
