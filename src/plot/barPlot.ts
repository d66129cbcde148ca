/** Bars: how much of each? */
import type { Figure } from './figure.js';
import {
  type Axis,
  axisOf,
  checkLengths,
  checkParts,
  emptyNote,
  gaps,
  layoutOf,
  plainLabel,
  seriesColours,
} from './style.js';

/** What a bar plot shows. */
export interface BarPlot {
  /** The finding or the question. */
  readonly title: string;
  /** One name for each place with a bar; no two the same. */
  readonly names: readonly string[];
  /** Title of the axis with the names; default none. */
  readonly nameTitle?: string;
  /** The axis along which the bars grow. */
  readonly value: Axis;
  /** One series, or several side by side; NaN and null leave a bar out. */
  readonly series: readonly { readonly name: string; readonly values: ArrayLike<number | null> }[];
  /** `horizontal` leaves room for long names and puts the first on top; default `vertical`. */
  readonly direction?: 'vertical' | 'horizontal';
  /** `stack` puts the series onto each other; default `group`. */
  readonly mode?: 'group' | 'stack';
}

/**
 * Draws one bar for each name and series.
 *
 * @throws {RangeError} If a series has not one value for each name, or a name comes twice.
 *
 * @example
 * barPlot({
 *   title: 'English needs the fewest tokens',
 *   names: ['English', 'Finnish'],
 *   value: { title: 'tokens per word' },
 *   series: [{ name: 'gpt2', values: [1.3, 3.4] }],
 * });
 */
export function barPlot(plot: BarPlot): Figure {
  checkParts('barPlot', plot, { title: 'text', names: 'list', value: 'axis', series: 'list' });
  const { title, names, nameTitle = '', value, series, ...how } = plot;
  for (const part of series) checkParts(`series of "${title}"`, part, { name: 'text', values: 'list' });
  const { direction = 'vertical', mode = 'group' } = how;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new RangeError(`Cannot plot bars in "${title}": the name "${twice}" comes twice`);
  const labels = names.map(plainLabel);
  const colours = seriesColours(series.map(({ name }) => name));
  const data = series.map(({ name, values }, nth) => {
    checkLengths(`series "${name}" in "${title}"`, names.length, values.length);
    const shared = { type: 'bar', name: plainLabel(name), marker: { color: colours[nth] } };
    return direction === 'vertical'
      ? { ...shared, x: labels, y: gaps(values) }
      : { ...shared, orientation: 'h', x: gaps(values), y: labels };
  });
  const categories = { ...axisOf({ title: nameTitle }), type: 'category', ticks: '' };
  const [x, y] =
    direction === 'vertical'
      ? [categories, axisOf(value)]
      : [axisOf(value), { ...categories, autorange: 'reversed' }];
  const isEmpty = names.length === 0 || series.length === 0;
  return { data, layout: layoutOf(title, x, y, { barmode: mode, bargap: 0.25, ...emptyNote(isEmpty) }) };
}
