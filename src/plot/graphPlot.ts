/** Graphs with arrows: what is made of what? */
import type { Figure } from './figure.js';
import { checkParts, layoutOf, plainLabel, seriesColours } from './style.js';

/** One thing in a graph. */
export interface GraphNode {
  /** What stands in its box, a line each; three short ones have room. */
  readonly lines: readonly string[];
  /** What it is made of: the places of other nodes in the list. Arrows come from there. */
  readonly inputs: readonly number[];
  /** What kind of thing it is; each has a colour and an entry in the legend. */
  readonly group: string;
}

/** What a graph plot shows. */
export interface GraphPlot {
  /** The finding or the question. */
  readonly title: string;
  readonly nodes: readonly GraphNode[];
}

/**
 * Draws boxes and arrows from left to right. What is made of nothing stands just left of where it is used first.
 *
 * @throws {RangeError} If an input is no node of the list, or a node is made of itself, by however many steps.
 *
 * @example
 * graphPlot({
 *   title: 'A product',
 *   nodes: [
 *     { lines: ['a', '2'], inputs: [], group: 'given' },
 *     { lines: ['b', '3'], inputs: [], group: 'given' },
 *     { lines: ['a × b', '6'], inputs: [0, 1], group: 'computed' },
 *   ],
 * });
 */
export function graphPlot(plot: GraphPlot): Figure {
  checkParts('graphPlot', plot, { title: 'text', nodes: 'list' });
  const { title, nodes } = plot;
  for (const part of nodes)
    checkParts(`nodes of "${title}"`, part, { lines: 'list', inputs: 'list', group: 'text' });
  const places = placesOf(nodes, title);
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const colours = seriesColours(groups);
  const keys = groups.map((group, nth) => ({
    type: 'scatter',
    mode: 'markers',
    name: plainLabel(group),
    x: [null], // for the legend alone
    y: [null],
    marker: { symbol: 'square', size: 10, color: colours[nth] },
  }));
  const axis = { visible: false, fixedrange: true };
  const [columns, rows] = [places.map(({ x }) => x), places.map(({ y }) => Math.abs(y))];
  const highest = Math.max(0, ...rows) + 0.5;
  const layout = layoutOf(
    title,
    { ...axis, range: [-0.5, Math.max(0, ...columns) + 0.5] },
    { ...axis, range: [-highest, highest] },
    {
      legend: { orientation: 'h', x: 0, y: 0, yanchor: 'top' },
      shapes: nodes.map(({ group }, nth) => boxAt(places[nth]!, colours[groups.indexOf(group)]!)),
      annotations: [
        ...nodes.flatMap(({ inputs }, to) =>
          [...new Set(inputs)].map((from) => arrowBetween(places[from]!, places[to]!)),
        ),
        ...nodes.map(({ lines }, nth) => textAt(places[nth]!, lines)),
      ],
    },
  );
  return { data: keys, layout: { ...layout, margin: { l: 20, r: 20, t: 50, b: 40 } } };
}

/** The middle of a box, in columns from 0 on the left and rows that go up. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** Half of a box, in columns and rows. */
const [halfWidth, halfHeight] = [0.38, 0.38];

const boxAt = ({ x, y }: Place, color: string): object => ({
  type: 'rect',
  x0: x - halfWidth,
  x1: x + halfWidth,
  y0: y - halfHeight,
  y1: y + halfHeight,
  line: { color, width: 2 },
});

const textAt = ({ x, y }: Place, lines: readonly string[]): object => ({
  x,
  y,
  text: lines.map(plainLabel).join('<br>'),
  showarrow: false,
  font: { size: 11 },
});

const arrowBetween = (from: Place, to: Place): object => ({
  text: '',
  showarrow: true,
  arrowhead: 2,
  arrowwidth: 1.5,
  arrowcolor: '#888888',
  axref: 'x',
  ayref: 'y',
  ax: from.x + halfWidth,
  ay: from.y,
  x: to.x - halfWidth,
  y: to.y,
});

/** Where each node stands: in its column, as near to its inputs as the others there allow. */
function placesOf(nodes: readonly GraphNode[], title: string): Place[] {
  const columns = columnsOf(nodes, title);
  const wishes = nodes.map((_, nth) => nth); // how far down, in the order of the list
  const places: Place[] = new Array(nodes.length);
  for (let x = 0; x <= Math.max(0, ...columns); x++) {
    const here = [...nodes.keys()].filter((nth) => columns[nth] === x);
    for (const nth of here) {
      const above = nodes[nth]!.inputs.map((input) => wishes[input]!);
      if (above.length > 0) wishes[nth] = above.reduce((sum, wish) => sum + wish, 0) / above.length;
    }
    here.sort((one, other) => wishes[one]! - wishes[other]!);
    for (const [place, nth] of here.entries()) places[nth] = { x, y: (here.length - 1) / 2 - place };
  }
  return places;
}

/** One right of the last of its inputs; without inputs, just left of its first use. */
function columnsOf(nodes: readonly GraphNode[], title: string): number[] {
  const depths = nodes.map(() => -1);
  const depthOf = (nth: number, path: readonly number[]): number => {
    if (path.includes(nth)) throw new RangeError(`Cannot plot "${title}": node ${nth} is made of itself`);
    if (depths[nth] !== -1) return depths[nth]!;
    const below = nodes[nth]!.inputs.map((input) => {
      if (nodes[input]) return depthOf(input, [...path, nth]);
      throw new RangeError(
        `Cannot plot "${title}": node ${nth} is made of node ${input}, expected 0 to ${nodes.length - 1}`,
      );
    });
    depths[nth] = Math.max(-1, ...below) + 1;
    return depths[nth]!;
  };
  for (const nth of nodes.keys()) depthOf(nth, []);
  return nodes.map(({ inputs }, nth) => {
    const uses = nodes.flatMap((other, use) => (other.inputs.includes(nth) ? [depths[use]! - 1] : []));
    return inputs.length === 0 && uses.length > 0 ? Math.min(...uses) : depths[nth]!;
  });
}
