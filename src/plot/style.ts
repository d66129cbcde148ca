/** What all figures share: font, margins, colours, and axes that keep their labels in the picture. */
import type { Layout } from './figure.js';

/** Colours of series, in order; people with any colour vision can tell them apart (Okabe and Ito 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'] as const;

/**
 * The colours of a figure's series. A name keeps the colour that it had first in this program, so that a model which
 * is orange in one figure of a chapter is orange in all of them; two series of one figure differ while there are
 * colours. What stands behind a colon or in brackets is no part of a name: `bigram: 3.04`. A single series is blue,
 * unless its name has a colour.
 */
export function seriesColours(names: readonly string[]): string[] {
  const keys = names.map((name) => name.replace(/\s*[:(].*$/s, '') || name);
  if (keys.length === 1) return [colours[given.get(keys[0]!) ?? 0]!];
  const used = new Set(keys.flatMap((key) => given.get(key) ?? []));
  const mine = new Set<number>(); // in this figure
  return keys.map((key) => {
    const nth = given.get(key) ?? free(used);
    if (given.size < mostNames) given.set(key, given.get(key) ?? nth);
    const shown = mine.has(nth) && mine.size < colours.length ? free(new Set([...mine, ...used])) : nth;
    used.add(shown);
    mine.add(shown);
    return colours[shown]!;
  });
}

/** The first colour that is not taken; where all are, the one after the last name's. */
function free(taken: ReadonlySet<number>): number {
  const open = colours.findIndex((_, nth) => !taken.has(nth));
  return open === -1 ? taken.size % colours.length : open;
}

/** The place in `colours` of each name that a figure had. */
const given = new Map<string, number>();
const mostNames = 1000;

/** One axis of a figure. */
export interface Axis {
  /** What is measured, with its unit: `loss (nats per token)`. */
  readonly title: string;
  /** Logarithmic; values of 0 and below are then not drawn. */
  readonly log?: boolean;
  /** First and last value shown; default what the data need. */
  readonly range?: readonly [number, number];
}

const shared = {
  font: { family: 'DejaVu Sans, Verdana, sans-serif', size: 12, color: '#222222' },
  margin: { l: 70, r: 30, t: 60, b: 60 },
  colorway: colours,
  paper_bgcolor: '#ffffff',
  plot_bgcolor: '#ffffff',
  hovermode: 'closest',
} as const;

/** The layout of a figure: the shared part, the title, both axes, and what this kind of figure adds. */
export function layoutOf(title: string, x: object, y: object, more: object = {}): Layout {
  const text = titleText(title);
  const pad = { t: text.includes('<br>') ? 24 : 14 }; // Plotly raises a title by half of its further lines
  const heading = { text, font: { size: 16 }, y: 1, yanchor: 'top', pad };
  return { ...shared, title: heading, xaxis: x, yaxis: y, ...more };
}

/** Plotly's form of an axis. */
export function axisOf({ title, log = false, range }: Axis): { readonly [key: string]: unknown } {
  const shown = log ? range?.map(Math.log10) : range;
  return {
    title: { text: titleText(title), standoff: 12 },
    type: log ? 'log' : 'linear',
    ...(shown ? { range: shown } : {}),
    ...(log ? { tickformat: ',~g', nticks: 3 } : {}),
    automargin: true,
    ticklabeloverflow: 'allow',
    gridcolor: '#e5e5e5',
    zeroline: false,
    linecolor: '#888888',
    ticks: 'outside',
    tickcolor: '#888888',
  };
}

/** A short text with a meaning of its own, a token for one, kept from being read as Plotly's markup. */
export function plainLabel(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Keeps the tags that Plotly draws, and breaks a long title into lines of about 70 characters. */
function titleText(title: string): string {
  const safe = title.replace(/<(?!\/?(b|i|br|sub|sup|em|strong|span)\b[^<>]*>)/g, '&lt;');
  return safe.replace(/(.{45,70}) (?=.{10})/g, '$1<br>');
}

/** Numbers as Plotly takes them: what is not finite becomes null, a gap. */
export function gaps(numbers: ArrayLike<number | null>): (number | null)[] {
  return Array.from(numbers, (value) => (Number.isFinite(value) ? value : null));
}

/** A note in the middle of a figure that has nothing to show. */
export function emptyNote(isEmpty: boolean): object {
  if (!isEmpty) return {};
  const middle = { xref: 'paper', yref: 'paper', x: 0.5, y: 0.5, showarrow: false };
  return { annotations: [{ ...middle, text: 'no data', font: { size: 14, color: '#888888' } }] };
}

/** What the parts of a plot are: cells run without a check of their types. */
const kinds = {
  text: { words: 'a text', has: (value: unknown) => typeof value === 'string' },
  list: { words: 'a list', has: (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value) },
  axis: {
    words: 'an axis such as { title: "steps" }',
    has: (value: unknown) => typeof (value as { title?: unknown } | null | undefined)?.title === 'string',
  },
};

/**
 * Checks what was given for a plot, or for one series of it.
 *
 * @throws {TypeError} If a part is missing or of another kind.
 */
export function checkParts(
  what: string,
  given: unknown,
  parts: { readonly [name: string]: keyof typeof kinds },
): void {
  const wrong = (expected: string, got: unknown) =>
    new TypeError(`Cannot draw ${what}: expected ${expected}, got ${nameOfKind(got)}`);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw wrong(`an object with ${Object.keys(parts).join(', ')}`, given);
  for (const [name, part] of Object.entries(parts)) {
    const value = (given as { readonly [name: string]: unknown })[name];
    const { words, has } = kinds[part];
    if (!has(value)) throw wrong(`${name} as ${words}`, value);
  }
}

/** @throws {TypeError} If it is no list. */
export function checkList(what: string, given: unknown): void {
  if (!kinds.list.has(given))
    throw new TypeError(`Cannot draw ${what}: expected a list, got ${nameOfKind(given)}`);
}

const nameOfKind = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;

/**
 * Makes sure that two lists that belong together are equally long.
 *
 * @throws {RangeError} If they are not; the message names both.
 */
export function checkLengths(what: string, expected: number, got: number): void {
  if (expected !== got) throw new RangeError(`Cannot plot ${what}: expected ${expected} values, got ${got}`);
}
