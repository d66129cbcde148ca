import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notebook } from './notebook.js';

const { inspectAt } = notebook(
  '/** Doubles a number.\n * @param n The number.\n * @returns Twice as much. */\nfunction twice(n: number): number { return 2 * n; }\nlet step = 1;',
  '/** Where it is. */\nconst place = { x: 1 };',
);

describe('inspect()', () => {
  it('shows signature, documentation and tags of a library function', () => {
    const library = notebook("import { trainBpe } from 'llm-workbook';");
    const { plain, markdown } = library.inspectAt('train|Bpe');
    assert.match(
      plain,
      /^function trainBpe\(texts: Iterable<string>, options: TrainBpeOptions\): BpeTokenizer\n\nTrains/,
    );
    assert.match(
      markdown,
      /^```ts\nfunction trainBpe\(.*\n```\n\nTrains a byte-level BPE tokenizer\.\n\n\*@param\* `texts` — Any/,
    );
    assert.match(markdown, /\*@example\*\n```ts\nconst tokenizer = /);
  });

  it('shows those of earlier cells, and nothing of our imports', () => {
    assert.equal(
      inspectAt('twi|ce(1)').plain,
      'function twice(n: number): number\n\nDoubles a number.\n\n@param n The number.\n@returns Twice as much.',
    );
    assert.match(
      inspectAt('pla|ce').markdown,
      /^```ts\nconst place: \{\n {4}x: number;\n\}\n```\n\nWhere it is\.$/,
    );
    assert.equal(inspectAt('step|').plain, 'let step: number');
  });

  it('shows what a name is at its place, narrowed', () => {
    const cell = "function f(v: unknown) { if (typeof v === 'string') v|; }";
    assert.equal(inspectAt(cell).plain, '(parameter) v: string');
  });

  it('shows the function whose call the cursor stands in', () => {
    for (const cell of ['twice(|', 'twice(|)', 'twice(1, |', 'twice([1, |])', 'const s = "🙂"; twice( |)'])
      assert.match(inspectAt(cell).plain, /^function twice\(n: number\): number/, cell);
  });

  it('finds nothing where there is nothing', () => {
    for (const cell of ['|', '1 + |1', '// twi|ce', 'twice(1) |'])
      assert.equal(inspectAt(cell).found, false, cell);
  });
});
