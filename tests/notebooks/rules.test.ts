/** The rules for settled chapters say what they should of small notebooks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cell, Notebook, Output } from '../../src/workbook/notebook.js';
import { namedNumbers, unfoundNumbers } from './numbers.js';
import { formProblems } from './rules.js';

const text = (source: string): Cell => ({ cell_type: 'markdown', id: 'm', metadata: {}, source });
const code = (source: string, ...data: object[]): Cell => ({
  cell_type: 'code',
  id: 'c',
  metadata: {},
  source,
  execution_count: 1,
  outputs: data.map((one) => ({ output_type: 'display_data', data: one, metadata: {} }) as Output),
});
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
const plain = (value: string) => ({ 'text/plain': value });
const titled = (title: string) => ({
  'application/vnd.plotly.v1+json': { data: [], layout: { title: { text: title } } },
});

describe('unfoundNumbers()', () => {
  const check = (prose: string, output = '', source = 'x') =>
    unfoundNumbers(notebook(text('# T'), code(source, plain(output)), text(prose)));

  it('finds what an output or the code says, rounded to the digits given', () => {
    const output = '{ loss: 2.041794, tokens: 2304000, speed: 21568.43, share: 0.2438 }';
    assert.deepEqual(check('A loss of 2.04, or 2.0418, of 2.3 million (2,304,000) tokens.', output), []);
    assert.deepEqual(
      check('21,600 a second, 24 % or 24.4%, with 288 symbols.', output, 'const v = 288;'),
      [],
    );
    assert.deepEqual(check('It is 2.0416 now.', output), ['cell 2 says 2.0416, no output says so']);
    assert.deepEqual(check('21,700 a second and 2.4 million', output), [
      'cell 2 says 21,700, no output says so',
      'cell 2 says 2.4 million, no output says so',
    ]);
    assert.deepEqual(check('0.24 is a share, 24 is none.', output), ['cell 2 says 24, no output says so']);
  });

  it('looks up no years, names, lists, chapters, code, formulas or links', () => {
    const prose =
      'In 2024, as in chapter 05 and exercises 5.1 and 5.2, GPT-2, GPT-4o, the Llama 3 models and UTF-8 met.\n\n' +
      '1. `x = 17`, $e^{17}$, [a](https://x.org/17) and 0, 1, 2, 10 or 100 %.\n2. <b title="17">b</b>\n\n## 17 ways';
    assert.deepEqual(check(prose), []);
    assert.deepEqual(
      namedNumbers('17 ways, 1.5-fold, 3,000-odd and 4 %').map(({ text: found }) => found),
      ['17', '4 %'],
    );
  });

  it('believes a source, and computes again what is said to be computed', () => {
    const output = 'tokens 2304000';
    const mark = (marks: string) => check(`About 8,000 and 94.\n\n<!-- numbers: ${marks} -->`, output, '288');
    assert.deepEqual(mark("8,000 = 2304000 / 288; 94: llm.c's report"), []);
    assert.deepEqual(mark('8,000 = 2304000 / 289; 94: x'), [
      'cell 2 says 8,000 = 2304000 / 289, which is not so',
      'cell 2 says 8,000, no output says so',
    ]);
    assert.deepEqual(mark('8,000 = process.exit(); 94: x').length, 2);
    assert.deepEqual(mark('8,000 = 16000 / 2; 94: x').length, 2, 'a number of nowhere proves nothing');
    assert.match(mark('something; 8,000: x; 94: x')[0]!, /has a comment that cannot be read: something/);
  });

  it('lets the head of a chapter say how long it takes', () => {
    assert.deepEqual(unfoundNumbers(notebook(text('# T\n\nAbout 3 minutes; 7 things.'))), [
      'cell 0 says 7, no output says so',
    ]);
  });
});

describe('formProblems()', () => {
  const link = text('See [FineWeb](https://huggingface.co/papers/2406.17557).');

  it('has nothing to say of a chapter in form', () => {
    const cells = [
      link,
      code("import { a } from 'a';\na()"),
      text('## Next\n\n**Predict:** what?'),
      code("import { b } from 'a';\nconst c = 1;", titled('How many?')),
      code('b(a, c)'),
    ];
    assert.deepEqual(formProblems(notebook(...cells)), []);
  });

  it('names long lines, missing links, imports that are many, early or idle, and titles that answer', () => {
    const many = Array.from({ length: 11 }, (_, nth) => `n${nth}`);
    const cells = [
      code(`import { ${many.join(', ')} } from 'a';\n[${many.join(', ')}]`),
      code("import { late, idle } from 'a';"),
      text('## Two\n\n**Predict:** what?'),
      code('late()', titled('Each doubling buys<br>a little less')),
      code(`'${'x'.repeat(90)}'`),
    ];
    assert.deepEqual(formProblems(notebook(...cells)), [
      'no text has a link to a source',
      `cell 4 has a line of 92 characters: '${'x'.repeat(39)}…`,
      'cell 0 imports 11 names',
      'cell 1 imports late, which cell 3 of a later section uses first',
      'cell 1 imports idle, which no cell uses',
      'cell 3 comes after a Predict, and its figure says "Each doubling buys a little less"',
    ]);
    assert.match(formProblems(notebook(...Array(61).fill(link)))[0]!, /there are 61 cells, at most 60/);
  });
});
