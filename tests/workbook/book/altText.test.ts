import assert from 'node:assert/strict';
import { it } from 'node:test';
import { altText } from '../../../src/workbook/book/altText.js';

const axis = (text: string, type = 'linear') => ({ title: { text }, type });

it('altText() says the title, the kind, what the axes measure, and how each line begins and ends', () => {
  const data = [
    { type: 'scatter', mode: 'lines', name: 'training', x: [1, 2, 3000], y: [5.64321, 4, 2.0449] },
    { type: 'scatter', mode: 'lines+markers', name: 'table: 3.05', x: [0, 3000], y: [3.05, 3.05] },
  ];
  const layout = {
    title: { text: 'Does it <b>learn</b>?' },
    xaxis: axis('step', 'log'),
    yaxis: axis('loss (nats)'),
  };
  assert.equal(
    altText({ data, layout }),
    'Does it learn? Line chart, across: step, logarithmic; up: loss (nats). ' +
      'training: from 5.64 at 1 to 2.04 at 3,000; table: 3.05: from 3.05 at 0 to 3.05 at 3,000.',
  );
});

it('altText() reads out few bars, the size of a grid, and leaves out what is too much', () => {
  const bars = { type: 'bar', orientation: 'h', name: 'kept', x: [10, 7], y: ['URL', 'language'] };
  assert.equal(altText({ data: [bars], layout: {} }), 'Bar chart. kept: 10 at URL, 7 at language.');
  const grid = {
    type: 'heatmap',
    z: [
      [0, 1, null],
      [0.25, 0.5, 1],
    ],
  };
  assert.equal(altText({ data: [grid], layout: {} }), 'Heat map. 2 rows by 3 columns, from 0 to 1.');
  const many = Array.from({ length: 23 }, (_, nth) => ({ name: `s${nth}`, x: [0, 1, 2], y: [1, 2, nth] }));
  assert.match(altText({ data: many, layout: {} }), /s5: from 1 at 0 to 5 at 2; and 17 more\.$/);
});

it('altText() takes any figure', () => {
  for (const data of [[], [null], [3], [{ y: 'x', z: [1, [null]] }], [{ type: 5, y: [undefined, {}] }]])
    for (const layout of [{}, { title: 'T', xaxis: 3 }, { title: { text: ['T'] }, yaxis: { title: null } }])
      assert.equal(typeof altText({ data, layout }), 'string');
});
