/**
 * The few canvas operations that Plotly's heatmaps and images use, on a plain array of pixels: jsdom has no canvas
 * of its own, and the npm package `canvas` needs a compiler. Left out: paths, text, blending.
 */
import { encodePng, type ImagePixels } from './png.js';

/** The size a canvas element has when it is drawn on; the drawing starts anew when it changes. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
}

/** A drawing surface with the part of `CanvasRenderingContext2D` that Plotly calls. */
export interface Surface {
  fillStyle: string;
  readonly fillRect: (x: number, y: number, width: number, height: number) => void;
  readonly clearRect: (x: number, y: number, width: number, height: number) => void;
  readonly createImageData: (width: number, height: number) => ImagePixels;
  readonly putImageData: (image: ImagePixels, x: number, y: number) => void;
  /** The drawing as a PNG in a data URL. */
  readonly toDataUrl: () => string;
}

/** Makes a surface of the size that the canvas has now, all transparent. */
export function createSurface({ width, height }: CanvasSize): Surface {
  const pixels = blank(width, height);
  const fill = (x: number, y: number, w: number, h: number, color: Color) => {
    for (let row = clamp(y, height); row < clamp(y + h, height); row++) {
      for (let column = clamp(x, width); column < clamp(x + w, width); column++) {
        pixels.data.set(color, 4 * (row * width + column));
      }
    }
  };
  const surface: Surface = {
    fillStyle: '#000000',
    fillRect: (x, y, w, h) => fill(x, y, w, h, parseColor(surface.fillStyle)),
    clearRect: (x, y, w, h) => fill(x, y, w, h, [0, 0, 0, 0]),
    createImageData: blank,
    putImageData: (image, x, y) => {
      for (let row = 0; row < Math.min(image.height, height - y); row++) {
        const line = image.data.subarray(4 * row * image.width, 4 * (row * image.width + image.width));
        pixels.data.set(line.subarray(0, 4 * (width - x)), 4 * ((y + row) * width + x));
      }
    },
    toDataUrl: () => `data:image/png;base64,${Buffer.from(encodePng(pixels)).toString('base64')}`,
  };
  return surface;
}

type Color = readonly [red: number, green: number, blue: number, alpha: number];

const blank = (width: number, height: number): ImagePixels => ({
  width,
  height,
  data: new Uint8ClampedArray(4 * width * height),
});

const clamp = (value: number, size: number): number => Math.min(size, Math.max(0, Math.round(value)));

/** Reads the two forms in which Plotly writes a colour: `rgb(…)` or `rgba(…)`, and `#rrggbb`. */
function parseColor(text: string): Color {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex)
    return [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)).concat(255) as unknown as Color;
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, 255 * alpha];
}
