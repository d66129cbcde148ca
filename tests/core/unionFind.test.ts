import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { createUnionFind } from '../../src/core/unionFind.js';

describe('createUnionFind()', () => {
  it('finds the groups that a walk over all pairs finds, whatever their order', () => {
    const random = createRandom(5);
    for (const count of [1, 2, 30, 300]) {
      const pairs = Array.from({ length: count - 1 }, () => [random.integer(count), random.integer(count)]);
      const groups = createUnionFind(count);
      for (const [one, other] of pairs) groups.join(one!, other!);
      const firsts = Array.from({ length: count }, (_, nth) => nth);
      for (let changed = true; changed; ) {
        changed = false;
        for (const [one, other] of pairs) {
          const first = Math.min(firsts[one!]!, firsts[other!]!);
          changed ||= firsts[one!] !== first || firsts[other!] !== first;
          firsts[one!] = firsts[other!] = first;
        }
      }
      assert.deepEqual(
        firsts.map((_, nth) => groups.firstOf(nth)),
        firsts,
      );
    }
  });
});
