/**
 * What a cell produced, as HTML. Of several forms of one value the richest that a page can show is taken. Text is
 * always escaped, Markdown is inert; `text/html` goes in with its tags closed, and its scripts run as in Jupyter: make
 * books of notebooks that you trust.
 */
import { stripVTControlCharacters } from 'node:util';
import type { MimeBundle } from '../../core/display.js';
import { escapeHtml } from '../../core/html.js';
import type { Output } from '../notebook.js';
import { type KeepFile, type PageFigure, plotHtml, plotMime, sizeIn, textOf } from './figures.js';
import { wholeHtml } from './wholeHtml.js';

/** What a page gives its cells. */
export interface PageTools {
  /** Translates Markdown to HTML. */
  readonly toHtml: (markdown: string) => string;
  readonly keep: KeepFile;
  /** Takes the figures of the page, in order. */
  readonly figures: PageFigure[];
}

/** The outputs of one cell; texts of the same stream in a row become one. Never throws, whatever the notebook. */
export function outputsHtml(outputs: readonly Output[], tools: PageTools): string {
  let html = '';
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i] as Partial<Output> & { readonly data?: unknown; readonly metadata?: unknown };
    if (output.output_type === 'stream') {
      let text = textOf(output.text);
      for (let next = outputs[i + 1]; sameStream(output, next); next = outputs[++i + 1])
        text += textOf(next.text);
      html += `<pre class="${output.name === 'stderr' ? 'stderr' : 'stdout'}">${terminalHtml(text)}</pre>\n`;
    } else if (output.output_type === 'error') {
      html += errorHtml(output);
    } else if (typeof output.data === 'object' && output.data !== null) {
      html += bundleHtml(output.data as MimeBundle, output.metadata, tools);
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
  const lines = Array.isArray(traceback) ? traceback.map(textOf).join('\n') : '';
  const title = [ename, evalue].map(textOf).filter(Boolean).join(': ') || 'Error';
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

type Show = (value: unknown, bundle: MimeBundle, metadata: unknown, tools: PageTools) => string | undefined;

const image =
  (mime: string): Show =>
  (value, bundle, metadata) => {
    const source = `data:${mime};base64,${textOf(value).replace(/\s/g, '')}`;
    const given = sizeIn(metadata, mime);
    const size = given ? ` width="${given.width}" height="${given.height}"` : '';
    return `<div class="picture"><img src="${escapeHtml(source)}"${size} alt="${escapeHtml(textOf(bundle['text/plain']))}"></div>\n`;
  };

/** How each form is shown, the richest first; one that cannot be shown gives `undefined`. */
const shows: readonly (readonly [mime: string, show: Show])[] = [
  [
    plotMime,
    (value, bundle, metadata, { keep, figures }) => {
      const plot = plotHtml(value, bundle, metadata, keep);
      if (plot) figures.push(plot.figure);
      return plot?.html;
    },
  ],
  ['text/html', (value) => `<div class="html">${wholeHtml(textOf(value))}</div>\n`],
  ['text/markdown', (value, _, __, { toHtml }) => `<div class="text">${toHtml(textOf(value))}</div>\n`],
  [
    'image/svg+xml', // as an image, so that nothing in it can run or clash with the page
    (value, ...rest) => image('image/svg+xml')(Buffer.from(textOf(value)).toString('base64'), ...rest),
  ],
  ['image/png', image('image/png')],
  ['image/jpeg', image('image/jpeg')],
  ['image/gif', image('image/gif')],
  [
    'text/latex',
    (value, _, __, { toHtml }) => `<div class="text">${toHtml(displayMath(textOf(value)))}</div>\n`,
  ],
  [
    'application/json',
    (value) => `<pre class="json">${escapeHtml(JSON.stringify(value, null, 2) ?? '')}</pre>\n`,
  ],
  ['text/plain', (value) => `<pre>${terminalHtml(textOf(value))}</pre>\n`],
];

function bundleHtml(bundle: MimeBundle, metadata: unknown, tools: PageTools): string {
  for (const [mime, show] of shows) {
    if (!Object.hasOwn(bundle, mime)) continue;
    const html = show(bundle[mime], bundle, metadata, tools);
    if (html !== undefined) return html;
  }
  const kinds = Object.keys(bundle).map(escapeHtml).join(', ');
  return kinds && `<p class="note">Output that a page cannot show: ${kinds}</p>\n`;
}

/** LaTeX comes with its dollar signs or without. */
function displayMath(text: string): string {
  const inner = text.trim().replace(/^\$+|\$+$/g, '');
  return `$$\n${inner}\n$$`;
}
