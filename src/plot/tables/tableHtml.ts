/** Rows as a web page and as a terminal show them. */
import { escapeHtml } from '../../core/html.js';
import type { TableCell } from './rows.js';

type Rows = readonly (readonly TableCell[])[];

/** Rows shown; a few more than that are shown too, rather than said to be there. */
const shown = 30;
const slack = 5;

const cut = (values: Rows): Rows => (values.length <= shown + slack ? values : values.slice(0, shown));

/** Columns of numbers stand to the right. */
export function tableHtml(columns: readonly string[], values: Rows): string {
  const sides = columns.map((_, nth) => (isNumeric(values, nth) ? ' style="text-align:right"' : ''));
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell, nth) => `<${tag}${sides[nth]}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const rows = cut(values).map((cells) => row('td', cells.map(cellText)));
  return `<table class="dataframe"><thead>${row('th', columns)}</thead><tbody>${rows.join('')}</tbody></table>${more(values, '<p>', '</p>')}`;
}

/** Columns side by side; a cell of many characters is cut. */
export function tableText(columns: readonly string[], values: Rows): string {
  const rows = [columns, ...cut(values).map((cells) => cells.map(cellText))].map((cells) => cells.map(short));
  const widths = columns.map((_, nth) => Math.max(...rows.map((cells) => [...(cells[nth] ?? '')].length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, nth) => padded(cell, widths[nth]!, isNumeric(values, nth)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}${more(values, '\n', '')}`;
}

const more = (values: Rows, before: string, after: string): string =>
  cut(values).length === values.length ? '' : `${before}${shown} of ${values.length} rows${after}`;

const isNumeric = (values: Rows, nth: number): boolean =>
  values.some((cells) => typeof cells[nth] === 'number') &&
  values.every((cells) => typeof cells[nth] === 'number' || cells[nth] === null);

/** A number with six digits; what is missing is empty. */
function cellText(value: TableCell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return String(value);
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

const padded = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - [...text].length));
  return right ? space + text : text + space;
};
