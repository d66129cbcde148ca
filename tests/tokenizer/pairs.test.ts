import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergePair, pairCounts } from '../../src/tokenizer/pairs.js';

test('pairCounts() counts neighbours, overlaps included', () => {
  assert.deepEqual(
    [...pairCounts([5, 6, 5, 6])],
    [
      ['5,6', 2],
      ['6,5', 1],
    ],
  );
  assert.deepEqual([...pairCounts([1, 1, 1])], [['1,1', 2]]);
  assert.equal(pairCounts([]).size + pairCounts([1]).size, 0);
});

test('mergePair() joins from left to right', () => {
  assert.deepEqual(mergePair([5, 6, 5, 6, 7], [5, 6], 256), [256, 256, 7]);
  assert.deepEqual(mergePair([1, 1, 1], [1, 1], 9), [9, 1]);
  assert.deepEqual(mergePair([], [1, 1], 9), []);
});
