/**
 * Tables to look at: plain rows in, a table out that a notebook shows. For results and statistics, not for the data
 * themselves. Where danfojs-node is installed, what comes out is its `DataFrame`; otherwise it has columns and values
 * and shows itself just the same. Sort and group plain rows first (`sortRows`, `groupRows`), since danfojs leaves a
 * column with NaN unsorted and mixes up groups by several columns whose values contain a dash.
 */
import { inspect } from 'node:util';
import { displaySymbol } from '../../core/display.js';
import { hasCode, messageOf } from '../../core/errors.js';
import type { TableCell, TableRow } from './rows.js';
import { tableHtml, tableText } from './tableHtml.js';

/** Most rows of a table. */
const mostRows = 10_000;

/** A table that notebooks show; a danfojs `DataFrame` where that is installed. */
export interface Table {
  readonly columns: readonly string[];
  readonly values: readonly (readonly TableCell[])[];
  /** Rows and columns. */
  readonly shape: readonly number[];
}

/**
 * Makes a table of rows. A column of numbers has NaN where a row lacks one (danfojs fails at null there), other
 * columns have null; a column of several kinds becomes text, as do booleans with gaps, which danfojs fails at too.
 *
 * With danfojs-node, which is optional and takes about 1.5 s to load, it is a `DataFrame`: `as DataFrame` lets you use
 * the rest of it.
 *
 * @param options.columns Which columns, in this order; default all, in the order in which they first come.
 * @throws {RangeError} If there are more than 10,000 rows, or none has a column that is asked for.
 * @throws {TypeError} If a cell is neither text, number, boolean nor missing.
 *
 * @example
 * const rows = await table([{ filter: 'URL', dropped: 20 }, { filter: 'language', dropped: 290 }]);
 * rows.columns // ['filter', 'dropped']
 */
export async function table<Row extends { readonly [Column in keyof Row]: TableCell }>(
  rows: readonly Row[],
  { columns }: { readonly columns?: readonly string[] } = {},
): Promise<Table> {
  if (rows.length > mostRows) {
    throw new RangeError(
      `Cannot make table: expected at most ${mostRows} rows, got ${rows.length}; take a part, or sum up with groupRows`,
    );
  }
  const names = [...(columns ?? new Set(rows.flatMap((row) => Object.keys(row))))];
  const filled = names.map((name) => fillColumn(rows as readonly TableRow[], name));
  const values = rows.map((_, index) => filled.map((column) => column.values[index] ?? null));
  const danfo = await loadDanfo();
  const made: Table = danfo
    ? (new danfo.DataFrame(values, { columns: names, dtypes: filled.map(({ dtype }) => dtype) }) as Table)
    : { columns: names, values, shape: [values.length, names.length] };
  return showingItself(made);
}

/** A table that looks the same with danfojs and without it. Its methods are hidden from those who list its fields. */
function showingItself(made: Table): Table {
  const { columns, values } = made;
  const show = () => ({ 'text/html': tableHtml(columns, values), 'text/plain': tableText(columns, values) });
  Object.defineProperty(made, displaySymbol, { value: show });
  return Object.defineProperty(made, inspect.custom, { value: () => tableText(columns, values) });
}

interface Column {
  readonly dtype: 'int32' | 'float32' | 'string' | 'boolean';
  readonly values: readonly TableCell[];
}

function fillColumn(rows: readonly TableRow[], name: string): Column {
  if (rows.length > 0 && !rows.some((row) => Object.hasOwn(row, name))) {
    throw new RangeError(`Cannot make table: expected a column "${name}", got no row that has it`);
  }
  const values = rows.map((row, index) =>
    checkCell(Object.hasOwn(row, name) ? row[name] : null, name, index),
  );
  const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  const isWhole = !values.includes(null);
  if (kinds.size === 1 && kinds.has('boolean') && isWhole) return { dtype: 'boolean', values };
  if (kinds.size === 1 && kinds.has('number')) {
    const numbers = values.map((value) => value ?? Number.NaN);
    return { dtype: numbers.every(Number.isInteger) ? 'int32' : 'float32', values: numbers };
  }
  return { dtype: 'string', values: values.map((value) => (value === null ? null : String(value))) };
}

function checkCell(value: unknown, name: string, index: number): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const kind = Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
  throw new TypeError(
    `Cannot make table: expected text, a number or a boolean in row ${index}, column "${name}", got ${kind}`,
  );
}

/** danfojs-node, where it is installed. */
async function loadDanfo(): Promise<typeof import('danfojs-node') | undefined> {
  try {
    return await import('danfojs-node');
  } catch (error) {
    if (hasCode(error, 'ERR_MODULE_NOT_FOUND') && messageOf(error).includes('danfojs-node')) return undefined;
    throw new Error(`Cannot make table: danfojs-node does not load: ${messageOf(error)}`, { cause: error });
  }
}
