/**
 * What a cell produced, as HTML. Of several forms of one value the richest that a page can show is taken. Text is
 * always escaped, Markdown is inert; `text/html` goes in with its tags closed, and its scripts run as in Jupyter: make
 * books of notebooks that you trust.
 */
import { stripVTControlCharacters } from 'node:util';
import type { MimeBundle } from '../../core/display.js';
import { escapeHtml } from '../../core/html.js';
import type { Output } from '../notebook.js';
import { wholeHtml } from './wholeHtml.js';

/** The form that holds a Plotly figure. */
export const plotMime = 'application/vnd.plotly.v1+json';

/** Translates Markdown to HTML. */
export type ToHtml = (markdown: string) => string;

/** The outputs of one cell; texts of the same stream in a row become one. Never throws, whatever the notebook. */
export function outputsHtml(outputs: readonly Output[], toHtml: ToHtml): string {
  let html = '';
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i] as Partial<Output> & { readonly data?: unknown; readonly metadata?: unknown };
    if (output.output_type === 'stream') {
      let text = asText(output.text);
      for (let next = outputs[i + 1]; sameStream(output, next); next = outputs[++i + 1])
        text += asText(next.text);
      html += `<pre class="${output.name === 'stderr' ? 'stderr' : 'stdout'}">${terminalHtml(text)}</pre>\n`;
    } else if (output.output_type === 'error') {
      html += errorHtml(output);
    } else if (typeof output.data === 'object' && output.data !== null) {
      html += bundleHtml(output.data as MimeBundle, output.metadata, toHtml);
    }
  }
  return html && `<div class="outputs">\n${html}</div>\n`;
}

function sameStream(
  one: { readonly output_type?: string; readonly name?: string },
  other: Output | undefined,
): other is Extract<Output, { output_type: 'stream' }> {
  return other?.output_type === 'stream' && other.name === one.name;
}

function errorHtml({ ename, evalue, traceback }: Partial<Extract<Output, { output_type: 'error' }>>): string {
  const lines = Array.isArray(traceback) ? traceback.map(asText).join('\n') : '';
  const title = [ename, evalue].map(asText).filter(Boolean).join(': ') || 'Error';
  return `<div class="error" role="alert"><strong>${terminalHtml(title)}</strong>${lines && `<pre>${terminalHtml(lines)}</pre>`}</div>\n`;
}

/** Text as a terminal would leave it on the screen: without colours, and with `\r` starting the line anew. */
function terminalHtml(text: string): string {
  const plain = stripVTControlCharacters(text);
  const lines = plain
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r(?=.)/gm, '')
    .replaceAll('\r', '');
  return escapeHtml(lines);
}

type Show = (value: unknown, bundle: MimeBundle, metadata: unknown, toHtml: ToHtml) => string | undefined;

const image =
  (mime: string): Show =>
  (value, _, metadata) => {
    const source = `data:${mime};base64,${asText(value).replace(/\s/g, '')}`;
    const { width, height } = sizeIn(metadata, mime);
    const size = width && height ? ` width="${width}" height="${height}"` : '';
    return `<div class="picture"><img src="${escapeHtml(source)}"${size} alt=""></div>\n`;
  };

/** How each form is shown, the richest first; one that cannot be shown gives `undefined`. */
const shows: readonly (readonly [mime: string, show: Show])[] = [
  [plotMime, plotHtml],
  ['text/html', (value) => `<div class="html">${wholeHtml(asText(value))}</div>\n`],
  ['text/markdown', (value, _, __, toHtml) => `<div class="text">${toHtml(asText(value))}</div>\n`],
  [
    'image/svg+xml', // as an image, so that nothing in it can run or clash with the page
    (value, ...rest) => image('image/svg+xml')(Buffer.from(asText(value)).toString('base64'), ...rest),
  ],
  ['image/png', image('image/png')],
  ['image/jpeg', image('image/jpeg')],
  ['image/gif', image('image/gif')],
  ['text/latex', (value, _, __, toHtml) => `<div class="text">${toHtml(displayMath(asText(value)))}</div>\n`],
  [
    'application/json',
    (value) => `<pre class="json">${escapeHtml(JSON.stringify(value, null, 2) ?? '')}</pre>\n`,
  ],
  ['text/plain', (value) => `<pre>${terminalHtml(asText(value))}</pre>\n`],
];

function bundleHtml(bundle: MimeBundle, metadata: unknown, toHtml: ToHtml): string {
  for (const [mime, show] of shows) {
    if (!Object.hasOwn(bundle, mime)) continue;
    const html = show(bundle[mime], bundle, metadata, toHtml);
    if (html !== undefined) return html;
  }
  const kinds = Object.keys(bundle).map(escapeHtml).join(', ');
  return kinds && `<p class="note">Output that a page cannot show: ${kinds}</p>\n`;
}

/** The picture of a plot, and beside it the figure for `bookScript`; both at the same size. */
function plotHtml(value: unknown, bundle: MimeBundle, metadata: unknown): string | undefined {
  const { data, layout = {}, config, frames } = (value ?? {}) as { [key: string]: unknown };
  if (!Array.isArray(data) || typeof layout !== 'object' || layout === null) return undefined;
  const png = asText(bundle['image/png']).replace(/\s/g, '');
  const wanted = layout as { readonly width?: unknown; readonly height?: unknown };
  const given = sizeIn(metadata, 'image/png');
  const drawn = pngSize(png);
  const width = given.width ?? drawn?.width ?? positive(wanted.width) ?? 700;
  const height = given.height ?? drawn?.height ?? positive(wanted.height) ?? 450;
  const text = escapeHtml(figureTitle(layout) || asText(bundle['text/plain']));
  const picture = png
    ? `<img src="data:image/png;base64,${escapeHtml(png)}" alt="${text}" loading="lazy">`
    : `<p class="note">${text}</p>`;
  // In a script element nothing is markup but the end tag, so `<` is written as JSON's escape for it.
  const json = JSON.stringify({ data, layout, config, frames }).replaceAll('<', '\\u003c');
  return `<figure class="plot" style="width:${width}px;aspect-ratio:${width}/${height}">${picture}<figcaption hidden>${text}</figcaption><script type="application/json">${json}</script></figure>\n`;
}

/** A figure's title as plain text. */
function figureTitle(layout: object): string {
  const { title } = layout as { readonly title?: unknown };
  const text = asText(
    typeof title === 'object' && title !== null ? (title as { text?: unknown }).text : title,
  );
  const plain = text.replace(/<br ?\/?>/g, ' ').replace(/<\/?\w[^<>]*>/g, '');
  return plain.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Width and height from the head of a PNG in base64. */
function pngSize(base64: string): { readonly width: number; readonly height: number } | undefined {
  const head = Buffer.from(base64.slice(0, 32), 'base64');
  if (head.length < 24 || head.toString('latin1', 1, 4) !== 'PNG') return undefined;
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

function sizeIn(metadata: unknown, mime: string): { readonly width?: number; readonly height?: number } {
  const own = ((metadata ?? {}) as { [mime: string]: unknown })[mime];
  const { width, height } = (own ?? {}) as { readonly width?: unknown; readonly height?: unknown };
  const [w, h] = [positive(width), positive(height)];
  return w && h ? { width: w, height: h } : {};
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < 10_000 ? value : undefined;
}

/** LaTeX comes with its dollar signs or without. */
function displayMath(text: string): string {
  const inner = text.trim().replace(/^\$+|\$+$/g, '');
  return `$$\n${inner}\n$$`;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText).join('');
  return value === undefined || value === null ? '' : String(value);
}
