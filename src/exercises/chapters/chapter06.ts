/** The exercises of chapter 06: a cut distribution, a text known by heart, a head that looks back, a context that fits. */
import type { Random } from '../../core/random.js';
import type { Exercise } from '../exercise.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const normalised = (weights: readonly number[]): number[] => {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
};

/** Token ids, the likeliest first, and the lower id first among equals. */
const byProbability = (probabilities: readonly number[]): number[] =>
  [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);

/** The probabilities of the tokens that stay, at their places, and 0 elsewhere; each is asked with the sums before and after it. */
function kept(
  probabilities: readonly number[],
  order: readonly number[],
  stays: (before: number, after: number) => boolean,
): number[] {
  const left = probabilities.map(() => 0);
  let total = 0;
  for (const id of order) {
    const before = total;
    total += probabilities[id]!;
    if (before === 0 || stays(before, total)) left[id] = probabilities[id]!;
  }
  return left;
}

function nucleus(probabilities: readonly number[], p: number): number[] {
  return kept(probabilities, byProbability(probabilities), (before) => before < p);
}

const topP = {
  id: '06.1',
  name: 'topP',
  answer: (probabilities, p) => normalised(nucleus(probabilities, p)),
  cases: [
    [[1], 0.5],
    [[0.5, 0.5], 0.5],
    [[0.25, 0.75], 0.5],
    [[0.25, 0.75], 1],
    [[0.5, 0.25, 0.25], 0.75],
    [[0.125, 0.5, 0.125, 0.25], 0.625],
    [[0.125, 0.25, 0.5, 0.125], 0.8],
  ],
  // Whole 64ths, so that a sum does not depend on its order.
  random: (random, size) => {
    const parts = new Array<number>(1 + size).fill(1);
    for (let left = 64 - parts.length; left > 0; left--) {
      const nth = Math.min(random.integer(parts.length), random.integer(parts.length));
      parts[nth]!++;
    }
    return [random.shuffle(parts).map((part) => part / 64), (1 + random.integer(64)) / 64];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (probabilities, p) => nucleus(probabilities, p),
      hint: 'What is left has to add up to 1 again.',
    },
    {
      answer: (probabilities, p) =>
        normalised(kept(probabilities, byProbability(probabilities), (_, after) => after <= p)),
      hint: 'The token with which the sum reaches p belongs to it: without it the sum is still too small.',
    },
    {
      answer: (probabilities, p) =>
        normalised(kept(probabilities, byProbability(probabilities), (before) => before <= p)),
      hint: 'Once the sum is exactly p, it is enough: no further token is needed.',
    },
    {
      answer: (probabilities, p) =>
        normalised(kept(probabilities, [...probabilities.keys()], (before) => before < p)),
      hint: 'The tokens are taken in the order of their ids here. The likeliest have to come first.',
    },
    {
      answer: (probabilities, p) => normalised(nucleus(probabilities, p)).sort((a, b) => b - a),
      hint: 'Sort to find out which tokens stay, but leave each probability at the place of its token.',
    },
    {
      answer: (probabilities, p) => {
        const limit = (1 - p) * Math.max(...probabilities);
        return normalised(probabilities.map((probability) => (probability >= limit ? probability : 0)));
      },
      hint: 'This compares each token with a limit. Top-p adds up: how many of the likeliest make p together?',
    },
  ],
  hint: 'Take tokens from the likeliest on until they add up to p or more; the rest gets 0; divide by what is left.',
} satisfies Exercise<[probabilities: number[], p: number]>;

/** Length of the run that two lists share from these places on. */
function runAt(one: readonly number[], at: number, other: readonly number[], from: number): number {
  let length = 0;
  while (at + length < one.length && one[at + length] === other[from + length]) length++;
  return length;
}

function longestRun(written: readonly number[], source: readonly number[]): number {
  const runs = written.flatMap((_, at) => source.map((_, from) => runAt(written, at, source, from)));
  return Math.max(0, ...runs);
}

/** The longest common subsequence, gaps allowed. */
function longestWithGaps(written: readonly number[], source: readonly number[]): number {
  let row = new Array<number>(source.length + 1).fill(0);
  for (const id of written) {
    const next = [0];
    for (const [nth, other] of source.entries())
      next.push(id === other ? row[nth]! + 1 : Math.max(row[nth + 1]!, next[nth]!));
    row = next;
  }
  return row.at(-1)!;
}

const shortIds = (random: Random, length: number, vocabulary: number): number[] =>
  Array.from({ length }, () => 1 + random.integer(vocabulary));

const longestCopy = {
  id: '06.2',
  name: 'longestCopy',
  answer: longestRun,
  cases: [
    [[1], [1]],
    [[1], [2]],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [1, 2],
      [3, 1, 2],
    ],
    [
      [9, 1, 2],
      [1, 2],
    ],
    [
      [1, 2, 3],
      [1, 9, 3],
    ],
    [
      [1, 2, 9, 3],
      [1, 2, 3],
    ],
    [
      [1, 1, 2],
      [1, 1, 1, 2],
    ],
    [
      [1, 2, 3],
      [1, 2, 1, 2, 3],
    ],
  ],
  random: (random, size) => {
    const source = shortIds(random, 2 * size, 4);
    const from = random.integer(source.length);
    const copied = source.slice(from, from + 1 + random.integer(size));
    const [before, after] = [random.integer(3), random.integer(3)].map((count) => shortIds(random, count, 5));
    return [[...before!, ...copied, ...after!], source];
  },
  mistakes: [
    {
      answer: (written, source) => Math.max(0, ...source.map((_, from) => runAt(written, 0, source, from))),
      hint: 'A copy may begin anywhere in what was written, not only at its first token.',
    },
    {
      answer: (written, source) => Math.max(0, ...written.map((_, at) => runAt(written, at, source, 0))),
      hint: 'A copy may begin anywhere in the source, not only at its first token.',
    },
    {
      answer: (written, source) => Math.max(0, ...written.map((_, at) => runAt(written, at, source, at))),
      hint: 'A copy need not stand at the same place in both: try every place of one with every place of the other.',
    },
    {
      answer: longestWithGaps,
      hint: 'A copy is a run without gaps: after a token that differs, counting starts again from 0.',
    },
    {
      answer: (written, source) => written.filter((id) => source.includes(id)).length,
      hint: 'This counts tokens that stand anywhere in the source. A copy is a run of them, in the same order.',
    },
    {
      answer: (written, source) =>
        Math.max(0, ...written.map((_, at) => runAt(written, at, source, source.indexOf(written[at]!)))),
      hint: 'A token may stand in the source more than once, and its first place is not always where the longest run begins.',
    },
  ],
  hint: 'For every place in one and every place in the other, count how many tokens agree from there on. The largest count is the answer.',
} satisfies Exercise<[written: number[], source: number[]]>;

/** The guess of a head that found `place` with the same token as the last; -1 where it found none. */
const followerOf = (ids: readonly number[], place: number): number => (place === -1 ? -1 : ids[place + 1]!);

const earlier = (ids: readonly number[]): readonly number[] => ids.slice(0, -1);

function commonest(followers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const id of followers) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [-1, 0])[0];
}

const inductionGuess = {
  id: '06.3',
  name: 'inductionGuess',
  answer: (ids) => followerOf(ids, earlier(ids).lastIndexOf(ids.at(-1)!)),
  cases: [
    [[1]],
    [[1, 2]],
    [[1, 1]],
    [[1, 2, 1]],
    [[1, 2, 1, 3, 1]],
    [[1, 2, 1, 2, 1, 3, 1]],
    [[3, 1, 2, 3, 1]],
    [[1, 2, 3, 4]],
  ],
  random: (random, size) => [shortIds(random, 1 + size, 1 + size)],
  mistakes: [
    {
      answer: (ids) => followerOf(ids, earlier(ids).indexOf(ids.at(-1)!)),
      hint: 'Where the token stood several times before, the last of these places counts, not the first.',
    },
    {
      answer: (ids) => ids[earlier(ids).lastIndexOf(ids.at(-1)!)] ?? -1,
      hint: 'This is the token that was found, the same as the last. The guess is what stood behind it.',
    },
    {
      answer: () => -1,
      hint: 'The last token finds itself here. Look only at the places before it.',
    },
    {
      answer: (ids) => commonest(ids.slice(1).filter((_, nth) => ids[nth] === ids.at(-1))),
      hint: 'This counts what followed most often. A single head that looks back takes what followed last.',
    },
    {
      answer: (ids) => followerOf(ids, ids.slice(0, -2).lastIndexOf(ids.at(-1)!)),
      hint: 'The place just before the last counts as well: in `[1, 1]` the 1 was followed by a 1.',
    },
    {
      answer: (ids) => earlier(ids)[earlier(ids).lastIndexOf(ids.at(-1)!) - 1] ?? -1,
      hint: 'This is what stood in front of it. The guess is what came after.',
    },
  ],
  hint: 'Go back from the place before the last until you meet the last token; answer with what stands behind that place.',
} satisfies Exercise<[ids: number[]]>;

export const chapter06: readonly Exercise[] = [topP, longestCopy, inductionGuess];
