import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keptAtMost } from '../../src/backend/native/backend.js';
import { classOf, Recycler } from '../../src/backend/native/recycler.js';

const MB = 2 ** 20;

/** A recycler of arrays that say when they are let go, and the lengths of those that were. */
function recyclerOf(limit: number) {
  const released: number[] = [];
  const recycler = new Recycler({ limit, release: (array) => released.push(array.length) });
  return { recycler, released };
}

describe('Recycler', () => {
  it('hands out arrays of exactly the length asked for, from buffers of at most a quarter more', () => {
    const { recycler } = recyclerOf(64 * MB);
    for (const size of [0, 1, 8, 9, 100, 1000, 1024, 1025, 123_457]) {
      const array = recycler.take(size);
      assert.equal(array.length, size);
      assert.equal(array.byteOffset, 0);
      assert.ok(array.buffer.byteLength >= 4 * size && array.buffer.byteLength <= 5 * size);
    }
  });

  it('has four classes a doubling, each no smaller than what belongs to it', () => {
    const classes = new Set(Array.from({ length: 1024 }, (_, nth) => classOf(1025 + nth)));
    assert.deepEqual([...classes], [1280, 1536, 1792, 2048]);
    for (const size of [9, 17, 31, 32, 33, 2 ** 20 + 1, 2 ** 30 + 1]) assert.ok(classOf(size) >= size);
  });

  it('uses the memory of one length again for another of its class, and for no other', () => {
    const { recycler } = recyclerOf(64 * MB);
    const first = recycler.take(1100);
    recycler.give(first);
    const second = recycler.take(1200);
    assert.equal(second.buffer, first.buffer);
    assert.equal(second.length, 1200);
    recycler.give(second);
    assert.notEqual(recycler.take(1300).buffer, first.buffer);
  });

  it('keeps no more than its limit, and lets go first of the lengths not asked for for the longest time', () => {
    const { recycler, released } = recyclerOf(10 * MB);
    const sizes = [MB, 1.25 * MB, 0.5 * MB]; // 4, 5 and 2 MB
    const arrays = sizes.map((size) => recycler.take(size));
    for (const array of arrays) recycler.give(array);
    assert.deepEqual(released, [MB]);
    assert.equal(recycler.kept, 7 * MB);
  });

  it('holds little more than was in use at once, whatever lengths come one after the other', () => {
    const { recycler, released } = recyclerOf(4096 * MB);
    for (let nth = 0; nth < 40; nth++) {
      const arrays = Array.from({ length: 4 }, () => recycler.take((3 + nth) * MB));
      for (const array of arrays) recycler.give(array);
      assert.ok(recycler.kept <= 1.1 * 4 * 4 * classOf((3 + nth) * MB));
    }
    assert.ok(released.length > 0);
  });

  it('asks for no memory once a loop over layers has had all the arrays that it needs', () => {
    let made = 0;
    const allocate = (bytes: number) => {
      made++;
      return new ArrayBuffer(bytes);
    };
    const recycler = new Recycler({ limit: 4096 * MB, release: () => {}, allocate });
    const step = () => {
      const layers = Array.from({ length: 8 }, () => [MB, 1.25 * MB, 2 * MB]);
      const forward = layers.flat().map((size) => recycler.take(size));
      for (const array of forward.reverse()) {
        const slope = recycler.take(array.length);
        recycler.give(array);
        recycler.give(slope);
      }
    };
    for (let nth = 0; nth < 3; nth++) step();
    const before = made;
    for (let nth = 0; nth < 20; nth++) step();
    assert.equal(made, before);
  });

  it('lets everything go and tries again when memory runs out, then says what was asked for', () => {
    let full = false;
    const released: number[] = [];
    const recycler = new Recycler({
      limit: 64 * MB,
      release: (array) => {
        released.push(array.length);
        full = false;
      },
      allocate: (bytes) => {
        if (full) throw new RangeError('Array buffer allocation failed');
        return new ArrayBuffer(bytes);
      },
    });
    recycler.give(recycler.take(MB));
    full = true;
    assert.equal(recycler.take(2 * MB).length, 2 * MB);
    assert.deepEqual(released, [MB]);
    full = true;
    assert.throws(() => recycler.take(3 * MB), {
      name: 'RangeError',
      message: `Cannot make a tensor of ${3 * MB} numbers: no memory for 12.0 MB beside 8.0 MB in use`,
    });
  });

  it('does not count what is never given back against what it may keep', () => {
    const { recycler, released } = recyclerOf(1024 * MB);
    for (let nth = 0; nth < 100; nth++) recycler.lose(recycler.take(MB));
    recycler.give(recycler.take(MB));
    assert.deepEqual(released, []);
  });
});

describe('keptAtMost()', () => {
  it('is a quarter of what a container allows, or of the machine’s memory where none does', () => {
    const host = 64 * 1024 * MB;
    assert.equal(keptAtMost(host, 2048 * MB), 512 * MB);
    for (const none of [undefined, 0, 2 ** 64]) assert.equal(keptAtMost(8192 * MB, none), 2048 * MB);
    assert.equal(keptAtMost(host, 0), 4096 * MB);
  });
});
