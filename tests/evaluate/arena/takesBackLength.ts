import assert from 'node:assert/strict';
import { createRandom } from '../../../src/core/random.js';
import { arenaRatings } from '../../../src/evaluate/arena/ratings.js';
import { styleControl } from '../../../src/evaluate/arena/styleControl.js';
import { simulatedBattles } from './simulated.js';

const ratings = { terse: 1000, plain: 1000, verbose: 1000 };
const lengths = { terse: 40, plain: 100, verbose: 300 };

/** Three models as good as each other before a judge that likes length: style control finds both. */
export function takesBackLength(seed: number): void {
  const held = simulatedBattles({ ratings, lengths, liking: 2 }, 4000, seed);
  const gap = (rows: readonly { name: string; rating: number }[]) =>
    rows.find(({ name }) => name === 'verbose')!.rating - rows.find(({ name }) => name === 'terse')!.rating;
  assert.ok(gap(arenaRatings(held)) > 200); // 2 * 260 / 341 logits would be 265 points at the mean lengths
  const { ratings: equal, style } = styleControl(held, { random: createRandom(seed), resamples: 40 });
  assert.ok(Math.abs(gap(equal)) < 60, `seed ${seed}: ${gap(equal)}`);
  const [length] = style.filter(({ feature }) => feature === 'length');
  assert.ok(length!.low > 0.5, `seed ${seed}: ${length!.low}`);
  for (const { feature, low, high } of style)
    assert.ok(feature === 'length' || (low < 0.1 && high > -0.1), `${feature}: ${low} to ${high}`);
}
