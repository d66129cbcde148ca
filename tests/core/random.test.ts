import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { fnv64, splitMix64 } from '../../src/core/splitMix.js';
import { unevenness } from './evenness.js';

describe('createRandom()', () => {
  it('the first draws of 10,000 seeds are even', () => {
    // tests/all/random.test.ts says more, of 100,000.
    const draws = Array.from({ length: 10_000 }, (_, seed) => createRandom(seed).uniform());
    assert.ok(unevenness(draws, 100) < 5);
  });

  it('10,000 split streams and as many forks are even, and no two begin alike', () => {
    const random = createRandom(1);
    const forks = Array.from({ length: 10_000 }, (_, nth) => random.fork(`${nth}`));
    const streams = [...forks, ...random.split(10_000)];
    assert.equal(new Set(streams.map((stream) => stream.state().join())).size, 20_000);
    for (const some of [streams.slice(0, 10_000), streams.slice(10_000)])
      assert.ok(
        unevenness(
          some.map((stream) => stream.uniform()),
          100,
        ) < 5,
      );
  });

  it('counts all bits of a seed: 1 and 2^32 + 1 are two streams, 1 and -1 as well', () => {
    const firsts = [1, 2 ** 32 + 1, -1, Number.MAX_SAFE_INTEGER].map((seed) => createRandom(seed).uniform());
    assert.equal(new Set(firsts).size, 4);
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
