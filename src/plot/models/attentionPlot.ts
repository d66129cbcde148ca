/** Attention patterns: where does each head of a model look? */
import type { Figure } from '../figure.js';
import { checkLengths, layoutOf, plainLabel } from '../style.js';

/** What an attention plot shows. */
export interface AttentionPlot {
  /** The finding or the question. */
  readonly title: string;
  /** T of them, repeats allowed. */
  readonly tokens: readonly string[];
  /** By layer and head, [T,T] each, row by row: what the token of the row gives to that of the column. */
  readonly patterns: readonly (readonly ArrayLike<number>[])[];
}

/**
 * Draws a small square for each head, a row of squares for each layer. Whoever points at a cell reads which token looks
 * at which, and how much of its attention it gives.
 *
 * @throws {RangeError} If a pattern does not have one row and one column for each token.
 *
 * @example
 * attentionPlot({ title: 'Half and half', tokens: ['to', 'be'], patterns: [[[1, 0, 0.5, 0.5]]] });
 */
export function attentionPlot({ title, tokens, patterns }: AttentionPlot): Figure {
  const columns = Math.max(1, ...patterns.map((heads) => heads.length));
  const squares = patterns.flatMap((heads, layer) =>
    heads.map((pattern, head) => ({ pattern, layer, head, place: place(layer, head) })),
  );
  function place(layer: number, head: number): Place {
    const [width, height] = [1 / columns, 1 / patterns.length];
    return {
      x: [width * head, width * (head + squareShare)],
      y: [1 - height * (layer + squareShare), 1 - height * layer],
    };
  }
  const names = tokens.map(plainLabel);
  const data = squares.map(({ pattern, layer, head }, nth) => {
    const where = `layer ${layer + 1}, head ${head + 1}`;
    checkLengths(`${where} of "${title}"`, tokens.length ** 2, pattern.length);
    return {
      type: 'heatmap',
      z: names.map((_, row) =>
        Array.from(names, (_, column) => (column > row ? null : pattern[row * names.length + column]!)),
      ),
      text: names.map((from) => names.map((to) => `${from} looks at ${to}`)),
      hovertemplate: `%{text}<br>%{z:.0%}<extra>${where}</extra>`,
      hoverongaps: false,
      coloraxis: 'coloraxis',
      xaxis: axisName('x', nth),
      yaxis: axisName('y', nth),
    };
  });
  const axes = squares.flatMap(({ place }, nth) => [
    [`xaxis${nth === 0 ? '' : nth + 1}`, { ...side, domain: place.x, anchor: axisName('y', nth) }],
    [
      `yaxis${nth === 0 ? '' : nth + 1}`,
      { ...side, domain: place.y, anchor: axisName('x', nth), autorange: 'reversed' },
    ],
  ]);
  const { xaxis: _x, yaxis: _y, ...frame } = layoutOf(title, {}, {}, {});
  return {
    data,
    layout: {
      ...frame,
      ...Object.fromEntries(axes),
      height: 110 + patterns.length * Math.round(620 / columns),
      margin: { l: 20, r: 20, t: 70, b: 10 },
      coloraxis: {
        colorscale: 'Viridis',
        cmin: 0,
        cmax: 1,
        colorbar: { title: { text: 'attention', side: 'right' } },
      },
      annotations: squares.map(({ layer, head, place }) => ({
        xref: 'paper',
        yref: 'paper',
        x: place.x[0],
        y: place.y[1],
        xanchor: 'left',
        yanchor: 'bottom',
        text: `layer ${layer + 1}, head ${head + 1}`,
        showarrow: false,
        font: { size: 11 },
      })),
    },
  };
}

/** The part of a place that its square fills; the rest is for gaps and names. */
const squareShare = 0.86;

interface Place {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const axisName = (axis: 'x' | 'y', nth: number): string => `${axis}${nth === 0 ? '' : nth + 1}`;

const side = { showticklabels: false, ticks: '', showgrid: false, zeroline: false, fixedrange: true };
