import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { errands } from '../../src/tasks/errands.js';

describe('errands()', () => {
  it('is a house of 24 doors: in four rows of four, each room has one to its sides, above and below', () => {
    const { rooms, isOpen } = errands();
    const pairs = rooms.flatMap((from) => rooms.map((to) => [from, to] as const));
    const open = pairs.filter(([from, to]) => isOpen({ closed: [] }, from, to));
    assert.equal(open.length, 48); // there and back
    assert.ok(open.every(([from, to]) => isOpen({ closed: [] }, to, from)));
    for (const [from, to] of open) {
      const [a, b] = [rooms.indexOf(from), rooms.indexOf(to)];
      const apart = Math.abs((a % 4) - (b % 4)) + Math.abs(Math.floor(a / 4) - Math.floor(b / 4));
      assert.equal(apart, 1);
    }
    assert.equal(isOpen({ closed: ['ab'] }, 'b', 'a'), false);
    assert.equal(isOpen({ closed: [] }, 'a', 'x'), false);
  });

  it('closes as many doors as was asked for, and always leaves a way of the length asked for', () => {
    const { draw, rooms } = errands({ closedShare: 0.1, leastDoors: 4 });
    const random = createRandom(1);
    const drawn = Array.from({ length: 400 }, () => draw(random));
    const closed = drawn.reduce((sum, one) => sum + one.closed.length, 0) / 400 / 24;
    assert.ok(Math.abs(closed - 0.1) < 0.02, `${closed}`);
    for (const { from, to } of drawn) {
      const [a, b] = [rooms.indexOf(from), rooms.indexOf(to)];
      assert.ok(Math.abs((a % 4) - (b % 4)) + Math.abs(Math.floor(a / 4) - Math.floor(b / 4)) >= 4);
    }
    const same = (seed: number) => Array.from({ length: 5 }, () => draw(createRandom(seed)));
    assert.deepEqual(same(3), same(3));
  });

  it('who explores arrives, hears the truth about each door, and tries no door twice that was closed', () => {
    const { draw, explore, isOpen } = errands({ closedShare: 0.4 });
    const random = createRandom(2);
    for (let nth = 0; nth < 300; nth++) {
      const errand = draw(random);
      const shut = new Set<string>();
      let at = errand.from;
      for (const { room, open } of explore(errand)) {
        assert.equal(open, isOpen(errand, at, room));
        const door = [at, room].sort().join('');
        assert.ok(!shut.has(door));
        if (open) at = room;
        else shut.add(door);
      }
      assert.equal(at, errand.to);
    }
  });

  it('without closed doors the way is the shortest that there is', () => {
    const { draw, explore, rooms } = errands({ closedShare: 0 });
    const random = createRandom(3);
    for (let nth = 0; nth < 100; nth++) {
      const errand = draw(random);
      const [a, b] = [rooms.indexOf(errand.from), rooms.indexOf(errand.to)];
      const apart = Math.abs((a % 4) - (b % 4)) + Math.abs(Math.floor(a / 4) - Math.floor(b / 4));
      assert.equal(explore(errand).length, apart);
    }
  });

  it('refuses houses that cannot be', () => {
    assert.throws(() => errands({ width: 1, height: 1 }), /expected 2 to 26 rooms, got 1 by 1/);
    assert.throws(() => errands({ width: 9, height: 3 }), /expected 2 to 26 rooms, got 9 by 3/);
    assert.throws(() => errands({ width: 2.5 }), /expected 2 to 26 rooms, got 2.5 by 4/);
    assert.throws(() => errands({ closedShare: 1 }), /expected a share from 0 to below 1, got 1/);
    assert.throws(() => errands({ leastDoors: 7 }), /expected errands of at most 6 doors, got 7/);
  });
});
