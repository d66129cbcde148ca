/** One display of a figure that every front end can show: interactive, as a picture, and as a line of text. */
import { messageOf } from '../core/errors.js';
import { Buffer, JSON } from '../core/globals.js';
import { type Figure, figureText } from './figure.js';
import { figureJson } from './plain.js';
import { type PictureOptions, renderPng } from './render.js';
import { checkTraces } from './traces.js';

/** A figure by MIME type, and what went wrong with the picture if there is none. */
export interface FigureBundle {
  readonly data: { readonly [mime: string]: unknown };
  /** One sentence; the bundle then has no `image/png`. */
  readonly problem?: string;
}

/**
 * Makes the display of a figure: Plotly's JSON, a PNG in base64 and one line of text. There is no HTML in it, since
 * some front ends would prefer that to the picture and then show nothing.
 *
 * @throws {TypeError} If a trace needs WebGL, a map service or is unknown, so that the cell fails and says why.
 *
 * @example
 * const { data } = await figureBundle(lossPlot([{ step: 1, loss: 5.5 }]));
 * data['text/plain'] // 'Figure: Loss while training (1 scatter)'
 * data['image/png'] // 'iVBORw0KGgo…'
 */
export async function figureBundle(figure: Figure, options: PictureOptions = {}): Promise<FigureBundle> {
  checkTraces(figure);
  const { config } = figure as Figure & { readonly config?: unknown };
  const { data, layout } = figure;
  const json = JSON.parse(figureJson({ data, layout, ...(config ? { config } : {}) } as Figure)) as unknown;
  const text = { 'application/vnd.plotly.v1+json': json, 'text/plain': figureText(figure) };
  try {
    const png = Buffer.from(await renderPng(figure, options)).toString('base64');
    return { data: { ...text, 'image/png': png } };
  } catch (error) {
    return { data: text, problem: messageOf(error) };
  }
}
