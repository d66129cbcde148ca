/** Heatmaps: which pairs of a row and a column stand out? */
import type { Figure } from './figure.js';
import { axisOf, checkLengths, checkParts, emptyNote, gaps, layoutOf, plainLabel } from './style.js';

/** Rows or columns of a heatmap. */
export interface HeatmapSide {
  readonly title: string;
  /** One name for each row or column, repeats allowed (tokens for one); default their numbers from 0. */
  readonly names?: readonly string[];
}

/** What a heatmap shows. */
export interface HeatmapPlot {
  /** The finding or the question. */
  readonly title: string;
  /** The columns. */
  readonly x: HeatmapSide;
  /** The rows; the first is on top. */
  readonly y: HeatmapSide;
  /** What the colour means, with its unit. */
  readonly value: string;
  /** Rows of values; NaN and null leave a cell empty. */
  readonly rows: readonly ArrayLike<number | null>[];
  /** Values of the first and last colour; default the smallest and largest. */
  readonly range?: readonly [number, number];
  /** `diverging` has grey at 0, blue below and red above; default `sequential`. */
  readonly scale?: 'sequential' | 'diverging';
}

/**
 * Draws rows of numbers as coloured cells; up to 100 cells have their number written in them.
 *
 * @throws {RangeError} If the rows differ in length, or there is not one name for each row and column.
 *
 * @example
 * heatmapPlot({
 *   title: 'Each word looks at itself and back',
 *   x: { title: 'looked at', names: ['to', 'be'] },
 *   y: { title: 'looking', names: ['to', 'be'] },
 *   value: 'attention (0 to 1)',
 *   rows: [[1, 0], [0.3, 0.7]],
 * });
 */
export function heatmapPlot(plot: HeatmapPlot): Figure {
  checkParts('heatmapPlot', plot, { title: 'text', x: 'axis', y: 'axis', value: 'text', rows: 'list' });
  const { title, x, y, value, rows, range, scale = 'sequential' } = plot;
  const columns = rows[0]?.length ?? 0;
  for (const [index, row] of rows.entries()) checkLengths(`row ${index} of "${title}"`, columns, row.length);
  const isSmall = rows.length * columns <= 100;
  const cells = {
    type: 'heatmap',
    z: rows.map(gaps),
    colorscale: scale === 'diverging' ? 'RdBu' : 'Viridis',
    ...(range ? { zmin: range[0], zmax: range[1] } : scale === 'diverging' ? { zmid: 0 } : {}),
    colorbar: { title: { text: value, side: 'right' } },
    ...(isSmall ? { texttemplate: '%{z:.3~g}' } : {}),
    xgap: isSmall ? 1 : 0,
    ygap: isSmall ? 1 : 0,
    hoverongaps: false,
  };
  const across = sideOf(x, columns, title);
  const down = { ...sideOf(y, rows.length, title), autorange: 'reversed' };
  return { data: [cells], layout: layoutOf(title, across, down, emptyNote(rows.length * columns === 0)) };
}

function sideOf({ title, names }: HeatmapSide, count: number, figureTitle: string): object {
  const axis = { ...axisOf({ title }), showgrid: false };
  if (!names) return axis;
  checkLengths(`names of "${title}" in "${figureTitle}"`, count, names.length);
  return { ...axis, tickvals: names.map((_, index) => index), ticktext: names.map(plainLabel) };
}
