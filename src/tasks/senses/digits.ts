/** Digits as pictures, drawn with seven strokes, each time a little differently. */
import type { Random } from '../../core/random.js';
import type { Picture } from './picture.js';

/** How digits are drawn. */
export interface DrawDigitsOptions {
  /** Decides where each stroke goes, and the noise. */
  readonly random: Random;
  /** Standard deviation of what is added to each pixel; default 0.2. */
  readonly noise?: number;
}

type Point = readonly [x: number, y: number];

/** The strokes of a display with seven segments, in a box one wide and two high: across the top, then clockwise, then the middle. */
const strokes: readonly (readonly [from: Point, to: Point])[] = [
  [
    [0, 0],
    [1, 0],
  ],
  [
    [1, 0],
    [1, 1],
  ],
  [
    [1, 1],
    [1, 2],
  ],
  [
    [0, 2],
    [1, 2],
  ],
  [
    [0, 1],
    [0, 2],
  ],
  [
    [0, 0],
    [0, 1],
  ],
  [
    [0, 1],
    [1, 1],
  ],
];

/** Which strokes each digit has. */
const strokesOf = ['012345', '12', '01346', '01236', '1256', '02356', '023456', '012', '0123456', '012356'];

/** Pixels: the height of a picture, and the width that each digit has for itself. */
const [height, cell] = [12, 8];

/**
 * Draws digits side by side, 12 pixels high and 8 pixels wide each, bright on dark. Where each one stands, how large it
 * is, how it leans and how thick its strokes are is drawn at random.
 *
 * @param digits Whole numbers from 0 to 9, at least one.
 * @throws {RangeError} If one is no digit, there is none, or the noise is below 0.
 *
 * @example
 * const { width, height, pixels } = drawDigits([3, 7], { random: createRandom(1) });
 * [width, height, pixels.length] // [16, 12, 192]
 */
export function drawDigits(digits: readonly number[], { random, noise = 0.2 }: DrawDigitsOptions): Picture {
  if (digits.length === 0) throw new RangeError('Cannot draw digits: expected at least one, got none');
  if (!(noise >= 0)) throw new RangeError(`Cannot draw digits: expected noise of 0 or more, got ${noise}`);
  const lines = digits.map((digit, nth) => linesOf(digit, nth, random));
  const width = cell * digits.length;
  const pixels = Float32Array.from({ length: width * height }, (_, at) => {
    const middle: Point = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    const bright = lines.map(({ thickness, ends }) => {
      const distance = Math.min(...ends.map(([from, to]) => distanceTo(middle, from, to)));
      return Math.min(1, Math.max(0, 0.5 + thickness / 2 - distance)); // soft edges, half a pixel to either side
    });
    return Math.max(...bright) + noise * random.normal();
  });
  return { width, height, pixels };
}

/** The strokes of a digit, in pixels. */
function linesOf(digit: number, place: number, random: Random) {
  const own = strokesOf[digit];
  if (own === undefined)
    throw new RangeError(`Cannot draw digits: expected whole numbers from 0 to 9, got ${digit}`);
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  const [tall, wide] = [between(3.4, 4.4), between(3.2, 4.4)]; // of a stroke
  const [middleX, middleY] = [place * cell + cell / 2 + between(-1, 1), height / 2 + between(-1, 1)];
  const lean = between(-0.1, 0.25);
  const put = ([x, y]: Point): Point => [
    middleX + (x - 0.5) * wide - lean * (y - 1) * tall,
    middleY + (y - 1) * tall,
  ];
  const ends = [...own].map((nth) => strokes[Number(nth)]!.map(put) as [Point, Point]);
  return { thickness: between(0.9, 1.7), ends };
}

function distanceTo([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy);
  const at = Math.min(1, Math.max(0, along));
  return Math.hypot(x - fromX - at * dx, y - fromY - at * dy);
}
