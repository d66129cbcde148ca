/** Attention patterns: where does each head of a model look? */
import type { Figure, Trace } from '../figure.js';
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
  const [width, height] = [1 / columns, 1 / patterns.length];
  const squares = patterns.flatMap((heads, layer) =>
    heads.map((pattern, head): Square => {
      const where = `layer ${layer + 1}, head ${head + 1}`;
      checkLengths(`${where} of "${title}"`, tokens.length ** 2, pattern.length);
      const x = [width * head, width * (head + squareShare)] as const;
      const y = [1 - height * (layer + squareShare), 1 - height * layer] as const;
      return { where, pattern, x, y };
    }),
  );
  const names = tokens.map((token, nth) => `${nth} ${plainLabel(token)}`); // no two alike
  const { xaxis: _x, yaxis: _y, ...frame } = layoutOf(title, {}, {});
  return {
    data: squares.map((square, nth) => squareTrace(square, names, nth)),
    layout: {
      ...frame,
      ...Object.assign({}, ...squares.map(axesOf)),
      height: 110 + patterns.length * Math.round(620 / columns),
      margin: { l: 20, r: 20, t: 70, b: 10 },
      coloraxis: {
        colorscale: 'Viridis',
        cmin: 0,
        cmax: 1,
        colorbar: { title: { text: 'attention', side: 'right' } },
      },
      annotations: squares.map(nameAbove),
    },
  };
}

/** The part of a place that its square fills; the rest is for gaps and names. */
const squareShare = 0.86;

/** One head: its pattern, and where it stands in the figure, as parts of its width and height. */
interface Square {
  readonly where: string;
  readonly pattern: ArrayLike<number>;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const axisName = (axis: 'x' | 'y', nth: number): string => `${axis}${nth === 0 ? '' : nth + 1}`;

function squareTrace({ where, pattern }: Square, names: readonly string[], nth: number): Trace {
  const share = (row: number, column: number): number =>
    Math.round(1000 * pattern[row * names.length + column]!) / 1000; // enough to see and to read
  return {
    type: 'heatmap',
    x: names,
    y: names,
    z: names.map((_, row) => names.map((_, column) => (column > row ? null : share(row, column)))),
    hovertemplate: `%{y} looks at %{x}<br>%{z:.0%}<extra>${where}</extra>`,
    hoverongaps: false,
    coloraxis: 'coloraxis',
    xaxis: axisName('x', nth),
    yaxis: axisName('y', nth),
  };
}

const side = {
  type: 'category',
  showticklabels: false,
  ticks: '',
  showgrid: false,
  zeroline: false,
  fixedrange: true,
};

function axesOf({ x, y }: Square, nth: number): object {
  const suffix = nth === 0 ? '' : nth + 1;
  return {
    [`xaxis${suffix}`]: { ...side, domain: x, anchor: axisName('y', nth) },
    [`yaxis${suffix}`]: { ...side, domain: y, anchor: axisName('x', nth), autorange: 'reversed' },
  };
}

const nameAbove = ({ where, x, y }: Square): object => ({
  xref: 'paper',
  yref: 'paper',
  x: x[0],
  y: y[1],
  xanchor: 'left',
  yanchor: 'bottom',
  text: where,
  showarrow: false,
  font: { size: 11 },
});
