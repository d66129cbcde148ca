/** One notebook as one page of the book. */
import { escapeHtml } from '../../core/html.js';
import { studentSource } from '../grading/student.js';
import type { Cell, CodeCell, Notebook } from '../notebook.js';
import { codeLinksOf, type HelperName, linkedCode } from './codeLinks.js';
import type { KeepFile, PageFigure } from './figures.js';
import { linkHtml, type PageLink } from './frame.js';
import { codeHtml, type Heading, pageMarkdown } from './markdown.js';
import { outputsHtml, type PageTools } from './outputs.js';

/** A notebook as a page shows it, before anything stands around it. */
export interface RenderedNotebook {
  /** The first heading as plain text; the notebook's name where there is none. */
  readonly title: string;
  /** HTML of all cells. */
  readonly cells: string;
  readonly headings: readonly Heading[];
  readonly figures: readonly PageFigure[];
  /** How many cells are to be written by the reader. */
  readonly exercises: number;
  /** Whether any cell was run. */
  readonly wasRun: boolean;
}

/** What the pages of a book share. */
export interface RenderOptions {
  /** Keeps the files of figures. */
  readonly keep: KeepFile;
  /** What of the library is documented; names in code become links to it. */
  readonly helpers: readonly HelperName[];
  /** Names of the guides that are pages of the book. */
  readonly guides: readonly string[];
}

/** Translates a notebook. */
export function renderNotebook(
  notebook: Notebook,
  name: string,
  { keep, helpers, guides }: RenderOptions,
): RenderedNotebook {
  const { toHtml, headings } = pageMarkdown(guides);
  const figures: PageFigure[] = [];
  const [language, links] = [languageOf(notebook), codeLinksOf(notebook, helpers)];
  const toCode = (source: string) => linkedCode(codeHtml(source, language), links);
  let asked = false; // the text above asked for a prediction
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === 'markdown') asked = /\*\*Predict\b/.test(cell.source);
    return cellHtml(cell, { toHtml, toCode, keep, figures, asked });
  });
  const first = headings.find(({ level }) => level === 1);
  return {
    title: (first && plainText(first.html)) || name,
    cells: cells.join('') || '<p class="note">This notebook has no cells.</p>\n',
    headings,
    figures,
    exercises: notebook.cells.filter(({ metadata }) => metadata.nbgrader?.solution).length,
    wasRun: notebook.cells.some((cell) => cell.cell_type === 'code' && cell.execution_count !== null),
  };
}

/** What stands around a notebook on its page. */
export interface PageFrame {
  readonly previous?: PageLink | undefined;
  readonly next?: PageLink | undefined;
  /** Why the run is not whole, in one sentence. */
  readonly problem?: string | undefined;
  /** Files beside the page, where they are there. */
  readonly files?: readonly PageLink[] | undefined;
}

/** The text of a notebook's page, and the list of what stands on it. */
export function pageHtml(
  { cells, headings }: RenderedNotebook,
  { previous, next, problem, files = [] }: PageFrame,
): { readonly main: string; readonly aside: string } {
  const arrows = (previous || next) && [
    previous ? linkHtml({ ...previous, title: `← ${previous.title}` }) : '<span></span>',
    next ? linkHtml({ ...next, title: `${next.title} →` }) : '<span></span>',
  ];
  const turn = (where: string) =>
    arrows && `<nav class="turn ${where}" aria-label="Turn the page, ${where}">${arrows.join('')}</nav>`;
  const banner = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>\n`;
  const beside = files.map((file) => linkHtml(file)).join(' · ');
  return {
    main: `${turn('above') ?? ''}\n${beside && `<p class="files">${beside}</p>\n`}${banner}${cells}${turn('below') ?? ''}`,
    aside: contentsHtml(headings),
  };
}

function plainText(html: string): string {
  const text = html.replace(/<annotation\b.*?<\/annotation>/gs, '').replace(/<[^>]*>/g, '');
  const named: { readonly [name: string]: string } = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => named[name] ?? '').trim();
}

/** What a cell's HTML depends on beside the cell. */
interface CellFrame extends PageTools {
  /** Colours code, and links the names in it. */
  readonly toCode: (source: string) => string;
  /** The reader was asked to predict what comes out. */
  readonly asked: boolean;
}

function cellHtml(cell: Cell, frame: CellFrame): string {
  if (cell.cell_type === 'code') return codeCellHtml(cell, frame);
  if (cell.cell_type === 'markdown')
    return `<section class="text">\n${frame.toHtml(cell.source)}</section>\n`;
  return `<section class="cell"><pre>${escapeHtml(cell.source)}</pre></section>\n`;
}

function codeCellHtml(cell: CodeCell, { asked, toCode, ...tools }: CellFrame): string {
  const outputs = outputsHtml(cell.outputs, tools);
  if (cell.source.trim() === '' && outputs === '') return '';
  const count = cell.execution_count === null ? '' : `<span class="count">${cell.execution_count}</span>`;
  const code = (source: string) => `<pre><code>${toCode(source)}</code></pre>`;
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

function contentsHtml(headings: readonly Heading[]): string {
  const listed = headings.filter(({ level }) => level === 2 || level === 3);
  if (listed.length < 2) return '';
  const items = listed.map(
    ({ level, html, id }) => `<li class="level-${level}"><a href="#${escapeHtml(id)}">${html}</a></li>`,
  );
  return `<aside class="contents" aria-label="On this page"><details open><summary>On this page</summary><ol>\n${items.join('\n')}\n</ol></details></aside>\n`;
}
