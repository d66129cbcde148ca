/** A Plotly figure as a plain object: what every plot function returns and every display understands. */
import { Array, Map } from '../core/globals.js';

/** A Plotly figure: `Plotly.newPlot(div, figure.data, figure.layout)` draws it. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
}

/** One series; `type` is Plotly's, `scatter` where it is missing. */
export type Trace = { readonly type?: string; readonly [key: string]: unknown };

/** Plotly's layout; titles as `{ text }`, the one form that all versions read. */
export type Layout = {
  readonly title?: { readonly text: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
};

/**
 * Tells a figure by its shape, so figures made by hand count as well.
 *
 * @example
 * isFigure({ data: [{ type: 'bar', y: [1, 2] }], layout: {} }) // true
 * isFigure('figure') // false
 */
export function isFigure(value: unknown): value is Figure {
  if (typeof value !== 'object' || value === null) return false;
  const { data, layout } = value as Partial<Figure>;
  const objects = Array.isArray(data) && data.every((trace) => typeof trace === 'object' && trace !== null);
  return objects && typeof layout === 'object' && layout !== null && !Array.isArray(layout);
}

/**
 * One line that stands for a figure where only text can be shown.
 *
 * @example
 * figureText({ data: [{ type: 'bar', y: [1, 2] }], layout: { title: { text: 'Tokens' } } }) // 'Figure: Tokens (1 bar)'
 */
export function figureText({ data, layout }: Figure): string {
  const kinds = new Map<string, number>();
  for (const { type = 'scatter' } of data) kinds.set(type, (kinds.get(type) ?? 0) + 1);
  const traces = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `Figure: ${titleOf(layout)} (${traces || 'empty'})`;
}

/** The title without Plotly's markup. Older figures have it as a text and not as an object. */
function titleOf({ title }: Layout): string {
  const text: unknown = typeof title === 'string' ? title : title?.text;
  if (typeof text !== 'string' || text.trim() === '') return 'untitled';
  const plain = text.replace(/<br ?\/?>/g, ' ').replace(/<\/?\w[^<>]*>/g, '');
  return plain.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
