import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { eloDifference, eloExpected, eloRatings, type RatedGame } from '../../src/evaluate/elo.js';
import { eloLadder } from '../../src/evaluate/ladder.js';
import { assertClose } from '../backend/compare.js';

/** Games whose results follow ratings, each two players as often. */
function gamesOf(ratings: Readonly<Record<string, number>>, count: number, seed: number): RatedGame[] {
  const random = createRandom(seed);
  const names = Object.keys(ratings);
  return names.flatMap((one, nth) =>
    names.slice(nth + 1).flatMap((other) =>
      Array.from({ length: count }, () => {
        const expected = eloExpected(ratings[one]! - ratings[other]!);
        return { one, other, score: Number(random.uniform() < expected) };
      }),
    ),
  );
}

describe('Elo', () => {
  // FIDE Handbook B.02, table 8.1.2: differences in rating and the scores that belong to them, two digits each.
  it('expects what the table of the chess federation says, to its two digits', () => {
    for (const [difference, expected] of [
      [0, 0.5],
      [50, 0.57],
      [100, 0.64],
      [200, 0.76],
      [300, 0.85],
      [400, 0.92],
    ] as const)
      assert.ok(Math.abs(eloExpected(difference) - expected) <= 0.011, `${difference}`);
  });

  it('the difference is the expectation turned round, infinite where a player has all points', () => {
    for (const difference of [-700, -1, 0, 35, 400])
      assertClose([eloDifference(eloExpected(difference))], [difference], 1e-9);
    assert.equal(eloDifference(1), Infinity);
    assert.equal(eloDifference(0), -Infinity);
    for (const score of [-0.1, 1.1, Number.NaN])
      assert.throws(() => eloDifference(score), /expected a score from 0 to 1/);
  });

  // The worked example of Wikipedia's "Elo rating system", with its expectations unrounded.
  it('moves a player of 1,613 to 1,601 by the tournament of the well-known example', () => {
    const [own, points] = [1613, 2.5];
    const expected = [1609, 1477, 1388, 1586, 1720].reduce((sum, other) => sum + eloExpected(own - other), 0);
    assert.equal(Math.round(own + 32 * (points - expected)), 1601);
  });

  it('as played: what one gains the other loses, and an even draw moves nobody', () => {
    const games = [
      { one: 'a', other: 'b', score: 0.5 },
      { one: 'a', other: 'b', score: 1 },
      { one: 'b', other: 'c', score: 0 },
    ];
    assert.deepEqual(
      eloRatings(games.slice(0, 1)),
      new Map([
        ['a', 1000],
        ['b', 1000],
      ]),
    );
    const ratings = eloRatings(games, { k: 20 });
    assert.equal(ratings.get('a'), 1010);
    assertClose([[...ratings.values()].reduce((sum, one) => sum + one, 0)], [3000], 1e-9);
    assert.throws(() => eloRatings([{ one: 'a', other: 'a', score: 1 }]), /a game of a against itself/);
    assert.throws(() => eloRatings([{ one: 'a', other: 'b', score: Number.NaN }]), /from 0 to 1, got NaN/);
  });
});

describe('eloLadder()', () => {
  const truth = { random: 1000, blind: 1180, guard: 1320, perfect: 1450 };

  it('finds the ratings that the games were drawn with, and its error bars hold them', () => {
    const rows = eloLadder(gamesOf(truth, 2000, 3), { anchors: { random: 1000 }, random: createRandom(1) });
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['perfect', 'guard', 'blind', 'random'],
    );
    for (const { name, rating, low, high } of rows) {
      const real = truth[name as keyof typeof truth];
      assert.ok(Math.abs(rating - real) < 20, `${name}: ${rating}`);
      assert.ok(low <= rating && rating <= high && high - low < 60, `${name}: ${low} to ${high}`);
    }
  });

  it('error bars are those of the statistics: 1.96 standard errors of a share, in Elo', () => {
    const games = Array.from({ length: 1000 }, (_, nth) => ({
      one: 'a',
      other: 'b',
      score: nth < 700 ? 1 : 0,
    }));
    const options = { anchors: { b: 0 }, priorDraws: 0, random: createRandom(2), resamples: 2000 };
    const { rating, low, high } = eloLadder(games, options)[0]!;
    const error = Math.sqrt((0.7 * 0.3) / 1000);
    assertClose([rating], [eloDifference(0.7)], 1e-4);
    assert.ok(Math.abs(low - eloDifference(0.7 - 1.96 * error)) < 3, `${low}`);
    assert.ok(Math.abs(high - eloDifference(0.7 + 1.96 * error)) < 3, `${high}`);
  });

  it('at the likeliest ratings every free player expects the points that it has', () => {
    const games = gamesOf(truth, 30, 8);
    const rows = eloLadder(games, { priorDraws: 0 });
    const ratings = new Map(rows.map(({ name, rating }) => [name, rating]));
    for (const name of ratings.keys()) {
      let [points, expected] = [0, 0];
      for (const { one, other, score } of games) {
        if (one !== name && other !== name) continue;
        points += one === name ? score : 1 - score;
        expected += eloExpected((one === name ? 1 : -1) * (ratings.get(one)! - ratings.get(other)!));
      }
      assertClose([expected], [points], 1e-4);
    }
    assertClose([rows.reduce((sum, { rating }) => sum + rating, 0)], [0], 1e-6);
  });

  it('who has won everything stays finite by a drawn game, and the order of games plays no part', () => {
    const games = gamesOf({ a: 0, b: 3000 }, 50, 1).map((game) => ({ ...game, score: 0 }));
    const [best] = eloLadder(games, { anchors: { a: 0 } });
    assertClose([best!.rating], [eloDifference(50.5 / 51)], 1e-4);
    const many = gamesOf(truth, 20, 4);
    assert.deepEqual(
      eloLadder(many.toReversed()).map(({ rating }) => Math.round(rating * 1e4)),
      eloLadder(many).map(({ rating }) => Math.round(rating * 1e4)),
    );
  });

  it('refuses no games, and an anchor that has not played', () => {
    assert.throws(() => eloLadder([]), /expected games, got none/);
    const games = [{ one: 'a', other: 'b', score: 1 }];
    assert.throws(() => eloLadder(games, { anchors: { c: 0 } }), /expected games of c, got none/);
  });
});
