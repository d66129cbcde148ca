/** The outputs of a run, carried over to the notebook that was run. */
import type { Cell, Notebook } from './notebook.js';

/**
 * Gives a notebook the outputs of its own run.
 *
 * @param executed What a run of exactly these cells left; a cell that the runner injected is passed over.
 * @param where Names the executed file in errors.
 * @throws {Error} If a cell was changed since, or did not run: the outputs would not belong to it.
 */
export function withOutputs(source: Notebook, executed: Notebook, where: string): Notebook {
  const ran = executed.cells.filter(({ metadata }) => !metadata.tags?.includes('injected-parameters'));
  if (ran.length !== executed.cells.length) {
    throw new Error(
      `Cannot publish ${where}: it was run with --size, so its outputs are not those of the notebook`,
    );
  }
  const cells = source.cells.map((cell, index): Cell => {
    const other = ran[index];
    const place = `cell ${index + 1} of ${where}`;
    if (other?.source !== cell.source)
      throw new Error(`Cannot publish ${place}: the notebook was changed since the run`);
    if (cell.cell_type !== 'code' || other.cell_type !== 'code') return cell;
    if (cell.source.trim() !== '' && other.execution_count === null)
      throw new Error(`Cannot publish ${place}: it did not run`);
    return { ...cell, outputs: other.outputs, execution_count: other.execution_count };
  });
  return { ...source, cells };
}
