import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { cohensKappa, fleissKappa } from '../../src/evaluate/index.js';

const near = (got: number, expected: number, far: number) =>
  assert.ok(Math.abs(got - expected) < far, `${got} is not ${expected}`);

describe('cohensKappa()', () => {
  it('gives .4 for the textbook table of 50 proposals: 20 times yes twice, 15 times no twice', () => {
    const table = [
      ['yes', 'yes', 20],
      ['yes', 'no', 5],
      ['no', 'yes', 10],
      ['no', 'no', 15],
    ] as const;
    const labels = (side: 0 | 1) => table.flatMap((row) => new Array<string>(row[2]).fill(row[side]));
    near(cohensKappa(labels(0), labels(1)), 0.4, 1e-12);
  });

  it('is near 0 for labels drawn by chance, 1 for the same ones, -1 for opposite halves', () => {
    const random = createRandom(1);
    const [one, other] = [0, 0].map(() => Array.from({ length: 20_000 }, () => random.integer(3)));
    near(cohensKappa(one!, other!), 0, 0.02);
    assert.equal(cohensKappa([1, 2, 1], [1, 2, 1]), 1);
    assert.equal(cohensKappa([1, 2], [2, 1]), -1);
    assert.ok(Number.isNaN(cohensKappa([1, 1], [1, 1])));
  });

  it('refuses lists that do not belong together', () => {
    assert.throws(() => cohensKappa([], []), /expected two labels for each item, got 0 and 0/);
    assert.throws(() => cohensKappa([1], [1, 2]), /got 1 and 2/);
  });
});

describe('fleissKappa()', () => {
  it("gives .210 for the table of ten subjects and fourteen raters in Wikipedia's article", () => {
    const counts = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const items = counts.map((row) => row.flatMap((count, label) => new Array<number>(count).fill(label)));
    near(fleissKappa(items), 0.21, 5e-4);
  });

  it('refuses items with one label, and items with more labels than others', () => {
    assert.throws(() => fleissKappa([]), /got no item/);
    assert.throws(() => fleissKappa([[1]]), /got 1/);
    assert.throws(
      () =>
        fleissKappa([
          [1, 1],
          [1, 2, 3],
        ]),
      /got 3/,
    );
  });
});
