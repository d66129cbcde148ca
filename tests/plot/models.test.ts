/** Pictures of models: areas are parameters, and a pattern says who looks at whom. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Figure } from '../../src/plot/figure.js';
import { attentionPlot } from '../../src/plot/models/attentionPlot.js';
import { modelPlot } from '../../src/plot/models/modelPlot.js';
import { renderSvg } from '../../src/plot/render.js';

const table = { name: 'tokens', shape: [288, 32], group: 'embedding' } as const;
const up = { name: 'up', shape: [32, 128], group: 'feed-forward', gives: '128 numbers' } as const;
const down = { name: 'down', shape: [128, 32], group: 'feed-forward' } as const;
const head = { name: 'head', shape: [32, 288], group: 'embedding' } as const;
const tiny = modelPlot({
  title: 'T',
  rows: [
    { name: 'in', branches: [{ matrices: [table], reads: false }] },
    { name: 'layer 1', branches: [{ matrices: [up, down] }] },
    { name: 'out', branches: [{ matrices: [head], writes: false }] },
  ],
});

describe('modelPlot()', () => {
  const boxes = tiny.data.filter(({ fill }) => fill === 'toself');
  const sides = boxes.map(({ x, y }) => [x, y].map((all) => extent(all as number[])) as [number, number]);

  it('draws every matrix to one scale: its area is its number of parameters', () => {
    const areas = sides.map(([width, height]) => Math.round(width * height));
    assert.deepEqual(areas, [288 * 32, 32 * 128, 128 * 32, 32 * 288]);
    assert.equal((tiny.layout.yaxis as { scaleanchor: string }).scaleanchor, 'x');
  });

  it('says to whoever points at a matrix its shape, its parameters and what it gives', () => {
    assert.deepEqual(
      boxes.map(({ text }) => text),
      [
        '<b>tokens</b><br>[288, 32]<br>9,216 parameters',
        '<b>up</b><br>[32, 128]<br>4,096 parameters<br>128 numbers',
        '<b>down</b><br>[128, 32]<br>4,096 parameters',
        '<b>head</b><br>[32, 288]<br>9,216 parameters',
      ],
    );
  });

  it('adds to the stream what an embedding and a layer write, and not what a head gives', () => {
    const shapes = tiny.layout.shapes as { type: string; y0: number }[];
    const joins = shapes.filter(({ type }) => type === 'circle');
    assert.equal(joins.length, 2);
    assert.equal(new Set(joins.map(({ y0 }) => y0)).size, 2, 'one in each of two rows');
  });

  it('has no two matrices on top of each other', () => {
    const rectangles = boxes.map(({ x, y }) => ({ x: x as number[], y: y as number[] }));
    for (const [nth, one] of rectangles.entries())
      for (const other of rectangles.slice(nth + 1))
        assert.ok(isApart(one.x, other.x) || isApart(one.y, other.y));
  });

  it('refuses a matrix without a size, and names it', () => {
    const branches = [{ matrices: [{ ...up, shape: [0, 4] as const }] }];
    assert.throws(
      () => modelPlot({ title: 'T', rows: [{ name: 'in', branches }] }),
      /Cannot draw up: expected two sides above 0, got \[0, 4\]/,
    );
  });
});

describe('attentionPlot()', () => {
  const pattern = Float32Array.of(1, 0, 0.25, 0.75);
  const figure = attentionPlot({
    title: 'T',
    tokens: ['<a>', 'b'],
    patterns: [
      [pattern, pattern],
      [pattern, pattern],
      [pattern, pattern],
    ],
  });

  it('has a square for each head, on axes of its own, and says who looks at whom', () => {
    assert.equal(figure.data.length, 6);
    assert.equal(new Set(figure.data.map(({ xaxis }) => xaxis)).size, 6);
    const last = figure.data.at(-1) as unknown as { x: string[]; y: string[]; hovertemplate: string };
    assert.deepEqual([last.x, last.y], Array(2).fill(['0 &lt;a&gt;', '1 b']));
    assert.match(last.hovertemplate, /%\{y\} looks at %\{x\}.*layer 3, head 2/);
  });

  it('leaves the future empty, which is not the same as a look of 0', () => {
    assert.deepEqual(figure.data[0]!.z, [
      [1, null],
      [0.25, 0.75],
    ]);
  });

  it('refuses a pattern of another size, and names its head', () => {
    assert.throws(
      () => attentionPlot({ title: 'T', tokens: ['a'], patterns: [[[1], [1, 2]]] }),
      /layer 1, head 2 of "T": expected 1 values, got 2/,
    );
  });

  it('can be drawn without a browser, as can a model', async () => {
    for (const each of [figure, tiny] satisfies Figure[]) assert.match(await renderSvg(each), /<svg/);
  });
});

function extent(all: readonly number[]): number {
  return Math.max(...all) - Math.min(...all);
}

function isApart(one: readonly number[], other: readonly number[]): boolean {
  return Math.max(...one) <= Math.min(...other) || Math.max(...other) <= Math.min(...one);
}
