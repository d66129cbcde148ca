/**
 * A page with Plotly in it, without a browser: jsdom, with the sizes and the canvas that it lacks put in. Loading it
 * takes about 1.5 s, a figure after that 50 to 300 ms.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type DOMWindow, JSDOM, VirtualConsole } from 'jsdom';
import { createSurface, type Surface } from './canvas.js';
import { parseFont } from './font.js';
import { boxOf, boxOnPage } from './measure.js';
import { lengthOf, parsePath, pointAt } from './path.js';
import { type Fonts, textWidth } from './text.js';

const require = createRequire(import.meta.url);

/** Paths of the TrueType files that pictures are drawn with, by style. */
export const fontFiles = Object.fromEntries(
  ['', '-Bold', '-Oblique', '-BoldOblique', 'Mono'].map((style) => [
    style,
    require.resolve(`dejavu-fonts-ttf/ttf/DejaVuSans${style}.ttf`),
  ]),
);

/** What a figure is drawn at, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Opens the page.
 *
 * @returns A function from a figure as JSON to its SVG. The same figure gives the same text each time.
 */
export function openPage(): (figureJson: string, size: PictureSize) => Promise<string> {
  const { window } = new JSDOM('<!doctype html><body></body>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(), // silent: Plotly's hints are for people at a browser
  });
  addBrowserParts(window, { regular: fontOf(''), bold: fontOf('-Bold') });
  window.eval(readFileSync(require.resolve('plotly.js-dist-min'), 'utf8'));
  const plotly = window.Plotly as {
    toImage: (figure: object, options: object) => Promise<string>;
  };
  return async (figureJson, { width, height }) => {
    // Plotly names clip paths and the like by chance; with the same chances the same figure has the same names.
    window.Math.random = repeatableRandom();
    const { data, layout } = window.JSON.parse(figureJson) as { data: object[]; layout: object };
    const figure = { data, layout: { ...layout, width, height }, config: { staticPlot: true } };
    const svg = await plotly.toImage(figure, { format: 'svg', width, height, imageDataOnly: true });
    return svg.replaceAll('TOBESTRIPPED', "'"); // what Plotly leaves behind around names of fonts
  };
}

const fontOf = (style: string) => parseFont(readFileSync(fontFiles[style] ?? ''));

/** Lehmer's generator: numbers in 0..1 that start the same each time. */
function repeatableRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

function addBrowserParts(window: DOMWindow, fonts: Fonts): void {
  Object.assign(window, { TextEncoder, TextDecoder });
  window.URL.createObjectURL = () => 'blob:none';
  const none = { x: 0, y: 0, width: 0, height: 0 };
  const strokes = (path: Element) => parsePath(path.getAttribute('d') ?? '');
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return boxOf(this, fonts) ?? none;
    },
    getBoundingClientRect(this: Element) {
      const { x, y, width, height } = boxOnPage(this, fonts) ?? none;
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
    getComputedTextLength(this: Element) {
      return textWidth(this, fonts);
    },
    getTotalLength(this: Element) {
      return lengthOf(strokes(this));
    },
    getPointAtLength(this: Element, length: number) {
      const [x, y] = pointAt(strokes(this), length);
      return { x, y };
    },
  });
  addCanvas(window);
}

function addCanvas(window: DOMWindow): void {
  const surfaces = new WeakMap<object, Surface>();
  const surfaceOf = (canvas: HTMLCanvasElement): Surface => {
    const surface = surfaces.get(canvas) ?? createSurface(canvas);
    surfaces.set(canvas, surface);
    return surface;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      return kind === '2d' ? surfaceOf(this) : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return surfaceOf(this).toDataUrl();
    },
  });
}
