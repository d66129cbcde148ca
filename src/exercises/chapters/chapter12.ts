/** The exercises of chapter 12: answers that are kept, advantages within a group, the clipped gain, pass@k. */
import { groupAdvantages } from '../../align/advantages/groupAdvantages.js';
import type { Exercise } from '../exercise.js';

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
const rewardedAbove = (texts: readonly string[], rewards: readonly number[], least: number): string[] =>
  texts.filter((_, nth) => rewards[nth]! >= least);

const keepRight = {
  id: '12.1',
  name: 'keepRight',
  answer: (texts, rewards, most) => unique(rewardedAbove(texts, rewards, 1)).slice(0, most),
  cases: [
    [['x'], [1], 1],
    [['x'], [0], 1],
    [['x'], [0.5], 1],
    [['x', 'x'], [1, 1], 2],
    [['x', 'y'], [1, 1], 1],
    [['x', 'y'], [0, 1], 1],
    [['x', 'y'], [1, 0], 2],
    [['x', 'x', 'y'], [1, 1, 1], 2],
    [['x', 'y', 'z'], [0, 1, 1], 2],
    [['z', 'x', 'y'], [1, 1, 1], 2],
  ],
  random: (random, size) => {
    const count = 2 * size;
    const texts = Array.from({ length: count }, () => random.pick(['u', 'v', 'w', 'x', 'y', 'z']));
    return [texts, texts.map(() => random.pick([0, 0.5, 1])), 1 + random.integer(3)];
  },
  mistakes: [
    {
      answer: (texts, _, most) => unique(texts).slice(0, most),
      hint: 'Only right answers are kept, those with a reward of 1.',
    },
    {
      answer: (texts, rewards, most) => unique(rewardedAbove(texts, rewards, 0.1)).slice(0, most),
      hint: 'Nearly right is not right: a reward of a half is not kept.',
    },
    {
      answer: (texts, rewards, most) => rewardedAbove(texts, rewards, 1).slice(0, most),
      hint: 'The same answer is kept once: a second copy teaches nothing new.',
    },
    {
      answer: (texts, rewards) => unique(rewardedAbove(texts, rewards, 1)),
      hint: 'At most `most` are kept: easy problems would crowd out the hard ones.',
    },
    {
      answer: (texts, rewards, most) => rewardedAbove(unique(texts).slice(0, most), rewards, 1),
      hint: 'Wrong answers must not take the places of right ones: first look which are right, then count.',
    },
    {
      answer: (texts, rewards, most) => unique(rewardedAbove(texts, rewards, 1).slice(0, most)),
      hint: 'An answer that comes twice must take one place, not two: leave out doubles before you count.',
    },
    {
      answer: (texts, rewards, most) =>
        unique(rewardedAbove(texts, rewards, 1))
          .sort()
          .slice(0, most),
      hint: 'The order in which they were drawn is kept.',
    },
  ],
  hint: 'Three questions for each answer, in this order: is it right, is it new, and are there places left?',
} satisfies Exercise<[texts: string[], rewards: number[], most: number]>;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Each value's distance from the mean, divided by what `scale` makes of all distances. */
function centred(values: readonly number[], scale: (distances: readonly number[]) => number): number[] {
  const mean = meanOf(values);
  const distances = values.map((value) => value - mean);
  const divisor = scale(distances);
  return distances.map((distance) => (distance === 0 ? 0 : distance / divisor));
}

const squares = (distances: readonly number[]): number =>
  distances.reduce((sum, distance) => sum + distance ** 2, 0);

const advantagesOf = {
  id: '12.2',
  name: 'advantagesOf',
  answer: (rewards) => Array.from(groupAdvantages(rewards, rewards.length, { epsilon: 0 })),
  tolerance: 1e-5,
  cases: [[[0, 1]], [[1, 1]], [[0, 0, 0]], [[1, 0, 0, 0]], [[1, 1, 1, 0]], [[0, 0.5, 1]], [[2, 4]]],
  random: (random, size) => [Array.from({ length: 1 + size }, () => random.pick([0, 0, 1, 0.5]))],
  mistakes: [
    {
      answer: (rewards) => rewards.map((reward) => reward / (Math.sqrt(squares(rewards)) || 1)),
      hint: 'An advantage says how much better an answer is than its siblings: take their mean away first.',
    },
    {
      answer: (rewards) => centred(rewards, () => 1),
      hint: 'That is the distance from the mean. It is still to be divided by the standard deviation.',
    },
    {
      answer: (rewards) => centred(rewards, (all) => Math.sqrt(squares(all) / all.length)),
      hint: 'Here the squares are divided by n - 1, not by n: the mean has been taken from the same numbers.',
    },
    {
      answer: (rewards) => centred(rewards, (all) => squares(all) / (all.length - 1)),
      hint: 'This divides by the variance. The standard deviation is its root.',
    },
    {
      answer: (rewards) => {
        const mean = meanOf(rewards);
        const distances = rewards.map((reward) => reward - mean);
        const deviation = Math.sqrt(squares(distances) / (distances.length - 1));
        return distances.map((distance) => distance / deviation);
      },
      hint: 'Where all rewards are equal there is no deviation to divide by: nobody did better, so all advantages are 0.',
    },
    {
      answer: (rewards) => centred(rewards, (all) => -Math.sqrt(squares(all) / (all.length - 1))),
      hint: 'The wrong way round: better than the mean is above 0.',
    },
  ],
  hint: 'The distance from the mean, divided by the standard deviation (n - 1 below); 0 for all if all are equal.',
} satisfies Exercise<[rewards: number[]]>;

const bounded = (ratio: number, clip: number): number => Math.min(Math.max(ratio, 1 - clip), 1 + clip);

const clippedGain = {
  id: '12.3',
  name: 'clippedGain',
  answer: (ratio, advantage, clip) => Math.min(ratio * advantage, bounded(ratio, clip) * advantage),
  tolerance: 1e-9,
  cases: [
    [1, 1, 0.2],
    [1.1, 1, 0.2],
    [1.5, 1, 0.2],
    [0.5, 1, 0.2],
    [1.5, -1, 0.2],
    [0.5, -1, 0.2],
    [2, 3, 0.2],
    [1.5, 1, 0.6],
    [1.5, 0, 0.2],
  ],
  random: (random, size) => [
    Math.exp(0.4 * random.normal()),
    size * (random.uniform() - 0.5),
    random.pick([0.1, 0.2, 0.3]),
  ],
  mistakes: [
    {
      answer: (ratio, advantage) => ratio * advantage,
      hint: 'There is no bound yet: a ratio of 1.5 must gain no more than one of 1 + clip.',
    },
    {
      answer: (ratio, advantage, clip) => bounded(ratio, clip) * advantage,
      hint: 'Bounded on both sides, nothing pulls a policy back that has gone the wrong way. Take the smaller of the two gains.',
    },
    {
      answer: (ratio, advantage, clip) => Math.max(ratio * advantage, bounded(ratio, clip) * advantage),
      hint: 'The smaller of the two, not the larger: the bound takes gains away and never makes any.',
    },
    {
      answer: (ratio, advantage, clip) => Math.min(ratio, bounded(ratio, clip)) * advantage,
      hint: 'Compare the gains, not the ratios: with an advantage below 0 the order turns round.',
    },
    {
      answer: (ratio, advantage, clip) => -Math.min(ratio * advantage, bounded(ratio, clip) * advantage),
      hint: 'This is the loss. The gain has the other sign.',
    },
  ],
  hint: 'Two gains: with the ratio as it is, and with the ratio brought to between 1 - clip and 1 + clip. Which one counts?',
} satisfies Exercise<[ratio: number, advantage: number, clip: number]>;

/** The chance that none of k answers drawn from n, of which c are right, is right. */
function noneRight(n: number, c: number, k: number): number {
  let chance = 1;
  for (let nth = 0; nth < k; nth++) chance *= Math.max(0, n - c - nth) / (n - nth);
  return chance;
}

const passAtK = {
  id: '12.4',
  name: 'passAtK',
  answer: (n, c, k) => 1 - noneRight(n, c, k),
  tolerance: 1e-9,
  cases: [
    [1, 1, 1],
    [1, 0, 1],
    [2, 1, 1],
    [2, 1, 2],
    [4, 1, 2],
    [4, 2, 2],
    [8, 3, 8],
    [8, 0, 4],
    [8, 6, 4],
  ],
  random: (random, size) => {
    const n = 1 + random.integer(4 * size);
    return [n, random.integer(n + 1), 1 + random.integer(n)];
  },
  mistakes: [
    {
      answer: (n, c) => c / n,
      hint: 'That is pass@1. With more tries the chance that one of them is right grows.',
    },
    {
      answer: (n, c, k) => 1 - (1 - c / n) ** k,
      hint: 'The tries are drawn without putting them back: after a wrong one there is one wrong one fewer among those left.',
    },
    {
      answer: (n, c, k) => Math.min(1, (k * c) / n),
      hint: 'Chances of several tries do not add up: two of them may be right at once.',
    },
    {
      answer: (n, c, k) => noneRight(n, c, k),
      hint: 'This is the chance that all of them are wrong. What is wanted is the other case.',
    },
    {
      answer: (_, c) => Number(c > 0),
      hint: 'This draws all n. Only k of them are drawn, and the right ones may not be among those.',
    },
  ],
  hint: 'How likely is it that k answers, drawn one after the other without putting back, are all wrong?',
} satisfies Exercise<[n: number, c: number, k: number]>;

export const chapter12: readonly Exercise[] = [keepRight, advantagesOf, clippedGain, passAtK];
