/**
 * Histograms: how are the values spread? The values are counted here and not by Plotly, so that a figure of a
 * million values stays small, several series share their bins, and a logarithmic axis has bins of equal looks.
 */
import type { Figure } from './figure.js';
import { type Axis, axisOf, checkParts, emptyNote, layoutOf, plainLabel, seriesColours } from './style.js';

/** What a histogram shows. */
export interface HistogramPlot {
  /** The finding or the question. */
  readonly title: string;
  readonly x: Axis;
  /** Title of the vertical axis; default `count`. */
  readonly y?: Axis;
  /** Values that are not finite are left out, on a logarithmic axis those of 0 and below too. */
  readonly series: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  /** Largest number of bins; default 40. */
  readonly bins?: number;
}

/**
 * Counts the values of each series in common bins and draws the counts.
 *
 * @throws {RangeError} If `bins` is not at least 1.
 *
 * @example
 * histogramPlot({
 *   title: 'Most documents are short',
 *   x: { title: 'length (words)', log: true },
 *   series: [{ name: 'pages', values: [120, 80, 3000] }],
 * });
 */
export function histogramPlot(plot: HistogramPlot): Figure {
  checkParts('histogramPlot', plot, { title: 'text', x: 'axis', series: 'list' });
  const { title, x, y = { title: 'count' }, series, bins = 40 } = plot;
  for (const part of series) checkParts(`series of "${title}"`, part, { name: 'text', values: 'list' });
  if (!(bins >= 1))
    throw new RangeError(`Cannot plot "${title}": bins must be >= 1: current value is ${bins}`);
  const usable = series.map(({ values }) => usableValues(values, x.log === true));
  const edges = binEdges(usable, { bins, log: x.log === true });
  const colours = seriesColours(series.map(({ name }) => name));
  const data = series.map(({ name }, nth) => {
    const counts = binCounts(usable[nth] ?? [], edges);
    return {
      type: 'scatter',
      mode: 'lines',
      name: plainLabel(name),
      x: edges.length > 0 ? [edges[0], ...edges] : [],
      y: edges.length > 0 ? [0, ...counts, 0] : [],
      line: { shape: 'hv', width: 1.5, color: colours[nth] },
      fill: 'tozeroy',
    };
  });
  const vertical = { ...axisOf(y), rangemode: 'tozero' };
  return { data, layout: layoutOf(title, axisOf(x), vertical, emptyNote(edges.length === 0)) };
}

/**
 * Counts values between neighbouring edges; the last bin takes its upper edge as well.
 *
 * @example
 * binCounts([1, 2, 2, 4], [0, 2, 4]) // [1, 3]
 */
export function binCounts(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  for (const value of values) {
    let [low, high] = [0, counts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value < edges[middle]!) high = middle;
      else low = middle;
    }
    if (counts[low] !== undefined) counts[low]!++;
  }
  return counts;
}

function usableValues(values: ArrayLike<number>, log: boolean): number[] {
  return Array.from(values).filter((value) => Number.isFinite(value) && (!log || value > 0));
}

/** Edges at round numbers (1, 2 or 5 times a power of ten), on a logarithmic axis at equal ratios. */
function binEdges(
  series: readonly number[][],
  { bins, log }: { readonly bins: number; readonly log: boolean },
) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of series) {
    for (const value of values) {
      low = Math.min(low, log ? Math.log10(value) : value);
      high = Math.max(high, log ? Math.log10(value) : value);
    }
  }
  if (low > high) return [];
  const span = high - low || (log ? 0.1 : 1);
  const step = log ? span / bins : roundStep(span / bins);
  const first = log ? low : Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((low + span - first) / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => {
    const edge = first + i * step;
    return Number((log ? 10 ** edge : edge).toPrecision(10));
  });
}

function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 5].find((factor) => factor * power >= atLeast * (1 - 1e-9)) ?? 10);
}
