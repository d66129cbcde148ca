/** Small pictures as plain numbers, and the patches into which a transformer wants them cut. */

/** A grey picture. */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Brightness, row by row from the top left, [height*width]; 0 is dark and 1 is bright. */
  readonly pixels: Float32Array;
}

/**
 * Cuts a picture into squares, as the vision transformer does (Dosovitskiy et al. 2020): row by row from the top left,
 * and within each square its pixels row by row too.
 *
 * @param size Side of a square, in pixels.
 * @returns [size*size] for each square.
 * @throws {RangeError} If the squares do not fill the picture, or it has not as many pixels as its sides say.
 *
 * @example
 * patchesOf({ width: 4, height: 2, pixels: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, 2)
 * // [Float32Array.of(1, 2, 5, 6), Float32Array.of(3, 4, 7, 8)]
 */
export function patchesOf({ width, height, pixels }: Picture, size: number): Float32Array[] {
  if (!(Number.isInteger(size) && size >= 1 && width % size === 0 && height % size === 0))
    throw new RangeError(
      `Cannot cut a picture: expected squares that fill ${width} by ${height} pixels, got ${size} by ${size}`,
    );
  if (pixels.length !== width * height)
    throw new RangeError(`Cannot cut a picture: expected ${width * height} pixels, got ${pixels.length}`);
  const columns = width / size;
  return Array.from({ length: columns * (height / size) }, (_, nth) => {
    const [top, left] = [Math.floor(nth / columns) * size, (nth % columns) * size];
    return Float32Array.from(
      { length: size * size },
      (_, at) => pixels[(top + Math.floor(at / size)) * width + left + (at % size)]!,
    );
  });
}
