/** The exercises of chapter 10: the surprise of choices, a choice among several, the noise ceiling. */
import type { Random } from '../../core/random.js';
import type { Exercise } from '../exercise.js';

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

function surprises(better: readonly number[], worse: readonly number[], margin: number): number[] {
  return better.map((reward, nth) => softplus(margin - (reward - worse[nth]!)));
}

const rewardsOf = (random: Random, count: number, most = 3): number[] =>
  Array.from({ length: count }, () => Math.round(10 * most * (2 * random.uniform() - 1)) / 10);

const choiceLoss = {
  id: '10.1',
  name: 'choiceLoss',
  answer: (better, worse, margin) => mean(surprises(better, worse, margin)),
  cases: [
    [[0], [0], 0],
    [[1], [0], 0],
    [[0], [1], 0],
    [[0], [0], 1],
    [[2], [0], 1],
    [[1, 3], [0, 0], 0],
    [[0], [1000], 0],
    [[1000], [0], 0],
  ],
  random: (random, size) => [rewardsOf(random, size), rewardsOf(random, size), random.integer(3)],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (better, worse) => mean(surprises(better, worse, 0)),
      hint: 'The margin is missing: the better text should lead by at least that much.',
    },
    {
      answer: (better, worse, margin) => mean(surprises(better, worse, -margin)),
      hint: 'With a margin a lead has to be larger to surprise as little: it is taken from the lead, not added.',
    },
    {
      answer: (better, worse, margin) => sum(surprises(better, worse, margin)),
      hint: 'This is the sum. The loss is the mean over the pairs, so that it does not grow with their number.',
    },
    {
      answer: (better, worse, margin) => mean(surprises(worse, better, margin)),
      hint: 'The wrong way round: the loss is small where the better text has the higher reward.',
    },
    {
      answer: (better, worse, margin) =>
        mean(better.map((reward, nth) => -Math.log(1 / (1 + Math.exp(worse[nth]! + margin - reward))))),
      hint: 'Right for small leads. For a lead of -1000 the exponential overflows, and the loss should be 1000, not Infinity.',
    },
    {
      answer: (better, worse, margin) =>
        mean(better.map((reward, nth) => Number(reward - worse[nth]! <= margin))),
      hint: 'This counts what is wrong. A loss needs a slope: -ln of the probability that the model gives to the choice.',
    },
  ],
  hint: 'For each pair -ln sigmoid(lead - margin), which is ln(1 + e^(margin - lead)); then the mean.',
} satisfies Exercise<[better: readonly number[], worse: readonly number[], margin: number]>;

const logSumExp = (values: readonly number[]): number => {
  const largest = Math.max(...values);
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))));
};

const bestOfK = {
  id: '10.2',
  name: 'bestOfK',
  answer: (rewards, chosen) => logSumExp(rewards) - rewards[chosen]!,
  cases: [
    [[0, 0], 0],
    [[0, 0, 0, 0], 2],
    [[1, 0], 0],
    [[1, 0], 1],
    [[0, 1, 2, 3], 3],
    [[5], 0],
    [[1000, 1000], 0],
    [[-1000, -1000, -1000], 1],
  ],
  random: (random, size) => {
    const rewards = rewardsOf(random, 1 + size);
    return [rewards, random.integer(rewards.length)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (rewards, chosen) =>
        sum(rewards.map((reward, nth) => (nth === chosen ? 0 : softplus(reward - rewards[chosen]!)))),
      hint: 'This asks about every pair by itself. The choice is one among all: a softmax over the rewards.',
    },
    {
      answer: (rewards, chosen) => Math.exp(rewards[chosen]! - logSumExp(rewards)),
      hint: 'This is the probability of the choice. The loss is its surprise, -ln of it.',
    },
    {
      answer: (rewards, chosen) => rewards[chosen]! - logSumExp(rewards),
      hint: 'The sign: a surprise is never below 0.',
    },
    {
      answer: (rewards, chosen) =>
        Math.log(sum(rewards.map((reward) => Math.exp(reward)))) - rewards[chosen]!,
      hint: 'Right for small rewards; e^1000 is too large for a number. Take the largest reward from all of them first.',
    },
    {
      answer: (rewards, chosen) => Math.max(...rewards) - rewards[chosen]!,
      hint: 'This is how far the choice was from the best. It is 0 for every choice of the best, however near the others are.',
    },
  ],
  hint: 'Softmax over the rewards gives the probability of each; the loss is -ln of the one that was chosen.',
} satisfies Exercise<[rewards: readonly number[], chosen: number]>;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const noiseCeiling = {
  id: '10.3',
  name: 'noiseCeiling',
  answer: (pairs, noise) => mean(pairs.map(([a, b]) => sigmoid(Math.abs(a - b) / noise))),
  cases: [
    [[[0, 0]], 1],
    [[[1, 0]], 1],
    [[[0, 1]], 1],
    [[[2, 0]], 2],
    [
      [
        [3, 0],
        [0, 0],
      ],
      1,
    ],
    [
      [
        [0, 2],
        [2, 0],
      ],
      0.5,
    ],
  ],
  random: (random, size) => [
    Array.from({ length: size }, () => rewardsOf(random, 2) as [number, number]),
    (1 + random.integer(8)) / 4,
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (pairs, noise) => mean(pairs.map(([a, b]) => sigmoid((a - b) / noise))),
      hint: 'This is how often the first text is chosen. The best guess is the text that is likelier to be, whichever that is.',
    },
    {
      answer: (pairs) => mean(pairs.map(([a, b]) => sigmoid(Math.abs(a - b)))),
      hint: 'The noise is missing: what does a difference of 2 mean to somebody with a noise of 2?',
    },
    {
      answer: (pairs, noise) => mean(pairs.map(([a, b]) => sigmoid(Math.abs(a - b) * noise))),
      hint: 'More noise makes choices less sure: differences are divided by it.',
    },
    {
      answer: (pairs) => mean(pairs.map(([a, b]) => (a === b ? 0.5 : 1))),
      hint: 'So often is the better text named. The labeller itself does not always choose it, and the choice is what is guessed.',
    },
    {
      answer: (pairs, noise) => sigmoid(mean(pairs.map(([a, b]) => Math.abs(a - b))) / noise),
      hint: 'The mean of the probabilities is not the probability of the mean difference.',
    },
  ],
  hint: 'For each pair the larger of the two chances of being chosen; then the mean.',
} satisfies Exercise<[pairs: readonly (readonly [number, number])[], noise: number]>;

export const chapter10: readonly Exercise[] = [choiceLoss, bestOfK, noiseCeiling];
