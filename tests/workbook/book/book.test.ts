import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { JSDOM } from 'jsdom';
import { type BookChapter, writeBook } from '../../../src/workbook/book/book.js';
import type { BookPlan } from '../../../src/workbook/book/cover.js';
import { sourcePageHtml } from '../../../src/workbook/book/sourcePage.js';
import { inertHtml, wholeHtml } from '../../../src/workbook/book/wholeHtml.js';
import type { Cell, Notebook, Output } from '../../../src/workbook/notebook.js';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function notebook(...cells: Cell[]): Notebook {
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

const markdown = (source: string): Cell => ({ cell_type: 'markdown', id: 'm', metadata: {}, source });

function code(source: string, ...outputs: object[]): Cell {
  return {
    cell_type: 'code',
    id: 'c',
    metadata: {},
    source,
    execution_count: 3,
    outputs: outputs as Output[],
  };
}

const shown = (data: object, metadata = {}) => ({ output_type: 'display_data', data, metadata });

/** Writes a book and reads its pages back. */
function pagesOf(...chapters: BookChapter[]): {
  readonly folder: string;
  readonly page: (name: string) => Document;
} {
  const folder = mkdtempSync(join(tmpdir(), 'book-'));
  folders.push(folder);
  writeBook(folder, chapters);
  return {
    folder,
    page: (name) => new JSDOM(readFileSync(join(folder, name), 'utf8')).window.document,
  };
}

/** What each card of the cover says, in lines. */
const cardsOf = (page: Document) =>
  [...page.querySelectorAll('.card > div:last-child')].map((card) =>
    [...card.children].map(({ textContent }) => textContent),
  );

const pageOf = (...cells: Cell[]) => pagesOf({ name: 'a', notebook: notebook(...cells) }).page('a.html');

// The smallest PNG: one transparent pixel.
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const plot = {
  data: [{ y: [1, 2], name: '</script><script>alert(1)</script>' }],
  layout: { width: 640, height: 480 },
};

test('writeBook() loads nothing from a network, and every file that a page loads is there', () => {
  const { folder, page } = pagesOf({
    name: 'a',
    notebook: notebook(
      markdown('# A\n\n$x^2$'),
      code('1', shown({ 'application/vnd.plotly.v1+json': plot })),
    ),
  });
  for (const name of ['index.html', 'a.html']) {
    for (const element of page(name).querySelectorAll('[src], link[href]')) {
      const url = element.getAttribute('src') ?? element.getAttribute('href') ?? '';
      assert.match(url, /^(assets\/|figures\/|data:)/);
      if (!url.startsWith('data:')) assert.ok(existsSync(join(folder, url)), url);
    }
  }
  assert.deepEqual(readdirSync(join(folder, 'assets')).sort(), [
    'book.css',
    'book.js',
    'minisearch.js',
    'plotly.min.js',
    'searchIndex.js',
  ]);
  const assets = ['book.css', 'book.js']
    .map((name) => readFileSync(join(folder, 'assets', name), 'utf8'))
    .join();
  assert.doesNotMatch(assets, /https?:|@import|url\(/);
  assert.ok(page('a.html').querySelector('math'));
  assert.equal(
    pagesOf({ name: 'a', notebook: notebook() }).page('a.html').querySelectorAll('.plot').length,
    0,
  );
});

test('writeBook() escapes code, streams, errors, raw cells, titles and problems', () => {
  const evil = '<img src=x onerror=alert(1)>&amp;';
  const { page } = pagesOf({
    name: 'a',
    ok: false,
    problem: evil,
    notebook: notebook(
      markdown('# `<b>` and *more*'),
      code(
        `// ${evil}`,
        { output_type: 'stream', name: 'stdout', text: evil },
        { output_type: 'error', ename: evil, evalue: evil, traceback: [evil] },
        shown({ 'text/plain': evil }),
        shown({ 'application/json': { evil } }),
        shown({ [`x/${evil}`]: '' }),
      ),
      { cell_type: 'raw', id: 'r', metadata: {}, source: evil },
    ),
  });
  const chapter = page('a.html');
  assert.equal(chapter.querySelector('[onerror]'), null);
  assert.equal(chapter.title, '<b> and more');
  for (const place of [
    '.source',
    '.stdout',
    '.error strong',
    '.error pre',
    '.outputs > pre',
    '.json',
    '.problem',
    '.note',
  ]) {
    assert.ok(
      chapter.querySelector(place)?.textContent?.includes('<img src=x onerror=alert(1)>&amp;'),
      place,
    );
  }
  assert.equal(page('index.html').querySelector('[onerror], b'), null);
});

test('writeBook() shows streams as a terminal would, each stream in its own look', () => {
  const page = pageOf(
    code(
      'run()',
      { output_type: 'stream', name: 'stdout', text: 'step 1\rstep 2\n' },
      { output_type: 'stream', name: 'stdout', text: '\u001b[32mdone\u001b[0m\r\n' },
      { output_type: 'stream', name: 'stderr', text: 'slow\n' },
    ),
  );
  assert.deepEqual(
    [...page.querySelectorAll('.outputs pre')].map(({ className, textContent }) => [className, textContent]),
    [
      ['stdout', 'step 2\ndone\n'],
      ['stderr', 'slow\n'],
    ],
  );
});

test('writeBook() makes a failed cell plain to see, without colour codes', () => {
  const page = pageOf(
    code('f()', {
      output_type: 'error',
      ename: 'TypeError',
      evalue: 'f is not a function',
      traceback: ['\u001b[31mTypeError\u001b[0m', 'at cell 1:1:1'],
    }),
  );
  assert.equal(
    page.querySelector('.error[role=alert] strong')?.textContent,
    'TypeError: f is not a function',
  );
  assert.equal(page.querySelector('.error pre')?.textContent, 'TypeError\nat cell 1:1:1');
});

test('writeBook() keeps the picture of a plot and its figure in files beside the page', () => {
  const data = { 'application/vnd.plotly.v1+json': plot, 'image/png': png, 'text/plain': 'Figure: "T"' };
  const sized = shown(data, { 'image/png': { width: 700, height: 450 } });
  const bare = shown({ 'application/vnd.plotly.v1+json': plot });
  const chapter = { name: 'a #1', notebook: notebook(code('figure', sized), code('figure', bare)) };
  const { folder, page } = pagesOf(chapter);
  const [first, second] = [...page('a #1.html').querySelectorAll<HTMLElement>('figure.plot')];
  const style = first?.getAttribute('style') ?? '';
  assert.match(style, /--width:700px;--shape:700\/450/);
  assert.match(second?.getAttribute('style') ?? '', /--width:640px;--shape:640\/480/);
  const image = first?.querySelector('img');
  assert.equal(image?.getAttribute('src'), 'figures/a%20%231/1.png');
  assert.deepEqual(readFileSync(join(folder, 'figures/a #1/1.png')), Buffer.from(png, 'base64'));
  const window: { bookFigures?: { readonly [href: string]: unknown } } = {};
  new Function('window', readFileSync(join(folder, 'figures/a #1/2.js'), 'utf8'))(window);
  assert.deepEqual(window.bookFigures?.[second?.dataset.figure ?? ''], plot);
  assert.doesNotMatch(readFileSync(join(folder, 'a #1.html'), 'utf8'), /base64|"data":/);
  writeBook(folder, [{ ...chapter, notebook: notebook(code('figure', sized)) }]);
  assert.deepEqual(readdirSync(join(folder, 'figures/a #1')).sort(), ['1.js', '1.png']);
});

test('writeBook() takes the richest form of a value that a page can show', () => {
  const forms: readonly (readonly [object, string])[] = [
    [{ 'text/plain': 'p', 'text/html': '<table id="t"></table>' }, '.html #t'],
    [{ 'text/plain': 'p', 'text/markdown': '**m**' }, '.text strong'],
    [
      { 'text/plain': 'p', 'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg"/>' },
      'img[src^="data:image/svg+xml;base64,"]',
    ],
    [{ 'text/plain': 'p', 'image/png': png }, 'img[src^="data:image/png;base64,"]'],
    [{ 'text/plain': 'p', 'image/jpeg': png }, 'img[src^="data:image/jpeg;base64,"]'],
    [{ 'text/plain': 'p', 'text/latex': '$\\alpha$' }, '.text math[display=block]'],
    [{ 'text/plain': 'p', 'application/json': { a: 1 } }, '.json'],
    [{ 'text/plain': 'p' }, 'pre'],
    [{ 'text/plain': 'p', 'application/vnd.plotly.v1+json': 'not a figure' }, 'pre'],
    [{ 'application/x-unknown': 1 }, '.note'],
  ];
  const page = pageOf(...forms.map(([data]) => code('value', shown(data))));
  for (const [nth, outputs] of [...page.querySelectorAll('.outputs')].entries()) {
    assert.equal(outputs.childElementCount, 1);
    assert.ok(outputs.querySelector(forms[nth]![1]), forms[nth]![1]);
  }
});

test('writeBook() links chapters, headings and other notebooks', () => {
  const text =
    '# Two\n\n## Same\n\n## Same\n\n### `code` & [link](http://x.org)\n\n[one](01-one.ipynb#start) [file](https://x.org/y.ipynb)';
  const { page } = pagesOf(
    { name: '01-one', notebook: notebook(markdown('# One')), ok: true, seconds: 75 },
    { name: '02 two #2?', notebook: notebook(markdown(text)) },
    { name: '03', notebook: notebook(markdown('no heading')) },
  );
  assert.deepEqual(cardsOf(page('index.html')), [
    ['One', 'ran in 1 min 15 s · ran whole'],
    ['Two', 'not run yet'],
    ['03', 'not run yet'],
  ]);
  const two = page('02 two #2?.html');
  const hrefs = (selector: string) =>
    [...two.querySelectorAll(selector)].map((link) => link.getAttribute('href'));
  assert.deepEqual(hrefs('.turn.above a'), ['01-one.html', '03.html']);
  assert.deepEqual(hrefs('.menu a'), ['01-one.html', '02%20two%20%232%3F.html', '03.html']);
  assert.equal(two.querySelector('.menu [aria-current=page]')?.textContent, 'Two');
  assert.deepEqual(hrefs('.contents a'), ['#same', '#same-1', '#code-link']);
  for (const href of hrefs('.contents a')) assert.ok(two.getElementById(href!.slice(1)), href!);
  assert.deepEqual(hrefs('.text p a'), ['01-one.html#start', 'https://x.org/y.ipynb']);
});

test('writeBook() keeps an escaped dollar sign, and colours code', () => {
  const page = pageOf(markdown('It costs \\$5 or \\$10, and $x$-axis.'), code('const n: number = 1;'));
  assert.match(page.querySelector('.text p')?.textContent ?? '', /^It costs \$5 or \$10, and /);
  assert.equal(page.querySelectorAll('.text math').length, 1);
  assert.equal(page.querySelector('.source .hljs-keyword')?.textContent, 'const');
});

test('writeBook() takes odd notebooks: no cells, no metadata, outputs of no known shape, bad formulas', () => {
  const odd = {
    cells: [],
    metadata: { language_info: null },
    nbformat: 4,
    nbformat_minor: 0,
  } as unknown as Notebook;
  const { page, folder } = pagesOf(
    { name: 'index', notebook: odd },
    {
      name: 'b',
      notebook: notebook(
        markdown('$\\frac{$ <div>\n\n<!-- open'),
        code(
          '',
          {},
          { output_type: 'stream' },
          { output_type: 'error' },
          shown({ 'text/plain': ['a', 'b'] }),
          { output_type: 'display_data', data: 3 },
          shown({ 'image/png': null }),
          shown({ 'text/plain': null }),
        ),
      ),
    },
  );
  assert.match(page('index-notebook.html').body.textContent ?? '', /This notebook has no cells/);
  assert.match(page('index.html').body.textContent ?? '', /index/);
  assert.ok(existsSync(join(folder, 'b.html')));
  const empty = pagesOf();
  assert.match(empty.page('index.html').body.textContent ?? '', /no chapters/);
});

test('writeBook() does not let an open comment or tag in one cell swallow the next', () => {
  const page = pageOf(
    markdown('before <!-- open'),
    code('after', shown({ 'text/html': '<script>var open = 1' })),
    markdown('end'),
  );
  assert.match(page.querySelector('main')?.textContent ?? '', /end/);
  assert.equal(page.querySelectorAll('main > section').length, 3);
});

test('writeBook() lists planned chapters whether they were run or not, and others after them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'book-'));
  folders.push(folder);
  const plan: BookPlan[] = [
    { name: '01-a', title: 'A', sentence: 'The first.', minutes: 1.5 },
    { name: '02-b', title: 'B', sentence: 'The second.', minutes: 2 },
    { name: '03-c', title: 'C', sentence: 'The third.' },
  ];
  const chapters = ['02-b', '02-b-further', 'own'].map((name) => ({
    name,
    notebook: notebook(markdown('# X')),
    ok: true,
    seconds: 4,
  }));
  writeBook(folder, chapters, { title: 'All', plan });
  const { document } = new JSDOM(readFileSync(join(folder, 'index.html'), 'utf8')).window;
  assert.deepEqual(cardsOf(document), [
    ['01 A', 'The first.', 'about 1 min 30 s · not run yet'],
    ['02 B', 'The second.', 'ran in 4 s · ran whole', 'Further: X'],
    ['03 C', 'The third.', 'to come'],
    ['X', 'ran in 4 s · ran whole'],
  ]);
  assert.deepEqual(
    [...document.querySelectorAll('.card a')].map((link) => link.getAttribute('href')),
    ['02-b.html', '02-b-further.html', 'own.html'],
  );
});

test('writeBook() puts the planned figure of a chapter on the cover, else its last', () => {
  const folder = mkdtempSync(join(tmpdir(), 'book-'));
  folders.push(folder);
  const figure = (text: string) =>
    code(
      'figure',
      shown({
        'application/vnd.plotly.v1+json': { data: [], layout: { title: { text } } },
        'image/png': png,
      }),
    );
  const both = notebook(figure('Does it learn?'), figure('And then?'));
  const plan: BookPlan[] = [{ name: '01', title: 'A', sentence: 'a', minutes: 1, figure: 'Does it learn' }];
  writeBook(
    folder,
    ['01', '02'].map((name) => ({ name, notebook: both })),
    { plan },
  );
  const { document } = new JSDOM(readFileSync(join(folder, 'index.html'), 'utf8')).window;
  assert.deepEqual(
    [...document.querySelectorAll<HTMLImageElement>('.thumbnail img')].map(({ src, alt }) => [src, alt]),
    [
      ['figures/01/1.png', 'Does it learn?'],
      ['figures/02/2.png', 'And then?'],
    ],
  );
});

test('writeBook() folds solutions and hidden tests away, and what comes out after a Predict, but no failure', () => {
  const nbgrader = {
    schema_version: 3,
    grade: false,
    solution: true,
    locked: false,
    grade_id: 'ex',
  } as const;
  const solution = 'f = () => {\n  // BEGIN SOLUTION\n  return secret;\n  // END SOLUTION\n}';
  const tests = 'seen();\n// BEGIN HIDDEN TESTS\nunseen();\n// END HIDDEN TESTS';
  const error = { output_type: 'error', ename: 'E', evalue: 'e', traceback: [] };
  const page = pageOf(
    { ...code(solution), metadata: { nbgrader } },
    { ...code(tests), metadata: { nbgrader: { ...nbgrader, grade: true, solution: false, locked: true } } },
    markdown('**Predict:** how many?'),
    code('count', shown({ 'text/plain': '42' })),
    code('fails', error),
    markdown('Forty-two.'),
    code('count', shown({ 'text/plain': '43' })),
  );
  const folds = [...page.querySelectorAll('details.fold')].map((fold) => [
    fold.textContent,
    fold.hasAttribute('open'),
    fold.nextElementSibling?.className,
    fold.nextElementSibling?.textContent?.match(/secret|unseen|42/)?.[0],
  ]);
  assert.deepEqual(folds, [
    ['Show a solution', false, 'folded', 'secret'],
    ['Show the hidden tests', false, 'folded', 'unseen'],
    ['Show the answer', false, 'folded', '42'],
  ]);
  for (const place of page.querySelectorAll('.folded')) place.remove();
  assert.doesNotMatch(page.body.textContent ?? '', /secret|unseen|42/);
  assert.match(page.body.textContent ?? '', /YOUR CODE HERE[\s\S]*seen\(\)[\s\S]*E: e[\s\S]*43/);
});

test('writeBook() links headings to themselves, names figures by their titles, and says what is Chinese', () => {
  const figure = { data: [{ y: [1] }], layout: { title: { text: 'Does it <b>learn</b>?<br>Yes' } } };
  const page = pageOf(
    markdown('## Tokens (词元)\n\nかな漢字'),
    code(
      'figure',
      shown({ 'application/vnd.plotly.v1+json': figure, 'image/png': png, 'text/plain': 'Figure' }),
    ),
  );
  assert.equal(page.querySelector('h2 .anchor')?.getAttribute('href'), `#${page.querySelector('h2')?.id}`);
  assert.equal(page.querySelector('.plot img')?.getAttribute('alt'), 'Does it learn? Yes. Line chart. 1.');
  assert.deepEqual(
    [...page.querySelectorAll('[lang=zh]')].map(({ textContent }) => textContent),
    ['词元'],
  );
});

test('Markdown of a notebook runs nothing, in cells, headings and outputs', () => {
  const evil = [
    '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,<script>alert(1)</script>) [d](vbscript:x)',
    '![e](javascript:alert(1)) <a href="java\tscript:alert(1)">f</a> <a href=" &#106;avascript:alert(1)">g</a>',
    '<script>alert(1)</script> <img src=x onerror=alert(1)> <iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '# <img src=x onerror=alert(1)> h',
    '<svg><a xlink:href="javascript:alert(1)"><text>i</text></a></svg> <form action="javascript:alert(1)"><button>j</button></form>',
    '<math><mtext></mtext><mglyph><style><img title="</style><img src=x onerror=alert(1)>"></mglyph></math>',
    '<object data="javascript:alert(1)"></object><base href="https://evil.example/"><meta http-equiv=refresh content="0">',
    '<div style="position:fixed;inset:0">k</div>',
  ].join('\n\n');
  const page = pageOf(markdown(evil), code('x', shown({ 'text/markdown': evil })));
  const main = page.querySelector('main')!;
  for (const element of main.querySelectorAll('*'))
    for (const { name, value } of element.attributes) {
      assert.doesNotMatch(name, /^on|srcdoc/);
      assert.doesNotMatch(value, /script:|data:text|position/i, `${element.tagName} ${name}`);
    }
  assert.equal(main.querySelector('script, iframe, object, base, meta, form, svg, style'), null);
  assert.match(main.textContent ?? '', /a b c d[\s\S]*f g[\s\S]*h[\s\S]*k/);
});

test('wholeHtml() and inertHtml() leave balanced elements, and text as it was', () => {
  assert.equal(wholeHtml('</main><b>bold <!-- and'), '<b>bold </b>');
  assert.equal(wholeHtml('a &lt; b &amp;&amp; "c" <br/><td>'), 'a &lt; b &amp;&amp; "c" <br><td></td>');
  assert.equal(
    wholeHtml('<script>if (a < b && c) x("<!--")'),
    '<script>if (a < b && c) x("<\\!--")</script>',
  );
  assert.equal(wholeHtml('<plaintext>all'), 'all');
  assert.equal(
    inertHtml('<a href="https://x.org/?a=1&b=2#c" onclick="x()">a</a>'),
    '<a href="https://x.org/?a=1&amp;b=2#c">a</a>',
  );
  assert.equal(inertHtml('<blink>old</blink><script>y()</script>'), 'old');
});

test('writeBook() has guides as pages, in the list of chapters, and links to them from notebooks and guides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'book-'));
  folders.push(folder);
  const text = markdown('# A\n\n[how](../docs/crawls.md#speed) [other](../docs/none.md)');
  const guides = [{ name: 'crawls', markdown: '# Crawls\n\n## Speed\n\n[itself](crawls.md)' }];
  writeBook(folder, [{ name: 'a', notebook: notebook(text) }], { guides });
  const hrefs = (file: string, selector: string) =>
    [...new JSDOM(readFileSync(join(folder, file), 'utf8')).window.document.querySelectorAll(selector)].map(
      (link) => link.getAttribute('href'),
    );
  assert.deepEqual(hrefs('a.html', '.text p a'), ['guide-crawls.html#speed', '../docs/none.md']);
  assert.deepEqual(hrefs('guide-crawls.html', '.text p a'), ['guide-crawls.html']);
  assert.deepEqual(hrefs('a.html', '.menu a'), ['a.html', 'guide-crawls.html']);
  assert.deepEqual(hrefs('index.html', '.card a'), ['a.html']);
});

test('sourcePageHtml() has a place for each line, and escapes the code', () => {
  const html = sourcePageHtml('src/core/a.ts', 'const a = 1 < 2;\n// <b>\n');
  const { document } = new JSDOM(html).window;
  assert.deepEqual(
    [...document.querySelectorAll('.lines a')].map(({ id }) => id),
    ['L1', 'L2'],
  );
  assert.equal(document.querySelector('code')?.textContent, 'const a = 1 < 2;\n// <b>\n');
  assert.equal(
    document.querySelector('link[rel=stylesheet]')?.getAttribute('href'),
    '../../../assets/book.css',
  );
});
