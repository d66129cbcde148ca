/** The exercises of chapter 13: legal moves alone, Elo as it is played, minimax, the next try of a tree search. */
import { eloRatings } from '../../evaluate/elo.js';
import type { Exercise } from '../exercise.js';

/** Softmax of some scores, with the largest taken out first. */
function softmax(scores: readonly number[], largest = Math.max(...scores)): number[] {
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const maskedBy = (logits: readonly number[], legal: readonly number[], other: number): number[] =>
  logits.map((logit, move) => (legal.includes(move) ? logit : other));

const legalPolicy = {
  id: '13.1',
  name: 'legalPolicy',
  answer: (logits, legal) => softmax(maskedBy(logits, legal, Number.NEGATIVE_INFINITY)),
  cases: [
    [[0], [0]],
    [[0, 0], [1]],
    [
      [0, 0, 0],
      [0, 2],
    ],
    [
      [1, 2],
      [0, 1],
    ],
    [
      [1, 5, 1],
      [0, 2],
    ],
    [
      [-5, 3, -4],
      [0, 2],
    ],
    [
      [1000, 1000, 1001],
      [0, 1],
    ],
    [
      [-1000, 0, -1000],
      [0, 2],
    ],
  ],
  random: (random, size) => {
    const scale = random.pick([1, 1, 5, 1000]);
    const logits = Array.from({ length: 1 + size }, () => (scale * (random.integer(201) - 100)) / 100);
    const legal = random.shuffle([...logits.keys()]).slice(0, 1 + random.integer(logits.length));
    return [logits, legal.toSorted((one, other) => one - other)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (logits, legal) => maskedBy(softmax(logits), legal, 0),
      hint: 'The probabilities do not add up to 1: what the illegal moves had is lost. Leave them out before you divide.',
    },
    {
      answer: (logits, legal) => softmax(maskedBy(logits, legal, 0)),
      hint: 'A logit of 0 is no "never": it has a weight of 1. Which logit has the weight 0?',
    },
    {
      answer: (logits, legal) => softmax(legal.map((move) => logits[move]!)),
      hint: 'The list has one number for each legal move. Each move has to keep its place, an illegal one with 0.',
    },
    {
      answer: (logits, legal) => softmax(maskedBy(logits, legal, Number.NEGATIVE_INFINITY), 0),
      hint: 'exp(1000) is more than a number can hold, and exp(-1000) is 0: take the largest logit away from all first.',
    },
    {
      answer: (logits, legal) =>
        softmax(maskedBy(logits, legal, Number.NEGATIVE_INFINITY), Math.max(...logits)),
      hint: 'The largest logit may belong to an illegal move: then nothing is left of the others. Take the largest of the legal ones.',
    },
    {
      answer: (logits, legal) => softmax(logits.map((logit, move) => (legal.includes(move) ? logit : -1))),
      hint: 'An illegal move has to have no probability at all, whatever the logits of the others.',
    },
    { answer: (logits) => softmax(logits), hint: 'Illegal moves have a probability here too.' },
  ],
  hint: 'A weight for each move, exp of its logit, and 0 for what is not legal; then divide all by their sum.',
} satisfies Exercise<[logits: number[], legal: number[]]>;

type RatedGame = [one: number, other: number, score: number, k: number];

/** The ratings after a game, by how many points the first one is expected to have. */
function ratedBy(
  [one, other, score, k]: RatedGame,
  expected: (difference: number) => number,
): [number, number] {
  const change = k * (score - expected(one - other));
  return [one + change, other - change];
}

const logistic = (difference: number): number => 1 / (1 + 10 ** (-difference / 400));

const newRatings = {
  id: '13.2',
  name: 'newRatings',
  answer: (one, other, score, k) => {
    if (one !== other) return ratedBy([one, other, score, k], logistic);
    const after = eloRatings([{ one: 'one', other: 'other', score }], { k, start: one });
    return [after.get('one')!, after.get('other')!];
  },
  cases: [
    [1000, 1000, 0.5, 32],
    [1000, 1000, 1, 32],
    [1000, 1000, 0, 32],
    [1000, 1000, 1, 10],
    [1400, 1000, 1, 32],
    [1400, 1000, 0, 32],
    [1000, 1400, 1, 32],
    [1400, 1000, 0.5, 20],
  ],
  random: (random) => [
    1000 + random.integer(2000),
    1000 + random.integer(2000),
    random.pick([0, 0.5, 1]),
    random.pick([10, 20, 32]),
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (...game) => ratedBy(game, (difference) => logistic(-difference)),
      hint: 'The wrong way round: who is rated higher is expected to win more, and so gains less by winning.',
    },
    {
      answer: (...game) => ratedBy(game, (difference) => 1 / (1 + Math.exp(-difference / 400))),
      hint: 'The base is 10 in chess, not e: 400 points are ten to one.',
    },
    {
      answer: (...game) => ratedBy(game, (difference) => 1 / (1 + 10 ** -difference)),
      hint: 'The difference has to be divided by 400 first.',
    },
    {
      answer: (...game) => ratedBy(game, () => 0.5),
      hint: 'Here every win brings the same. It should bring little where it was expected, and much where it was not.',
    },
    {
      answer: (one, other, score, k) =>
        ratedBy([one, other, score === 0.5 ? logistic(one - other) : score, k], logistic),
      hint: 'A draw moves the ratings too, unless both are rated alike: the weaker one gains by it.',
    },
    {
      answer: (one, other, score, k) => {
        const change = k * (score - logistic(one - other));
        return [one + change, other + change];
      },
      hint: 'What one gains the other loses.',
    },
    {
      answer: (one, other, score, k) => {
        const [mine] = ratedBy([one, other, score, k], logistic);
        return [mine, other + k * (1 - score - logistic(other - mine))];
      },
      hint: 'The second rating is computed from the first one after the game. Both expectations are those from before.',
    },
    {
      answer: (one, other, score, k) => ratedBy([one, other, score, k], logistic)[0],
      hint: 'Both ratings are wanted, in a list.',
    },
  ],
  hint: 'Expectation first: 1 / (1 + 10 ** ((other - one) / 400)). Then k times what was scored beyond it.',
} satisfies Exercise<RatedGame>;

/** What may come of a game: its score, or one such for each move. */
type GameTree = number | readonly GameTree[];

const bestOf = (values: readonly number[], isFirst: boolean): number =>
  isFirst ? Math.max(...values) : Math.min(...values);

const minimax = (tree: GameTree, isFirst: boolean): number =>
  typeof tree === 'number'
    ? tree
    : bestOf(
        tree.map((one) => minimax(one, !isFirst)),
        isFirst,
      );

function everyLevel(tree: GameTree, of: (values: readonly number[]) => number): number {
  return typeof tree === 'number' ? tree : of(tree.map((one) => everyLevel(one, of)));
}

function randomTree(random: Parameters<Exercise['random']>[0], depth: number): GameTree {
  if (depth === 0 || random.integer(5) === 0) return random.pick([0, 0.5, 1]);
  return Array.from({ length: 1 + random.integer(3) }, () => randomTree(random, depth - 1));
}

const worth = {
  id: '13.3',
  name: 'worth',
  answer: (tree) => minimax(tree, true),
  cases: [
    [1],
    [0.5],
    [[0, 1]],
    [[1, 0]],
    [[[0, 1]]],
    [
      [
        [1, 0],
        [0.5, 0.5],
      ],
    ],
    [
      [
        [1, 1],
        [0, 0.5],
      ],
    ],
    [[[[0, 1], 1], [0.5]]],
    [[[[0], [1]], 0]],
    [
      [
        [0.5, [0, [1, 0]]],
        [0, 1],
      ],
    ],
  ],
  random: (random, size) => [randomTree(random, 1 + Math.ceil(size / 3))],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (tree) => everyLevel(tree, (values) => Math.max(...values)),
      hint: 'Both players help the first one here. At every second level the other one chooses, and takes what is least.',
    },
    {
      answer: (tree) => minimax(tree, false),
      hint: 'At the top the first player chooses, who wants the most.',
    },
    {
      answer: (tree) =>
        everyLevel(tree, (values) => values.reduce((sum, one) => sum + one, 0) / values.length),
      hint: 'That is the worth against players who draw their moves. Here both choose the best.',
    },
    {
      answer: (tree) =>
        typeof tree === 'number'
          ? tree
          : Math.max(...tree.map((one) => everyLevel(one, (values) => Math.min(...values)))),
      hint: 'Right for two moves. After the second it is the first player who chooses again.',
    },
    {
      answer: (tree) => everyLevel(tree, (values) => values[0]!),
      hint: 'Only the first move is looked at. All of them have to be.',
    },
  ],
  hint: 'A number is worth itself. Of a list, ask each entry for its worth, with the other player to choose, and take the most or the least.',
} satisfies Exercise<[tree: GameTree]>;

/** What a search knows of the moves of a position. */
interface Tried {
  readonly priors: readonly number[];
  readonly visits: readonly number[];
  readonly totals: readonly number[];
}

type TryInput = [tried: Tried, exploration: number];

/** The move with the highest promise; the first of equal ones. */
function mostPromising(
  { priors, visits, totals }: Tried,
  promise: (mean: number, prior: number, tries: number, all: number) => number,
): number {
  const all = visits.reduce((sum, count) => sum + count, 0);
  const promises = priors.map((prior, move) => {
    const tries = visits[move]!;
    return promise(tries > 0 ? totals[move]! / tries : 0, prior, tries, all);
  });
  return promises.indexOf(Math.max(...promises));
}

const nextTry = {
  id: '13.4',
  name: 'nextTry',
  answer: (tried, exploration) =>
    mostPromising(
      tried,
      (mean, prior, tries, all) => mean + (exploration * prior * Math.sqrt(all)) / (1 + tries),
    ),
  cases: [
    [{ priors: [0.4, 0.6], visits: [1, 1], totals: [0, 0] }, 1],
    [{ priors: [0.5, 0.5], visits: [1, 0], totals: [0, 0] }, 1],
    [{ priors: [0.5, 0.5], visits: [1, 1], totals: [-1, 1] }, 1],
    [{ priors: [0.5, 0.5], visits: [3, 1], totals: [1.5, 0.5] }, 1],
    [{ priors: [0.5, 0.5], visits: [4, 2], totals: [2, 1.2] }, 0],
    [{ priors: [0.6, 0.4], visits: [2, 0], totals: [0.6, 0] }, 1],
    [{ priors: [0.7, 0.3], visits: [9, 0], totals: [7.2, 0] }, 1],
    [{ priors: [0.7, 0.3], visits: [9, 1], totals: [5.4, 0.4] }, 1],
    [{ priors: [0.2, 0.8], visits: [8, 8], totals: [7, 1] }, 0.25],
    [{ priors: [0.5, 0.3, 0.2], visits: [10, 6, 0], totals: [-2, 0, 0] }, 1.25],
  ],
  random: (random, size) => {
    const weights = Array.from({ length: 1 + size }, () => 1 + random.integer(20));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const visits = weights.map((_, move) => (move === 0 ? 1 : 0) + random.integer(8));
    const totals = visits.map((count) => (count * (random.integer(201) - 100)) / 100);
    const priors = weights.map((weight) => weight / total);
    return [{ priors, visits, totals }, random.pick([0.5, 1.25, 3])];
  },
  mistakes: [
    {
      answer: (tried) => mostPromising(tried, (mean) => mean),
      hint: 'This takes what was best so far, and never looks at what was not tried. The second part of the sum is missing.',
    },
    {
      answer: (tried, exploration) =>
        mostPromising(tried, (_, prior, tries, all) => (exploration * prior * Math.sqrt(all)) / (1 + tries)),
      hint: 'What the tries brought is missing: a move that loses is tried as often as one that wins.',
    },
    {
      answer: (tried, exploration) =>
        mostPromising(tried, (mean, prior, tries) => mean + (exploration * prior) / (1 + tries)),
      hint: 'The root of all tries is missing: with it a move that is seldom tried comes back in the end.',
    },
    {
      answer: (tried, exploration) =>
        mostPromising(tried, (mean, prior, tries, all) => mean + (exploration * prior * all) / (1 + tries)),
      hint: 'Of all tries the square root is taken.',
    },
    {
      answer: (tried, exploration) =>
        mostPromising(tried, (mean, _, tries, all) => mean + (exploration * Math.sqrt(all)) / (1 + tries)),
      hint: 'The priors are missing: what the network holds for likely should be tried first.',
    },
    {
      answer: (tried, exploration) =>
        mostPromising(
          tried,
          (mean, prior, tries, all) => mean * tries + (exploration * prior * Math.sqrt(all)) / (1 + tries),
        ),
      hint: 'What the tries brought is added up in `totals`. What counts is their mean.',
    },
    {
      answer: (tried, exploration) =>
        mostPromising(
          tried,
          (mean, prior, tries, all) => mean + (exploration * prior * Math.sqrt(all)) / Math.max(1, tries),
        ),
      hint: 'Below the line stands 1 + the tries of the move, also where it was tried before.',
    },
    {
      answer: ({ visits }) => visits.indexOf(Math.max(...visits)),
      hint: 'The move that was tried most is the one to make in the end. Here the next one to try is wanted.',
    },
  ],
  hint: 'For each move: its mean, 0 where it was not tried, plus exploration x prior x sqrt(all tries) / (1 + its tries). The place of the largest.',
} satisfies Exercise<TryInput>;

export const chapter13: readonly Exercise[] = [legalPolicy, newRatings, worth, nextTry];
