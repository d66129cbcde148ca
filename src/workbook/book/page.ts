/** One notebook as one page of the book. */
import { escapeHtml } from '../../core/html.js';
import { studentSource } from '../grading/student.js';
import type { Cell, CodeCell, Notebook } from '../notebook.js';
import { codeHtml, type Heading, pageMarkdown } from './markdown.js';
import { outputsHtml, type ToHtml } from './outputs.js';

/** Where a page links to. */
export interface PageLink {
  readonly href: string;
  readonly title: string;
}

/** What stands around a notebook on its page. */
export interface PageFrame {
  readonly title: string;
  readonly previous?: PageLink | undefined;
  readonly next?: PageLink | undefined;
  /** Why the run is not whole, in one sentence. */
  readonly problem?: string | undefined;
  /** Files beside the page, where they are there. */
  readonly files?: readonly PageLink[] | undefined;
}

/** The HTML of a notebook's page. */
export function pageHtml(notebook: Notebook, frame: PageFrame): string {
  const { title, previous, next, problem, files = [] } = frame;
  const { toHtml, headings } = pageMarkdown();
  const language = languageOf(notebook);
  let asked = false; // the text above asked for a prediction
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === 'markdown') asked = /\*\*Predict\b/.test(cell.source);
    return cellHtml(cell, { language, toHtml, asked });
  });
  const links = `${linkHtml(previous, '← ')}<a href="index.html">Contents</a>${linkHtml(next, '', ' →')}`;
  const banner = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>\n`;
  const empty = notebook.cells.length === 0 ? '<p class="note">This notebook has no cells.</p>\n' : '';
  const beside =
    files.length === 0 ? '' : `<p class="files">${files.map((file) => linkHtml(file)).join(' · ')}</p>\n`;
  return documentHtml(
    title,
    `${contentsHtml(headings)}<main>\n<nav>${links}</nav>\n${beside}${banner}${cells.join('')}${empty}<nav class="after">${links}</nav>\n</main>`,
  );
}

/** A whole document around the body of a page; everything it loads lies in `assets/` beside it. */
export function documentHtml(title: string, body: string): string {
  const wide = body.startsWith('<aside') ? ' with-contents' : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/book.css">
<script defer src="assets/book.js"></script>
</head>
<body>
<div class="page${wide}">
${body}
</div>
</body>
</html>
`;
}

/** The first heading of a notebook as plain text, or else `name`. */
export function titleOf({ cells }: Notebook, name: string): string {
  const { toHtml, headings } = pageMarkdown();
  for (const { cell_type, source } of cells) {
    if (cell_type !== 'markdown' || !/^ {0,3}#|^=+\s*$/m.test(source)) continue;
    toHtml(source);
    const first = headings.find(({ level }) => level === 1);
    if (first) return plainText(first.html) || name;
  }
  return name;
}

function plainText(html: string): string {
  const text = html.replace(/<annotation\b.*?<\/annotation>/gs, '').replace(/<[^>]*>/g, '');
  const named: { readonly [name: string]: string } = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => named[name] ?? '').trim();
}

/** What a cell's HTML depends on beside the cell. */
interface CellFrame {
  readonly language: string;
  readonly toHtml: ToHtml;
  /** The reader was asked to predict what comes out. */
  readonly asked: boolean;
}

function cellHtml(cell: Cell, frame: CellFrame): string {
  if (cell.cell_type === 'code') return codeCellHtml(cell, frame);
  if (cell.cell_type === 'markdown')
    return `<section class="text">\n${frame.toHtml(cell.source)}</section>\n`;
  return `<section class="cell"><pre>${escapeHtml(cell.source)}</pre></section>\n`;
}

function codeCellHtml(cell: CodeCell, { language, toHtml, asked }: CellFrame): string {
  const outputs = outputsHtml(cell.outputs, toHtml);
  if (cell.source.trim() === '' && outputs === '') return '';
  const count = cell.execution_count === null ? '' : `<span class="count">${cell.execution_count}</span>`;
  const code = (source: string) => `<pre><code>${codeHtml(source, language)}</code></pre>`;
  const given = givenSource(cell);
  const shown = `<div class="source">${count}${code(given)}</div>\n`;
  const kept =
    given === cell.source ? '' : foldHtml(secretOf(cell), `<div class="source">${code(cell.source)}</div>\n`);
  const failed = cell.outputs.some(({ output_type }) => output_type === 'error');
  const answer = asked && outputs && !failed ? foldHtml('Show the answer', outputs) : outputs;
  return `<section class="cell">${badgeHtml(cell)}${shown}${kept}${answer}</section>\n`;
}

/** What a reader sees of a cell before asking for more: an exercise without its solution and hidden tests. */
function givenSource({ source, id, metadata }: CodeCell): string {
  if (!metadata.nbgrader) return source;
  try {
    return studentSource(source, id);
  } catch {
    return source; // its markers are not in order, which is said where student copies are made
  }
}

const secretOf = ({ metadata }: Cell): string =>
  metadata.nbgrader?.solution ? 'Show a solution' : 'Show the hidden tests';

/**
 * Something that is seen when it is asked for, without any script, and on paper always: it stands behind the element
 * that is opened and not within it.
 */
function foldHtml(label: string, html: string): string {
  return `<details class="fold"><summary>${label}</summary></details>\n<div class="folded">${html}</div>\n`;
}

function badgeHtml({ metadata }: Cell): string {
  const { grade, solution, points } = metadata.nbgrader ?? {};
  if (!grade && !solution) return '';
  const kind = solution ? 'Exercise' : 'Check';
  return `<span class="badge">${kind}${typeof points === 'number' ? `, ${points} point${points === 1 ? '' : 's'}` : ''}</span>`;
}

function languageOf({ metadata }: Notebook): string {
  const { language_info, kernelspec } = metadata as {
    [key: string]: { readonly [key: string]: unknown } | undefined;
  };
  return String(language_info?.name ?? kernelspec?.language ?? 'typescript').toLowerCase();
}

function linkHtml(link: PageLink | undefined, before = '', after = ''): string {
  if (!link) return '<span></span>';
  return `<a href="${escapeHtml(link.href)}">${before}${escapeHtml(link.title)}${after}</a>`;
}

function contentsHtml(headings: readonly Heading[]): string {
  const listed = headings.filter(({ level }) => level === 2 || level === 3);
  if (listed.length < 2) return '';
  const items = listed.map(
    ({ level, html, id }) => `<li class="level-${level}"><a href="#${escapeHtml(id)}">${html}</a></li>`,
  );
  return `<aside class="contents"><details open><summary>On this page</summary><ol>\n${items.join('\n')}\n</ol></details></aside>\n`;
}
