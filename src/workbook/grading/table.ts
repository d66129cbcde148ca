/** Tables that spreadsheets read and write: the grades of all, and those that a person filled in. */
import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { cannotRead } from '../../core/files.js';

/** A row of a table by its columns' names. */
export type Row = { readonly [column: string]: string | undefined };

/**
 * Reads a CSV file with a line of names on top; commas, semicolons or tabs between its fields, as a spreadsheet saves it.
 *
 * @throws {Error} If there is no such file, it is no table, or a column is missing.
 */
export function readTable(path: string, columns: readonly string[]): Row[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw cannotRead(path, error);
  }
  const { data, errors, meta } = Papa.parse<Row>(text, {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (name) => name.trim(),
    transform: (field) => field.replace(/^'(?=[=+\-@])/, ''), // as `tableText` guards a formula
  });
  const missing = columns.filter((column) => !meta.fields?.includes(column));
  if (missing.length > 0)
    throw new Error(
      `Cannot read ${path}: expected a column ${missing.join(' and ')}, got ${meta.fields?.join(', ') || 'none'}`,
    );
  const broken = errors.find(({ type }) => type !== 'Delimiter');
  if (broken) throw new Error(`Cannot read ${path}: row ${(broken.row ?? 0) + 1}: ${broken.message}`);
  return data;
}

/**
 * A table as CSV; a spreadsheet shall not take a text for a formula.
 *
 * @example
 * tableText(['name', 'points'], [['=1+1', 2]]) // 'name,points\n"\'=1+1",2\n'
 */
export function tableText(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = Papa.unparse(
    { fields: [...columns], data: rows.map((row) => [...row]) },
    {
      newline: '\n',
      escapeFormulae: /^[=+\-@\t\r]/,
    },
  );
  return `${lines}\n`;
}
