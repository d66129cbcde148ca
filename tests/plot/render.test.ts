import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { figureBundle } from '../../src/plot/bundle.js';
import { paint } from '../../src/plot/drawing/painter.js';
import type { Figure } from '../../src/plot/figure.js';
import { heatmapPlot } from '../../src/plot/heatmapPlot.js';
import { linePlot } from '../../src/plot/linePlot.js';
import { renderPng, renderSvg } from '../../src/plot/render.js';
import { drawableTraces, refusedTraces } from '../../src/plot/traces.js';
import { decodePng } from './decodePng.js';
import { samples } from './samples.js';

const lines = linePlot({
  title: 'Loss falls',
  x: { title: 'step' },
  y: { title: 'loss (nats per token)' },
  series: [
    { name: 'training', x: [1, 2, 3], y: [4, 3, 2] },
    { name: 'a validation set with a long name', x: [1, 2, 3], y: [4.1, 3.3, 2.5] },
  ],
});

test('renderPng() draws at the size that is asked for, in the colours of the series', async () => {
  const usual = decodePng(await renderPng(lines));
  assert.deepEqual([usual.width, usual.height], [700, 450]);
  for (const color of ['#0072b2', '#d55e00']) assert.ok((usual.colors.get(color) ?? 0) > 200, color);
  const small = decodePng(await renderPng(lines, { width: 300, height: 200, scale: 2 }));
  assert.deepEqual([small.width, small.height], [600, 400]);
  const own = decodePng(await renderPng({ ...lines, layout: { ...lines.layout, width: 320, height: 240 } }));
  assert.deepEqual([own.width, own.height], [320, 240]);
});

test('renderPng() keeps titles, tick labels and the legend inside the picture', async () => {
  const svg = await renderSvg(lines);
  for (const text of [
    'Loss falls',
    'step',
    'loss (nats per token)',
    'training',
    'a validation set with a long name',
  ]) {
    assert.ok(svg.includes(`>${text}</text>`), text);
  }
  assert.ok(svg.match(/class="xtick"/g)!.length >= 3);
  const { width, height, colorAt } = decodePng(await renderPng(lines));
  for (let y = 0; y < height; y++) assert.equal(colorAt(width - 2, y), '#ffffff', `right edge, line ${y}`);
  for (let x = 0; x < width; x++) assert.equal(colorAt(x, 1), '#ffffff', `top edge, column ${x}`);
});

test('renderPng() gives the same bytes for the same figure, whatever was drawn before', async () => {
  const first = await renderPng(lines);
  await renderPng({ data: [{ type: 'bar', y: [1, 2] }], layout: {} });
  assert.deepEqual(await renderPng(structuredClone(lines)), first);
});

test('renderPng() draws the cells of a heatmap with hard edges', async () => {
  const rows = [
    [0, 1],
    [1, 0],
  ];
  const figure = heatmapPlot({
    title: 'Cells',
    x: { title: 'column' },
    y: { title: 'row' },
    value: 'weight',
    rows,
  });
  const { texttemplate: _, ...cells } = figure.data[0]!;
  const { colors } = decodePng(await renderPng({ ...figure, data: [{ ...cells, showscale: false }] }));
  const large = [...colors].filter(([, count]) => count > 5000).map(([color]) => color);
  assert.deepEqual(large.sort(), ['#440154', '#fde725', '#ffffff']); // both ends of Viridis and the paper
});

test('renderPng() draws every trace that it says it draws, and none of them blank', async () => {
  assert.deepEqual(Object.keys(samples).sort(), [...drawableTraces].sort());
  const empty = decodePng(await renderPng({ data: [], layout: {} }, { width: 320, height: 240 }));
  for (const [type, data] of Object.entries(samples)) {
    const { colors } = decodePng(await renderPng({ data, layout: {} }, { width: 320, height: 240 }));
    assert.ok(colors.size > 10, `${type}: ${colors.size} colours`);
    assert.notDeepEqual(colors, empty.colors, type);
  }
});

for (const [type, { needs, instead }] of Object.entries(refusedTraces)) {
  test(`renderPng() refuses ${type} at once and names a way out`, async () => {
    const figure = {
      data: [
        { type: 'scatter', y: [1] },
        { type, x: [1], y: [2], z: [3] },
      ],
      layout: {},
    };
    const refusal = (error: Error) => {
      assert.equal(
        error.message,
        `Cannot draw figure: trace 2 has type "${type}", which needs ${needs}; use ${instead} instead`,
      );
      return error instanceof TypeError;
    };
    await assert.rejects(renderPng(figure), refusal);
    await assert.rejects(figureBundle(figure), refusal);
    const ways = [...instead.matchAll(/"(\w+)"/g)].map(([, way]) => way!);
    assert.ok(ways.length > 0 && ways.every((way) => drawableTraces.includes(way)), instead);
  });
}

test('renderPng() says so where there is no such trace, no figure, or no sensible size', async () => {
  await assert.rejects(
    renderPng({ data: [{ type: 'lines' }], layout: {} }),
    /trace 1 has type "lines", expected one of scatter, bar/,
  );
  await assert.rejects(
    renderPng({ data: [{ type: 'constructor' }], layout: {} }),
    /type "constructor", expected one of/,
  );
  await assert.rejects(
    renderPng({ y: [1] } as unknown as Figure),
    /expected \{ data: \[…\], layout: \{…\} \}/,
  );
  await assert.rejects(
    renderPng(lines, { width: 0 }),
    /width must be 10 to 10000 pixels: current value is 0/,
  );
  const round: { data: object[]; layout: object } = { data: [{}], layout: {} };
  (round.data[0] as { self?: object }).self = round;
  await assert.rejects(renderPng(round as Figure), /Cannot write figure as JSON: .*circular/);
});

test('a figure that never ends is cut off, and the next one is drawn', async () => {
  // Plotly's surface waits for WebGL for ever, which is why renderPng() refuses it.
  const stuck = {
    data: [
      {
        type: 'surface',
        z: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    layout: {},
  };
  const request = {
    figureJson: JSON.stringify(stuck),
    width: 300,
    height: 200,
    scale: 1,
    format: 'png',
  } as const;
  const [hanging, waiting] = [paint(request, 1), renderPng(lines)];
  await assert.rejects(hanging, /no picture after 1 second/);
  assert.equal(decodePng(await waiting).width, 700);
});

test('figureBundle() has plain JSON, a PNG and a line of text, and no HTML', async () => {
  const figure = {
    data: [{ y: new Float32Array([0.1, Number.NaN]), x: [1n, 2] }],
    layout: { title: { text: 'T' } },
    config: { scrollZoom: true },
  };
  const { data, problem } = await figureBundle(figure);
  assert.deepEqual(data['application/vnd.plotly.v1+json'], {
    data: [{ y: [0.1, null], x: [1, 2] }],
    layout: { title: { text: 'T' } },
    config: { scrollZoom: true },
  });
  assert.equal(data['text/plain'], 'Figure: T (1 scatter)');
  assert.equal(decodePng(Buffer.from(String(data['image/png']), 'base64')).width, 700);
  assert.deepEqual(Object.keys(data).sort(), ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
  assert.equal(problem, undefined);
});

test('figureBundle() still has JSON and text where the picture fails, and says why', async () => {
  const { data, problem } = await figureBundle(lines, { seconds: 0.001 });
  assert.deepEqual(Object.keys(data).sort(), ['application/vnd.plotly.v1+json', 'text/plain']);
  assert.match(
    problem ?? '',
    /^Cannot draw Figure: Loss falls \(2 scatter\): no picture after 0.001 seconds$/,
  );
});

test('a program that has drawn ends by itself', () => {
  const code = `import { renderPng } from './dist/plot/render.js'; renderPng({ data: [{ y: [1, 2] }], layout: {} }).then((png) => console.log(png.length))`;
  const args = ['--input-type=module', '--eval', code];
  const { status, stdout } = spawnSync(process.execPath, args, { timeout: 20_000, encoding: 'utf8' });
  assert.equal(status, 0);
  assert.ok(Number(stdout) > 1000, stdout);
});
