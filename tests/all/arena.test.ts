import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { arenaRatings } from '../../src/evaluate/arena/ratings.js';
import { simulatedBattles } from '../evaluate/arena/simulated.js';
import { takesBackLength } from '../evaluate/arena/takesBackLength.js';

const truth = { weak: 850, fair: 960, good: 1040, best: 1150 };

describe('arenaRatings()', () => {
  it('its intervals of 95 % hold the truth about 95 times in 100, over 200 arenas', () => {
    let held = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed).fork('intervals');
      const rows = arenaRatings(simulatedBattles({ ratings: truth }, 400, seed), { random, resamples: 200 });
      held += rows.filter(({ name, low, high }) => {
        const real = truth[name as keyof typeof truth];
        return low <= real && real <= high;
      }).length;
    }
    const share = held / (200 * 4);
    assert.ok(share > 0.92 && share < 0.98, `${share}`);
  });
});

describe('styleControl()', () => {
  for (const seed of [2, 3])
    it(`takes back what a judge gives for length alone, with another seed (${seed})`, () =>
      takesBackLength(seed));
});
