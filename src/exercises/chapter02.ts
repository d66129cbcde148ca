/** The exercises of chapter 02: merges applied to a word, bytes for each token, ids back to text. */
import type { Random } from '../core/random.js';
import { bpeTokenizer } from '../tokenizer/bpe.js';
import { mergePair } from '../tokenizer/pairs.js';
import type { Exercise } from './exercise.js';

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

const compression = {
  id: '02.2',
  name: 'compression',
  answer: (text, ids) => Buffer.byteLength(text) / ids.length,
  cases: [
    ['a', [97]],
    ['ab', [256]],
    ['é', [195, 169]],
    ['分', [300]],
    ['🙂', [240, 300]],
    ['Hi, 分词 🙂', [72, 105, 44, 300, 301, 302, 303]],
  ],
  random: (random, size) => {
    const characters = Array.from(
      { length: size },
      () => ['a', 'b', ' ', 'é', '分', '🙂'][random.integer(6)],
    );
    return [characters.join(''), Array.from({ length: 1 + random.integer(size) }, () => random.integer(512))];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (text, ids) => text.length / ids.length,
      hint: 'A Chinese character is one character and three bytes. `length` counts neither bytes nor always characters: "🙂".length is 2.',
    },
    {
      answer: (text, ids) => [...text].length / ids.length,
      hint: 'This counts characters, and some have more bytes than one.',
    },
    {
      answer: (text, ids) => ids.length / Buffer.byteLength(text),
      hint: 'This is tokens for each byte, the other way round.',
    },
    {
      answer: (text) => Buffer.byteLength(text),
      hint: 'These are all the bytes. How many are there a token?',
    },
  ],
  hint: 'How many bytes does the text have in UTF-8, and how many ids are there?',
} satisfies Exercise<[text: string, ids: number[]]>;

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

export const chapter02: readonly Exercise[] = [applyMerges, compression, decodeIds];
