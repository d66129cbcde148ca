import assert from 'node:assert/strict';
import { it } from 'node:test';
import { codeLinksOf, linkedCode } from '../../../src/workbook/book/codeLinks.js';
import { codeHtml } from '../../../src/workbook/book/markdown.js';
import type { Notebook } from '../../../src/workbook/notebook.js';

const helpers = ['trainBpe', 'gelu', 'Size'].map((name) => ({ name, href: `api/${name}.html`, summary: '' }));
const notebook = (...sources: string[]): Notebook => ({
  cells: sources.map((source) => ({
    cell_type: 'code',
    id: 'c',
    metadata: {},
    source,
    execution_count: 1,
    outputs: [],
  })),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});
const linked = (code: string, imports: string) =>
  linkedCode(codeHtml(code, 'typescript'), codeLinksOf(notebook(imports), helpers))
    .replace(/<\/?span[^>]*>/g, '')
    .replace(/<a href="api\/(\w+)\.html">(\w+)<\/a>/g, '[$2 $1]');

it('names that a notebook imports from the library link to their pages, whatever it calls them', () => {
  const imports = `import { trainBpe, gelu as g } from 'llm-workbook';\nimport type { Size } from "llm-workbook/core";`;
  assert.equal(
    linked('const a: Size = g(trainBpe(...texts));', imports),
    'const a: [Size Size] = [g gelu]([trainBpe trainBpe](...texts));',
  );
  assert.equal(linked('trainBpe();', `import { trainBpe } from './mine.js';`), 'trainBpe();');
  assert.equal(linked('gelu(x)', `import { trainBpe } from 'llm-workbook';`), 'gelu(x)');
});

it('properties, keys, texts and comments do not link, but code within a text does', () => {
  const imports = `import { trainBpe, gelu } from 'llm-workbook/tokenizer';`;
  const same = ['x.gelu(1)', '({ gelu: 1 })', "'gelu'", '// gelu', 'gelus; mygelu; $gelu', '`gelu`'];
  for (const code of same)
    assert.equal(linked(code, imports), codeHtml(code, 'typescript').replace(/<\/?span[^>]*>/g, ''));
  assert.equal(linked(`\`a $\{gelu(1)} gelu\``, imports), `\`a $\{[gelu gelu](1)} gelu\``);
  assert.equal(linked('f([...gelu], x && gelu)', imports), 'f([...[gelu gelu]], x &amp;&amp; [gelu gelu])');
  assert.equal(linked('x ? gelu : 1', imports), 'x ? [gelu gelu] : 1');
});
