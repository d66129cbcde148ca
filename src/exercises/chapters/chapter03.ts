/**
 * The exercises of chapter 03: gradients along a tape, a step with momentum, gradients of scores and of embeddings, and
 * neurons that died.
 */
import type { Random } from '../../core/random.js';
import type { Exercise } from '../exercise.js';

/** One computed number: the rows that it was made of, by their places, each with its slope. */
type TapeRow = readonly (readonly [input: number, slope: number])[];

/** From the last row to the first; `add` says what becomes of the gradient of an input. */
function gradientsAlong(
  tape: readonly TapeRow[],
  add = (before: number, slope: number, gradient: number) => before + slope * gradient,
): number[] {
  const gradients: number[] = tape.map((_, nth) => (nth === tape.length - 1 ? 1 : 0));
  for (let nth = tape.length - 1; nth >= 0; nth--)
    for (const [input, slope] of tape[nth]!)
      gradients[input] = add(gradients[input]!, slope, gradients[nth]!);
  return gradients;
}

/** From the first row to the last, where what is not known yet counts as 0. */
function gradientsForward(tape: readonly TapeRow[]): number[] {
  const gradients: number[] = tape.map((_, nth) => (nth === tape.length - 1 ? 1 : 0));
  for (const [nth, row] of tape.entries())
    for (const [input, slope] of row) gradients[input]! += slope * gradients[nth]!;
  return gradients;
}

const tapeGradients = {
  id: '03.1',
  name: 'tapeGradients',
  answer: (tape) => gradientsAlong(tape),
  cases: [
    [[[]]],
    [[[], [[0, 3]]]],
    [
      [
        [],
        [
          [0, 3],
          [0, 2],
        ],
      ],
    ],
    [[[], [[0, 3]], [[1, 2]]]],
    [
      [
        [],
        [],
        [
          [0, 5],
          [1, -2],
        ],
      ],
    ],
    [
      [
        [],
        [[0, 2]],
        [
          [0, 4],
          [1, 3],
        ],
      ],
    ],
    [
      [
        [],
        [[0, 2]],
        [[0, 3]],
        [
          [1, 5],
          [2, 7],
        ],
      ],
    ],
  ],
  random: (random, size) => [
    Array.from(
      { length: size + 1 },
      (_, nth): TapeRow =>
        Array.from({ length: nth === 0 ? 0 : random.integer(3) }, () => [
          random.integer(nth),
          (random.integer(13) - 6) / 2,
        ]),
    ),
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (tape) => gradientsAlong(tape, (_, slope, gradient) => slope * gradient),
      hint: 'A number that is used twice moves the loss in two ways: the shares have to be added up.',
    },
    {
      answer: (tape) => gradientsAlong(tape, (before, slope) => before + slope),
      hint: 'A slope says what a row does to the row that is made of it. For the loss it has to be multiplied by the gradient of that row.',
    },
    {
      answer: (tape) => gradientsForward(tape),
      hint: 'Only the inputs of the last row get something here. A row hands its gradient on when it has all of it: go from the last row to the first.',
    },
    {
      answer: (tape) => tape.map(() => 0),
      hint: 'The last row is the loss itself, and its slope by itself is 1. Without that start all others stay 0.',
    },
    {
      answer: (tape) => gradientsAlong(tape).map((gradient, nth) => (nth === tape.length - 1 ? 0 : gradient)),
      hint: 'The last row belongs to the answer too: the slope of the loss by itself is 1.',
    },
  ],
  hint: 'Start with 1 for the last row and 0 for the others, then let each row, from the last to the first, add its share to each of its inputs.',
} satisfies Exercise<[tape: readonly TapeRow[]]>;

type MomentumInput = [
  weights: readonly number[],
  gradients: readonly number[],
  velocity: readonly number[],
  learningRate: number,
  momentum: number,
];

interface Moved {
  readonly weights: number[];
  readonly velocity: number[];
}

/** A step whose velocity, and whose way, are given as functions of one number. */
const stepWith =
  (
    speed: (before: number, gradient: number, options: { rate: number; momentum: number }) => number,
    way: (speed: number, gradient: number, options: { rate: number; before: number }) => number = (
      now,
      _,
      { rate },
    ) => rate * now,
  ) =>
  (...[weights, gradients, velocity, rate, momentum]: MomentumInput): Moved => {
    const now = velocity.map((before, nth) => speed(before, gradients[nth]!, { rate, momentum }));
    const moved = weights.map(
      (weight, nth) => weight - way(now[nth]!, gradients[nth]!, { rate, before: velocity[nth]! }),
    );
    return { weights: moved, velocity: now };
  };

const rolling = (before: number, gradient: number, { momentum }: { momentum: number }): number =>
  momentum * before + gradient;

const momentumStep = {
  id: '03.2',
  name: 'momentumStep',
  answer: stepWith(rolling),
  cases: [
    [[1], [2], [0], 0.1, 0.9],
    [[1], [0], [4], 0.1, 0.5],
    [[1], [2], [4], 0.1, 0.5],
    [[0, 1], [3, -1], [2, 8], 0.5, 0.9],
  ],
  random: (random: Random, size) => {
    const row = () => Array.from({ length: size }, () => (random.integer(41) - 20) / 4);
    return [row(), row(), row(), random.pick([0.1, 0.5]), random.pick([0, 0.5, 0.9])];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: stepWith((before, gradient, { momentum }) => momentum * before + (1 - momentum) * gradient),
      hint: 'This is a running mean, as AdamW has it. Here the gradient is added whole.',
    },
    {
      answer: stepWith(rolling, (_, gradient, { rate }) => rate * gradient),
      hint: 'The velocity is computed and not used: the weights move by it, not by the gradient.',
    },
    {
      answer: stepWith(rolling, (_now, _gradient, { rate, before }) => rate * before),
      hint: 'The weights move by the new velocity, with this gradient in it already.',
    },
    {
      answer: stepWith((before, gradient) => before + gradient),
      hint: 'Nothing slows this down: the old velocity counts only with the share `momentum`.',
    },
    {
      answer: stepWith(rolling, (now, _, { rate }) => -rate * now),
      hint: 'The gradient points uphill, and the weights go down: mind the sign.',
    },
    {
      answer: stepWith(
        (before, gradient, { rate, momentum }) => momentum * before + rate * gradient,
        (now) => now,
      ),
      hint: 'The rate is in the velocity here. In this exercise it scales the way: the velocity is made of gradients alone.',
    },
  ],
  hint: 'Two lines: the new velocity from the old one and the gradient, then the new weights from the new velocity.',
} satisfies Exercise<MomentumInput>;

const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  return weights.map((weight) => weight / total(weights));
}

type LogitInput = [logits: readonly (readonly number[])[], targets: readonly number[]];

/** A value for each score, from its probability and from 1 at the target, 0 elsewhere. */
const perScore =
  (value: (probability: number, wanted: number, count: number) => number) =>
  (...[logits, targets]: LogitInput): number[][] =>
    logits.map((row, nth) =>
      softmax(row).map((probability, id) => value(probability, id === targets[nth] ? 1 : 0, logits.length)),
    );

const logitGradients = {
  id: '03.3',
  name: 'logitGradients',
  answer: perScore((probability, wanted, count) => (probability - wanted) / count),
  cases: [
    [[[0, 0]], [0]],
    [[[0, 1]], [0]],
    [[[1, 2, 3]], [1]],
    [
      [
        [0, 0],
        [0, 2],
      ],
      [0, 1],
    ],
    [
      [[0], [3]],
      [0, 0],
    ],
  ],
  random: (random, size) => {
    const [rows, scores] = [1 + random.integer(3), 1 + random.integer(size)];
    const logits = Array.from({ length: rows }, () =>
      Array.from({ length: scores }, () => (random.integer(81) - 40) / 10),
    );
    return [logits, logits.map(() => random.integer(scores))];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: perScore((probability, wanted) => probability - wanted),
      hint: 'The loss is the mean over the rows, so each row counts only with its share of it.',
    },
    {
      answer: perScore((probability, wanted, count) => (wanted - probability) / count),
      hint: 'This is the way down. The gradient points up: a higher score of the target lowers the loss.',
    },
    {
      answer: perScore((probability, wanted, count) => (wanted * (probability - 1)) / count),
      hint: 'The other scores count too: a higher one takes probability away from the target.',
    },
    {
      answer: perScore((probability, _, count) => probability / count),
      hint: 'These are the probabilities. What is missing is what they should have been: 1 at the target.',
    },
    {
      answer: (logits, targets) =>
        logits.map((row, nth) =>
          row.map((logit, id) => (logit - (id === targets[nth] ? 1 : 0)) / logits.length),
        ),
      hint: 'Scores are no probabilities yet: softmax first.',
    },
    {
      answer: (logits, targets) =>
        perScore((probability, wanted, count) => (probability - wanted) / count / logits[0]!.length)(
          logits,
          targets,
        ),
      hint: 'The mean is over the rows, not over all scores.',
    },
  ],
  hint: 'For one row it is a difference of two lists: the probabilities that softmax gives, and those that would have been right.',
} satisfies Exercise<LogitInput>;

type EmbeddingInput = [ids: readonly number[], gradients: readonly (readonly number[])[], vocabSize: number];

/** One row for each id, made from the gradients of the places where it stood. */
const perId =
  (row: (places: readonly (readonly number[])[], width: number) => number[]) =>
  (...[ids, gradients, vocabSize]: EmbeddingInput): number[][] =>
    Array.from({ length: vocabSize }, (_, id) =>
      row(
        gradients.filter((_, place) => ids[place] === id),
        gradients[0]!.length,
      ),
    );

const columnSums = (rows: readonly (readonly number[])[], width: number): number[] =>
  Array.from({ length: width }, (_, column) => total(rows.map((row) => row[column]!)));

const embeddingGradient = {
  id: '03.4',
  name: 'embeddingGradient',
  answer: perId(columnSums),
  cases: [
    [[0], [[5]], 1],
    [[1], [[5]], 2],
    [[0, 0], [[5], [2]], 1],
    [[1, 0], [[5], [2]], 2],
    [
      [1, 0, 1],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      3,
    ],
  ],
  random: (random, size) => {
    const width = 1 + random.integer(3);
    const ids = Array.from({ length: size }, () => random.integer(size));
    const gradients = ids.map(() => Array.from({ length: width }, () => random.integer(21) - 10));
    return [ids, gradients, size];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: perId((places, width) => [...(places.at(-1) ?? new Array(width).fill(0))]),
      hint: 'An id that stands in several places is one row, which every one of them moves: add the gradients up.',
    },
    {
      answer: perId((places, width) => columnSums(places, width).map((sum) => sum / (places.length || 1))),
      hint: 'The gradients add up, without a mean: that the loss is a mean is already in each of them.',
    },
    {
      answer: (_ids, gradients) => gradients.map((row) => [...row]),
      hint: 'The answer has a row for each id of the vocabulary, not for each place of the text.',
    },
    {
      answer: (ids, gradients, vocabSize) =>
        perId(columnSums)(ids, gradients, vocabSize).filter((_, id) => ids.includes(id)),
      hint: 'An id that did not come has a row too: zeros, since the loss does not depend on it.',
    },
    {
      answer: (ids, gradients, vocabSize) => {
        const row = columnSums(gradients, gradients[0]!.length); // one list for all, as `fill` makes it
        return new Array<number[]>(vocabSize).fill(ids.length > 0 ? row : []);
      },
      hint: 'All rows are the same list here, as `new Array(n).fill(row)` makes them: each needs its own.',
    },
  ],
  hint: 'Start with zeros, a row for each id of the vocabulary, then add the gradient of each place to the row of its id.',
} satisfies Exercise<EmbeddingInput>;

type LayerInput = [
  inputs: readonly (readonly number[])[],
  weights: readonly (readonly number[])[],
  biases: readonly number[],
];

/** The sums of each neuron over all examples, and which neurons a test of them picks. */
const neuronsWhere =
  (isPicked: (sums: readonly number[]) => boolean, bias = (own: number) => own) =>
  (...[inputs, weights, biases]: LayerInput): number[] =>
    [...biases.keys()].filter((neuron) =>
      isPicked(
        inputs.map((input) => total(input.map((x, i) => x * weights[i]![neuron]!)) + bias(biases[neuron]!)),
      ),
    );

const deadNeurons = {
  id: '03.5',
  name: 'deadNeurons',
  answer: neuronsWhere((sums) => sums.every((sum) => sum <= 0)),
  cases: [
    [[[1]], [[1]], [0]],
    [[[1]], [[-1]], [0]],
    [[[1]], [[0]], [0]],
    [[[1]], [[-1]], [2]],
    [[[1]], [[1]], [-2]],
    [[[1], [-1]], [[1]], [0]],
    [[[1]], [[1, -1]], [0, 0]],
    [[[1, 0]], [[1], [-2]], [0]],
    [
      [[1, 2]],
      [
        [1, -1],
        [-2, 1],
      ],
      [0, 0],
    ],
  ],
  random: (random, size) => {
    const [width, neurons] = [1 + random.integer(2), 1 + random.integer(size)];
    const row = (length: number) => Array.from({ length }, () => random.integer(9) - 4);
    const inputs = Array.from({ length: 1 + random.integer(2) }, () => row(width));
    return [inputs, Array.from({ length: width }, () => row(neurons)), row(neurons)];
  },
  mistakes: [
    {
      answer: neuronsWhere((sums) => sums.some((sum) => sum <= 0)),
      hint: 'Silent for one example is not dead: it must be silent for all of them.',
    },
    {
      answer: neuronsWhere(
        (sums) => sums.every((sum) => sum <= 0),
        () => 0,
      ),
      hint: 'The bias belongs to the sum: it can wake a neuron, or put it to sleep.',
    },
    {
      answer: neuronsWhere((sums) => sums.every((sum) => sum < 0)),
      hint: 'A sum of exactly 0 gives 0 as well, and no gradient.',
    },
    {
      answer: neuronsWhere((sums) => !sums.every((sum) => sum <= 0)),
      hint: 'These are the neurons that live.',
    },
    {
      answer: (inputs, weights, biases) =>
        [...biases.keys()].filter((neuron) =>
          inputs.every((input) => total(input.map((x, i) => x * weights[i]![0]!)) + biases[neuron]! <= 0),
        ),
      hint: 'Each neuron has its own column of weights: `weights[input][neuron]`.',
    },
  ],
  hint: 'For each neuron: the sum of inputs times weights plus bias, for every example. Dead means that none of these is above 0.',
} satisfies Exercise<LayerInput>;

export const chapter03: readonly Exercise[] = [
  tapeGradients,
  momentumStep,
  logitGradients,
  embeddingGradient,
  deadNeurons,
];
