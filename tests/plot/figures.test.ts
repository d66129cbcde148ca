import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { barPlot } from '../../src/plot/barPlot.js';
import { type Figure, figureText, isFigure } from '../../src/plot/figure.js';
import { funnelPlot } from '../../src/plot/funnelPlot.js';
import { type GraphNode, graphPlot } from '../../src/plot/graphPlot.js';
import { heatmapPlot } from '../../src/plot/heatmapPlot.js';
import { binCounts, histogramPlot } from '../../src/plot/histogramPlot.js';
import { intervalPlot } from '../../src/plot/intervalPlot.js';
import { linePlot } from '../../src/plot/linePlot.js';
import { lossPlot } from '../../src/plot/lossPlot.js';
import { spreadPlot } from '../../src/plot/spreadPlot.js';

const axes = { x: { title: 'step' }, y: { title: 'loss (nats per token)' } };

test('linePlot() shows NaN and infinity as gaps and names both axes', () => {
  const y = new Float32Array([1, Number.NaN, Infinity]);
  const figure = linePlot({ title: 'T', ...axes, series: [{ name: 'a<b', x: [1, 2, 3], y }] });
  assert.deepEqual(figure.data[0]!.y, [1, null, null]);
  assert.equal(figure.data[0]!.name, 'a&lt;b');
  const { xaxis, yaxis } = figure.layout as { xaxis: { title: object }; yaxis: { title: object } };
  assert.deepEqual(
    [xaxis.title, yaxis.title].map((title) => (title as { text: string }).text),
    ['step', 'loss (nats per token)'],
  );
});

test('a plot of a wrong shape is refused by the part that is missing or of another kind', () => {
  const line = { title: 'T', ...axes, series: [{ name: 'a', x: [1], y: [2] }] };
  const refusals: [made: () => unknown, message: RegExp][] = [
    [
      () => linePlot([1, 2] as never),
      /^Cannot draw linePlot: expected an object with title, x, y, series, got a list$/,
    ],
    [() => linePlot({ ...line, x: 'step' } as never), /linePlot: expected x as an axis .*, got string$/],
    [() => linePlot({ ...line, series: {} } as never), /linePlot: expected series as a list, got object$/],
    [
      () => linePlot({ ...line, series: [{ name: 'a', y: [1] }] } as never),
      /series of "T": expected x as a list/,
    ],
    [() => barPlot({ title: 'T' } as never), /barPlot: expected names as a list, got undefined$/],
    [
      () => histogramPlot({ title: 'T', x: { title: 'x' } } as never),
      /histogramPlot: expected series as a list/,
    ],
    [() => heatmapPlot({ title: 'T', ...axes } as never), /heatmapPlot: expected value as a text/],
    [() => intervalPlot({ title: 'T', value: axes.x } as never), /intervalPlot: expected names as a list/],
    [
      () => spreadPlot({ title: 'T', value: axes.x, rows: [{ name: 'a' }] } as never),
      /rows of "T": expected values/,
    ],
    [() => graphPlot({ title: 'T', nodes: [{}] } as never), /nodes of "T": expected lines as a list/],
    [() => lossPlot(5 as never), /^Cannot draw lossPlot: expected a list, got number$/],
    [() => funnelPlot([1] as never), /^Cannot draw a stage of funnelPlot: expected an object.*, got number$/],
  ];
  for (const [made, message] of refusals)
    assert.throws(
      made,
      (error) => error instanceof TypeError && message.test(error.message),
      String(message),
    );
});

test('funnelPlot() takes the rows of a funnel as they are', () => {
  const row = {
    filter: 'URL',
    documentsIn: 10,
    documentsOut: 7,
    charactersIn: 1,
    charactersOut: 1,
    reasons: [],
  };
  assert.deepEqual(funnelPlot([row]), funnelPlot([{ name: 'URL', kept: 7, dropped: 3 }]));
});

test('linePlot() turns the range of a logarithmic axis into powers of ten', () => {
  const { layout } = linePlot({
    title: 'T',
    x: { title: 'n', log: true, range: [1, 1000] },
    y: axes.y,
    series: [],
  });
  const { type, range } = layout.xaxis as { type: string; range: number[] };
  assert.equal(type, 'log');
  assert.deepEqual(
    range,
    [0, 3].map((power) => Math.log10(10 ** power)),
  );
});

test('plots of lists that do not fit name the series, expected and got', () => {
  const series = [{ name: 'loss', x: [1, 2], y: [1] }];
  assert.throws(
    () => linePlot({ title: 'T', ...axes, series }),
    /series "loss" in "T", y: expected 2 values, got 1/,
  );
  const bars = { title: 'T', names: ['a', 'b'], value: { title: 'n' } };
  assert.throws(
    () => barPlot({ ...bars, series: [{ name: 's', values: [1] }] }),
    /series "s" in "T": expected 2 values, got 1/,
  );
  assert.throws(() => barPlot({ ...bars, names: ['a', 'a'], series: [] }), /name "a" comes twice/);
  const side = { title: 'n' };
  assert.throws(
    () => heatmapPlot({ title: 'T', x: side, y: side, value: 'v', rows: [[1], [1, 2]] }),
    /row 1 of "T": expected 1 values, got 2/,
  );
  assert.throws(
    () => heatmapPlot({ title: 'T', x: { title: 'n', names: [] }, y: side, value: 'v', rows: [[1]] }),
    /names of "n" in "T": expected 1 values, got 0/,
  );
  assert.throws(
    () => funnelPlot([{ name: 'URL', kept: -1, dropped: 2 }]),
    /stage "URL" must keep and drop >= 0/,
  );
  assert.throws(
    () => histogramPlot({ title: 'T', x: side, series: [], bins: 0 }),
    /bins must be >= 1: current value is 0/,
  );
});

test('every plot of nothing is a figure that says so', () => {
  const side = { title: 'n' };
  const empty: Figure[] = [
    linePlot({ title: 'T', ...axes, series: [] }),
    barPlot({ title: 'T', names: [], value: side, series: [] }),
    histogramPlot({ title: 'T', x: side, series: [{ name: 'a', values: [] }] }),
    heatmapPlot({ title: 'T', x: side, y: side, value: 'v', rows: [] }),
    lossPlot([]),
    funnelPlot([]),
    intervalPlot({ title: 'T', value: side, names: [], series: [] }),
    spreadPlot({ title: 'T', value: side, rows: [] }),
    spreadPlot({ title: 'T', value: side, rows: [{ name: 'a', values: [] }] }),
  ];
  for (const figure of empty) {
    assert.ok(isFigure(figure));
    assert.match(JSON.stringify(figure.layout.annotations), /no data/);
  }
});

test('barPlot() keeps tokens that look like markup, and puts the first name on top where bars lie', () => {
  const names = ['<|endoftext|>', '<b>'];
  const { data, layout } = barPlot({
    title: 'T',
    names,
    value: { title: 'n' },
    direction: 'horizontal',
    series: [{ name: 's', values: [2, Number.NaN] }],
  });
  assert.deepEqual(data[0]!.y, ['&lt;|endoftext|&gt;', '&lt;b&gt;']);
  assert.deepEqual(data[0]!.x, [2, null]);
  assert.equal((layout.yaxis as { autorange: string }).autorange, 'reversed');
});

test('binCounts() counts each value once and the last edge too', () => {
  assert.deepEqual(binCounts([1, 2, 2, 4], [0, 2, 4]), [1, 3]);
});

for (const log of [false, true]) {
  test(`histogramPlot() counts every usable value, ${log ? 'logarithmic' : 'linear'}`, () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i % 97) * 1.3 + 0.1);
    const { data } = histogramPlot({
      title: 'T',
      x: { title: 'n', log },
      series: [{ name: 'a', values: [...values, Number.NaN] }],
      bins: 20,
    });
    const counts = (data[0]!.y as number[]).reduce((sum, count) => sum + count, 0);
    assert.equal(counts, 1000);
    const edges = data[0]!.x as number[];
    assert.ok(
      edges.length <= 23 && edges[0]! <= Math.min(...values) && edges.at(-1)! >= Math.max(...values) - 1e-9,
    );
  });
}

test('histogramPlot() shows values that are all the same', () => {
  for (const log of [false, true]) {
    const { data } = histogramPlot({
      title: 'T',
      x: { title: 'n', log },
      series: [{ name: 'a', values: [5, 5] }],
    });
    assert.equal(Math.max(...(data[0]!.y as number[])), 2);
  }
});

test('lossPlot() draws training, validation where measured, and each baseline from end to end', () => {
  const reports = [
    { step: 1, loss: 5 },
    { step: 2, loss: 4, validationLoss: 4.5 },
    { step: 3, loss: 3 },
  ];
  const { data } = lossPlot(reports, { baselines: [{ name: 'bigram', loss: 4.25 }] });
  assert.deepEqual(
    data.map(({ name, x, y }) => [name, x, y]),
    [
      ['training', [1, 2, 3], [5, 4, 3]],
      ['validation', [2], [4.5]],
      ['bigram: 4.25', [1, 3], [4.25, 4.25]],
    ],
  );
});

test('lossPlot() averages neighbouring steps of a long run and says so', () => {
  const reports = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, loss: i % 2 }));
  const { data } = lossPlot(reports, { points: 500 });
  assert.equal(data[0]!.name, 'training (mean of 2 steps)');
  assert.deepEqual((data[0]!.y as number[]).slice(0, 3), [0.5, 0.5, 0.5]);
  assert.equal((data[0]!.x as number[]).at(-1), 1000);
});

test('figureText() reads titles of every form', () => {
  const text = (title: unknown) => figureText({ data: [], layout: { title } } as Figure);
  assert.equal(text({ text: 'A &lt; <b>B</b><br>C' }), 'Figure: A < B C (empty)');
  assert.equal(text('old form'), 'Figure: old form (empty)');
  assert.equal(text(undefined), 'Figure: untitled (empty)');
});

test('spreadPlot() draws every value at its row, and the mean with one standard deviation', () => {
  const rows = [
    { name: 'a<b', values: [2, 4, 4, 4, 5, 5, 7, 9] },
    { name: 'c', values: [1, Number.NaN] },
  ];
  const { data, layout } = spreadPlot({ title: 'T', value: { title: 'n' }, rows });
  assert.deepEqual(data[0]!.x, [2, 4, 4, 4, 5, 5, 7, 9, 1]);
  assert.deepEqual(data[0]!.y, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(data[1]!.x, [5, 1]);
  assert.deepEqual((data[1]!.error_x as { array: number[] }).array, [Math.sqrt(32 / 7), 0]);
  const { range, ticktext } = layout.yaxis as { range: number[]; ticktext: string[] };
  assert.ok(range[0]! > range[1]!, 'the first row is on top');
  assert.deepEqual(ticktext, ['a&lt;b', 'c']);
});

test('intervalPlot() draws an interval as long as it is to either side, series below each other in a row', () => {
  const names = ['a<b', 'c'];
  const near = { value: 10, low: 9, high: 12 };
  const series = [
    { name: 'first', estimates: [near, null] },
    { name: 'second', estimates: [{ value: 5, low: 1, high: 6 }, near] },
  ];
  const { data, layout } = intervalPlot({ title: 'T', value: { title: 'n' }, names, series });
  assert.deepEqual(
    data.map(({ x }) => x),
    [[10], [5, 10]],
  );
  const [first, second] = data.map(({ y }) => y as number[]);
  assert.ok(first![0]! < second![0]! && Math.round(second![0]!) === 0 && Math.round(second![1]!) === 1);
  const { array, arrayminus } = data[1]!.error_x as { array: number[]; arrayminus: number[] };
  assert.deepEqual(
    [array, arrayminus],
    [
      [1, 2],
      [4, 1],
    ],
  );
  assert.deepEqual((layout.yaxis as { ticktext: string[] }).ticktext, ['a&lt;b', 'c']);
  assert.throws(
    () => intervalPlot({ title: 'T', value: { title: 'n' }, names: ['a'], series }),
    /"first" in "T": expected 1 values, got 2/,
  );
});

describe('colours of series', () => {
  const plotOf = (...names: string[]) =>
    barPlot({
      title: 'T',
      names: ['a'],
      value: { title: 'v' },
      series: names.map((name) => ({ name, values: [1] })),
    }).data.map(({ marker }) => (marker as { color: string }).color);

  it('a name keeps its colour in whichever figure and place it comes, with whatever number behind it', () => {
    const [one, two, three] = plotOf('first model', 'second model', 'third model');
    assert.equal(new Set([one, two, three]).size, 3);
    assert.deepEqual(plotOf('third model: 3.04', 'first model (mean)'), [three, one]);
    assert.deepEqual(plotOf('second model'), [two]);
  });

  it('no two series of one figure share a colour while there are enough', () => {
    for (let nth = 0; nth < 30; nth++) {
      const names = Array.from({ length: 5 }, (_, place) => `model ${(nth * 3 + place * 5) % 23}`);
      assert.equal(new Set(plotOf(...names)).size, 5);
    }
  });
});

describe('graphPlot()', () => {
  const node = (name: string, ...inputs: number[]): GraphNode => ({ lines: [name], inputs, group: 'all' });
  const boxes = ({ layout }: Figure) =>
    layout.shapes as { readonly x0: number; readonly x1: number; readonly y0: number; readonly y1: number }[];
  const arrows = ({ layout }: Figure) =>
    (layout.annotations as { showarrow: boolean; ax: number; ay: number; x: number; y: number }[]).filter(
      ({ showarrow }) => showarrow,
    );
  // d = a × b, e = d + c, f = e × d, in an order that is not that of computing
  const graph = [node('f', 1, 2), node('e', 2, 3), node('d', 4, 5), node('c'), node('a'), node('b')];
  const figure = graphPlot({ title: 'T', nodes: graph });

  it('draws an arrow for each input, from the right side of its box to the left side of the other', () => {
    const ends = graph.flatMap(({ inputs }, to) => inputs.map((from) => [from, to] as const));
    assert.equal(arrows(figure).length, ends.length);
    for (const [nth, [from, to]] of ends.entries()) {
      const { ax, ay, x, y } = arrows(figure)[nth]!;
      const [source, target] = [boxes(figure)[from]!, boxes(figure)[to]!];
      assert.deepEqual([ax, x], [source.x1, target.x0]);
      assert.deepEqual([ay, y], [(source.y0 + source.y1) / 2, (target.y0 + target.y1) / 2]);
      assert.ok(ax < x, 'arrows go right');
    }
  });

  it('lays no box upon another, and shows all of them', () => {
    const all = boxes(figure);
    for (const [nth, one] of all.entries())
      for (const other of all.slice(0, nth))
        assert.ok(one.x1 < other.x0 || other.x1 < one.x0 || one.y1 < other.y0 || other.y1 < one.y0);
    const { xaxis, yaxis } = figure.layout as { xaxis: { range: number[] }; yaxis: { range: number[] } };
    for (const { x0, x1, y0, y1 } of all) {
      assert.ok(x0 > xaxis.range[0]! && x1 < xaxis.range[1]!);
      assert.ok(y0 > yaxis.range[0]! && y1 < yaxis.range[1]!);
    }
  });

  it('puts what is made of nothing just left of its first use', () => {
    const [, e, d, c] = boxes(figure);
    assert.equal(c!.x0, d!.x0, 'c is used by e alone, one column right of d');
    assert.ok(c!.x1 < e!.x0);
  });

  it('draws one that is used twice by the same node once, and an empty graph', () => {
    assert.equal(arrows(graphPlot({ title: 'T', nodes: [node('a'), node('a × a', 0, 0)] })).length, 1);
    assert.deepEqual(graphPlot({ title: 'T', nodes: [] }).data, []);
  });

  it('refuses circles and inputs that are not there, with the number of the node', () => {
    const plot = (...nodes: GraphNode[]) => graphPlot({ title: 'T', nodes });
    assert.throws(() => plot(node('a', 1), node('b', 0)), /Cannot plot "T": node 0 is made of itself/);
    assert.throws(() => plot(node('a', 0)), RangeError);
    assert.throws(() => plot(node('a'), node('b', 7)), /node 1 is made of node 7, expected 0 to 1/);
  });
});
