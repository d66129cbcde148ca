import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Random } from '../../src/core/random.js';
import { fnv64, splitMix64 } from '../../src/core/splitMix.js';

const seeds = 100_000;

/** How far counts lie from being even, in standard deviations of chi-square. */
function unevenness(values: Iterable<number>, bins: number): number {
  const counts = new Float64Array(bins);
  let total = 0;
  for (const value of values) {
    counts[Math.floor(value * bins)]!++;
    total++;
  }
  const expected = total / bins;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chiSquare - (bins - 1)) / Math.sqrt(2 * (bins - 1));
}

/** One number for each seed from 0 up. */
function* overSeeds(draw: (random: Random) => number, seedOf = (nth: number) => nth): Generator<number> {
  for (let nth = 0; nth < seeds; nth++) yield draw(createRandom(seedOf(nth)));
}

const nthDraw = (nth: number) => (random: Random) => {
  for (let skipped = 0; skipped < nth; skipped++) random.uniform();
  return random.uniform();
};

/** The area under the normal curve left of `x` (Abramowitz and Stegun 26.2.17; right to 1e-7). */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const tail =
    (series.reduce((sum, factor, nth) => sum + factor * t ** (nth + 1), 0) * Math.exp((-x * x) / 2)) /
    Math.sqrt(2 * Math.PI);
  return x < 0 ? tail : 1 - tail;
}

describe('createRandom() over 100,000 seeds', () => {
  // Five standard deviations of chi-square: an even generator goes beyond less often than once in a hundred thousand.
  for (const nth of [0, 1, 2])
    it(`draw ${nth + 1} is even`, () => assert.ok(unevenness(overSeeds(nthDraw(nth)), 100) < 5));

  it('the first draws of negative and of large seeds are even too', () => {
    assert.ok(
      unevenness(
        overSeeds(nthDraw(0), (nth) => -nth),
        100,
      ) < 5,
    );
    assert.ok(
      unevenness(
        overSeeds(nthDraw(0), (nth) => nth * 2 ** 33),
        100,
      ) < 5,
    );
  });

  it('the first whole number and the first normal number are as they should be', () => {
    assert.ok(
      unevenness(
        overSeeds((random) => (random.integer(100) + 0.5) / 100),
        100,
      ) < 5,
    );
    assert.ok(
      unevenness(
        overSeeds((random) => normalShare(random.normal())),
        100,
      ) < 5,
    );
  });

  it('one first normal number in 370 lies beyond three, and one in 15,787 beyond four', () => {
    const sizes = [...overSeeds((random) => Math.abs(random.normal()))];
    for (const [bound, one] of [
      [3, 370.4],
      [4, 15_787],
    ] as const) {
      const [count, expected] = [sizes.filter((size) => size > bound).length, seeds / one];
      assert.ok(
        Math.abs(count - expected) < 4 * Math.sqrt(expected),
        `${count} beyond ${bound}: ${expected}`,
      );
    }
  });

  it('the first draws of neighbouring seeds have nothing to do with each other', () => {
    const draws = [...overSeeds(nthDraw(0))];
    const products = draws.slice(1).map((draw, nth) => (draw - 0.5) * (draws[nth]! - 0.5));
    const mean = products.reduce((sum, product) => sum + product, 0) / products.length;
    assert.ok(Math.abs(mean) < (5 * (1 / 12)) / Math.sqrt(products.length), `${mean}`);
  });
});

describe('createRandom()', () => {
  it('counts all bits of a seed: 1 and 2^32 + 1 are two streams, 1 and -1 as well', () => {
    const firsts = [1, 2 ** 32 + 1, -1, Number.MAX_SAFE_INTEGER].map((seed) => createRandom(seed).uniform());
    assert.equal(new Set(firsts).size, 4);
  });

  it('split() gives streams of which no two begin alike, and each is even', () => {
    const streams = createRandom(1).split(seeds);
    assert.equal(new Set(streams.map((random) => random.state().join())).size, seeds);
    assert.ok(
      unevenness(
        streams.map((random) => random.uniform()),
        100,
      ) < 5,
    );
  });

  it('of 100,000 forks and as many split streams no two share their first four draws, and neighbours are independent', () => {
    const random = createRandom(1);
    const forks = Array.from({ length: seeds }, (_, nth) => random.fork(`${nth}`));
    const firsts = [...forks, ...random.split(seeds)].map((stream) => [0, 1, 2, 3].map(stream.uniform));
    assert.equal(new Set(firsts.map((draws) => draws.join())).size, 2 * seeds);
    const first = firsts.map(([draw]) => draw! - 0.5);
    assert.ok(
      unevenness(
        first.map((draw) => draw + 0.5),
        100,
      ) < 5,
    );
    for (const lag of [1, 2, 10, 256, seeds]) {
      const pairs = first.slice(lag).map((draw, nth) => draw * first[nth]!);
      const mean = pairs.reduce((sum, product) => sum + product, 0) / pairs.length;
      assert.ok(Math.abs(mean) < 4 / 12 / Math.sqrt(pairs.length), `lag ${lag}: ${mean}`);
    }
  });

  it('split() begins alike however many streams are asked for', () => {
    const states = (count: number) =>
      createRandom(4)
        .split(count)
        .map((stream) => stream.state());
    assert.deepEqual(states(9).slice(0, 3), states(3));
  });

  it('fork() gives one stream for a name and another for each other, and does not move the stream', () => {
    const random = createRandom(1);
    const names = Array.from({ length: 10_000 }, (_, nth) => `fork ${nth}`);
    const before = random.state();
    const states = names.map((name) => random.fork(name).state().join());
    assert.deepEqual(random.state(), before);
    assert.equal(new Set(states).size, names.length);
    assert.equal(random.fork('fork 7').state().join(), states[7]);
    assert.ok(
      unevenness(
        names.map((name) => random.fork(name).uniform()),
        20,
      ) < 5,
    );
  });

  it('forks of one name from two streams differ, and so do split streams from their source', () => {
    const [one, two] = [createRandom(1), createRandom(2)];
    assert.notDeepEqual(one.fork('a').state(), two.fork('a').state());
    assert.notDeepEqual(one.split(1)[0]!.state(), one.state());
  });

  it('pick() takes every item about equally often', () => {
    const random = createRandom(5);
    const picked = Array.from({ length: 9000 }, () => (random.pick([0, 1, 2]) + 0.5) / 3);
    assert.ok(unevenness(picked, 3) < 5);
    assert.throws(() => random.pick([]), /Cannot pick one of no items/);
  });

  it('refuses a state that is none, and a seed too large to be exact', () => {
    for (const state of [
      [1, 2, 3],
      [1, 2, 3, Number.NaN],
      [0, 0, 0, 0],
    ])
      assert.throws(() => createRandom(state), /expected the state of a `Random`, got \[/);
    assert.throws(() => createRandom(2 ** 53), /expected a whole number as seed, got 9007199254740992/);
  });
});

describe('splitMix64() and fnv64()', () => {
  it('give the published numbers', () => {
    // Rosetta Code's test of SplitMix64, and the FNV test vectors of its authors.
    const published = [6457827717110365317n, 3203168211198807973n, 9817491932198370423n];
    assert.deepEqual(splitMix64(1234567n, 3), published);
    assert.equal(fnv64(''), 0xcbf29ce484222325n);
    assert.equal(fnv64('a'), 0xaf63dc4c8601ec8cn);
    assert.equal(fnv64('foobar'), 0x85944171f73967e8n);
  });
});
