import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seedOf } from '../../../src/workbook/grading/students.js';
import { hasVariants, variantOf } from '../../../src/workbook/grading/variants.js';
import type { Notebook } from '../../../src/workbook/notebook.js';
import { sourceOf } from './notebooks.js';

const withParameters = (source: string): Notebook => {
  const { cells, ...rest } = sourceOf([]);
  return { ...rest, cells: [{ ...cells[0]!, metadata: { tags: ['parameters'] }, source }] };
};

it('a notebook has variants if its cell of parameters declares a seed that can be set', () => {
  assert.ok(hasVariants(withParameters('let seed = 0;')));
  assert.ok(hasVariants(withParameters("let size = 'nano';\nlet seed: number = 1; // your own")));
  assert.ok(!hasVariants(withParameters('const seed = 0;')), 'a constant cannot be set when it is graded');
  assert.ok(!hasVariants(withParameters("let size = 'nano';")));
  assert.ok(!hasVariants(sourceOf([])));
});

it('a variant differs from its source in its seed alone', () => {
  const source = withParameters("let size = 'nano';\nlet seed: number = 1; // your own");
  const { cells } = variantOf(source, seedOf('ann', '02'));
  assert.equal(
    cells[0]!.source,
    `let size = 'nano';\nlet seed: number = ${seedOf('ann', '02')}; // your own`,
  );
});
