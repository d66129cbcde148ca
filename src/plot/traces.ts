/** Which of Plotly's traces can be drawn without a browser, and what to use instead of the others. */
import { Object, TypeError } from '../core/globals.js';
import { type Figure, isFigure } from './figure.js';

/** The traces that are drawn as SVG, by Plotly's names. */
export const drawableTraces: readonly string[] = (
  'scatter bar box heatmap histogram histogram2d histogram2dcontour contour scatterternary violin funnel ' +
  'waterfall image pie sunburst treemap icicle funnelarea parcats sankey indicator table carpet scattercarpet ' +
  'contourcarpet ohlc candlestick scatterpolar barpolar scattersmith quiver'
).split(' ');

interface Refusal {
  readonly needs: string;
  readonly instead: string;
}

const webgl = (instead: string): Refusal => ({ needs: 'WebGL', instead });
const map = (instead: string): Refusal => ({ needs: 'a map service on the network', instead });

/** The traces that are refused: they hang, or come out blank, where there is no graphics card or network. */
export const refusedTraces: { readonly [type: string]: Refusal } = {
  scatter3d: webgl('"scatter" with the third value as marker.color'),
  surface: webgl('"heatmap" or "contour"'),
  isosurface: webgl('"contour", one for each slice'),
  volume: webgl('"contour", one for each slice'),
  mesh3d: webgl('"contour"'),
  cone: webgl('"quiver"'),
  streamtube: webgl('"quiver"'),
  scattergl: webgl('"scatter"'),
  splom: webgl('one "scatter" for each pair of columns'),
  parcoords: webgl('"parcats", or one "scatter" line for each row'),
  scatterpolargl: webgl('"scatterpolar"'),
  pointcloud: webgl('"scatter"'),
  heatmapgl: webgl('"heatmap"'),
  scattergeo: map('"scatter" of longitude and latitude'),
  choropleth: map('"bar", one for each region'),
  scattermap: map('"scatter" of longitude and latitude'),
  choroplethmap: map('"bar", one for each region'),
  densitymap: map('"histogram2d" of longitude and latitude'),
  scattermapbox: map('"scatter" of longitude and latitude'),
  choroplethmapbox: map('"bar", one for each region'),
  densitymapbox: map('"histogram2d" of longitude and latitude'),
};

/**
 * Makes sure that every trace of a figure can be drawn.
 *
 * @throws {TypeError} If one cannot; the message names the trace, the reason and what to use instead.
 */
export function checkTraces(figure: Figure): void {
  if (!isFigure(figure)) throw new TypeError('Cannot draw figure: expected { data: […], layout: {…} }');
  const { data } = figure;
  for (const [index, { type = 'scatter' }] of data.entries()) {
    if (drawableTraces.includes(type)) continue;
    const where = `Cannot draw figure: trace ${index + 1} has type "${type}"`;
    const refusal = Object.hasOwn(refusedTraces, type) ? refusedTraces[type] : undefined;
    if (refusal)
      throw new TypeError(`${where}, which needs ${refusal.needs}; use ${refusal.instead} instead`);
    throw new TypeError(`${where}, expected one of ${drawableTraces.join(', ')}`);
  }
}
