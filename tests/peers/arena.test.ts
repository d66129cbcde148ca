import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { arenaRatings } from '../../src/evaluate/arena/ratings.js';
import { styleControl } from '../../src/evaluate/arena/styleControl.js';
import { assertClose } from '../backend/compare.js';
import { simulatedBattles } from '../evaluate/arena/simulated.js';
import { askPython, withPeers } from './python.js';

/** As `arenaPeer.py` answers. */
interface Peer {
  readonly names: string[];
  readonly ratings: number[];
  readonly low: number[];
  readonly high: number[];
  readonly controlled: number[];
  readonly coefficients: number[];
}

const winners = { one: 'model_a', other: 'model_b', tie: 'tie', 'both bad': 'both_bad' } as const;

withPeers(import.meta.filename, () => {
  test("ratings, intervals and what style is worth are those of lmarena's arena-rank", () => {
    const truth = { a: 900, b: 1000, c: 1040, d: 1150, e: 1200 };
    const battles = simulatedBattles(
      { ratings: truth, lengths: { e: 220, a: 60 }, liking: 1.5, ties: 0.2 },
      3000,
      21,
    );
    const features = ['bold', 'headings', 'length', 'lists'];
    const theirs = askPython<Peer>('arenaPeer.py', {
      features,
      battles: battles.map(({ one, other, winner, style }) => ({
        model_a: one,
        model_b: other,
        winner: winners[winner],
        ...Object.fromEntries(
          features.map((name) => {
            const [mine, its] = [style!.one[name]!, style!.other[name]!];
            return [name, (mine - its) / (mine + its + 1)];
          }),
        ),
      })),
    });
    const inOrder = <T extends { readonly name: string }>(rows: readonly T[]) =>
      theirs.names.map((name) => rows.find((row) => row.name === name)!);
    const centred = (ratings: readonly number[]) => {
      const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
      return ratings.map((rating) => rating - mean);
    };

    const ours = inOrder(arenaRatings(battles, { random: createRandom(1), resamples: 2000 }));
    const ratings = ours.map(({ rating }) => rating - 1000);
    assertClose(ratings, centred(theirs.ratings), 1e-4);
    for (const [nth, { name, low, high }] of ours.entries()) {
      const ratio = (high - low) / (theirs.high[nth]! - theirs.low[nth]!);
      assert.ok(Math.abs(ratio - 1) < 0.1, `${name}: ${ratio}`); // theirs are computed, ours drawn
    }

    const controlled = styleControl(battles, { penalty: 1e-6 }); // theirs have none
    assertClose(
      inOrder(controlled.ratings).map(({ rating }) => rating - 1000),
      centred(theirs.controlled),
      1e-3,
    );
    assertClose(
      controlled.style.map(({ coefficient }) => coefficient),
      theirs.coefficients,
      1e-5,
    );
  });
});
