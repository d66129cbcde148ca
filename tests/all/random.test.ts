import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Random } from '../../src/core/random.js';
import { unevenness } from '../core/evenness.js';

const seeds = 100_000;

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

describe('fork() and split(), 100,000 times', () => {
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
});
