/** Texts of which all is known: what they claim about themselves is so. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { type PlantedOptions, plantedDocuments } from '../../src/tasks/plantedDocuments.js';
import { type ContextLine, repeatsAndRecall } from '../../src/tasks/repeatsAndRecall.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';

const wordsOf = (text: string): string[] => text.slice(1).split(' ');

/** How far counts are from being equal, in standard deviations of what chance does. */
function unevenness(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  return Math.abs(chiSquare - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

function countsOf(words: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts.values()];
}

describe('repeatsAndRecall()', () => {
  const lines = repeatsAndRecall();
  const random = createRandom(1);
  const some = (kind: 'repeats' | 'recall') => Array.from({ length: 500 }, () => lines[kind](random));

  it('knows exactly the ports whose letter stood before', () => {
    for (const { text, knowable } of some('recall')) {
      const words = wordsOf(text);
      const portOf = new Map<string, string>();
      const found: number[] = [];
      for (let place = 0; place < words.length; place += 2) {
        const [letter, port] = [words[place]!, words[place + 1]!];
        if (portOf.has(letter)) {
          assert.equal(portOf.get(letter), port);
          found.push(place + 1);
        }
        portOf.set(letter, port);
      }
      assert.deepEqual(knowable, found);
      assert.ok(portOf.size <= 5);
    }
  });

  it('repeats stretches of every length from 4 to 12, and knows all but the first', () => {
    const periods = new Set<number>();
    for (const { text, knowable } of some('repeats')) {
      const words = wordsOf(text);
      const period = knowable[0]!;
      periods.add(period);
      for (const place of knowable) assert.equal(words[place], words[place - period]);
      assert.equal(knowable.length, words.length - period);
    }
    assert.deepEqual(
      [...periods].sort((a, b) => a - b),
      [4, 5, 6, 7, 8, 9, 10, 11, 12],
    );
  });

  it('tells nothing about one line in another: a letter has each port equally often', () => {
    const pairs = Array.from({ length: 8000 }, () =>
      wordsOf(lines.recall(random).text).slice(0, 2).join(' '),
    );
    const counts = countsOf(pairs);
    assert.equal(counts.length, 256);
    assert.ok(unevenness(counts) < 5, `${unevenness(counts)}`);
  });

  it('is written in its symbols, as long as asked, the same for the same seed', () => {
    const { encode } = symbolTokenizer(lines.symbols);
    const draw = (seed: number): ContextLine[] => {
      const { repeats, recall } = repeatsAndRecall({ length: 20, periods: [2, 3], keys: 2 });
      return [repeats, recall].map((line) => line(createRandom(seed)));
    };
    for (const { text } of draw(1)) assert.equal(encode(text).length, 20);
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  });

  it('refuses lines in which nothing could be known', () => {
    for (const length of [7, 8])
      assert.throws(() => repeatsAndRecall({ length }), /an even length and periods below/);
    for (const periods of [
      [0, 3],
      [5, 4],
    ] as const)
      assert.throws(() => repeatsAndRecall({ periods }), /got 32 and \d to \d/);
    for (const keys of [0, 17, 1.5]) assert.throws(() => repeatsAndRecall({ keys }), /Cannot make lines/);
  });
});

describe('plantedDocuments()', () => {
  const options: Omit<PlantedOptions, 'random'> = {
    counts: [
      [30, 0],
      [40, 1],
      [30, 3],
      [20, 10],
    ],
    others: 800,
  };
  const world = plantedDocuments({ ...options, random: createRandom(1) });

  it('plants each document as often as it says, and gives its call sign to no other', () => {
    assert.equal(world.library.length, 40 + 90 + 200 + 800);
    for (const { text, callSign, route, repeats } of world.planted) {
      assert.equal(text, callSign + route);
      const same = world.library.filter((other) => other.startsWith(`${callSign} `));
      assert.equal(same.length, repeats, text);
      assert.ok(same.every((other) => other === text));
    }
    assert.equal(new Set(world.planted.map(({ callSign }) => callSign)).size, 120);
    const random = createRandom(3);
    for (let nth = 0; nth < 5000; nth++) {
      const text = world.stranger(random);
      assert.ok(!world.planted.some(({ callSign }) => text.startsWith(callSign)));
    }
  });

  it('writes every document in eight symbols, three letters and five ports, no two the same', () => {
    const { encode } = symbolTokenizer(world.symbols);
    for (const text of [...world.library, ...world.planted.map((one) => one.text)]) {
      const ids = encode(text);
      assert.equal(new Set(ids).size, 8);
      assert.deepEqual(
        ids.map((id) => id < 16),
        [true, true, true, false, false, false, false, false],
      );
    }
  });

  it('quotes one of two documents, each as often as the other, and never a planted one', () => {
    const random = createRandom(4);
    const quoted = Array.from({ length: 400 }, () => {
      const words = wordsOf(world.quoting(random));
      const parts = [0, 1, 2].map((nth) => ` ${words.slice(8 * nth, 8 * nth + 8).join(' ')}`);
      assert.ok(!world.planted.some(({ callSign }) => parts.some((part) => part.startsWith(callSign))));
      return String(parts.indexOf(parts[2]!));
    });
    assert.deepEqual([...new Set(quoted)].sort(), ['0', '1']);
    assert.ok(unevenness(countsOf(quoted)) < 5);
  });

  it('draws every port equally often at every place of a route', () => {
    const { planted } = plantedDocuments({ counts: [[3200, 0]], others: 0, random: createRandom(2) });
    for (const nth of [0, 1, 2, 3, 4]) {
      const counts = countsOf(planted.map(({ route }) => wordsOf(route)[nth]!));
      assert.equal(counts.length, 16);
      assert.ok(unevenness(counts) < 5, `${unevenness(counts)}`);
    }
  });

  it('is the same for the same seed, and refuses more ships than there are call signs', () => {
    const again = plantedDocuments({ ...options, random: createRandom(1) });
    assert.deepEqual([again.planted, again.library], [world.planted, world.library]);
    assert.throws(
      () =>
        plantedDocuments({
          ...options,
          counts: [
            [3000, 0],
            [360, 1],
          ],
          random: createRandom(1),
        }),
      /Cannot plant 3360 documents: expected fewer than there are call signs, 3360/,
    );
  });
});
