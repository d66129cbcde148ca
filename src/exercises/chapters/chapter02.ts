/** The exercises of chapter 02: merges applied to a word, pairs over words, ids back to text, half characters. */
import type { Random } from '../../core/random.js';
import { bpeTokenizer } from '../../tokenizer/bpe.js';
import { mergePair, pairCounts } from '../../tokenizer/pairs.js';
import type { Exercise } from '../exercise.js';

type Merges = [left: number, right: number][];

/** Applies merges in a given order; the number of a merge is its place in the list. */
function merged(
  word: readonly number[],
  merges: Iterable<[number, [number, number]]>,
  first = 256,
): number[] {
  let ids = [...word];
  for (const [n, pair] of merges) ids = mergePair(ids, pair, first + n);
  return ids;
}

/** Merges that could have been learned: each joins two ids that exist, and none comes twice. */
function randomMerges(random: Random, bytes: readonly number[], count: number): Merges {
  const merges = new Map<string, [number, number]>();
  for (let n = 0; n < count; n++) {
    const ids = [...bytes, ...Array.from({ length: merges.size }, (_, nth) => 256 + nth)];
    const pair: [number, number] = [random.pick(ids), random.pick(ids)];
    merges.set(String(pair), pair);
  }
  return [...merges.values()];
}

const applyMerges = {
  id: '02.1',
  name: 'applyMerges',
  answer: (word, merges) => merged(word, merges.entries()),
  cases: [
    [[], []],
    [[97], []],
    [[97, 98], [[97, 98]]],
    [[97, 98], [[98, 97]]],
    [[97, 97, 97], [[97, 97]]],
    [
      [97, 97, 98],
      [
        [97, 97],
        [256, 98],
      ],
    ],
    [
      [97, 98, 99],
      [
        [98, 99],
        [97, 98],
      ],
    ],
    [
      [97, 97, 97, 97, 97],
      [
        [97, 97],
        [256, 256],
      ],
    ],
  ],
  random: (random, size) => {
    const word = Array.from({ length: 1 + random.integer(2 * size) }, () => 97 + random.integer(2));
    return [word, randomMerges(random, [97, 98], 1 + random.integer(size))];
  },
  mistakes: [
    {
      answer: (word, merges) => merged(word, [...merges.entries()].slice(0, 1)),
      hint: 'Only the first merge is applied.',
    },
    {
      answer: (word, merges) => merged(word, [...merges.entries()].reverse()),
      hint: 'The earliest merge goes first: it was learned first, from bytes alone.',
    },
    {
      answer: (word, merges) => merged(word, merges.entries(), 0),
      hint: 'The ids below 256 are the bytes: merge 0 makes 256.',
    },
    {
      answer: (word, merges) => merged(word, merges.entries(), 257),
      hint: 'Merges are counted from 0: the first one makes 256.',
    },
    { answer: (word) => word, hint: 'The bytes come back as they were.' },
  ],
  hint: 'Apply the merges one after the other, each to the whole of what the one before has left.',
} satisfies Exercise<[word: number[], merges: Merges]>;

type CountedWord = [ids: number[], times: number];

/** Adds up what `countsIn` finds in each word. */
function pairsOver(
  words: readonly CountedWord[],
  countsIn: (ids: readonly number[], times: number) => Iterable<[pair: string, count: number]>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [ids, times] of words)
    for (const [pair, count] of countsIn(ids, times)) counts.set(pair, (counts.get(pair) ?? 0) + count);
  return counts;
}

const timesEach = (counts: Iterable<[string, number]>, times: number): [string, number][] =>
  [...counts].map(([pair, count]) => [pair, count * times]);

/** Each pair where it does not share an id with the same pair before it: what a merge would replace. */
function withoutOverlaps(ids: readonly number[]): [string, number][] {
  return [...pairCounts(ids).keys()].map((pair) => {
    const [left, right] = pair.split(',').map(Number) as [number, number];
    return [pair, ids.length - mergePair(ids, [left, right], -1).length];
  });
}

const wordPairCounts = {
  id: '02.2',
  name: 'wordPairCounts',
  answer: (words) => pairsOver(words, (ids, times) => timesEach(pairCounts(ids), times)),
  cases: [
    [[]],
    [[[[97], 7]]],
    [[[[97, 98], 1]]],
    [[[[97, 98], 3]]],
    [[[[97, 97, 97], 1]]],
    [[[[97, 98, 97, 98], 1]]],
    [
      [
        [[97], 1],
        [[98], 1],
      ],
    ],
    [
      [
        [[97, 98], 1],
        [[97, 98, 99], 1],
      ],
    ],
    [
      [
        [[97, 98], 5],
        [[97, 98, 97, 98], 10],
      ],
    ],
  ],
  random: (random, size) => {
    const id = () => 97 + random.integer(2) + 159 * random.integer(2);
    const word = () => Array.from({ length: 1 + random.integer(size) }, id);
    return [Array.from({ length: size }, (): CountedWord => [word(), 1 + random.integer(9)])];
  },
  mistakes: [
    {
      answer: (words) => pairsOver(words, (ids) => pairCounts(ids)),
      hint: 'A word that occurs 10 times brings each of its pairs 10 times.',
    },
    {
      answer: (words) => pairCounts(words.flatMap(([ids, times]) => Array(times).fill(ids).flat())),
      hint: 'No pair reaches from the end of one word into the next, or into the same word again.',
    },
    {
      answer: (words) => new Map(words.flatMap(([ids, times]) => timesEach(pairCounts(ids), times))),
      hint: 'The same pair can stand in several words: add to the count that it has.',
    },
    {
      answer: (words) => pairsOver(words, (ids, times) => timesEach(withoutOverlaps(ids), times)),
      hint: 'Overlaps count: 97, 97, 97 holds the pair 97,97 twice.',
    },
    {
      answer: (words) =>
        pairsOver(words, (ids, times) => [...pairCounts(ids).keys()].map((pair) => [pair, times])),
      hint: 'A pair that stands twice in a word counts twice for each time that the word occurs.',
    },
  ],
  hint: 'Count the pairs of each word by itself, multiply by its times, and add up over all words.',
} satisfies Exercise<[words: CountedWord[]]>;

/** The bytes of an id: its own, or those of the two ids that it was merged from. */
function bytesOf(id: number, merges: Merges): number[] {
  return id < 256 ? [id] : merges[id - 256]!.flatMap((part) => bytesOf(part, merges));
}

const greeting = [...Buffer.from('分🙂é a')];

const decodeIds = {
  id: '02.3',
  name: 'decodeIds',
  answer: (ids, merges) => bpeTokenizer({ split: 'gpt2', merges, specialTokens: {} }).decode(ids),
  cases: [
    [[], []],
    [[97], []],
    [[256], [[97, 98]]],
    [[195, 169], []],
    [[256, 99], [[97, 98]]],
    [
      [257],
      [
        [97, 98],
        [256, 99],
      ],
    ],
    [[256, 134], [[229, 136]]],
    [
      [257, 256],
      [
        [97, 98],
        [256, 256],
      ],
    ],
  ],
  random: (random, size) => {
    const text = Array.from({ length: size }, () => ['a', ' ', 'é', '分', '🙂'][random.integer(5)]).join('');
    const merges = randomMerges(random, greeting, 12 * size);
    return [merged([...Buffer.from(text)], merges.entries()), merges];
  },
  mistakes: [
    {
      answer: (ids, merges) => String.fromCharCode(...ids.flatMap((id) => bytesOf(id, merges))),
      hint: 'A byte is not a character: é is the two bytes 195 and 169. Collect the bytes first, then read them as UTF-8.',
    },
    {
      answer: (ids, merges) => ids.map((id) => Buffer.from(bytesOf(id, merges)).toString()).join(''),
      hint: 'A token may end in the middle of a character: read all bytes as UTF-8 at once, not token by token.',
    },
    {
      answer: (ids, merges) => {
        const once = (id: number) => (id < 256 ? [id] : merges[id - 256]!);
        return Buffer.from(ids.flatMap(once)).toString();
      },
      hint: 'The two parts of a merge may be merges themselves.',
    },
    {
      answer: (ids, merges) => {
        const swapped = merges.map(([left, right]): [number, number] => [right, left]);
        return Buffer.from(ids.flatMap((id) => bytesOf(id, swapped))).toString();
      },
      hint: 'The left part comes first.',
    },
    {
      answer: (ids, merges) => ids.flatMap((id) => bytesOf(id, merges)),
      hint: 'These are the bytes. The text that they spell is asked for.',
    },
  ],
  hint: 'An id below 256 is a byte; id 256 + n stands for the two ids of merge n, the left one first.',
} satisfies Exercise<[ids: number[], merges: Merges]>;

/** How many bytes at the end a decoder keeps back, since their character is not whole. */
function open(bytes: readonly number[]): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes), { stream: true });
  return bytes.length - Buffer.byteLength(text);
}

const unfinished = {
  id: '02.4',
  name: 'unfinished',
  answer: open,
  cases: [
    [[]],
    [[97]],
    [[195]],
    [[195, 169]],
    [[229]],
    [[229, 136]],
    [[229, 136, 134]],
    [[240]],
    [[240, 159]],
    [[240, 159, 153]],
    [[240, 159, 153, 130]],
    [[195, 169, 195]],
    [[229, 136, 134, 97]],
  ],
  random: (random, size) => {
    const text = Array.from({ length: size }, () => ['a', ' ', 'é', '分', '🙂'][random.integer(5)]).join('');
    const bytes = [...Buffer.from(text)];
    return [bytes.slice(0, bytes.length - random.integer(Math.min(4, bytes.length)))];
  },
  mistakes: [
    {
      answer: (bytes) => bytes.length - bytes.findLastIndex((byte) => byte < 128) - 1,
      hint: 'A character that has all of its bytes is finished, also one that is not ASCII.',
    },
    {
      answer: (bytes) => (open(bytes) > 0 ? 1 : 0),
      hint: 'All bytes of the half character wait, not the last one alone.',
    },
    {
      answer: (bytes) => {
        const missing = [0, 1, 2, 3].find((n) => open([...bytes, ...Array(n).fill(128)]) === 0);
        return missing ?? 0;
      },
      hint: 'This is how many bytes are still to come. How many are there already?',
    },
    {
      answer: (bytes) => {
        const first = bytes.findLastIndex((byte) => byte >= 192);
        const waiting = bytes.length - first;
        return first >= 0 && waiting < (bytes[first]! >= 224 ? 3 : 2) ? waiting : 0;
      },
      hint: 'A first byte of 240 or more begins a character of four bytes.',
    },
  ],
  hint: 'Look for the last byte that begins a character: 192 and more begin one of two bytes, 224 of three, 240 of four.',
} satisfies Exercise<[bytes: number[]]>;

export const chapter02: readonly Exercise[] = [applyMerges, wordPairCounts, decodeIds, unfinished];
