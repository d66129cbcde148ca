/**
 * The exercises of chapter 04: attention within a window, the parameters of a GPT-2, a vector that turns with its
 * position, and heads that share keys and values.
 */
import type { Random } from '../../core/random.js';
import { parameterCount } from '../../model/counts.js';
import type { Exercise } from '../exercise.js';

type Matrix = readonly (readonly number[])[];

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Softmax over what a position sees, 0 elsewhere. */
const weightsWhere =
  (isSeen: (to: number, from: number, window: number) => boolean) =>
  (scores: Matrix, window: number): number[][] =>
    scores.map((row, from) =>
      softmax(row.map((score, to) => (isSeen(to, from, window) ? score : Number.NEGATIVE_INFINITY))),
    );

const inWindow = (to: number, from: number, window: number): boolean => to <= from && to > from - window;

/** Weights whose future and distant past are set to 0 after a softmax over everything. */
const maskedTooLate = (scores: Matrix, window: number): number[][] =>
  scores.map((row, from) => softmax(row).map((weight, to) => (inWindow(to, from, window) ? weight : 0)));

const square = (length: number, score: (row: number, column: number) => number): number[][] =>
  Array.from({ length }, (_, row) => Array.from({ length }, (_, column) => score(row, column)));

const windowWeights = {
  id: '04.1',
  name: 'windowWeights',
  answer: weightsWhere(inWindow),
  cases: [
    [[[0]], 1],
    [square(2, () => 0), 1],
    [square(2, () => 0), 2],
    [square(3, () => 0), 2],
    [square(2, (_, column) => column), 2],
    [square(2, () => 1000), 2],
    [square(3, (_, column) => (column === 0 ? 2000 : 0)), 2],
  ],
  random: (random, size) => {
    const length = 1 + random.integer(Math.min(size, 4));
    return [square(length, () => (random.integer(61) - 30) / 10), 1 + random.integer(length)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: weightsWhere((to, from) => to <= from),
      hint: 'This looks at all of the past: the window says how much of it is seen.',
    },
    {
      answer: weightsWhere((to, from, window) => to > from - window),
      hint: 'This sees the future: nothing right of the diagonal may have a weight.',
    },
    {
      answer: weightsWhere((to, from, window) => to <= from && to >= from - window),
      hint: 'The window is one position too wide: it counts the position itself too.',
    },
    {
      answer: weightsWhere((to, from, window) => Math.abs(to - from) < window),
      hint: 'This window reaches to both sides: the future is not seen, however near.',
    },
    {
      answer: maskedTooLate,
      hint: 'The rows do not add up to 1: take what is not seen out before the softmax, not after it.',
    },
    {
      answer: (scores, window) =>
        scores.map((row, from) => softmax(row.map((score, to) => (inWindow(to, from, window) ? score : 0)))),
      hint: 'A score of 0 is a score like any other. What is not seen needs one of minus infinity, so that its weight is 0.',
    },
    {
      answer: (scores, window) =>
        scores.map((row, from) => {
          const powers = row.map((score, to) => (inWindow(to, from, window) ? Math.exp(score) : 0));
          const total = powers.reduce((sum, power) => sum + power, 0);
          return powers.map((power) => power / total);
        }),
      hint: 'Large scores overflow: take the largest score that is seen off before you raise e to them.',
    },
  ],
  hint: 'For each row: minus infinity where the position does not see, then softmax.',
} satisfies Exercise<[scores: Matrix, window: number]>;

interface Sizes {
  readonly vocabSize: number;
  readonly blockSize: number;
  readonly nLayer: number;
  readonly nEmbd: number;
}

/** Parameters of GPT-2's family, part by part, some of which a mistake may count otherwise. */
function counted(
  { vocabSize: V, blockSize: T, nLayer: L, nEmbd: C }: Sizes,
  {
    bias = 1,
    shift = 1,
    places = T * C,
    head = 0,
    last = 1,
    norms = 2,
  }: Partial<Record<'bias' | 'shift' | 'places' | 'head' | 'last' | 'norms', number>> = {},
): number {
  const linear = (from: number, to: number) => from * to + bias * to;
  const norm = (1 + shift) * C;
  const layer = linear(C, 3 * C) + linear(C, C) + linear(C, 4 * C) + linear(4 * C, C) + norms * norm;
  return V * C + places + L * layer + last * norm + head;
}

const countParameters = {
  id: '04.2',
  name: 'countParameters',
  answer: ({ nLayer, ...sizes }) =>
    nLayer === 0 ? counted({ ...sizes, nLayer }) : parameterCount({ ...sizes, nLayer, nHead: 1 }),
  cases: [
    [{ vocabSize: 3, blockSize: 2, nLayer: 0, nEmbd: 1 }],
    [{ vocabSize: 3, blockSize: 2, nLayer: 1, nEmbd: 1 }],
    [{ vocabSize: 5, blockSize: 3, nLayer: 2, nEmbd: 4 }],
    [{ vocabSize: 50257, blockSize: 1024, nLayer: 12, nEmbd: 768 }],
  ],
  random: (random: Random, size) => {
    const number = () => 1 + random.integer(20 * size);
    return [{ vocabSize: number(), blockSize: number(), nLayer: 1 + random.integer(size), nEmbd: number() }];
  },
  mistakes: [
    {
      answer: (sizes) => counted(sizes, { bias: 0 }),
      hint: 'The biases are missing: each of the four linear layers has one number for each of its outputs.',
    },
    {
      answer: (sizes) => counted(sizes, { shift: 0 }),
      hint: 'A normalisation of GPT-2 has two numbers for each channel: a scale and a shift.',
    },
    {
      answer: (sizes) => counted(sizes, { places: 0 }),
      hint: 'The table of places is missing: a row of nEmbd numbers for each of blockSize places.',
    },
    {
      answer: (sizes) => counted(sizes, { head: sizes.vocabSize * sizes.nEmbd }),
      hint: 'The table of tokens is counted twice: GPT-2 scores with the same table that it embeds with.',
    },
    {
      answer: (sizes) => counted(sizes, { last: 0 }),
      hint: 'One normalisation is missing: there is another one behind the last layer.',
    },
    {
      answer: (sizes) => counted(sizes, { norms: 1 }),
      hint: 'A layer has two normalisations, one before attention and one before the feed-forward network.',
    },
    {
      answer: (sizes) => counted({ ...sizes, nLayer: 1 }),
      hint: 'This counts one layer: there are nLayer of them.',
    },
  ],
  hint: 'Count one layer first (four linear layers, two normalisations), then all layers, the two tables and the last normalisation.',
} satisfies Exercise<[sizes: Sizes]>;

type Turning = [vector: readonly number[], position: number, base: number];

/** Turns pairs of numbers; which pairs and by which angle may be wrong. */
const turnedBy =
  (
    angle: (position: number, pair: number, options: { length: number; base: number }) => number,
    placesOf = (pair: number, length: number): readonly [number, number] => [pair, pair + length / 2],
  ) =>
  (...[vector, position, base]: Turning): number[] => {
    const out = [...vector];
    for (let pair = 0; pair < vector.length / 2; pair++) {
      const turn = angle(position, pair, { length: vector.length, base });
      const [one, other] = placesOf(pair, vector.length);
      const [x, y] = [vector[one]!, vector[other]!];
      out[one] = x * Math.cos(turn) - y * Math.sin(turn);
      out[other] = x * Math.sin(turn) + y * Math.cos(turn);
    }
    return out;
  };

const rightAngle = (
  position: number,
  pair: number,
  { length, base }: { length: number; base: number },
): number => position * base ** ((-2 * pair) / length);

const turned = {
  id: '04.3',
  name: 'turned',
  answer: turnedBy(rightAngle),
  cases: [
    [[1, 0], 0, 100],
    [[1, 0], 1, 100],
    [[0, 1], 2, 100],
    [[1, 1, 0, 0], 1, 100],
    [[1, 2, 3, 4], 3, 10_000],
  ],
  random: (random, size) => {
    const vector = Array.from({ length: 2 * (1 + random.integer(3)) }, () => random.integer(9) - 4);
    return [vector, random.integer(5 * size), random.pick([100, 10_000])];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: turnedBy(rightAngle, (pair) => [2 * pair, 2 * pair + 1]),
      hint: 'These are pairs of neighbours. Here, as in Llama, number c belongs to number c + D/2.',
    },
    {
      answer: turnedBy((...angle) => -rightAngle(...angle)),
      hint: 'This turns the other way round: from the first axis towards the second is forwards.',
    },
    {
      answer: turnedBy((position) => position),
      hint: 'All pairs turn at the same speed here. Each has its own, from 1 downwards.',
    },
    {
      answer: turnedBy((position, pair, { length, base }) => position * base ** (-pair / length)),
      hint: 'The speeds fall too slowly: the exponent is -2c/D, so that the last pair is nearly at 1/base.',
    },
    {
      answer: turnedBy((position, pair, { length, base }) => position * base ** ((2 * pair) / length)),
      hint: 'The speeds rise here: the exponent has a minus.',
    },
    {
      answer: turnedBy((_, pair, { length, base }) => base ** ((-2 * pair) / length)),
      hint: 'The angle does not depend on the position: it is the position times the speed of the pair.',
    },
    {
      answer: (vector, position, base) => {
        const out = [...vector];
        const half = vector.length / 2;
        for (let pair = 0; pair < half; pair++) {
          const angle = rightAngle(position, pair, { length: vector.length, base });
          out[pair] = out[pair]! * Math.cos(angle) - out[pair + half]! * Math.sin(angle);
          out[pair + half] = out[pair]! * Math.sin(angle) + out[pair + half]! * Math.cos(angle);
        }
        return out;
      },
      hint: 'The second number of a pair is made from the first one as it was, not from the one that has just been turned.',
    },
  ],
  hint: 'For each pair c and c + D/2: the angle is position · base^(-2c/D), then the two lines of `turn`.',
} satisfies Exercise<Turning>;

/** By head, position and channel. */
type Heads = readonly Matrix[];

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, x, nth) => sum + x * other[nth]!, 0);

/** Attention of each head of queries with one head of keys and values, which a mistake may choose wrongly. */
const attentionWith =
  (
    shared: (head: number, H: number, K: number) => number,
    {
      scale = Math.sqrt,
      isCausal = true,
    }: { readonly scale?: (D: number) => number; readonly isCausal?: boolean } = {},
  ) =>
  (queries: Heads, keys: Heads, values: Heads): number[][][] =>
    queries.map((head, h) => {
      const k = shared(h, queries.length, keys.length);
      return head.map((query, t) => {
        const seen = isCausal ? keys[k]!.slice(0, t + 1) : keys[k]!;
        const weights = softmax(seen.map((key) => dot(query, key) / scale(key.length)));
        return values[k]![0]!.map((_, c) =>
          dot(
            weights,
            values[k]!.map((row) => row[c]!),
          ),
        );
      });
    });

const neighbours = (head: number, H: number, K: number): number => Math.floor((head * K) / H);

const groupedHeads = {
  id: '04.4',
  name: 'groupedHeads',
  answer: attentionWith(neighbours),
  // Lists of lists of lists, without the blanks between their brackets.
  show: (input) => `groupedHeads(${input.map((heads) => JSON.stringify(heads)).join(', ')})`,
  cases: [
    [[[[1]]], [[[1]]], [[[5]]]],
    [[[[0], [0]]], [[[0], [0]]], [[[2], [4]]]],
    [[[[1]], [[1]]], [[[1]]], [[[5]]]],
    [
      [
        [
          [0, 0],
          [9, 9],
        ],
      ],
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
      [[[1], [2]]],
    ],
    [
      [[[1]], [[1]], [[1]], [[1]]],
      [[[1]], [[1]]],
      [[[5]], [[6]]],
    ],
    [
      [[[1]], [[1]], [[1]], [[1]], [[1]], [[1]]],
      [[[1]], [[1]]],
      [[[5]], [[6]]],
    ],
  ],
  random: (random, size) => {
    const [K, shares, T, D] = [
      1 + random.integer(2),
      1 + random.integer(3),
      1 + random.integer(Math.min(size, 2)),
      1 + random.integer(2),
    ];
    const heads = (count: number) =>
      Array.from({ length: count }, () =>
        Array.from({ length: T }, () => Array.from({ length: D }, () => random.integer(5) - 2)),
      );
    return [heads(K * shares), heads(K), heads(K)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: attentionWith((head, _, K) => head % K),
      hint: 'Heads that share lie side by side: with four heads and two of keys, 0 and 1 share the first, 2 and 3 the second.',
    },
    {
      answer: attentionWith(() => 0),
      hint: 'All heads look with the first head of keys and values here: each group has its own.',
    },
    {
      answer: attentionWith(neighbours, { isCausal: false }),
      hint: 'This sees the future: position t has only the keys up to its own.',
    },
    {
      answer: attentionWith(neighbours, { scale: () => 1 }),
      hint: 'The scores are not divided by the root of D, the length of a key.',
    },
    {
      answer: attentionWith(neighbours, { scale: (D) => D }),
      hint: 'The scores are divided by D: it should be its root.',
    },
    {
      answer: (queries, keys, values) =>
        attentionWith(neighbours)(queries, keys, values).slice(0, keys.length),
      hint: 'There is an output for each head of queries, not for each head of keys.',
    },
  ],
  hint: 'For each head of queries find its head of keys and values, then it is the attention of the chapter.',
} satisfies Exercise<[queries: Heads, keys: Heads, values: Heads]>;

export const chapter04: readonly Exercise[] = [windowWeights, countParameters, turned, groupedHeads];
