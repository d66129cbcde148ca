/** What a Plotly figure shows, in words, for those who do not see it. */

/** A trace or a layout as a notebook has it: of any shape. */
type Loose = { readonly [key: string]: unknown };

const mostSeries = 6;
const mostValues = 5;

/**
 * Describes a figure: its title, its kind, what the axes measure, and each series with its first and last values.
 * Never throws, whatever the figure.
 *
 * @example
 * altText({ data: [{ name: 'GPT', x: [0, 9], y: [5, 2] }], layout: { title: { text: 'Loss' } } })
 * // 'Loss. Line chart. GPT: from 5 at 0 to 2 at 9.'
 */
export function altText({
  data,
  layout,
}: {
  readonly data: readonly unknown[];
  readonly layout: object;
}): string {
  const traces = data.map(loose);
  const [x, y] = [axisTitle(layout, 'xaxis'), axisTitle(layout, 'yaxis')];
  const kinds = [...new Set(traces.map(kindOf))].join(' and ');
  const measures = [x && `across: ${x}`, y && `up: ${y}`].filter(Boolean).join('; ');
  const series = traces.slice(0, mostSeries).flatMap((trace) => seriesText(trace) || []);
  const rest = traces.length - mostSeries;
  const parts = [
    figureTitle(layout),
    measures ? `${kinds}, ${measures}` : kinds,
    [...series, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; '),
  ].map((part) => part.trim());
  return parts.flatMap((part) => (part ? [/[.?!]$/.test(part) ? part : `${part}.`] : [])).join(' ');
}

/** A figure's title as plain text; empty where it has none. */
export const figureTitle = (layout: object): string => plainText(titleIn(loose(layout).title));

const loose = (value: unknown): Loose =>
  typeof value === 'object' && value !== null ? (value as Loose) : {};
const titleIn = (title: unknown): unknown => (typeof title === 'string' ? title : loose(title).text);
const axisTitle = (layout: object, axis: string): string => {
  const { title, type } = loose(loose(layout)[axis]);
  const text = plainText(titleIn(title));
  return text && type === 'log' ? `${text}, logarithmic` : text;
};

/** Without Plotly's markup. */
function plainText(text: unknown): string {
  if (typeof text !== 'string') return '';
  const plain = text.replace(/<br ?\/?>/g, ' ').replace(/<\/?\w[^<>]*>/g, '');
  return plain.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function kindOf({ type = 'scatter', mode = 'lines' }: Loose): string {
  if (type === 'scatter') return String(mode).includes('lines') ? 'Line chart' : 'Points';
  const names: Loose = {
    bar: 'Bar chart',
    heatmap: 'Heat map',
    histogram: 'Histogram',
    contour: 'Contour map',
  };
  return String(names[String(type)] ?? type);
}

/** One series: a grid by its size and range, a few values each, many by the first and the last. */
function seriesText(trace: Loose): string {
  const name = plainText(trace.name);
  const head = name ? `${name}: ` : '';
  if (Array.isArray(trace.z)) return head + gridText(trace.z);
  const [places, values] = trace.orientation === 'h' ? [trace.y, trace.x] : [trace.x, trace.y];
  if (!Array.isArray(values) || values.length === 0) return name;
  const at = (nth: number) => {
    const place = Array.isArray(places) ? places[nth] : undefined;
    return `${valueText(values[nth])}${place === undefined ? '' : ` at ${valueText(place)}`}`;
  };
  if (values.length === 1 || (trace.type === 'bar' && values.length <= mostValues))
    return head + values.map((_, nth) => at(nth)).join(', ');
  return `${head}from ${at(0)} to ${at(values.length - 1)}`;
}

function gridText(rows: readonly unknown[]): string {
  const values = rows.flat().filter((value): value is number => typeof value === 'number');
  const columns = Math.max(0, ...rows.map((row) => (Array.isArray(row) ? row.length : 0)));
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const range = values.length > 0 ? `, from ${valueText(least)} to ${valueText(most)}` : '';
  return `${rows.length} rows by ${columns} columns${range}`;
}

function valueText(value: unknown): string {
  if (typeof value === 'number')
    return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
  return value === null || value === undefined ? 'nothing' : plainText(String(value));
}
