/** A model on one page: which matrices does a token go through, and how large are they? */
import type { Figure, Trace } from '../figure.js';
import { layoutOf, plainLabel, seriesColours } from '../style.js';

/** A matrix, drawn to scale with its longer side lying flat, so that its area is its number of parameters. */
export interface DrawnMatrix {
  readonly name: string;
  readonly shape: readonly [rows: number, columns: number];
  /** What kind of matrix it is; each kind has a colour and an entry in the legend. */
  readonly group: string;
  /** What comes out of it, or becomes of that, for whoever points at it: `64 scores`. */
  readonly gives?: string;
}

/** Matrices one behind the other, beside the stream. */
export interface DrawnBranch {
  readonly matrices: readonly DrawnMatrix[];
  /** Whether it begins at the stream; default true. An embedding does not. */
  readonly reads?: boolean;
  /** Whether its end is added to the stream; default true. Of a head it is not. */
  readonly writes?: boolean;
}

/** What a model plot shows. */
export interface ModelPlot {
  /** The finding or the question. */
  readonly title: string;
  /** From top to bottom: the way in, the layers, the way out. */
  readonly rows: readonly { readonly name: string; readonly branches: readonly DrawnBranch[] }[];
}

/**
 * Draws the matrices of a model above its residual stream, which runs from left to right through every row. Whoever
 * points at a matrix reads its shape, its parameters and what it gives.
 *
 * @throws {RangeError} If a side of a matrix is not a number above 0.
 *
 * @example
 * const [embedding, head] = [{ name: 'wte', shape: [257, 8] }, { name: 'head', shape: [8, 257] }] as const;
 * modelPlot({
 *   title: 'The smallest model',
 *   rows: [
 *     { name: 'in', branches: [{ matrices: [{ ...embedding, group: 'table' }], reads: false }] },
 *     { name: 'out', branches: [{ matrices: [{ ...head, group: 'table' }], writes: false }] },
 *   ],
 * });
 */
export function modelPlot({ title, rows }: ModelPlot): Figure {
  const matrices = rows.flatMap(({ branches }) => branches.flatMap((branch) => branch.matrices));
  for (const { name, shape } of matrices) {
    if (!shape.every((side) => side > 0))
      throw new RangeError(`Cannot draw ${name}: expected two sides above 0, got [${shape.join(', ')}]`);
  }
  const unit = Math.max(1, ...matrices.map(({ shape }) => Math.min(...shape))); // the height of a row
  const groups = [...new Set(matrices.map(({ group }) => group))];
  const colours = seriesColours(groups);
  const colourOf = (group: string) => colours[groups.indexOf(group)]!;
  const placed = rows.map(({ branches }, nth) => rowAt(branches, unit, -rowHeight * unit * nth));
  const right = Math.max(unit, ...placed.map(({ end }) => end));
  const bottom = -rowHeight * unit * Math.max(0, rows.length - 1);
  const axis = { visible: false, fixedrange: true };
  const sides = [-0.15 * unit, right + 0.15 * unit] as const;
  const ends = [bottom - 0.3 * unit, 1.7 * unit] as const;
  const x = { ...axis, range: sides };
  const y = { ...axis, range: ends, scaleanchor: 'x', constrain: 'domain', constraintoward: 'top' };
  const height = 90 + (pageWidth * (ends[1] - ends[0])) / (sides[1] - sides[0]);
  return {
    data: [
      ...placed.flatMap(({ boxes }) => boxes.map((box) => boxTrace(box, colourOf(box.matrix.group)))),
      ...groups.map((group) => legendEntry(group, colourOf(group))),
      { ...legendEntry('added to the stream', '#555555'), marker: { size: 9, color: '#555555' } },
    ],
    layout: layoutOf(title, x, y, {
      height: Math.round(height),
      margin: { l: 15, r: 15, t: 50, b: 50 },
      legend: { orientation: 'h', x: 0, y: 0, yanchor: 'top' },
      shapes: [
        ...placed.flatMap(({ lines, joins }) => [...lines.map(lineShape), ...joins.map(joinShape(unit))]),
        ...placed.slice(1).map((_, nth) => lineShape(wrap(placed[nth]!.end, unit, nth))),
      ],
      annotations: [
        ...rows.map(({ name }, nth) => rowName(name, unit, -rowHeight * unit * nth)),
        ...placed.flatMap(({ boxes }) => boxes.map(boxName)),
      ],
    }),
  };
}

/** Of a figure without its margins, in pixels, where a notebook or a page shows it. */
const pageWidth = 670;

/** Heights and gaps in parts of the height of the tallest matrix. */
const [rowHeight, stem, gap] = [1.95, 0.25, 0.3];

interface Box {
  readonly matrix: DrawnMatrix;
  /** Its middle on the left, and its size. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Point = readonly [x: number, y: number];

interface Row {
  readonly boxes: readonly Box[];
  readonly lines: readonly (readonly Point[])[];
  /** Where a branch is added to the stream. */
  readonly joins: readonly Point[];
  readonly end: number;
}

/** Places the branches of a row side by side; its stream lies at `bottom`. */
function rowAt(branches: readonly DrawnBranch[], unit: number, bottom: number): Row {
  const boxes: Box[] = [];
  const lines: Point[][] = [];
  const joins: Point[] = [];
  const middle = bottom + (stem + 0.5) * unit;
  let x = gap * unit;
  const streamFrom = branches[0]?.reads === false ? undefined : 0;
  let start = streamFrom;
  for (const { matrices, reads = true, writes = true } of branches) {
    const leaves = x - (gap / 2) * unit;
    const inner: Point[] = reads ? [[leaves, bottom]] : [];
    if (reads) inner.push([leaves, middle]);
    for (const matrix of matrices) {
      const [height, width] = [Math.min(...matrix.shape), Math.max(...matrix.shape)];
      boxes.push({ matrix, x, y: middle, width, height });
      inner.push([x, middle]);
      lines.push(inner.splice(0));
      x += width;
      inner.push([x, middle]);
      x += gap * unit;
    }
    const returns = x - (gap / 2) * unit;
    if (writes) {
      lines.push([...inner, [returns, middle], [returns, bottom]]);
      joins.push([returns, bottom]);
      start ??= returns;
    } else lines.push([...inner, [returns, middle]]);
    x += (gap / 2) * unit;
  }
  const writesLast = branches.at(-1)?.writes !== false;
  if (start !== undefined)
    lines.push([
      [start, bottom],
      [writesLast ? x : (gap / 2) * unit, bottom],
    ]);
  return { boxes, lines: lines.filter((line) => line.length > 1), joins, end: x };
}

/** From the end of a row to the beginning of the next one. */
function wrap(end: number, unit: number, row: number): Point[] {
  const [from, to] = [-rowHeight * unit * row, -rowHeight * unit * (row + 1)];
  const between = from - 0.15 * unit;
  const left = -0.12 * unit;
  return [
    [end, from],
    [end, between],
    [left, between],
    [left, to],
    [0, to],
  ];
}

function boxTrace({ matrix, x, y, width, height }: Box, color: string): Trace {
  const [rows, columns] = matrix.shape;
  const count = (rows * columns).toLocaleString('en');
  const lines = [`<b>${plainLabel(matrix.name)}</b>`, `[${rows}, ${columns}]`, `${count} parameters`];
  const [low, high] = [y - height / 2, y + height / 2];
  return {
    type: 'scatter',
    mode: 'lines',
    name: plainLabel(matrix.name),
    x: [x, x + width, x + width, x, x],
    y: [low, low, high, high, low],
    fill: 'toself',
    fillcolor: `${color}59`,
    line: { color, width: 1.5 },
    hoveron: 'fills',
    hoverinfo: 'text',
    text: [...lines, ...(matrix.gives ? [plainLabel(matrix.gives)] : [])].join('<br>'),
    showlegend: false,
  };
}

const legendEntry = (group: string, color: string): Trace => ({
  type: 'scatter',
  mode: 'markers',
  name: plainLabel(group),
  x: [null], // for the legend alone
  y: [null],
  marker: { symbol: 'square', size: 10, color },
});

const lineShape = (points: readonly Point[]): object => ({
  type: 'path',
  path: points.map(([x, y], nth) => `${nth === 0 ? 'M' : 'L'} ${x} ${y}`).join(' '),
  line: { color: '#888888', width: 1.5 },
  fillcolor: 'rgba(0,0,0,0)',
});

const joinShape =
  (unit: number) =>
  ([x, y]: Point): object => ({
    type: 'circle',
    x0: x - 0.06 * unit,
    x1: x + 0.06 * unit,
    y0: y - 0.06 * unit,
    y1: y + 0.06 * unit,
    line: { width: 0 },
    fillcolor: '#555555',
  });

const rowName = (name: string, unit: number, y: number): object => ({
  x: -0.1 * unit,
  y: y + (stem + 1) * unit,
  xanchor: 'left',
  yanchor: 'bottom',
  text: `<b>${plainLabel(name)}</b>`,
  showarrow: false,
  font: { size: 12 },
});

const boxName = ({ matrix, x, y, width }: Box): object => ({
  x: x + width / 2,
  y,
  text: plainLabel(matrix.name),
  showarrow: false,
  font: { size: 10 },
});
