/** One notebook as one page of the book. */
import { escapeHtml } from '../../core/html.js';
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
}

/** The HTML of a notebook's page. */
export function pageHtml(notebook: Notebook, { title, previous, next, problem }: PageFrame): string {
  const { toHtml, headings } = pageMarkdown();
  const language = languageOf(notebook);
  const cells = notebook.cells.map((cell) => cellHtml(cell, language, toHtml)).join('');
  const links = `${linkHtml(previous, '← ')}<a href="index.html">Contents</a>${linkHtml(next, '', ' →')}`;
  const banner = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>\n`;
  const empty = notebook.cells.length === 0 ? '<p class="note">This notebook has no cells.</p>\n' : '';
  return documentHtml(
    title,
    `${contentsHtml(headings)}<main>\n<nav>${links}</nav>\n${banner}${cells}${empty}<nav class="after">${links}</nav>\n</main>`,
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

function cellHtml(cell: Cell, language: string, toHtml: ToHtml): string {
  if (cell.cell_type === 'code') return codeCellHtml(cell, language, toHtml);
  if (cell.cell_type === 'markdown') return `<section class="text">\n${toHtml(cell.source)}</section>\n`;
  return `<section class="cell"><pre>${escapeHtml(cell.source)}</pre></section>\n`;
}

function codeCellHtml(cell: CodeCell, language: string, toHtml: ToHtml): string {
  const outputs = outputsHtml(cell.outputs, toHtml);
  if (cell.source.trim() === '' && outputs === '') return '';
  const count = cell.execution_count === null ? '' : `<span class="count">${cell.execution_count}</span>`;
  const code = `<div class="source">${count}<pre><code>${codeHtml(cell.source, language)}</code></pre></div>\n`;
  return `<section class="cell">${badgeHtml(cell)}${code}${outputs}</section>\n`;
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
