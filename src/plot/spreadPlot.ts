/** Measurements that were repeated: do these differ by more than they scatter? */
import { spreadOf } from '../core/statistics.js';
import type { Figure } from './figure.js';
import { type Axis, axisOf, checkParts, emptyNote, layoutOf, plainLabel } from './style.js';

/** What a spread plot shows. */
export interface SpreadPlot {
  /** The finding or the question. */
  readonly title: string;
  readonly value: Axis;
  /** One row for each thing that was measured, the first on top; values that are not finite are left out. */
  readonly rows: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
}

/**
 * Draws every measurement as a dot, and over each row's dots their mean with a bar of one standard deviation (n - 1) to
 * either side. A row with a single value has no bar.
 *
 * @example
 * spreadPlot({
 *   title: 'Clean text makes the better model',
 *   value: { title: 'loss (bits per byte)' },
 *   rows: [{ name: 'all text', values: [3.2, 3.3, 3.25] }, { name: 'filtered', values: [3.1, 3.12, 3.08] }],
 * });
 */
export function spreadPlot(plot: SpreadPlot): Figure {
  checkParts('spreadPlot', plot, { title: 'text', value: 'axis', rows: 'list' });
  const { title, value, rows } = plot;
  for (const part of rows) checkParts(`rows of "${title}"`, part, { name: 'text', values: 'list' });
  const measured = rows.map(({ values }) => Array.from(values).filter(Number.isFinite));
  const spreads = measured.map(spreadOf);
  const places = rows.map((_, nth) => nth);
  const dots = {
    type: 'scatter',
    mode: 'markers',
    name: 'single values',
    x: measured.flat(),
    y: measured.flatMap((values, nth) => values.map(() => nth)),
    marker: { size: 7, color: '#56b4e9', opacity: 0.8 },
  };
  const means = {
    type: 'scatter',
    mode: 'markers',
    name: 'mean ± one standard deviation',
    x: spreads.map(({ mean }) => (Number.isNaN(mean) ? null : mean)),
    y: places,
    marker: { size: 9, color: '#d55e00', symbol: 'diamond' },
    error_x: { type: 'data', array: spreads.map(({ deviation }) => deviation || 0), thickness: 2, width: 6 },
  };
  const y = {
    ...axisOf({ title: '' }),
    range: [rows.length - 0.5, -0.5],
    ticks: '',
    tickvals: places,
    ticktext: rows.map(({ name }) => plainLabel(name)),
  };
  const legend = { orientation: 'h', x: 0, y: 1, yanchor: 'bottom', traceorder: 'normal' };
  const more = { legend, ...emptyNote(measured.flat().length === 0) };
  return { data: [dots, means], layout: layoutOf(title, axisOf(value), y, more) };
}
