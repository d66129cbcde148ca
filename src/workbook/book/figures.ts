/**
 * Figures of a page. A page carries none of them: the picture lies in a file of its own, and the Plotly figure in a
 * script of its own, which also a page that was opened from a disk can load. `client/figures.ts` draws them.
 */
import type { MimeBundle } from '../../core/display.js';
import { escapeHtml } from '../../core/html.js';
import { altText, figureTitle } from './altText.js';

/** The form that holds a Plotly figure. */
export const plotMime = 'application/vnd.plotly.v1+json';

/** Keeps a file beside the page, and gives its address there. */
export type KeepFile = (ending: 'png' | 'js', contentOf: (href: string) => string | Buffer) => string;

/** A figure that a page shows. */
export interface PageFigure {
  readonly title: string;
  /** What it shows, in words. */
  readonly alt: string;
  /** Address of its picture; left out where the notebook has none. */
  readonly picture?: string;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A Plotly figure as a page shows it: its picture, in a frame that keeps its size whatever is drawn in it.
 *
 * @param value What the bundle has for Plotly.
 * @returns The HTML and the figure; `undefined` where the value is no figure.
 */
export function plotHtml(
  value: unknown,
  bundle: MimeBundle,
  metadata: unknown,
  keep: KeepFile,
): { readonly html: string; readonly figure: PageFigure } | undefined {
  const { data, layout = {}, config, frames } = (value ?? {}) as { [key: string]: unknown };
  if (!Array.isArray(data) || typeof layout !== 'object' || layout === null) return undefined;
  const png = textOf(bundle['image/png']).replace(/\s/g, '');
  const wanted = layout as { readonly width?: unknown; readonly height?: unknown };
  const { width, height } = sizeIn(metadata, 'image/png') ??
    pngSize(png) ?? { width: positive(wanted.width) ?? 700, height: positive(wanted.height) ?? 450 };
  const title = figureTitle(layout) || textOf(bundle['text/plain']);
  const alt = altText({ data, layout });
  const script = keep('js', (href) => {
    const json = JSON.stringify({ data, layout, config, frames });
    return `(window.bookFigures ??= {})[${JSON.stringify(href)}] = ${json};\n`;
  });
  const picture = png ? keep('png', () => Buffer.from(png, 'base64')) : undefined;
  const shown = picture
    ? `<img src="${escapeHtml(picture)}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" loading="lazy">`
    : `<p class="note">${escapeHtml(alt)}</p>`;
  const style = `--width:${width}px;--shape:${width}/${height};${phoneStyle(data, layout)}`;
  const html = `<figure class="plot" data-figure="${escapeHtml(script)}" style="${style}"><figcaption>${escapeHtml(title)}</figcaption><div class="frame">${shown}</div></figure>\n`;
  return { html, figure: { title, alt, width, height, ...(picture !== undefined && { picture }) } };
}

/** On a phone bars in rows need a height for each row, and a legend stands below with a line for each series. */
function phoneStyle(data: readonly unknown[], layout: object): string {
  const traces = data.map((trace) => (trace ?? {}) as { readonly [key: string]: unknown });
  const inRows = traces.filter(
    ({ orientation, type }) => orientation === 'h' || type === 'funnel' || type === 'heatmap',
  );
  const lengths = inRows.map(({ y, z }) => (Array.isArray(y) ? y.length : Array.isArray(z) ? z.length : 0));
  const rows = Math.max(0, ...lengths) * Math.max(1, inRows.length);
  const hasLegend = data.length > 1 && (layout as { readonly showlegend?: unknown }).showlegend !== false;
  return `--rows:${26 * Math.min(rows, 60) + 110}px;--legend:${hasLegend ? 18 * Math.min(data.length, 30) + 20 : 0}px`;
}

/** Width and height from the head of a PNG in base64. */
function pngSize(base64: string): Size | undefined {
  const head = Buffer.from(base64.slice(0, 32), 'base64');
  if (head.length < 24 || head.toString('latin1', 1, 4) !== 'PNG') return undefined;
  return sizeOf({ width: head.readUInt32BE(16), height: head.readUInt32BE(20) });
}

/** The size that an output's metadata give its picture. */
export const sizeIn = (metadata: unknown, mime: string): Size | undefined =>
  sizeOf(((metadata ?? {}) as { readonly [mime: string]: unknown })[mime]);

function sizeOf(value: unknown): Size | undefined {
  const { width, height } = (value ?? {}) as { readonly width?: unknown; readonly height?: unknown };
  const [w, h] = [positive(width), positive(height)];
  return w && h ? { width: w, height: h } : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < 10_000 ? value : undefined;
}

/** A text of a notebook: a string, or lines of one. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('');
  return value === undefined || value === null ? '' : String(value);
}
