import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cell, Notebook } from '../../src/workbook/notebook.js';
import { fromPercent } from '../../src/workbook/percent.js';
import { withOutputs } from '../../src/workbook/publish.js';

const source = fromPercent('// %% [markdown]\n// text\n\n// %%\n1\n');

/** As the runner would leave it. */
function executed({ cells, ...rest }: Notebook, change: (cell: Cell) => Cell = (cell) => cell): Notebook {
  const ran = cells.map(
    (cell): Cell =>
      cell.cell_type === 'code'
        ? { ...cell, execution_count: 1, outputs: [{ output_type: 'stream', name: 'stdout', text: 'ran' }] }
        : cell,
  );
  return { ...rest, cells: ran.map(change) };
}

describe('withOutputs()', () => {
  it('carries outputs and counts over', () => {
    const [, code] = withOutputs(source, executed(source), 'x').cells;
    assert.ok(code?.cell_type === 'code' && code.outputs.length === 1 && code.execution_count === 1);
  });

  it('refuses outputs of other cells, of cells that did not run, and of another size', () => {
    const changed = executed(source, (cell) => ({ ...cell, source: `${cell.source} ` }));
    assert.throws(
      () => withOutputs(source, changed, 'x.ipynb'),
      /cell 1 of x.ipynb: the notebook was changed since the run/,
    );
    const unrun = executed(source, (cell) =>
      cell.cell_type === 'code' ? { ...cell, execution_count: null } : cell,
    );
    assert.throws(() => withOutputs(source, unrun, 'x.ipynb'), /cell 2 of x.ipynb: it did not run/);
    const sized = executed(source, (cell) => ({ ...cell, metadata: { tags: ['injected-parameters'] } }));
    assert.throws(() => withOutputs(source, sized, 'x.ipynb'), /it was run with --size/);
  });
});
