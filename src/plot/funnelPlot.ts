/** A funnel: what does each stage of a pipeline keep, and what does it drop? */
import type { Figure } from './figure.js';
import { axisOf, checkList, checkParts, emptyNote, layoutOf, plainLabel } from './style.js';

/** One stage, or a row of `funnelOf`; what it keeps is what the next one gets. */
export type FunnelStage =
  | { readonly name: string; readonly kept: number; readonly dropped: number }
  | { readonly filter: string; readonly documentsIn: number; readonly documentsOut: number };

/** What else a funnel shows. */
export interface FunnelPlotOptions {
  /** The finding or the question; default `What each stage keeps`. */
  readonly title?: string;
  /** What is counted; default `documents`. */
  readonly unit?: string;
}

/**
 * Draws one horizontal bar for each stage, from the first on top: what it kept, and after it what it dropped. Takes the
 * rows of `funnelOf`, or of a crawl's manifest, as they are.
 *
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * funnelPlot([{ name: 'URL', kept: 90, dropped: 10 }, { name: 'language', kept: 60, dropped: 30 }]);
 */
export function funnelPlot(rows: readonly FunnelStage[], options: FunnelPlotOptions = {}): Figure {
  checkList('funnelPlot', rows);
  for (const row of rows)
    checkParts('a stage of funnelPlot', row, { ['filter' in Object(row) ? 'filter' : 'name']: 'text' });
  const { title = 'What each stage keeps', unit = 'documents' } = options;
  const stages = rows.map((row) =>
    'filter' in row
      ? { name: row.filter, kept: row.documentsOut, dropped: row.documentsIn - row.documentsOut }
      : row,
  );
  for (const { name, kept, dropped } of stages) {
    if (kept >= 0 && dropped >= 0 && Number.isFinite(kept + dropped)) continue;
    throw new RangeError(
      `Cannot plot funnel: stage "${name}" must keep and drop >= 0: current values are ${kept}, ${dropped}`,
    );
  }
  const bar = { type: 'bar', orientation: 'h', y: stages.map((_, index) => index) };
  const summary = stages.map(({ kept, dropped }) => {
    const share = kept + dropped > 0 ? ` (${((100 * kept) / (kept + dropped)).toFixed(1)}%)` : '';
    return `${count(kept)} of ${count(kept + dropped)}${share}`;
  });
  const data = [
    { ...bar, name: 'kept', x: stages.map(({ kept }) => kept), marker: { color: '#0072b2' } },
    {
      ...bar,
      name: 'dropped',
      x: stages.map(({ dropped }) => dropped),
      marker: { color: '#f2c6a8' },
      text: summary,
      textposition: 'outside',
      cliponaxis: false,
    },
  ];
  const most = Math.max(1, ...stages.map(({ kept, dropped }) => kept + dropped));
  const x = axisOf({ title: unit, range: [0, 1.35 * most] }); // room for the numbers behind the bars
  const y = {
    ...axisOf({ title: '' }),
    autorange: 'reversed',
    showgrid: false,
    ticks: '',
    tickvals: stages.map((_, index) => index),
    ticktext: stages.map(({ name }) => plainLabel(name)),
  };
  const legend = { orientation: 'h', x: 0, y: 1, yanchor: 'bottom', traceorder: 'normal' };
  const more = { barmode: 'stack', bargap: 0.3, legend, ...emptyNote(stages.length === 0) };
  return { data, layout: layoutOf(title, x, y, more) };
}

/** A number with commas between thousands; three digits of one that is not whole. */
function count(value: number): string {
  const digits =
    Number.isInteger(value) || value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return value.toLocaleString('en-US', digits);
}
