/** SVG paths as runs of points: enough to measure them. Curves are taken as the lines between their ends. */

/** A point in the path's own coordinates. */
export type Point = readonly [x: number, y: number];

/**
 * Reads the points that a path passes, one list for each stroke of the pen.
 *
 * @example
 * parsePath('M0,0L3,4Z') // [[[0, 0], [3, 4], [0, 0]]]
 */
export function parsePath(text: string): Point[][] {
  const strokes: Point[][] = [];
  let [x, y] = [0, 0];
  for (const [, letter = '', list = ''] of text.matchAll(/([a-z])([^a-df-z]*)/gi)) {
    const command = letter.toUpperCase();
    const relative = letter !== command;
    const numbers = (list.match(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/gi) ?? []).map(Number);
    if (command === 'Z') {
      const start = strokes.at(-1)?.[0];
      if (start) strokes.at(-1)?.push(start);
      continue;
    }
    const size = argumentsOf[command] ?? 2;
    for (let i = 0; i + size <= numbers.length; i += size) {
      const [first = 0, last = 0] = [numbers[i + Math.max(0, size - 2)], numbers[i + size - 1]];
      const [fromX, fromY] = relative ? [x, y] : [0, 0];
      if (command !== 'V') x = fromX + first;
      if (command === 'V') y = fromY + first;
      else if (command !== 'H') y = fromY + last;
      if (command === 'M' && i === 0) strokes.push([]);
      strokes.at(-1)?.push([x, y]);
    }
  }
  return strokes;
}

/** Numbers that each command takes a time; the last two are where it ends. */
const argumentsOf: { readonly [command: string]: number } = { H: 1, V: 1, C: 6, S: 4, Q: 4, A: 7 };

/** Length of the lines through the points. */
export function lengthOf(strokes: readonly (readonly Point[])[]): number {
  let length = 0;
  for (const [from, to] of segments(strokes)) length += Math.hypot(to[0] - from[0], to[1] - from[1]);
  return length;
}

/** The point that lies `length` along the lines; the nearest end where that is outside. */
export function pointAt(strokes: readonly (readonly Point[])[], length: number): Point {
  let left = Math.max(0, length);
  let last: Point = strokes[0]?.[0] ?? [0, 0];
  for (const [from, to] of segments(strokes)) {
    const step = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (step >= left && step > 0) {
      const part = left / step;
      return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
    }
    left -= step;
    last = to;
  }
  return last;
}

function* segments(strokes: readonly (readonly Point[])[]): Generator<readonly [Point, Point]> {
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i++) yield [stroke[i - 1]!, stroke[i]!];
  }
}
