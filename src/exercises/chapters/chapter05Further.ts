/** The exercises of chapter 05's second part: accumulated gradients, a power law. */
import type { Exercise } from '../exercise.js';

/** The gradient of the mean over a batch's tokens, and how many tokens that are. */
interface Part {
  readonly gradient: readonly number[];
  readonly tokens: number;
}

/** The sum of all gradients, each times its weight; a part of weight 0 has no say. */
function weighed(parts: readonly Part[], weightOf: (part: Part) => number): number[] {
  const counted = parts.filter((part) => weightOf(part) > 0);
  const places = parts[0]!.gradient.map((_, nth) => nth);
  return places.map((nth) => counted.reduce((sum, part) => sum + weightOf(part) * part.gradient[nth]!, 0));
}

const tokensOf = (parts: readonly Part[]): number => parts.reduce((sum, { tokens }) => sum + tokens, 0);

const withTokens = (parts: readonly Part[]) => parts.filter(({ tokens }) => tokens > 0);

const accumulate = {
  id: '05.4',
  name: 'accumulate',
  answer: (parts) => weighed(parts, ({ tokens }) => tokens / tokensOf(parts)),
  cases: [
    [[{ gradient: [2], tokens: 5 }]],
    [
      [
        { gradient: [0], tokens: 1 },
        { gradient: [4], tokens: 3 },
      ],
    ],
    [
      [
        { gradient: [1], tokens: 2 },
        { gradient: [3], tokens: 2 },
      ],
    ],
    [
      [
        { gradient: [5], tokens: 4 },
        { gradient: [Number.NaN], tokens: 0 },
      ],
    ],
    [
      [
        { gradient: [1, -1], tokens: 1 },
        { gradient: [0, 2], tokens: 1 },
      ],
    ],
  ],
  random: (random, size) => {
    const width = 1 + random.integer(2);
    const parts = Array.from({ length: 1 + Math.ceil(size / 5) }, (_, nth) => {
      const tokens = nth === 0 ? 1 + random.integer(9) : random.integer(10);
      const gradient = Array.from({ length: width }, () =>
        tokens === 0 ? Number.NaN : random.integer(19) - 9,
      );
      return { gradient, tokens };
    });
    return [parts];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (parts) => weighed(withTokens(parts), () => 1 / withTokens(parts).length),
      hint: 'A batch with three tokens must count three times as much as one with a single token.',
    },
    {
      answer: (parts) => weighed(parts, ({ tokens }) => Number(tokens > 0)),
      hint: 'The gradients are added up, and then they have to be divided: it is a mean over tokens.',
    },
    {
      answer: (parts) => weighed(parts, ({ tokens }) => tokens),
      hint: 'Each is weighed by its tokens, and the sum has to be divided by all of them.',
    },
    {
      answer: (parts) => weighed(parts, ({ tokens }) => tokens / parts.length),
      hint: 'Divide by the tokens of all batches, not by the number of batches.',
    },
    {
      answer: (parts) =>
        parts[0]!.gradient.map(
          (_, nth) =>
            parts.reduce((sum, { gradient, tokens }) => sum + tokens * gradient[nth]!, 0) / tokensOf(parts),
        ),
      hint: 'A batch without a token has the mean 0/0, which is NaN, and 0 times NaN is NaN: leave it out.',
    },
  ],
  hint: 'What would the gradient be if all tokens had come in one batch?',
} satisfies Exercise<[parts: Part[]]>;

/** The straight line through points, by least squares. */
function line(
  xs: readonly number[],
  ys: readonly number[],
): { readonly slope: number; readonly start: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const products = xs.reduce((sum, each, nth) => sum + (each - x) * (ys[nth]! - y), 0);
  const squares = xs.reduce((sum, each) => sum + (each - x) ** 2, 0);
  return { slope: products / squares, start: y - (products / squares) * x };
}

const logs = (values: readonly number[]): number[] => values.map(Math.log);

/** Factor and exponent of `y = floor + factor * x ** exponent`. */
const lawOf = ({ slope, start }: ReturnType<typeof line>) => ({ factor: Math.exp(start), exponent: slope });

const above = (ys: readonly number[], floor: number): number[] => ys.map((y) => y - floor);

const ends = (values: readonly number[]): number[] => [values[0]!, values.at(-1)!];

const fitAboveFloor = {
  id: '05.5',
  name: 'fitAboveFloor',
  answer: (xs, ys, floor) => lawOf(line(logs(xs), logs(above(ys, floor)))),
  cases: [
    [[1, 2], [6, 3], 0],
    [[1, 2], [7, 4], 1],
    [[1, 10], [5, 5], 2],
    [[1, 10, 100], [4, 1.3, 1.03], 1],
    [[1, 2, 4], [8, 4, 3], 0],
    [[10, 100, 1000], [5, 4, 3], 2],
  ],
  random: (random, size) => {
    const count = 2 + Math.ceil(size / 3);
    const xs = Array.from({ length: count }, (_, nth) => 10 ** nth * (1 + random.integer(9)));
    const floor = random.integer(3);
    return [xs, xs.map(() => floor + (1 + random.integer(50)) / 10), floor];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (xs, ys) => lawOf(line(logs(xs), logs(ys))),
      hint: 'The power law holds for what lies above the floor: take the floor off first.',
    },
    {
      answer: (xs, ys, floor) => {
        const { slope, start } = line(logs(xs), logs(above(ys, floor)));
        return { factor: start, exponent: slope };
      },
      hint: 'Where the line begins is the logarithm of the factor.',
    },
    {
      answer: (xs, ys, floor) => {
        const { factor, exponent } = lawOf(line(logs(xs), logs(above(ys, floor))));
        return { factor, exponent: -exponent };
      },
      hint: 'The exponent is the slope of the line: where the loss falls it is below 0.',
    },
    {
      answer: (xs, ys, floor) => {
        const { slope, start } = line(xs, above(ys, floor));
        return { factor: start, exponent: slope };
      },
      hint: 'This is the straight line through the points as they are. A power law is straight in logarithms.',
    },
    {
      answer: (xs, ys, floor) => lawOf(line(xs, logs(above(ys, floor)))),
      hint: 'Both sides need the logarithm: with that of y alone it is an exponential.',
    },
    {
      answer: (xs, ys, floor) => lawOf(line(logs(ends(xs)), logs(above(ends(ys), floor)))),
      hint: 'The line goes through the first and the last point here, and the others have no say.',
    },
  ],
  hint: 'ln(y - floor) = ln factor + exponent * ln x is a straight line: find its slope by least squares.',
} satisfies Exercise<[xs: number[], ys: number[], floor: number]>;

export const chapter05Further: readonly Exercise[] = [accumulate, fitAboveFloor];
