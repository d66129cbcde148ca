/** Lines over a common axis: does one thing change with another? */
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

/** One line. Lists and typed arrays both count as numbers; NaN, null and infinity make a gap. */
export interface LineSeries {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number | null>;
  /** How it is drawn; default `lines`, with dots where there are at most 30 points. */
  readonly mode?: 'lines' | 'markers' | 'lines+markers';
  /** Default `solid`. */
  readonly dash?: 'solid' | 'dot' | 'dash';
}

/** What a line plot shows. */
export interface LinePlot {
  /** The finding or the question. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
}

/**
 * Draws one line for each series.
 *
 * @throws {RangeError} If the x and y of a series differ in length.
 *
 * @example
 * linePlot({
 *   title: 'Longer vocabularies make shorter texts',
 *   x: { title: 'vocabulary (tokens)', log: true },
 *   y: { title: 'length (bytes per token)' },
 *   series: [{ name: 'Moby Dick', x: [256, 512, 1024], y: [1, 1.7, 2.2] }],
 * });
 */
export function linePlot(plot: LinePlot): Figure {
  checkParts('linePlot', plot, { title: 'text', x: 'axis', y: 'axis', series: 'list' });
  const { title, x, y, series } = plot;
  for (const part of series) checkParts(`series of "${title}"`, part, { name: 'text', x: 'list', y: 'list' });
  const colours = seriesColours(series.map(({ name }) => name));
  const data = series.map((line, nth) => {
    checkLengths(`series "${line.name}" in "${title}", y`, line.x.length, line.y.length);
    return {
      type: 'scatter',
      mode: line.mode ?? (line.x.length <= 30 ? 'lines+markers' : 'lines'),
      name: plainLabel(line.name),
      x: gaps(line.x),
      y: gaps(line.y),
      line: { width: 2, dash: line.dash ?? 'solid', color: colours[nth] },
      marker: { color: colours[nth] },
    };
  });
  const isEmpty = series.every((line) => line.x.length === 0);
  return { data, layout: layoutOf(title, axisOf(x), axisOf(y), emptyNote(isEmpty)) };
}
