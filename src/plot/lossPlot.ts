/** The loss while a model trains: is it learning, and is it still learning on text that it never saw? */
import type { Figure } from './figure.js';
import { type LineSeries, linePlot } from './linePlot.js';
import { checkList } from './style.js';

/** What is read of the report of one step. */
export interface LossReport {
  readonly step: number;
  /** Training loss, nats per token. */
  readonly loss: number;
  /** Only on the steps that measured it. */
  readonly validationLoss?: number | undefined;
}

/** What else a loss plot shows. */
export interface LossPlotOptions {
  /** Default `Loss while training`. */
  readonly title?: string;
  /** Losses to compare with, drawn as level lines. */
  readonly baselines?: readonly { readonly name: string; readonly loss: number }[];
  /** Title of the vertical axis; default `loss (nats per token)`. */
  readonly unit?: string;
  /** Most points of the training line; neighbouring steps are averaged to keep to it. Default 500. */
  readonly points?: number;
}

/**
 * Draws the training and the validation loss over the steps. With no reports yet, the figure is empty.
 *
 * @example
 * lossPlot([{ step: 1, loss: 5.5 }, { step: 2, loss: 4.1, validationLoss: 4.2 }], {
 *   title: 'Below the bigram model after two steps',
 *   baselines: [{ name: 'bigram model', loss: 4.5 }],
 * });
 */
export function lossPlot(reports: readonly LossReport[], options: LossPlotOptions = {}): Figure {
  checkList('lossPlot', reports);
  const {
    title = 'Loss while training',
    baselines = [],
    unit = 'loss (nats per token)',
    points = 500,
  } = options;
  const every = Math.max(1, Math.ceil(reports.length / Math.max(1, points)));
  const measured = reports.filter(({ validationLoss }) => validationLoss !== undefined);
  const [first, last] = [reports[0]?.step ?? 0, reports.at(-1)?.step ?? 1];
  const series: LineSeries[] = [
    {
      name: every === 1 ? 'training' : `training (mean of ${every} steps)`,
      ...means(reports, every),
      mode: 'lines',
    },
  ];
  if (measured.length > 0) {
    const [x, y] = [
      measured.map(({ step }) => step),
      measured.map(({ validationLoss = Number.NaN }) => validationLoss),
    ];
    series.push({ name: 'validation', x, y, mode: measured.length <= 50 ? 'lines+markers' : 'lines' });
  }
  for (const { name, loss } of baselines) {
    series.push({
      name: `${name}: ${loss.toFixed(2)}`,
      x: [first, last],
      y: [loss, loss],
      mode: 'lines',
      dash: 'dash',
    });
  }
  return linePlot({ title, x: { title: 'step' }, y: { title: unit }, series });
}

/** The mean loss of each run of `every` steps, at the last of them. */
function means(reports: readonly LossReport[], every: number): { x: number[]; y: number[] } {
  const [x, y]: [number[], number[]] = [[], []];
  for (let start = 0; start < reports.length; start += every) {
    const run = reports.slice(start, start + every);
    x.push(run.at(-1)?.step ?? 0);
    y.push(run.reduce((sum, { loss }) => sum + loss, 0) / run.length);
  }
  return { x, y };
}
