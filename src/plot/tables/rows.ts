/** Sorting and grouping of plain rows, with none of the surprises that a table library may have. */

/** What a cell may hold. */
export type TableCell = string | number | boolean | null | undefined;

/** One row: column name to cell. */
export type TableRow = { readonly [column: string]: TableCell };

/**
 * Sorts rows by a column, in a new list: numbers by size, text by code units; what is missing or NaN comes last.
 * Rows with equal cells keep their order.
 *
 * @param options.descending Largest first; default false.
 *
 * @example
 * sortRows([{ n: 2 }, { n: null }, { n: 1 }], 'n') // [{ n: 1 }, { n: 2 }, { n: null }]
 */
export function sortRows<Row extends object>(
  rows: readonly Row[],
  column: keyof Row & string,
  { descending = false }: { readonly descending?: boolean } = {},
): Row[] {
  const isMissing = (cell: unknown) => cell === null || cell === undefined || Number.isNaN(cell);
  return rows.toSorted((one, other) => {
    const [a, b] = [one[column] as TableCell, other[column] as TableCell];
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    const order = a! < b! ? -1 : a! > b! ? 1 : 0;
    return descending ? -order : order;
  });
}

/**
 * Puts rows with the same cells in the given columns together and makes one row of each group.
 *
 * @param columns The columns that tell groups apart; they come first in each new row.
 * @param summarize What else is known of a group.
 * @returns One row for each group, in the order in which they first come.
 *
 * @example
 * groupRows([{ lang: 'en', n: 1 }, { lang: 'fi', n: 2 }, { lang: 'en', n: 3 }], ['lang'], (group) => ({
 *   rows: group.length,
 * })) // [{ lang: 'en', rows: 2 }, { lang: 'fi', rows: 1 }]
 */
export function groupRows<Row extends object, Column extends keyof Row & string, Summary extends object>(
  rows: readonly Row[],
  columns: readonly Column[],
  summarize: (group: readonly Row[]) => Summary,
): (Pick<Row, Column> & Summary)[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => [typeof row[column], String(row[column])]));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => {
    const shared = Object.fromEntries(columns.map((column) => [column, group[0]?.[column]]));
    return { ...(shared as Pick<Row, Column>), ...summarize(group) };
  });
}
