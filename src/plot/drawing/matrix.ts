/** Plane transforms as SVG writes them, and what they do to boxes. */

/** The matrix `[a c e; b d f]` of SVG: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** An upright rectangle; none at all is `undefined` wherever boxes are joined. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a `transform` attribute.
 *
 * @example
 * parseTransform('translate(10,20) scale(2)') // [2, 0, 0, 2, 10, 20]
 */
export function parseTransform(text: string): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, name = '', list = ''] of text.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    matrix = multiply(matrix, single(name, (list.match(/[-+.\de]+/gi) ?? []).map(Number)));
  }
  return matrix;
}

function single(name: string, [p = 0, q, r, s = 0, t = 0, u = 0]: number[]): Matrix {
  if (name === 'translate') return [1, 0, 0, 1, p, q ?? 0];
  if (name === 'scale') return [p, 0, 0, q ?? p, 0, 0];
  if (name === 'matrix') return [p, q ?? 0, r ?? 0, s, t, u];
  if (name !== 'rotate') return [1, 0, 0, 1, 0, 0];
  const [cos, sin] = [Math.cos((p * Math.PI) / 180), Math.sin((p * Math.PI) / 180)];
  const [x, y] = [q ?? 0, r ?? 0];
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
}

/** The transform that does `inner` first, then `outer`. */
export function multiply([a, b, c, d, e, f]: Matrix, [p, q, r, s, t, u]: Matrix): Matrix {
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

/** The upright box around a transformed box. */
export function transformBox([a, b, c, d, e, f]: Matrix, { x, y, width, height }: Box): Box {
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ] as const;
  return boxAround(corners.map(([px, py]) => [a * px + c * py + e, b * px + d * py + f] as const));
}

/** The smallest box around at least one point. */
export function boxAround(points: readonly (readonly [number, number])[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The smallest box around both. */
export function joinBoxes(one: Box | undefined, other: Box | undefined): Box | undefined {
  if (!one || !other) return one ?? other;
  const corners = [one, other].flatMap(({ x, y, width, height }) => [
    [x, y] as const,
    [x + width, y + height] as const,
  ]);
  return boxAround(corners);
}
