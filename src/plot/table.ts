/**
 * Tables to look at: plain rows in, a danfojs `DataFrame` out, which a notebook shows as a table. For results and
 * statistics, not for the data themselves: sorting and describing take danfojs a time that grows with the square of
 * the rows. Sort and group plain rows first (`sortRows`, `groupRows`), since danfojs leaves a column with NaN
 * unsorted and mixes up groups by several columns whose values contain a dash.
 */
import type { DataFrame } from 'danfojs-node';
import { hasCode, messageOf } from '../core/errors.js';
import type { TableCell, TableRow } from './rows.js';

/** Most rows of a table. */
const mostRows = 10_000;

/**
 * Makes a table of rows. A column of numbers has NaN where a row lacks one (danfojs fails at null there), other
 * columns have null; a column of several kinds becomes text, as do booleans with gaps, which danfojs fails at too.
 *
 * danfojs-node is loaded with the first table (about 1.5 s). It is an optional dependency.
 *
 * @param options.columns Which columns, in this order; default all, in the order in which they first come.
 * @throws {RangeError} If there are more than 10,000 rows, or none has a column that is asked for.
 * @throws {TypeError} If a cell is neither text, number, boolean nor missing.
 * @throws {Error} If danfojs-node is not installed; the message says what to add to `package.json`.
 *
 * @example
 * const rows = await table([{ filter: 'URL', dropped: 20 }, { filter: 'language', dropped: 290 }]);
 * rows.columns // ['filter', 'dropped']
 */
export async function table<Row extends { readonly [Column in keyof Row]: TableCell }>(
  rows: readonly Row[],
  { columns }: { readonly columns?: readonly string[] } = {},
): Promise<DataFrame> {
  if (rows.length > mostRows) {
    throw new RangeError(
      `Cannot make table: expected at most ${mostRows} rows, got ${rows.length}; take a part, or sum up with groupRows`,
    );
  }
  const names = [...(columns ?? new Set(rows.flatMap((row) => Object.keys(row))))];
  const filled = names.map((name) => fillColumn(rows as readonly TableRow[], name));
  const cells = rows.map((_, index) => filled.map(({ values }) => values[index] ?? null));
  const { DataFrame } = await loadDanfo();
  return new DataFrame(cells, { columns: names, dtypes: filled.map(({ dtype }) => dtype) });
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

async function loadDanfo(): Promise<typeof import('danfojs-node')> {
  try {
    return await import('danfojs-node');
  } catch (error) {
    const isMissing = hasCode(error, 'ERR_MODULE_NOT_FOUND') && messageOf(error).includes('danfojs-node');
    if (!isMissing) throw new Error(`Cannot make table: danfojs-node does not load: ${messageOf(error)}`);
    throw new Error(
      `Cannot make table: danfojs-node is not installed; add it to package.json as\n${howToInstall}`,
    );
  }
}

/** Without the overrides, danfojs-node downloads a TensorFlow binary when it is installed, and an xlsx from a CDN. */
const howToInstall = JSON.stringify(
  {
    dependencies: { 'danfojs-node': '1.2.0' },
    overrides: {
      'danfojs-node': { '@tensorflow/tfjs-node': 'npm:@tensorflow/tfjs@4.22.0', xlsx: '0.18.5' },
    },
  },
  null,
  2,
);
