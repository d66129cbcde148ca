/**
 * Pictures of figures without a browser: Plotly draws in jsdom, in a thread of its own, and resvg turns its SVG
 * into a PNG. The first picture takes about 2 seconds (the thread starts), the next ones 0.1 to 0.3.
 *
 * Left out: what needs a graphics card or the network; see `traces.ts`.
 */
import { messageOf } from '../core/errors.js';
import { Error, Math, RangeError } from '../core/globals.js';
import { paint } from './drawing/painter.js';
import { type Figure, figureText } from './figure.js';
import { figureJson } from './plain.js';
import { checkTraces } from './traces.js';

/** How a figure is drawn. */
export interface PictureOptions {
  /** Width in pixels; default the figure's `layout.width`, or else 700. */
  readonly width?: number;
  /** Height in pixels; default the figure's `layout.height`, or else 450. */
  readonly height?: number;
  /** Longest time in seconds before drawing is given up; default 20. */
  readonly seconds?: number;
  /** PNG pixels for each pixel of the figure, 2 for a sharp print; default 1. */
  readonly scale?: number;
}

/**
 * Draws a figure as a PNG file. The same figure gives the same bytes.
 *
 * @throws {TypeError} If a trace needs WebGL, a map service or is unknown; this is found out at once.
 * @throws {RangeError} If a size is not between 10 and 10,000 pixels.
 * @throws {Error} If drawing fails or takes too long.
 *
 * @example
 * const png = await renderPng(lossPlot([{ step: 1, loss: 5.5 }]), { width: 350, height: 225 });
 * String.fromCharCode(...png.subarray(1, 4)) // 'PNG'
 */
export async function renderPng(figure: Figure, options: PictureOptions = {}): Promise<Uint8Array> {
  return (await render(figure, 'png', options)) as Uint8Array;
}

/**
 * Draws a figure as SVG; text stays text. See `renderPng`.
 *
 * @example
 * await renderSvg(lossPlot([{ step: 1, loss: 5.5 }])) // '<svg…'
 */
export async function renderSvg(figure: Figure, options: PictureOptions = {}): Promise<string> {
  return (await render(figure, 'svg', options)) as string;
}

async function render(figure: Figure, format: 'svg' | 'png', options: PictureOptions) {
  checkTraces(figure);
  const { layout } = figure;
  const { seconds = 20, scale = 1 } = options;
  const width = pixels('width', options.width ?? numberIn(layout.width) ?? 700);
  const height = pixels('height', options.height ?? numberIn(layout.height) ?? 450);
  const request = { figureJson: figureJson(figure), width, height, scale, format };
  try {
    return await paint(request, seconds);
  } catch (error) {
    throw new Error(`Cannot draw ${figureText(figure)}: ${messageOf(error)}`);
  }
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function pixels(name: string, value: number): number {
  if (value >= 10 && value <= 10_000) return Math.round(value);
  throw new RangeError(`Cannot draw figure: ${name} must be 10 to 10000 pixels: current value is ${value}`);
}
