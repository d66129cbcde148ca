/** Variants of a notebook: its cell of parameters declares `seed`, and each student's copy has a seed of its own. */
import { type Cell, hasTag, type Notebook } from '../notebook.js';

/** A declaration of the seed that a value can be put into. */
const declaration = /^(\s*let\s+seed\s*(?::\s*number\s*)?=\s*)[^;\n]+/m;

const isSeeded = (cell: Cell): boolean => hasTag(cell, 'parameters') && declaration.test(cell.source);

/** Whether a notebook has variants. */
export const hasVariants = ({ cells }: Notebook): boolean => cells.some(isSeeded);

/**
 * The variant of a notebook with that seed.
 *
 * @example
 * variantOf(notebook, 7).cells[1].source // 'let seed = 7;'
 */
export function variantOf(notebook: Notebook, seed: number): Notebook {
  const cells = notebook.cells.map((cell) =>
    isSeeded(cell) ? { ...cell, source: cell.source.replace(declaration, `$1${seed}`) } : cell,
  );
  return { ...notebook, cells };
}
