/** The exercises of chapter 15: patches of a picture, the power of a frequency, an agent with a budget, learning while reading. */
import type { Random } from '../../core/random.js';
import { patchesOf } from '../../tasks/senses/picture.js';
import { spectrogram } from '../../tasks/senses/spectrogram.js';
import type { Exercise } from '../exercise.js';

/** The patches of a picture, whose pixels and patches may be taken in a wrong order. */
function cut(
  rows: readonly (readonly number[])[],
  size: number,
  { columnsFirst = false, pixelsDown = false, step = size } = {},
): number[][] {
  const [height, width] = [rows.length, rows[0]!.length];
  const starts = (length: number) =>
    Array.from({ length: Math.floor((length - size) / step) + 1 }, (_, nth) => nth * step);
  const corners = columnsFirst
    ? starts(width).flatMap((left) => starts(height).map((top) => [top, left]))
    : starts(height).flatMap((top) => starts(width).map((left) => [top, left]));
  return corners.map(([top, left]) =>
    Array.from({ length: size * size }, (_, at) => {
      const [far, near] = [Math.floor(at / size), at % size];
      return pixelsDown ? rows[top! + near]![left! + far]! : rows[top! + far]![left! + near]!;
    }),
  );
}

const cutPatches = {
  id: '15.1',
  name: 'cutPatches',
  answer: (rows, size) => {
    const picture = { width: rows[0]!.length, height: rows.length, pixels: Float32Array.from(rows.flat()) };
    return patchesOf(picture, size).map((patch) => Array.from(patch));
  },
  cases: [
    [[[1]], 1],
    [[[1, 2]], 1],
    [
      [
        [1, 2],
        [3, 4],
      ],
      1,
    ],
    [
      [
        [1, 2],
        [3, 4],
      ],
      2,
    ],
    [
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
      2,
    ],
    [
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
        [13, 14, 15, 16],
      ],
      2,
    ],
  ],
  random: (random, size) => {
    const side = 1 + random.integer(3);
    const [down, across] = [1 + random.integer(1 + Math.floor(size / 2)), 1 + random.integer(1 + size)];
    const rows = Array.from({ length: side * down }, () =>
      Array.from({ length: side * across }, () => random.integer(100)),
    );
    return [rows, side];
  },
  mistakes: [
    {
      answer: (rows, size) => cut(rows, size, { columnsFirst: true }),
      hint: 'The patches come column by column. They are read as a text is: the upper row from left to right, then the next.',
    },
    {
      answer: (rows, size) => cut(rows, size, { pixelsDown: true }),
      hint: 'Within a patch the pixels come column by column. They too go row by row.',
    },
    {
      answer: (rows, size) => {
        const pixels = rows.flat();
        return Array.from({ length: pixels.length / size ** 2 }, (_, nth) =>
          pixels.slice(nth * size ** 2, (nth + 1) * size ** 2),
        );
      },
      hint: 'The pixels are cut one after the other, as if the picture were one line. A patch is a square: its pixels lie below each other too.',
    },
    {
      answer: (rows, size) => cut(rows, size, { step: 1 }),
      hint: 'There are too many patches: they overlap. From one to the next it is a whole side, not one pixel.',
    },
    {
      answer: (rows, size) =>
        cut(rows, size).map((patch) =>
          Array.from({ length: size }, (_, y) => patch.slice(y * size, (y + 1) * size)),
        ),
      hint: 'Each patch is a list of rows. It has to be one list of numbers, as long as the matrix has rows: see flat().',
    },
  ],
  hint: 'Two loops over the corners of the patches, the vertical one outside, and within each two more over its pixels.',
} satisfies Exercise<[rows: number[][], size: number]>;

/** The sums of a frame times cosines and sines, with the angle from one sample to the next. */
function sums(frame: readonly number[], angle: number): [cosines: number, sines: number] {
  return [Math.cos, Math.sin].map((wave) =>
    frame.reduce((sum, sample, n) => sum + sample * wave(angle * n), 0),
  ) as [number, number];
}

const turn = (frame: readonly number[], waves: number): number => (2 * Math.PI * waves) / frame.length;

const powerAt = {
  id: '15.2',
  name: 'powerAt',
  answer: (frame, waves) => spectrogram(frame, { frameLength: frame.length, window: 'none' })[0]![waves]!,
  cases: [
    [[1, 0], 0],
    [[1, 1], 0],
    [[1, -1], 1],
    [[1, 2, 3, 4], 0],
    [[1, 0, -1, 0], 1],
    [[0, 1, 0, -1], 1],
    [[3, 1, 0, 2], 1],
    [[1, 2, 3, 4, 5, 6, 7, 8], 2],
    [[1, 2, 3, 4, 5, 6, 7, 8], 3],
  ],
  random: (random, size) => {
    const length = 2 ** (1 + Math.ceil(size / 2));
    const frame = Array.from({ length }, () => random.integer(21) - 10);
    return [frame, random.integer(length / 2 + 1)];
  },
  tolerance: 1e-5,
  mistakes: [
    {
      answer: (frame, waves) => sums(frame, turn(frame, waves))[0] ** 2,
      hint: 'The sines are missing. A tone that begins at another point of its wave shows in them alone.',
    },
    {
      answer: (frame, waves) => sums(frame, turn(frame, waves))[1] ** 2,
      hint: 'The cosines are missing. A tone that begins at its peak shows in them alone.',
    },
    {
      answer: (frame, waves) => Math.hypot(...sums(frame, turn(frame, waves))),
      hint: 'That is the amplitude. The power is its square.',
    },
    {
      answer: (frame, waves) => {
        const [cosines, sines] = sums(frame, turn(frame, waves));
        return (cosines + sines) ** 2;
      },
      hint: 'Square both sums first, then add them.',
    },
    {
      answer: (frame, waves) =>
        frame.reduce((sum, sample, n) => {
          const angle = turn(frame, waves) * n;
          return sum + (sample * Math.cos(angle)) ** 2 + (sample * Math.sin(angle)) ** 2;
        }, 0),
      hint: 'Squared sample by sample, the waves are gone. Add up first, and square the sums.',
    },
    {
      answer: (frame, waves) => {
        const [cosines, sines] = sums(frame, turn(frame, waves));
        return (cosines ** 2 + sines ** 2) / frame.length;
      },
      hint: 'Divided by the number of samples. The formula here does not divide.',
    },
    {
      answer: (frame, waves) => {
        const [cosines, sines] = sums(frame, turn(frame, waves) / 2);
        return cosines ** 2 + sines ** 2;
      },
      hint: 'A whole wave is an angle of 2π, not π.',
    },
    {
      answer: (frame, waves) => {
        const [cosines, sines] = sums(frame, 2 * Math.PI * waves);
        return cosines ** 2 + sines ** 2;
      },
      hint: 'So many waves fit in the whole frame, not between one sample and the next: divide the angle by the number of samples.',
    },
  ],
  hint: 'Two sums over the samples, one with cosines and one with sines of the same angles; then the sum of their squares.',
} satisfies Exercise<[frame: number[], waves: number]>;

interface AgentRun {
  readonly calls: string[];
  readonly done: boolean;
}

/** The loop, with what can go wrong in it. */
function loop(
  next: { readonly [heard: string]: string },
  answers: readonly string[],
  budget: number,
  { firstAnswer = 0, deaf = false, stopCosts = false, stopIsCall = false } = {},
): AgentRun {
  const calls: string[] = [];
  for (let heard = 'start'; ; ) {
    if (stopCosts && calls.length >= budget) return { calls, done: false };
    const call = next[heard]!;
    if (call === 'stop') return { calls: stopIsCall ? [...calls, call] : calls, done: true };
    if (calls.length >= budget || answers[calls.length + firstAnswer] === undefined)
      return { calls, done: false };
    calls.push(call);
    if (!deaf) heard = answers[calls.length - 1 + firstAnswer]!;
  }
}

const door = { start: 'open', locked: 'unlock', unlocked: 'open', opened: 'stop' };

/** What an agent does after what it hears, and what it will hear. */
function drawnAgent(random: Random, size: number): [{ [heard: string]: string }, string[], number] {
  const heard = ['yes', 'no', 'perhaps'];
  const calls = ['look', 'ask', 'wait', 'stop'];
  const next = Object.fromEntries(heard.map((word) => [word, random.pick(calls)]));
  const answers = Array.from({ length: size + 3 }, () => random.pick(heard));
  return [{ start: random.pick(['look', 'ask']), ...next }, answers, random.integer(size + 2)];
}

const runAgent = {
  id: '15.3',
  name: 'runAgent',
  answer: (next, answers, budget) => loop(next, answers, budget),
  cases: [
    [{ start: 'stop' }, ['yes', 'no'], 1],
    [{ start: 'open' }, ['opened'], 0],
    [door, ['opened', 'locked'], 1],
    [door, ['locked', 'unlocked', 'opened', 'opened'], 2],
    [door, ['locked', 'unlocked', 'opened', 'opened'], 3],
    [door, ['locked', 'unlocked', 'opened', 'opened'], 9],
    [door, ['locked', 'locked', 'unlocked', 'opened', 'opened'], 4],
    [{ start: 'open', locked: 'open' }, ['locked', 'locked', 'locked', 'locked', 'locked'], 3],
  ],
  random: (random, size) => drawnAgent(random, size),
  mistakes: [
    {
      answer: (next, answers, budget) => loop(next, answers, budget + 1),
      hint: 'One call more than the budget allows.',
    },
    {
      answer: (next, answers, budget) => loop(next, answers, Math.max(0, budget - 1)),
      hint: 'One call less than the budget allows.',
    },
    {
      answer: (next, answers, budget) => loop(next, answers, budget, { stopCosts: true }),
      hint: 'To stop costs no call: an agent that has made its very last call, and heard the answer, may still say that it is done.',
    },
    {
      answer: (next, answers, budget) => loop(next, answers, budget, { stopIsCall: true }),
      hint: '"stop" is not a call. The tool never gets it.',
    },
    {
      answer: (next, answers, budget) => loop(next, answers, budget, { deaf: true }),
      hint: 'It makes its first call again and again. What it does next depends on what it heard last.',
    },
    {
      answer: (next, answers, budget) => loop(next, answers, budget, { firstAnswer: 1 }),
      hint: 'The first call is answered by the first answer, which is at place 0.',
    },
    {
      answer: (next, answers) => loop(next, answers, answers.length),
      hint: 'The budget is not kept to: an agent that always fails would go on for ever.',
    },
    {
      answer: (next, answers, budget) => ({ ...loop(next, answers, budget), done: true }),
      hint: 'Where the budget ended it, it is not done.',
    },
  ],
  hint: 'It begins with what it does after "start". Each time round: "stop" ends it, then a spent budget does; else the call is made and its answer heard.',
} satisfies Exercise<[next: { [heard: string]: string }, answers: string[], budget: number]>;

type Counts = { readonly [symbol: string]: number };

/** What each symbol cost, in nats; `seen` is what had been counted when it came, as a part of the text. */
function costs(text: string, counts: Counts, seen: (nth: number) => string): number[] {
  return [...text].map((symbol, nth) => {
    const known = [...seen(nth)];
    const total = Object.values(counts).reduce((sum, count) => sum + count, known.length);
    return -Math.log((counts[symbol]! + known.filter((one) => one === symbol).length) / total);
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const lossWhileLearning = {
  id: '15.4',
  name: 'lossWhileLearning',
  answer: (text, counts) => mean(costs(text, counts, (nth) => text.slice(0, nth))),
  cases: [
    ['a', { a: 1, b: 1 }],
    ['aa', { a: 1, b: 1 }],
    ['ab', { a: 1, b: 1 }],
    ['aab', { a: 1, b: 3 }],
    ['abcabc', { a: 1, b: 1, c: 8 }],
    ['bbbb', { a: 97, b: 3 }],
  ],
  random: (random, size) => {
    const counts = { a: 1 + random.integer(5), b: 1 + random.integer(5), c: 1 + random.integer(20) };
    const letters = Array.from({ length: 1 + 2 * size }, () => random.pick(['a', 'a', 'b', 'c']));
    return [letters.join(''), counts];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (text, counts) => mean(costs(text, counts, (nth) => text.slice(0, nth + 1))),
      hint: 'Each symbol is counted before it is predicted, so it helps to predict itself. First the loss, then the count.',
    },
    {
      answer: (text, counts) => mean(costs(text, counts, () => text)),
      hint: 'The whole text is counted before its first symbol is predicted. Nobody could have known it then.',
    },
    {
      answer: (text, counts) => mean(costs(text, counts, () => '')),
      hint: 'Nothing is learned: the last symbol is predicted with the counts of the beginning.',
    },
    {
      answer: (text, counts) => {
        const [all, own] = [Object.values(counts).reduce((sum, count) => sum + count, 0), { ...counts }];
        return mean([...text].map((symbol) => -Math.log(own[symbol]!++ / all)));
      },
      hint: 'The symbol has been counted, but the total has not grown with it. The shares must add up to 1 at any time.',
    },
    {
      answer: (text, counts) => mean(costs(text, counts, (nth) => text.slice(0, nth))) / Math.LN2,
      hint: 'That is in bits. A loss in nats is the natural logarithm: Math.log.',
    },
    {
      answer: (text, counts) => -mean(costs(text, counts, (nth) => text.slice(0, nth))),
      hint: 'A loss is minus the logarithm of the probability, so it is never below 0.',
    },
    {
      answer: (text, counts) =>
        costs(text, counts, (nth) => text.slice(0, nth)).reduce((sum, cost) => sum + cost, 0),
      hint: 'That is the loss of the whole text. Divide it by the number of symbols.',
    },
  ],
  hint: 'Go through the text with a copy of the counts. Each time: the share of the symbol among all counts, minus its logarithm, and only then one more for the symbol.',
} satisfies Exercise<[text: string, counts: { [symbol: string]: number }]>;

export const chapter15: readonly Exercise[] = [cutPatches, powerAt, runAgent, lossWhileLearning];
