/** The exercises of chapter 14: points with ties, a round of Bradley-Terry, an interval by the bootstrap, differences of style. */
import type { Random } from '../../core/random.js';
import { type Battle, battleGames } from '../../evaluate/arena/battle.js';
import type { Exercise } from '../exercise.js';

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The share of points of a model in its battles, a battle being worth what `worth` says. */
function shareOf(
  name: string,
  battles: readonly Battle[],
  worth: (battle: Battle) => number | undefined,
): number {
  const points = battles.filter(({ one, other }) => [one, other].includes(name)).map(worth);
  return average(points.filter((one) => one !== undefined));
}

const wins = (name: string, { one, winner }: Battle): boolean => winner === (one === name ? 'one' : 'other');
const isOpen = ({ winner }: Battle): boolean => winner === 'tie' || winner === 'both bad';

const battle = (one: string, other: string, winner: Battle['winner']): Battle => ({ one, other, winner });

const pointsOf = {
  id: '14.1',
  name: 'pointsOf',
  answer: (name, battles) =>
    average(
      battleGames(battles)
        .filter(({ one, other }) => one === name || other === name)
        .map(({ one, score }) => (one === name ? score : 1 - score)),
    ),
  cases: [
    ['a', [battle('a', 'b', 'one')]],
    ['a', [battle('b', 'a', 'one')]],
    ['a', [battle('a', 'b', 'tie')]],
    ['a', [battle('a', 'b', 'both bad')]],
    ['a', [battle('b', 'a', 'other'), battle('b', 'c', 'one')]],
    ['a', [battle('a', 'b', 'one'), battle('b', 'a', 'both bad')]],
    ['a', [battle('a', 'b', 'one'), battle('c', 'a', 'tie'), battle('a', 'c', 'other')]],
  ],
  random: (random, size) => {
    const drawn = Array.from({ length: size }, () => {
      const [one, other] = random.shuffle(['a', 'b', 'c']) as [string, string];
      return battle(one, other, random.pick(['one', 'other', 'tie', 'both bad'] as const));
    });
    return ['a', [battle('a', 'b', 'other'), ...drawn]];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (name, battles) => shareOf(name, battles, (one) => Number(wins(name, one))),
      hint: 'Only wins count here. Where nobody wins, each has half a point.',
    },
    {
      answer: (name, battles) =>
        shareOf(name, battles, (one) => (isOpen(one) ? undefined : Number(wins(name, one)))),
      hint: 'Battles that nobody won are left out. They were held: they count, and each has half a point of them.',
    },
    {
      answer: (name, battles) =>
        shareOf(name, battles, (one) =>
          one.winner === 'both bad' ? 0 : isOpen(one) ? 0.5 : Number(wins(name, one)),
        ),
      hint: 'Where both are bad, neither was better: half a point for each, as for a tie.',
    },
    {
      answer: (name, battles) =>
        shareOf(name, battles, (one) => (isOpen(one) ? 0.5 : Number(one.winner === 'one'))),
      hint: 'The model may be the second of the two. Then it wins where the winner is "other".',
    },
    {
      answer: (name, battles) => shareOf(name, battles, (one) => (isOpen(one) ? 1 : Number(wins(name, one)))),
      hint: 'A tie is worth half of a win. As it stands here, both would have won.',
    },
    {
      answer: (name, battles) =>
        battles.reduce((sum, one) => {
          if (![one.one, one.other].includes(name)) return sum;
          return sum + (isOpen(one) ? 0.5 : Number(wins(name, one)));
        }, 0) / battles.length,
      hint: 'Divided by all battles. Those of other models have nothing to do with it.',
    },
  ],
  hint: 'Take the battles of this model, whichever side it stood on; a win is 1, a loss 0, and all else a half. Then their mean.',
} satisfies Exercise<[name: string, battles: Battle[]]>;

/** One round; `next` makes the new strength of the points and of the sum over the opponents. */
function oneRound(
  strengths: readonly number[],
  points: readonly (readonly number[])[],
  next: (won: number, sum: number, mine: number) => number,
): number[] {
  return strengths.map((mine, i) => {
    let [won, sum] = [0, 0];
    for (const [j, theirs] of strengths.entries()) {
      if (j === i) continue;
      won += points[i]![j]!;
      sum += (points[i]![j]! + points[j]![i]!) / (mine + theirs);
    }
    return next(won, sum, mine);
  });
}

/** Strengths, and whole points between every two. */
function drawnTable(random: Random, count: number): [number[], number[][]] {
  const strengths = Array.from({ length: count }, () => (1 + random.integer(40)) / 10);
  const points = strengths.map((_, i) => strengths.map((_, j) => (i === j ? 0 : 1 + random.integer(9))));
  return [strengths, points];
}

const nextStrengths = {
  id: '14.2',
  name: 'nextStrengths',
  answer: (strengths, points) => oneRound(strengths, points, (won, sum) => won / sum),
  cases: [
    [
      [1, 1],
      [
        [0, 3],
        [1, 0],
      ],
    ],
    [
      [1, 1],
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      [3, 1],
      [
        [0, 3],
        [1, 0],
      ],
    ],
    [
      [2, 1],
      [
        [0, 1],
        [2, 0],
      ],
    ],
    [
      [1, 1, 1],
      [
        [0, 2, 4],
        [2, 0, 1],
        [0, 3, 0],
      ],
    ],
    [
      [1, 2, 4],
      [
        [0, 2, 1],
        [2, 0, 1],
        [5, 3, 0],
      ],
    ],
  ],
  random: (random, size) => drawnTable(random, 2 + Math.floor(size / 3)),
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (strengths, points) => {
        const next = [...strengths];
        for (const i of next.keys()) next[i] = oneRound(next, points, (won, sum) => won / sum)[i]!;
        return next;
      },
      hint: 'The new strengths of the first models go into those of the later ones. That gets there too, but a round uses the old strengths for all.',
    },
    {
      answer: (strengths, points) => oneRound(strengths, points, (won, sum, mine) => won / (sum * mine)),
      hint: 'That is how far the strength is off, as a factor: points divided by expected points. The new strength is the old one times that.',
    },
    {
      answer: (strengths, points) => oneRound(strengths, points, (won, sum, mine) => (mine * won) / sum),
      hint: 'The old strength stands in the sum already. It is not multiplied in again.',
    },
    {
      answer: (strengths, points) =>
        strengths.map((mine, i) => {
          const others = [...strengths.keys()].filter((j) => j !== i);
          const won = others.reduce((sum, j) => sum + points[i]![j]!, 0);
          return won / others.reduce((sum, j) => sum + points[i]![j]! / (mine + strengths[j]!), 0);
        }),
      hint: 'In the sum stands how many battles two had: the points of both, not those of one.',
    },
    {
      answer: (strengths, points) =>
        strengths.map((mine, i) => {
          const won = points[i]!.reduce((sum, one) => sum + one, 0);
          const all = [...strengths.keys()].filter((j) => j !== i);
          const games = all.reduce((sum, j) => sum + points[i]![j]! + points[j]![i]!, 0);
          return won / (games / all.reduce((sum, j) => sum + mine + strengths[j]!, 0));
        }),
      hint: 'A sum of fractions is not the fraction of the sums: divide for each opponent, then add.',
    },
  ],
  hint: 'For each model: its points, divided by the sum over its opponents of their battles divided by both strengths together.',
} satisfies Exercise<[strengths: number[], points: number[][]]>;

/** The values at two places in their order. */
const ends = (values: readonly number[], low: number, high: number): [number, number] => [
  values[low]!,
  values[high]!,
];

const sorted = (values: readonly number[]): number[] => values.toSorted((one, other) => one - other);

const intervalOf = {
  id: '14.3',
  name: 'intervalOf',
  answer: (ratings, share) => {
    const [order, last] = [sorted(ratings), ratings.length - 1];
    const outside = (1 - share) / 2;
    return ends(order, Math.round(outside * last), Math.round((1 - outside) * last));
  },
  cases: [
    [[1, 2, 3, 4, 5], 0.5],
    [[5, 4, 3, 2, 1], 0.5],
    [[900, 1000, 80, 1100, 950], 0.5],
    [[1000], 0.95],
    [Array.from({ length: 21 }, (_, nth) => 990 + nth), 0.9],
    [Array.from({ length: 41 }, (_, nth) => 1040 - nth), 0.95],
  ],
  random: (random, size) => {
    const middle = random.pick([0, 100, 1000]); // of 1,000, some have four digits and some three
    const ratings = Array.from({ length: 20 * size + 1 }, () => middle + Math.round(40 * random.normal()));
    return [ratings, random.pick([0.5, 0.9, 0.95])];
  },
  mistakes: [
    {
      answer: (ratings, share) => {
        const outside = (1 - share) / 2;
        const last = ratings.length - 1;
        return ends(ratings, Math.round(outside * last), Math.round((1 - outside) * last));
      },
      hint: 'The ratings come as they were drawn. Put them in order first.',
    },
    {
      answer: (ratings, share) => {
        const [order, last] = [ratings.map(String).toSorted().map(Number), ratings.length - 1];
        const outside = (1 - share) / 2;
        return ends(order, Math.round(outside * last), Math.round((1 - outside) * last));
      },
      hint: 'Sorted as texts: "1000" comes before "900". toSorted() needs a function that compares numbers.',
    },
    {
      answer: (ratings, share) => {
        const [order, last] = [sorted(ratings), ratings.length - 1];
        return ends(order, Math.round((1 - share) * last), Math.round(share * last));
      },
      hint: 'What lies outside is split between both ends: of 95 %, 2.5 % lie below and 2.5 % above.',
    },
    {
      answer: (ratings, share) => {
        const [order, last] = [sorted(ratings), ratings.length - 1];
        return ends(order, 0, Math.round(share * last));
      },
      hint: 'All that is left out lies above. Leave out as much at either end.',
    },
    {
      answer: (ratings) => ends(sorted(ratings), 0, ratings.length - 1),
      hint: 'The smallest and the largest hold all of them. How much may lie outside?',
    },
    {
      answer: (ratings, share) => {
        const mean = average(ratings);
        const far = sorted(ratings.map((rating) => Math.abs(rating - mean)));
        const reach = far[Math.round(share * (far.length - 1))]!;
        return [mean - reach, mean + reach];
      },
      hint: 'As far below the mean as above it. An interval by the bootstrap need not be symmetric: count from either end.',
    },
  ],
  hint: 'Sort, leave out the same share at either end, and take what stands at the rounded places, counted from 0 to the last.',
} satisfies Exercise<[ratings: number[], share: number]>;

/** Brought to mean 0 and deviation 1, all numbers being there. */
function standardised(values: readonly number[], freedom = 0): number[] {
  const mean = average(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const width = Math.sqrt(squares / (values.length - freedom));
  return values.map((value) => (squares < 1e-18 ? 0 : (value - mean) / width));
}

const styleDifferences = {
  id: '14.4',
  name: 'styleDifferences',
  answer: (lengths) => standardised(lengths.map(([one, other]) => (one - other) / (one + other + 1))),
  cases: [
    [
      [
        [2, 1],
        [1, 2],
      ],
    ],
    [
      [
        [3, 3],
        [5, 5],
      ],
    ],
    [
      [
        [9, 0],
        [0, 0],
      ],
    ],
    [
      [
        [10, 5],
        [100, 50],
        [5, 10],
      ],
    ],
    [
      [
        [30, 10],
        [20, 10],
        [12, 10],
        [9, 10],
      ],
    ],
  ],
  random: (random, size) => [
    Array.from({ length: 2 + size }, () => [random.integer(200), random.integer(200)] as [number, number]),
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (lengths) => standardised(lengths.map(([one, other]) => one - other)),
      hint: 'Ten tokens more are a lot beside ten and little beside a thousand: divide by one more than the sum first.',
    },
    {
      answer: (lengths) => lengths.map(([one, other]) => (one - other) / (one + other + 1)),
      hint: 'The differences are not standardised yet: take their mean away, and divide by their deviation.',
    },
    {
      answer: (lengths) =>
        standardised(lengths.map(([one, other]) => (one + other === 0 ? 0 : (one - other) / (one + other)))),
      hint: 'The 1 below the line is missing. It keeps very short answers, and empty ones, from counting too much.',
    },
    {
      answer: (lengths) => {
        const shares = lengths.map(([one, other]) => (one - other) / (one + other + 1));
        return shares.map((share) => share - average(shares));
      },
      hint: 'The mean is 0 now, the deviation is not yet 1.',
    },
    {
      answer: (lengths) => {
        const shares = lengths.map(([one, other]) => (one - other) / (one + other + 1));
        const width = Math.sqrt(average(shares.map((share) => (share - average(shares)) ** 2)));
        return shares.map((share) => (width < 1e-9 ? 0 : share / width));
      },
      hint: 'The deviation is 1 now, the mean is not yet 0.',
    },
    {
      answer: (lengths) =>
        standardised(
          lengths.map(([one, other]) => (one - other) / (one + other + 1)),
          1,
        ),
      hint: 'Divide the squares by how many there are, as FastChat does, not by one less.',
    },
    {
      answer: (lengths) => standardised(lengths.map(([one, other]) => (other - one) / (one + other + 1))),
      hint: 'The sign is wrong: where the first answer is longer, the difference is above 0.',
    },
    {
      answer: (lengths) => {
        const shares = lengths.map(([one, other]) => (one - other) / (one + other + 1));
        const [mean, squares] = [average(shares), average(shares.map((one) => (one - average(shares)) ** 2))];
        return shares.map((share) => (share - mean) / Math.sqrt(squares));
      },
      hint: 'Where all differences are the same the deviation is 0, and 0 / 0 is NaN. What does not vary is 0.',
    },
  ],
  hint: 'First the share (one - other) / (one + other + 1) of each battle; then their mean is taken away, and the rest divided by the deviation.',
} satisfies Exercise<[lengths: [number, number][]]>;

export const chapter14: readonly Exercise[] = [pointsOf, nextStrengths, intervalOf, styleDifferences];
