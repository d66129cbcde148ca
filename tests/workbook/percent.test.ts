import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatNotebook, parseNotebook } from '../../src/workbook/notebook.js';
import { fromPercent, toPercent } from '../../src/workbook/percent.js';

const text = `// %% [markdown] id="intro"
// # Title
//
// A line, and \`// %%\` within one.

// %% id="run" tags=["parameters"] nbgrader={"grade":true,"points":2}
const x = 1;

// a comment
x
`;

describe('percent format', () => {
  it('reads cells, ids and metadata', () => {
    const [title, code] = fromPercent(text).cells;
    assert.equal(title?.source, '# Title\n\nA line, and `// %%` within one.');
    assert.deepEqual(
      [code?.id, code?.metadata],
      ['run', { tags: ['parameters'], nbgrader: { grade: true, points: 2 } }],
    );
    assert.equal(code?.source, 'const x = 1;\n\n// a comment\nx');
  });

  it('writes back what it read', () => {
    assert.equal(toPercent(fromPercent(text)), text);
  });

  it('gives cells without an id one that stays while others come and go, and never the same twice', () => {
    const [first, second] = fromPercent('// %%\na\n\n// %%\na\n').cells;
    assert.notEqual(first?.id, second?.id);
    assert.equal(fromPercent('// %%\nnew\n\n// %%\na\n').cells[1]?.id, first?.id);
  });

  it('names the line whose metadata cannot be read', () => {
    assert.throws(() => fromPercent('// %%\n1\n// %% tags=[oops\n2'), /line 3: expected key=JSON/);
  });
});

describe('notebook files', () => {
  it('round-trip through the text that Jupyter stores', () => {
    const notebook = fromPercent(text);
    assert.deepEqual(parseNotebook(formatNotebook(notebook), 'x'), notebook);
  });

  it('keep text as lists of lines, so that differences are small', () => {
    const file = JSON.parse(formatNotebook(fromPercent(text))) as { cells: { source: string[] }[] };
    assert.deepEqual(file.cells[1]?.source, ['const x = 1;\n', '\n', '// a comment\n', 'x']);
  });
});
