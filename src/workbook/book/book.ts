/**
 * Notebooks as a book of web pages: one page each, an index, and beside them one folder with the style, the script
 * and Plotly. Nothing is fetched from a network, so the book opens from a disk as well as from a server.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import { escapeHtml } from '../../core/html.js';
import { duration } from '../../core/progress.js';
import type { Notebook } from '../notebook.js';
import { plotMime } from './outputs.js';
import { documentHtml, type PageLink, pageHtml, titleOf } from './page.js';
import { bookScript } from './script.js';
import { bookStyle } from './style.js';

/** A notebook in a book. */
export interface BookChapter {
  /** Name of its page, and of links to it: `02-tokenization` for `02-tokenization.ipynb`. */
  readonly name: string;
  readonly notebook: Notebook;
  /** Whether its run was whole; left out if it was not run. */
  readonly ok?: boolean;
  /** How long its run took. */
  readonly seconds?: number;
  /** Why its run is not whole, in one sentence. */
  readonly problem?: string;
  /** Files beside the page that it links to: the notebook, its exercises. */
  readonly files?: readonly PageLink[];
}

/** A chapter that the contents list whether it was run or not. */
export interface BookPlan {
  /** As in `BookChapter`; what stands before its first dash is its number. */
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  /** How long it takes; left out where there is nothing to run yet. */
  readonly minutes?: number;
}

/**
 * Writes a book: `index.html`, a page for each chapter and `assets/`. Other files in the folder stay.
 *
 * @param options.title Title of the index; default `Workbook`.
 * @param options.plan Chapters that the index lists even where they were not run; default none.
 * @returns The path of the index.
 *
 * @example
 * writeBook('out', [{ name: '01-web-data', notebook: readNotebook('out/01-web-data.ipynb'), ok: true, seconds: 12 }]);
 */
export function writeBook(
  folder: string,
  chapters: readonly BookChapter[],
  { title = 'Workbook', plan = [] }: { readonly title?: string; readonly plan?: readonly BookPlan[] } = {},
): string {
  const pages = chapters.map((chapter) => ({
    ...chapter,
    title: titleOf(chapter.notebook, chapter.name),
    href: linkTo(fileOf(chapter.name)),
  }));
  for (const [index, { name, notebook, title, problem, files }] of pages.entries()) {
    const [previous, next] = [pages[index - 1], pages[index + 1]];
    const frame = { title, previous, next, problem, files };
    writeFileAtomic(join(folder, fileOf(name)), pageHtml(notebook, frame));
  }
  writeFileAtomic(join(folder, 'assets', 'book.css'), bookStyle);
  writeFileAtomic(join(folder, 'assets', 'book.js'), bookScript);
  if (chapters.some(({ notebook }) => hasPlot(notebook))) copyPlotly(join(folder, 'assets', 'plotly.min.js'));
  const index = join(folder, 'index.html');
  writeFileAtomic(index, documentHtml(title, indexBody(title, pages, plan)));
  return index;
}

function fileOf(name: string): string {
  const page = basename(name) || 'notebook';
  return page === 'index' ? 'index-notebook.html' : `${page}.html`;
}

/** A file's name as a link has it. */
export const linkTo = (file: string): string => encodeURI(file).replace(/[?#]/g, encodeURIComponent);

type Page = BookChapter & { readonly title: string; readonly href: string };

function indexBody(title: string, pages: readonly Page[], plan: readonly BookPlan[]): string {
  const planned = new Map(plan.map((chapter) => [chapter.name, chapter]));
  const rows = [
    ...plan.map((chapter) =>
      rowHtml(
        chapter,
        pages.find(({ name }) => name === chapter.name),
      ),
    ),
    ...pages.filter(({ name }) => !planned.has(name)).map((page) => rowHtml(undefined, page)),
  ];
  const head = ['', 'Chapter', 'Run', 'Time'].map((name) => `<th>${name}</th>`).join('');
  const table = `<table class="chapters"><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
  const content = rows.length > 0 ? table : '<p class="note">This book has no chapters.</p>';
  return `<main>\n<h1>${escapeHtml(title)}</h1>\n${content}\n</main>`;
}

function rowHtml(plan: BookPlan | undefined, page: Page | undefined): string {
  const number = plan ? plan.name.split('-', 1)[0]! : '';
  const title = escapeHtml(plan?.title ?? page?.title ?? '');
  const link = page ? `<a href="${escapeHtml(page.href)}">${title}</a>` : title;
  const notes = [plan?.sentence, page?.problem].flatMap((text) =>
    text === undefined ? [] : [`<span class="note">${escapeHtml(text)}</span>`],
  );
  const cells = [
    escapeHtml(number),
    link + notes.join(''),
    stateHtml(plan, page),
    escapeHtml(timeOf(plan, page)),
  ];
  return `<tr${page ? '' : ' class="open"'}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function stateHtml(plan: BookPlan | undefined, page: Page | undefined): string {
  if (!page) return plan?.minutes === undefined ? 'to come' : 'not run yet';
  if (page.ok === undefined) return '';
  return page.ok ? '<span class="good">ran whole</span>' : '<span class="bad">failed</span>';
}

function timeOf(plan: BookPlan | undefined, page: Page | undefined): string {
  if (page?.seconds !== undefined) return duration(page.seconds);
  return page || plan?.minutes === undefined ? '' : `about ${duration(60 * plan.minutes)}`;
}

function hasPlot({ cells }: Notebook): boolean {
  const outputs = cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  return outputs.some((output) => Object.hasOwn(Object('data' in output ? output.data : {}), plotMime));
}

function copyPlotly(target: string): void {
  const source = createRequire(import.meta.url).resolve('plotly.js-dist-min');
  const there = statSync(target, { throwIfNoEntry: false });
  if (there?.size !== statSync(source).size) writeFileAtomic(target, readFileSync(source));
}
