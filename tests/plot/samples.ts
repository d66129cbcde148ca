/** The smallest figure of each kind of trace that Plotly draws as SVG. */
import type { Trace } from '../../src/plot/figure.js';

const z = [
  [1, 2, 3],
  [2, 5, 4],
  [3, 4, 9],
];
const xy = { x: [1, 2, 3], y: [2, 1, 3] };
const prices = { x: [1, 2], open: [1, 2], high: [3, 4], low: [0, 1], close: [2, 3] };
const tree = {
  labels: ['all', 'a', 'b'],
  parents: ['', 'all', 'all'],
  values: [3, 1, 2],
  branchvalues: 'total',
};
const [a, b] = [
  [1, 1, 1, 2, 2, 2, 3, 3, 3],
  [1, 2, 3, 1, 2, 3, 1, 2, 3],
];
const carpet = { type: 'carpet', a, b, y: [2, 3.5, 4, 3, 4.5, 5, 5.5, 6.5, 7.5] };

export const samples: { readonly [type: string]: readonly Trace[] } = {
  scatter: [{ type: 'scatter', ...xy }],
  bar: [{ type: 'bar', ...xy }],
  box: [{ type: 'box', y: [1, 2, 3, 9] }],
  heatmap: [{ type: 'heatmap', z }],
  histogram: [{ type: 'histogram', x: [1, 2, 2, 3] }],
  histogram2d: [{ type: 'histogram2d', ...xy }],
  histogram2dcontour: [{ type: 'histogram2dcontour', ...xy }],
  contour: [{ type: 'contour', z }],
  scatterternary: [{ type: 'scatterternary', a: [1, 2], b: [2, 1], c: [3, 3] }],
  violin: [{ type: 'violin', y: [1, 2, 3, 9] }],
  funnel: [{ type: 'funnel', x: [3, 2, 1], y: ['a', 'b', 'c'] }],
  waterfall: [{ type: 'waterfall', ...xy }],
  image: [
    {
      type: 'image',
      z: [
        [
          [255, 0, 0],
          [0, 255, 0],
        ],
      ],
    },
  ],
  pie: [{ type: 'pie', labels: ['a', 'b'], values: [1, 2] }],
  sunburst: [{ type: 'sunburst', ...tree }],
  treemap: [{ type: 'treemap', ...tree }],
  icicle: [{ type: 'icicle', ...tree }],
  funnelarea: [{ type: 'funnelarea', labels: ['a', 'b'], values: [2, 1] }],
  parcats: [{ type: 'parcats', dimensions: [{ values: ['a', 'b'] }, { values: ['c', 'd'] }] }],
  sankey: [
    {
      type: 'sankey',
      node: { label: ['a', 'b', 'c'] },
      link: { source: [0, 0], target: [1, 2], value: [1, 2] },
    },
  ],
  indicator: [{ type: 'indicator', mode: 'number+gauge', value: 3, gauge: { axis: { range: [0, 5] } } }],
  table: [{ type: 'table', header: { values: ['a', 'b'] }, cells: { values: [[1], [2]] } }],
  carpet: [carpet],
  scattercarpet: [carpet, { type: 'scattercarpet', a: [1, 2], b: [1, 2] }],
  contourcarpet: [carpet, { type: 'contourcarpet', a, b, z: b }],
  ohlc: [{ type: 'ohlc', ...prices }],
  candlestick: [{ type: 'candlestick', ...prices }],
  scatterpolar: [{ type: 'scatterpolar', r: [1, 2, 3], theta: [0, 90, 200] }],
  barpolar: [{ type: 'barpolar', r: [1, 2, 3], theta: [0, 90, 200] }],
  scattersmith: [{ type: 'scattersmith', real: [0.5, 1], imag: [0, 1] }],
  quiver: [{ type: 'quiver', ...xy, u: [1, 1, 1], v: [0, 1, 1] }],
};
