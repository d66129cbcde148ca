/** Estimates with their error bars: which of these can be told apart? */
import type { Figure } from './figure.js';
import {
  type Axis,
  axisOf,
  checkLengths,
  checkParts,
  emptyNote,
  layoutOf,
  plainLabel,
  seriesColours,
} from './style.js';

/** A number that is not known exactly. */
export interface Estimate {
  readonly value: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
}

/** What an interval plot shows. */
export interface IntervalPlot {
  /** The finding or the question. */
  readonly title: string;
  readonly value: Axis;
  /** One name for each row, the first on top; no two the same. */
  readonly names: readonly string[];
  /** One series, or several below each other in each row; null leaves a place empty. */
  readonly series: readonly { readonly name: string; readonly estimates: readonly (Estimate | null)[] }[];
}

/**
 * Draws each estimate as a dot with its interval as a bar.
 *
 * @throws {RangeError} If a series has not one estimate for each name.
 *
 * @example
 * intervalPlot({
 *   title: 'The first two cannot be told apart',
 *   value: { title: 'rating' },
 *   names: ['a', 'b', 'c'],
 *   series: [{
 *     name: 'all battles',
 *     estimates: [
 *       { value: 1100, low: 1080, high: 1120 },
 *       { value: 1090, low: 1070, high: 1110 },
 *       { value: 900, low: 880, high: 920 },
 *     ],
 *   }],
 * });
 */
export function intervalPlot(plot: IntervalPlot): Figure {
  checkParts('intervalPlot', plot, { title: 'text', value: 'axis', names: 'list', series: 'list' });
  const { title, value, names, series } = plot;
  for (const part of series) checkParts(`series of "${title}"`, part, { name: 'text', estimates: 'list' });
  for (const { name, estimates } of series)
    checkLengths(`"${name}" in "${title}"`, names.length, estimates.length);
  const colours = seriesColours(series.map(({ name }) => name));
  const step = Math.min(0.22, 0.7 / Math.max(1, series.length));
  const data = series.map(({ name, estimates }, nth) => {
    const shift = (nth - (series.length - 1) / 2) * step;
    const shown = [...estimates.entries()].filter((entry): entry is [number, Estimate] => entry[1] !== null);
    return {
      type: 'scatter',
      mode: 'markers',
      name,
      x: shown.map(([, estimate]) => estimate.value),
      y: shown.map(([row]) => row + shift),
      marker: { size: 8, color: colours[nth] },
      error_x: {
        type: 'data',
        symmetric: false,
        array: shown.map(([, estimate]) => estimate.high - estimate.value),
        arrayminus: shown.map(([, estimate]) => estimate.value - estimate.low),
        thickness: 2,
        width: 5,
      },
    };
  });
  const y = {
    ...axisOf({ title: '' }),
    range: [names.length - 0.5, -0.5],
    ticks: '',
    tickvals: names.map((_, row) => row),
    ticktext: names.map(plainLabel),
  };
  const legend = { orientation: 'h', x: 0, y: 1, yanchor: 'bottom', traceorder: 'normal' };
  const more = { legend, showlegend: series.length > 1, ...emptyNote(names.length === 0) };
  return { data, layout: layoutOf(title, axisOf(value), y, more) };
}
